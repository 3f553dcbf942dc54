// SKUs: what one answers, finding one by its code, making and renaming one. The list is in sku-list.ts.
import type { Prisma } from "../db/client.ts";
import { SkuStatus } from "../db/generated/prisma/enums.ts";
import { jobWhere } from "../domain/job.ts";
import { askedCode } from "../domain/names.ts";
import { pairWhere } from "../domain/pair.ts";
import { countPairsOf } from "../domain/pair-list.ts";
import { createSku, skuWhere, updateSku } from "../domain/sku.ts";
import { builder } from "./builder.ts";
import { findJobs, JobConnection } from "./job.ts";
import { Pair, PairConnection, PairFilterInput } from "./pair.ts";
import { pagesBy } from "./related-page.ts";

export const SkuStatusEnum = builder.enumType(SkuStatus, {
  name: "SkuStatus",
  description:
    "Derived from the pairs, except ARCHIVED: PROCESSING while any pair is queued or\nbeing processed; else REVIEW while any result waits for a decision; else\nPENDING while any photo has no accepted result; else APPROVED.",
});

type CountedSku = Pick<
  Prisma.SkuGetPayload<object>,
  "waiting" | "queued" | "processing" | "ready" | "approved" | "rejected" | "failed" | "archived"
>;

const PairCounts = builder.objectRef<CountedSku>("PairCounts").implement({
  fields: (t) => ({
    total: t.int({
      description: "All of the below.",
      resolve: ({ waiting, queued, processing, ready, approved, rejected, failed, archived }) =>
        waiting + queued + processing + ready + approved + rejected + failed + archived,
    }),
    waiting: t.exposeInt("waiting"),
    processing: t.int({ description: "Queued ones too.", resolve: ({ queued, processing }) => queued + processing }),
    ready: t.exposeInt("ready"),
    approved: t.exposeInt("approved"),
    rejected: t.exposeInt("rejected"),
    failed: t.exposeInt("failed"),
    archived: t.exposeInt("archived"),
  }),
});

const byPosition = pagesBy("position");

export const Sku = builder.prismaNode("Sku", {
  id: { field: "id" },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    code: t.exposeString("code", { description: "The seller's own article code; unique in the workspace." }),
    title: t.exposeString("title", { nullable: true }),
    status: t.expose("status", { type: SkuStatusEnum }),
    // Without a `select` of its own: a SKU is always read with all its columns, and a page has many.
    counts: t.field({ type: PairCounts, resolve: (sku) => sku }),
    // A plain field: a Prisma field would plan its selection anew for each SKU of a page.
    mainPair: t.field({
      type: Pair,
      nullable: true,
      description: "The main pair: the one marked so, else the first.",
      select: (_args, _context, nested) => ({
        pairs: nested({ orderBy: [{ isMain: "desc" }, { position: "asc" }], take: 1 }),
      }),
      resolve: (sku) => sku.pairs[0] ?? null,
    }),
    pairs: t.connection(
      {
        type: Pair,
        args: { filter: t.arg({ type: PairFilterInput }) },
        select: ({ filter, ...args }, { viewer }, nested) => {
          const { where = {}, ...page } = byPosition.query(args);
          return { pairs: nested({ ...page, where: { AND: [pairWhere(viewer, filter ?? {}), where] } }, ["edges", "node"]) };
        },
        resolve: async (sku, { filter, ...args }, { app }) => ({
          ...(await byPosition.connection(sku.pairs, args, async (id) => (await app.db.pair.count({ where: { id, skuId: sku.id } })) > 0)),
          totalCount: () => countPairsOf(sku, filter ?? {}),
        }),
      },
      PairConnection,
    ),
    jobs: t.prismaConnection(
      {
        type: "Job",
        cursor: "id",
        totalCount: (sku, _args, { app, viewer }) => app.db.job.count({ where: jobWhere(viewer, { sku: sku.code }) }),
        resolve: (query, sku, _args, { app, viewer }) => findJobs(app, query, jobWhere(viewer, { sku: sku.code })),
      },
      JobConnection,
    ),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    updatedAt: t.expose("updatedAt", { type: "DateTime" }),
  }),
});

builder.queryFields((t) => ({
  sku: t.prismaField({
    type: Sku,
    nullable: true,
    args: { code: t.arg.string({ required: true }) },
    resolve: (query, _root, { code }, { app, viewer }) =>
      app.db.sku.findFirst({ ...query, where: { ...skuWhere(viewer), code: askedCode(code) } }),
  }),
}));

const CreateSkuInput = builder.inputType("CreateSkuInput", {
  fields: (t) => ({ code: t.string({ required: true }), title: t.string() }),
});

const UpdateSkuInput = builder.inputType("UpdateSkuInput", {
  fields: (t) => ({
    code: t.string({ description: "The new code; left out or null, it stays." }),
    title: t.string({ description: "Null or blank takes the title away; left out, it stays." }),
  }),
});

builder.mutationFields((t) => ({
  createSku: t.prismaField({
    type: Sku,
    args: { input: t.arg({ type: CreateSkuInput, required: true }) },
    resolve: async (query, _root, { input }, { app, viewer }) => {
      const { id } = await createSku(app, viewer, input);
      return app.db.sku.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
  updateSku: t.prismaField({
    type: Sku,
    args: { code: t.arg.string({ required: true }), input: t.arg({ type: UpdateSkuInput, required: true }) },
    resolve: async (query, _root, { code, input }, { app, viewer }) => {
      const { id } = await updateSku(app, viewer, { code, input });
      return app.db.sku.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
}));
