// Lists of SKUs: found, narrowed, ordered and paged in one statement whose time does not depend on how many SKUs there are.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { Prisma } from "../db/client.ts";
import { SkuStatus } from "../db/generated/prisma/enums.ts";
import { badUserInput } from "../errors.ts";
import { maxTitleLength } from "./names.ts";
import { nestRows, type PictureColumns, pairColumns, pictureColumns, type SkuListRow } from "./sku-columns.ts";
import { readTally } from "./tally.ts";

export interface SkuFilter {
  readonly search?: string | null | undefined;
  readonly status?: readonly SkuStatus[] | null | undefined;
}

export const skuOrderFields = ["CODE", "CREATED_AT", "UPDATED_AT"] as const;
export interface SkuOrder {
  readonly field: (typeof skuOrderFields)[number];
  readonly direction: "ASC" | "DESC";
}

/** A row's place in an order, by its values and not by its id: it stays a place when the row moves or goes. */
export interface SkuPlace {
  readonly field: SkuOrder["field"];
  /** A code, or a time as RFC 3339 to the millisecond, as the table keeps it. */
  readonly value: string;
  readonly id: string;
}

export interface SkuListInput {
  readonly filter: SkuFilter;
  readonly order: SkuOrder;
  /** Rows at most. */
  readonly limit: number;
  /** Null: from the start, or when backward from the end. */
  readonly from: SkuPlace | null;
  readonly backward: boolean;
  /** What is wanted of the main pair's pictures; null leaves the main pair out. */
  readonly mainPair: PictureColumns | null;
}

/** The rows beside `from`, always in the order that was asked. @throws BAD_USER_INPUT on a search that is none */
export async function listSkus(app: App, viewer: Viewer, input: SkuListInput): Promise<SkuListRow[]> {
  const page = pageSql(viewer, input);
  if (page === null) return [];
  const rows = await app.db.$queryRaw<Record<string, unknown>[]>(
    input.mainPair === null ? page : withMainPair(page, input, input.mainPair),
  );
  const skus = nestRows(rows);
  return input.backward ? skus.toReversed() : skus;
}

/** How many the filter leaves: exact. */
export async function countSkusIn(app: App, viewer: Viewer, filter: SkuFilter): Promise<number> {
  const words = searchWords(filter.search);
  if (words !== null && !filter.status) {
    const [row] = await app.db.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM ai_sku_search f WHERE ${matches(viewer, words)}`;
    return row?.n ?? 0;
  }
  const counts = await countByStatus(app, viewer, filter.search);
  const wanted = new Set<string>(filter.status ?? Object.values(SkuStatus));
  return [...counts].reduce((sum, [status, n]) => sum + (wanted.has(status) ? n : 0), 0);
}

export type SkuCounts = Readonly<Record<"all" | Lowercase<SkuStatus>, number>>;

/** How many SKUs stand at each status, archived ones in `archived` alone. */
export async function countSkus(app: App, viewer: Viewer, search?: string | null): Promise<SkuCounts> {
  const counts = await countByStatus(app, viewer, search);
  const of = (status: SkuStatus): number => counts.get(status) ?? 0;
  const live = { pending: of("PENDING"), processing: of("PROCESSING"), review: of("REVIEW"), approved: of("APPROVED") };
  return { ...live, archived: of("ARCHIVED"), all: live.pending + live.processing + live.review + live.approved };
}

async function countByStatus(app: App, viewer: Viewer, search: string | null | undefined): Promise<ReadonlyMap<string, number>> {
  const words = searchWords(search);
  if (words === null) return readTally(app, viewer, "sku");
  const rows = await app.db.$queryRaw<{ status: string; n: number }[]>`
    SELECT s.status, count(*)::int AS n FROM ai_sku_search f JOIN ai_workflow_state s ON s.id = f.sku_id
    WHERE ${matches(viewer, words)} GROUP BY s.status`;
  return new Map(rows.map(({ status, n }) => [status, n]));
}

/** Trimmed; null when nothing is searched. */
function searchWords(search: string | null | undefined): string | null {
  const words = search?.trim().normalize("NFC") ?? "";
  if (words.includes("\0")) throw badUserInput("search holds a NUL character: leave it out.");
  if (words.length > maxTitleLength)
    throw badUserInput(`search has ${words.length} characters: ${maxTitleLength} is the most, as in a title.`);
  return words === "" ? null : words;
}

/** Characters of the pieces that the index holds, the longest first: the longer, the fewer SKUs share one. */
const pieceSizes = [5, 3, 2, 1] as const;

/** Of `ai_sku_search f`: the index names the candidates by their pieces, LIKE has the last word. */
function matches({ workspace }: Viewer, words: string): Prisma.Sql {
  const literal = words.replace(/[\\%_]/g, "\\$&");
  const size = pieceSizes.find((each) => each <= [...words].length) ?? 1;
  return Prisma.sql`f.workspace = ${workspace} AND f.words LIKE '%' || lower(${literal}) || '%'
    AND f.pieces @> ai_pieces(${workspace}, lower(${words}), ${[size]}::int[])`;
}

const orderColumns = {
  CODE: [Prisma.sql`s.code`],
  CREATED_AT: [Prisma.sql`s.created_at`, Prisma.sql`s.id`],
  UPDATED_AT: [Prisma.sql`s.updated_at`, Prisma.sql`s.id`],
} as const satisfies Record<SkuOrder["field"], readonly Prisma.Sql[]>;

/** Forwards in an ascending order and backwards in a descending one are the same walk through an index. */
const isUpward = ({ order, backward }: SkuListInput): boolean => (order.direction === "ASC") !== backward;

function orderBy(input: SkuListInput): Prisma.Sql {
  const direction = isUpward(input) ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  return Prisma.join(
    orderColumns[input.order.field].map((column) => Prisma.sql`${column} ${direction}`),
    ", ",
  );
}

function beyond(input: SkuListInput): Prisma.Sql {
  const { from, order } = input;
  if (from === null) return Prisma.empty;
  const comparison = isUpward(input) ? Prisma.sql`>` : Prisma.sql`<`;
  return order.field === "CODE"
    ? Prisma.sql`AND s.code ${comparison} ${from.value}`
    : Prisma.sql`AND (${Prisma.join([...orderColumns[order.field]], ", ")}) ${comparison} (${from.value}::timestamptz, ${from.id}::uuid)`;
}

/** The page as `SELECT … FROM ai_workflow_state s`; null when no status is asked for, which nothing has. */
function pageSql(viewer: Viewer, input: SkuListInput): Prisma.Sql | null {
  const { filter, limit } = input;
  const { workspace } = viewer;
  const words = searchWords(filter.search);
  const statuses = filter.status ? [...new Set(filter.status)] : null;
  if (statuses?.length === 0) return null;
  const tail = Prisma.sql`${beyond(input)} ORDER BY ${orderBy(input)} LIMIT ${limit}`;
  if (words !== null) {
    const among = statuses === null ? Prisma.empty : Prisma.sql`AND s.status = ANY (${statuses}::text[]::"SkuStatus"[])`;
    return Prisma.sql`SELECT s.* FROM ai_sku_search f JOIN ai_workflow_state s ON s.id = f.sku_id WHERE s.workspace = ${workspace} AND ${matches(viewer, words)} ${among} ${tail}`;
  }
  if (statuses === null || statuses.length === Object.keys(SkuStatus).length) {
    return Prisma.sql`SELECT s.* FROM ai_workflow_state s WHERE s.workspace = ${workspace} ${tail}`;
  }
  // Each status has its own stretch of the index: the first rows of each, merged, are the first rows of all.
  const stretches = statuses.map(
    (status) =>
      Prisma.sql`(SELECT * FROM ai_workflow_state s WHERE s.workspace = ${workspace} AND s.status = ${status}::"SkuStatus" ${tail})`,
  );
  return Prisma.sql`SELECT s.* FROM (${Prisma.join(stretches, " UNION ALL ")}) s ORDER BY ${orderBy(input)} LIMIT ${limit}`;
}

/** The main pair is the one marked so, else the first. */
function withMainPair(page: Prisma.Sql, input: SkuListInput, wanted: PictureColumns): Prisma.Sql {
  return Prisma.sql`
    SELECT s.*, ${pairColumns("p")}, ${pictureColumns("i", "source", wanted.source)}, ${pictureColumns("r", "result", wanted.result)}
    FROM (${page}) s
    LEFT JOIN LATERAL (
      SELECT * FROM ai_image_pair m WHERE m.sku_id = s.id ORDER BY m.is_main DESC, m.position, m.id LIMIT 1) p ON true
    LEFT JOIN ai_image i ON i.id = p.source_id
    LEFT JOIN ai_result c ON c.id = p.current_result_id
    LEFT JOIN ai_image r ON r.id = c.image_id
    ORDER BY ${orderBy(input)}`;
}
