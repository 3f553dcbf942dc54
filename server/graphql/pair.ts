// Pairs and their results.
import { queryFromInfo } from "@pothos/plugin-prisma";
import { z } from "zod";
import { PairStatus } from "../db/generated/prisma/enums.ts";
import { askedCode } from "../domain/names.ts";
import { maxPairsPerSku } from "../domain/pair.ts";
import { countPairs, listPairs, type PairPlace } from "../domain/pair-list.ts";
import { notFound } from "../errors.ts";
import type { Placement } from "../images/picture.ts";
import { tellApart } from "../say.ts";
import { builder } from "./builder.ts";
import { totalCount } from "./connection.ts";
import { Image } from "./image.ts";
import { iterateNews } from "./news.ts";
import { codeText, pageOf, readPage, wantsTotalOnly, withNodes } from "./page.ts";
import { SentenceType, said } from "./sentence.ts";
import { sharedRead } from "./shared-reads.ts";
import { inStretches } from "./stretches.ts";
import { readTold } from "./told-rows.ts";

const PairStatusEnum = builder.enumType(PairStatus, { name: "PairStatus" });

export const PairFilterInput = builder.inputType("PairFilter", {
  fields: (t) => ({ sku: t.string(), status: t.field({ type: [PairStatusEnum] }) }),
});

export const Pair = builder.prismaNode("Pair", {
  id: { field: "id" },
  nullable: true,
  description: "A source photo and what was made of it.",
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    sku: t.relation("sku"),
    status: t.expose("status", { type: PairStatusEnum }),
    source: t.relation("source"),
    result: t.field({
      type: Image,
      nullable: true,
      description: "The current result's picture.",
      select: (_args, _context, nested) => ({ current: { select: { image: nested() } } }),
      resolve: (pair) => pair.current?.image ?? null,
    }),
    current: t.relation("current", { nullable: true }),
    results: t.relation("results", {
      description: "Every result ever made of this source, the newest first.",
      query: { orderBy: [{ createdAt: "desc" }, { id: "desc" }] },
    }),
    isMain: t.exposeBoolean("isMain"),
    position: t.exposeInt("position", { description: "Order within the SKU, from 0." }),
    note: t.exposeString("note", { nullable: true, description: "Why it failed or was rejected." }),
    noteSentence: t.field({ type: SentenceType, nullable: true, resolve: ({ note }) => said(note) }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    updatedAt: t.expose("updatedAt", { type: "DateTime" }),
  }),
});

export const PairConnection = builder.connectionObject(
  { type: Pair, name: "PairConnection", fields: (t) => ({ totalCount: t.int(totalCount) }) },
  { name: "PairEdge" },
);

const PlacementType = builder.objectRef<Placement>("Placement").implement({
  description: "The source picture's box in the result's pixels (it may reach beyond the edges), turned clockwise about its centre.",
  fields: (t) => ({
    x: t.exposeFloat("x"),
    y: t.exposeFloat("y"),
    width: t.exposeFloat("width"),
    height: t.exposeFloat("height"),
    rotation: t.exposeFloat("rotation"),
  }),
});

builder.prismaNode("Result", {
  id: { field: "id" },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    pair: t.relation("pair"),
    image: t.relation("image"),
    isCurrent: t.boolean({ select: { currentOf: { select: { id: true } } }, resolve: ({ currentOf }) => currentOf !== null }),
    job: t.prismaField({
      type: "Job",
      nullable: true,
      select: (_args, _context, nested) => ({ jobItem: { select: { job: nested() } } }),
      resolve: (_query, result) => result.jobItem?.job ?? null,
    }),
    engine: t.exposeString("engine"),
    model: t.exposeString("model", { nullable: true }),
    prompt: t.exposeString("prompt", { nullable: true, description: "The prompt as it was sent, its variables filled in." }),
    durationMs: t.exposeInt("durationMs"),
    costUsd: t.exposeFloat("costUsd"),
    confidence: t.exposeFloat("confidence", {
      nullable: true,
      description: "How sure the engine is of its cut-out, from 0 to 1; null where it cannot tell.",
    }),
    fidelity: t.exposeFloat("fidelity", {
      nullable: true,
      description:
        "How much of the product is as in the source, from 0 to 1, in outline, colours and details: light, place and background do not count. Null for results of the studio, which does not alter the product, and where nobody can tell.",
    }),
    warnings: t.exposeStringList("warnings", { description: "What a reviewer should look at first, in plain words." }),
    warningSentences: t.field({ type: [SentenceType], resolve: ({ warnings }) => warnings.map((warning) => tellApart(warning)) }),
    placement: t.field({
      type: PlacementType,
      nullable: true,
      description:
        "Where the whole source lies in the result, so that both can be laid over each other; null where the engine keeps no geometry.",
      select: { placement: true },
      resolve: ({ placement }) => placement as Placement | null,
    }),
    upscaled: t.exposeBoolean("upscaled", { description: "Whether source pixels were enlarged." }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

const place = z.tuple([codeText, z.int32(), z.uuid()]).transform(([code, position, id]): PairPlace => ({ code, position, id }));

builder.queryField("pairs", (t) =>
  t.connection(
    {
      type: Pair,
      args: { filter: t.arg({ type: PairFilterInput }) },
      resolve: async (_root, args, context, info) => {
        const { app, viewer } = context;
        const filter = args.filter ?? {};
        const page = readPage(args, place);
        const query = queryFromInfo({ context, info, paths: [["edges", "node"]] });
        const places = wantsTotalOnly(info) ? [] : await listPairs(app, viewer, { ...page, filter, limit: page.size + 1 });
        const ofPage = pageOf(places, page, ({ code, position, id }) => [code, position, id]);
        const rows = await app.db.pair.findMany({
          ...(query.include ? { include: query.include } : {}),
          where: { id: { in: ofPage.edges.map(({ node }) => node.id) } },
        });
        const byId = new Map(rows.map((row) => [row.id, row]));
        return { ...withNodes(ofPage, ({ id }) => byId.get(id)), totalCount: () => countPairs(app, viewer, filter) };
      },
    },
    PairConnection,
  ),
);

/** Pairs that a subscription to a whole workspace starts with: enough to bridge a reconnect, not half a million. */
const recentPairs = 100;

builder.subscriptionField("pairs", (t) =>
  t.prismaField({
    type: Pair,
    description: "Pairs as they change (a result came in, a review was done), of one SKU or of all.",
    args: { sku: t.arg.string() },
    subscribe: async (_root, { sku }, { app, viewer }) => {
      const { workspace } = viewer;
      const row = sku ? await app.db.sku.findFirst({ where: { workspace, code: askedCode(sku) }, select: { id: true } }) : null;
      if (sku && row === null) throw notFound(`SKU with the code ${sku}`);
      const own = { workspace, ...(row === null ? {} : { skuId: row.id }) };
      return iterateNews(app.events, { topic: "pair", workspace, ...(row === null ? {} : { scope: row.id }) }, async ({ refresh, ids }) => {
        const those = { ...own, id: { in: [...ids] } };
        if (!refresh)
          return sharedRead(app.events, `pairs ${JSON.stringify(those)}`, () =>
            app.db.pair.findMany({ where: those, select: { id: true } }),
          );
        // The newest change first: what a subscriber who was away has missed.
        const take = row === null ? recentPairs : maxPairsPerSku;
        return inStretches(await app.db.pair.findMany({ where: own, select: { id: true }, orderBy: { updatedAt: "desc" }, take }));
      });
    },
    resolve: (query, event, _args, { app, viewer: { workspace } }) =>
      readTold(app.events, event, {
        key: `pair of ${workspace} ${JSON.stringify(query)}`,
        read: (ids) => app.db.pair.findMany({ ...query, where: { id: { in: [...ids] }, workspace } }),
      }),
  }),
);
