// Review: decisions on pairs and SKUs in bulk, deletion, order, and which result counts.
import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import type { Prisma, Tx } from "../db/client.ts";
import type { Subject } from "../domain/bulk.ts";
import { deletePairs, deleteSkus } from "../domain/deletion.ts";
import { reorderPairs, setMainPair } from "../domain/ordering.ts";
import { activatePairs, approvePairs, archivePairs, rejectPairs, reopenPairs, selectResult } from "../domain/review.ts";
import { activateSkus, approveSkus, archiveSkus } from "../domain/sku-review.ts";
import type { Failure } from "../domain/upload.ts";
import { builder } from "./builder.ts";
import type { Context } from "./context.ts";
import { decodeId } from "./ids.ts";
import { Pair } from "./pair.ts";
import { Sku } from "./sku.ts";
import { FailureType } from "./upload.ts";

type PairRow = Prisma.PairGetPayload<object>;
type SkuRow = Prisma.SkuGetPayload<object>;

/** Rows that were read before they were deleted, or the ids of rows to read now. */
type Outcome<Row> = { readonly failures: readonly Failure[] } & ({ readonly ids: readonly string[] } | { readonly rows: readonly Row[] });

export const PairsPayload = builder.objectRef<Outcome<PairRow>>("PairsPayload").implement({
  fields: (t) => ({
    pairs: t.prismaField({
      type: [Pair],
      description: "Those that are now as asked, each once, in the order of the input; deleted ones as they were.",
      resolve: async (query, outcome, _args, { app, viewer }) => {
        if ("rows" in outcome) return [...outcome.rows];
        const where = { workspace: viewer.workspace, id: { in: [...outcome.ids] } };
        return inOrder(outcome.ids, await app.db.pair.findMany({ ...query, where }));
      },
    }),
    failures: t.field({ type: [FailureType], resolve: ({ failures }) => [...failures] }),
  }),
});

const SkusPayload = builder.objectRef<Outcome<SkuRow>>("SkusPayload").implement({
  fields: (t) => ({
    skus: t.prismaField({
      type: [Sku],
      description: "Those that are now as asked, each once, in the order of the input; deleted ones as they were.",
      resolve: async (query, outcome, _args, { app, viewer }) => {
        if ("rows" in outcome) return [...outcome.rows];
        const where = { workspace: viewer.workspace, id: { in: [...outcome.ids] } };
        return inOrder(outcome.ids, await app.db.sku.findMany({ ...query, where }));
      },
    }),
    failures: t.field({ type: [FailureType], resolve: ({ failures }) => [...failures] }),
  }),
});

function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export const pairSubjects = (ids: readonly string[]): Subject[] => ids.map((given) => ({ given, id: decodeId("Pair", given) }));

builder.mutationFields((t) => {
  const ids = { ids: t.arg.idList({ required: true }) };
  const codes = { codes: t.arg.stringList({ required: true }) };
  return {
    approvePairs: t.field({
      type: PairsPayload,
      description: "With a preset's name, only those whose current result breaks none of its rules; the others come back as failures.",
      args: { ...ids, compliantWith: t.arg.string() },
      resolve: (_root, args, { app, viewer }) =>
        approvePairs(app, viewer, { subjects: pairSubjects(args.ids), compliantWith: args.compliantWith }),
    }),
    rejectPairs: t.field({
      type: PairsPayload,
      args: { ...ids, reason: t.arg.string() },
      resolve: (_root, args, { app, viewer }) => rejectPairs(app, viewer, { subjects: pairSubjects(args.ids), reason: args.reason }),
    }),
    reopenPairs: t.field({
      type: PairsPayload,
      description: "Takes a decision back: approved and rejected pairs are READY again.",
      args: ids,
      resolve: (_root, args, { app, viewer }) => reopenPairs(app, viewer, { subjects: pairSubjects(args.ids) }),
    }),
    archivePairs: t.field({
      type: PairsPayload,
      args: ids,
      resolve: (_root, args, { app, viewer }) => archivePairs(app, viewer, { subjects: pairSubjects(args.ids) }),
    }),
    activatePairs: t.field({
      type: PairsPayload,
      description: "Brings archived pairs back to the state that they were archived in.",
      args: ids,
      resolve: (_root, args, { app, viewer }) => activatePairs(app, viewer, { subjects: pairSubjects(args.ids) }),
    }),
    deletePairs: t.field({
      type: PairsPayload,
      description: "Deletes pairs with their images; an approved pair must be archived first.",
      args: ids,
      resolve: (_root, args, context, info) =>
        deletePairs(context.app, context.viewer, { subjects: pairSubjects(args.ids), farewell: pairFarewell(context, info) }),
    }),
    approveSkus: t.field({
      type: SkusPayload,
      description: "Approves all pairs of the SKUs that wait for a decision; a SKU with none is a failure.",
      args: codes,
      resolve: (_root, args, { app, viewer }) => approveSkus(app, viewer, args.codes),
    }),
    archiveSkus: t.field({
      type: SkusPayload,
      args: codes,
      resolve: (_root, args, { app, viewer }) => archiveSkus(app, viewer, args.codes),
    }),
    activateSkus: t.field({
      type: SkusPayload,
      args: codes,
      resolve: (_root, args, { app, viewer }) => activateSkus(app, viewer, args.codes),
    }),
    deleteSkus: t.field({
      type: SkusPayload,
      description: "Deletes SKUs with their pairs and images; approved pairs, or the SKU, must be archived first.",
      args: codes,
      resolve: (_root, args, context, info) => {
        const query = askedOf(context, info, { typeName: "Sku", path: "skus" });
        const read = async (tx: Tx, skuIds: readonly string[]): Promise<SkuRow[]> =>
          inOrder(skuIds, await tx.sku.findMany({ ...query, where: { id: { in: [...skuIds] } } }));
        return deleteSkus(context.app, context.viewer, { codes: args.codes, farewell: { read } });
      },
    }),
    setMainPair: t.prismaField({
      type: Pair,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (query, _root, args, { app, viewer }) => {
        const id = await setMainPair(app, viewer, decodeId("Pair", args.id));
        return app.db.pair.findUniqueOrThrow({ ...query, where: { id } });
      },
    }),
    reorderPairs: t.prismaField({
      type: Sku,
      description: "Takes all pairs of the SKU, each once, in their new order.",
      args: { sku: t.arg.string({ required: true }), ...ids },
      resolve: async (query, _root, args, { app, viewer }) => {
        const id = await reorderPairs(app, viewer, { sku: args.sku, subjects: pairSubjects(args.ids) });
        return app.db.sku.findUniqueOrThrow({ ...query, where: { id } });
      },
    }),
    selectResult: t.prismaField({
      type: Pair,
      description: "Makes an earlier result the current one.",
      args: { id: t.arg.id({ required: true }) },
      resolve: async (query, _root, args, { app, viewer }) => {
        const id = await selectResult(app, viewer, decodeId("Result", args.id));
        return app.db.pair.findUniqueOrThrow({ ...query, where: { id } });
      },
    }),
  };
});

/** What a mutation's answer asks of its rows, before there is an answer: all their columns, and these relations. */
function askedOf(context: Context, info: GraphQLResolveInfo, { typeName, path }: { typeName: "Pair" | "Sku"; path: string }) {
  return queryFromInfo({ context, info, typeName, path: [path], include: {} });
}

/** Pairs as they were, each beside its SKU as it is without them: who keeps a cache wants the counts of now. */
function pairFarewell(context: Context, info: GraphQLResolveInfo) {
  const query = askedOf(context, info, { typeName: "Pair", path: "pairs" });
  // Without any relation asked for there is no `include`, whatever its type says.
  const { include = {} }: { include?: object } = query;
  const nested: unknown = "sku" in include ? include.sku : false;
  const skuQuery = typeof nested === "object" && nested !== null ? nested : {};
  return {
    read: async (tx: Tx, ids: readonly string[]): Promise<PairRow[]> =>
      inOrder(ids, await tx.pair.findMany({ ...query, where: { id: { in: [...ids] } } })),
    refresh: async (tx: Tx, rows: PairRow[]): Promise<PairRow[]> => {
      if (nested === false) return rows;
      const where = { id: { in: [...new Set(rows.map(({ skuId }) => skuId))] } };
      const skus = new Map((await tx.sku.findMany({ ...skuQuery, where })).map((sku) => [sku.id, sku]));
      return rows.map((row) => ({ ...row, sku: skus.get(row.skuId) }));
    },
  };
}
