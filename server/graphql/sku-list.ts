// The list of SKUs and its counts: filter, order, pages.
import { queryFromInfo } from "@pothos/plugin-prisma";
import { z } from "zod";
import type { App } from "../app.ts";
import { isImageField, type PictureColumns, type SkuListRow } from "../domain/sku-columns.ts";
import { countSkus, countSkusIn, listSkus, type SkuCounts, type SkuOrder, type SkuPlace, skuOrderFields } from "../domain/sku-list.ts";
import { badUserInput } from "../errors.ts";
import { builder } from "./builder.ts";
import { totalCount } from "./connection.ts";
import { type Connection, codeText, pageOf, readPage, wantsTotal, wantsTotalOnly, withNodes } from "./page.ts";
import { Sku, SkuStatusEnum } from "./sku.ts";

const SkuConnection = builder.connectionObject(
  { type: Sku, name: "SkuConnection", fields: (t) => ({ totalCount: t.int(totalCount) }) },
  { name: "SkuEdge" },
);

const SkuCountsType = builder.objectRef<SkuCounts>("SkuCounts").implement({
  fields: (t) => ({
    all: t.exposeInt("all", { description: "All but the archived ones." }),
    pending: t.exposeInt("pending"),
    processing: t.exposeInt("processing"),
    review: t.exposeInt("review"),
    approved: t.exposeInt("approved"),
    archived: t.exposeInt("archived"),
  }),
});

const SkuFilterInput = builder.inputType("SkuFilter", {
  fields: (t) => ({
    search: t.string({ description: "Matches code or title, ignoring case." }),
    status: t.field({ type: [SkuStatusEnum] }),
  }),
});

const SkuOrderField = builder.enumType("SkuOrderField", { values: skuOrderFields });
const OrderDirection = builder.enumType("OrderDirection", { values: ["ASC", "DESC"] as const });
const SkuOrderInput = builder.inputType("SkuOrder", {
  fields: (t) => ({
    field: t.field({ type: SkuOrderField, required: true }),
    direction: t.field({ type: OrderDirection, required: true }),
  }),
});

const byCode: SkuOrder = { field: "CODE", direction: "ASC" };

const place = z
  .union([z.tuple([z.literal("CODE"), codeText, z.uuid()]), z.tuple([z.enum(["CREATED_AT", "UPDATED_AT"]), z.iso.datetime(), z.uuid()])])
  .transform(([field, value, id]): SkuPlace => ({ field, value, id }));

const orderValues = {
  CODE: ({ code }: SkuListRow) => code,
  CREATED_AT: ({ createdAt }: SkuListRow) => createdAt.toISOString(),
  UPDATED_AT: ({ updatedAt }: SkuListRow) => updatedAt.toISOString(),
} as const;

builder.queryFields((t) => ({
  skus: t.connection(
    {
      type: Sku,
      args: {
        filter: t.arg({ type: SkuFilterInput }),
        orderBy: t.arg({ type: SkuOrderInput, defaultValue: byCode }),
      },
      resolve: async (_root, args, context, info) => {
        const { app, viewer } = context;
        const filter = args.filter ?? {};
        const order = args.orderBy ?? byCode;
        const page = readPage(args, place);
        if (page.from !== null && page.from.field !== order.field)
          throw badUserInput(
            `${args.after ? "after" : "before"} is a cursor of a list in another order: start this one from its first page.`,
          );
        const wanted = selectionOf(queryFromInfo({ context, info, paths: [["edges", "node"]] }));
        const input = { filter, order, limit: page.size + 1, from: page.from, backward: page.backward };
        const [rows, total] = await Promise.all([
          wantsTotalOnly(info) ? [] : listSkus(app, viewer, { ...input, mainPair: wanted.mainPair }),
          wantsTotal(info) ? countSkusIn(app, viewer, filter) : null,
        ]);
        const ofPage = pageOf(rows, page, (sku) => [order.field, orderValues[order.field](sku), sku.id]);
        return {
          ...(wanted.all === null ? ofPage : await loadAll(app, ofPage, wanted.all)),
          totalCount: total ?? (() => countSkusIn(app, viewer, filter)),
        };
      },
    },
    SkuConnection,
  ),
  skuCounts: t.field({
    type: SkuCountsType,
    description: "How many SKUs stand at each status, under the same search: the numbers on the list's tabs.",
    args: { search: t.arg.string() },
    resolve: (_root, { search }, { app, viewer }) => countSkus(app, viewer, search ?? null),
  }),
}));

type Include = Readonly<Record<string, unknown>>;

interface Wanted {
  /** What the list's own statement brings along; null: no main pair is asked for. */
  readonly mainPair: PictureColumns | null;
  /** What it can not bring, as Prisma is asked for it; null: nothing is missing. */
  readonly all: Include | null;
}

/** Whether the list's own statement is enough: it is for SKUs, and for their main pairs with a source and a result picture. */
function selectionOf({ include }: { include?: Include | undefined }): Wanted {
  if (include === undefined || Object.keys(include).length === 0) return { mainPair: null, all: null };
  const mainPair = Object.keys(include).every((name) => name === "pairs") ? pictureColumnsOf(include.pairs) : null;
  return mainPair === null ? { mainPair: null, all: include } : { mainPair, all: null };
}

const fields = z.record(z.string().refine(isImageField), z.literal(true));
const picture = z.strictObject({ select: fields });
/** The selection of `mainPair` in sku.ts when nothing beyond pictures is asked of the pair. */
const mainPairSelection = z.strictObject({
  orderBy: z.array(z.unknown()),
  take: z.literal(1),
  include: z
    .strictObject({ source: picture.optional(), current: z.strictObject({ select: z.strictObject({ image: picture }) }).optional() })
    .optional(),
});

function pictureColumnsOf(pairs: unknown): PictureColumns | null {
  const { data, success } = mainPairSelection.safeParse(pairs);
  if (!success) return null;
  const names = (selection: z.infer<typeof picture> | undefined): PictureColumns["source"] =>
    Object.keys(selection?.select ?? {}).filter(isImageField);
  return { source: names(data.include?.source), result: names(data.include?.current?.select.image) };
}

/** The same page with all that was asked for. */
async function loadAll(app: App, page: Connection<SkuListRow>, include: Include): Promise<Connection<SkuListRow>> {
  const loaded = await app.db.sku.findMany({ where: { id: { in: page.edges.map(({ node }) => node.id) } }, include });
  const byId = new Map(loaded.map((sku) => [sku.id, sku]));
  return withNodes(page, (row) => {
    const sku = byId.get(row.id);
    return sku && { ...row, ...sku };
  });
}
