// Lists of pairs in the order of a workspace's grid: by SKU code, then by position; paged by place.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { Prisma } from "../db/client.ts";
import { PairStatus } from "../db/generated/prisma/enums.ts";
import { askedCode } from "./names.ts";
import { type PairFilter, pairWhere } from "./pair.ts";
import { readTally } from "./tally.ts";

/** A pair's place in the order. */
export interface PairPlace {
  readonly code: string;
  readonly position: number;
  readonly id: string;
}

export interface PairListInput {
  readonly filter: PairFilter;
  /** Rows at most. */
  readonly limit: number;
  /** Null: from the start, or when backward from the end. */
  readonly from: PairPlace | null;
  readonly backward: boolean;
}

/** The places beside `from`, always in the grid's order: the walk goes from SKU to SKU and stops when the page is full. */
export async function listPairs(app: App, viewer: Viewer, { filter, limit, from, backward }: PairListInput): Promise<PairPlace[]> {
  if (filter.status?.length === 0) return [];
  const [direction, beyond] = backward ? [Prisma.sql`DESC`, Prisma.sql`<`] : [Prisma.sql`ASC`, Prisma.sql`>`];
  const ofSku = filter.sku ? Prisma.sql`AND s.code = ${askedCode(filter.sku)}` : Prisma.empty;
  const ofStatus = filter.status ? Prisma.sql`AND status = ANY (${[...filter.status]}::text[]::"PairStatus"[])` : Prisma.empty;
  const ofPage =
    from === null
      ? Prisma.empty
      : Prisma.sql`AND s.code ${beyond}= ${from.code} AND (s.code, p.position, p.id) ${beyond} (${from.code}, ${from.position}::int, ${from.id}::uuid)`;
  // Ordered within, so that the planner keeps to the walk: joined at once it would sort the pairs of the whole workspace.
  const places = await app.db.$queryRaw<PairPlace[]>`
    SELECT s.code, p.position, p.id FROM ai_workflow_state s CROSS JOIN LATERAL (
      SELECT position, id FROM ai_image_pair WHERE sku_id = s.id ${ofStatus} ORDER BY position, id
    ) p
    WHERE s.workspace = ${viewer.workspace} ${ofSku} ${ofPage}
    ORDER BY s.code ${direction}, p.position ${direction}, p.id ${direction} LIMIT ${limit}`;
  return backward ? places.toReversed() : places;
}

/** How many the filter leaves: exact. */
export async function countPairs(app: App, viewer: Viewer, filter: PairFilter): Promise<number> {
  if (filter.sku) return app.db.pair.count({ where: pairWhere(viewer, filter) });
  const wanted = filter.status ? new Set<string>(filter.status) : null;
  return [...(await readTally(app, viewer, "pair"))].reduce((sum, [status, n]) => sum + (wanted === null || wanted.has(status) ? n : 0), 0);
}

/** The same for one SKU, from the counts in its row: counting them for a page of SKUs would read the pairs of all. */
export function countPairsOf(sku: Prisma.SkuGetPayload<object>, { sku: code, status }: PairFilter): number {
  if (code && askedCode(code) !== sku.code) return 0;
  const wanted = new Set(status ?? Object.values(PairStatus));
  return [...wanted].reduce((sum, each) => sum + sku[each.toLowerCase() as Lowercase<PairStatus>], 0);
}
