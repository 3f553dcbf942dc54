// Pairs held for a decision, and what a run under way means for it.
import { Prisma, type Tx } from "../db/client.ts";
import { conflict, type UserError } from "../errors.ts";
import { say } from "../say.ts";
import type { PairRow } from "./pair.ts";

export type LockedPair = Pick<PairRow, "id" | "skuId" | "status" | "currentResultId">;

/** Holds rows until `tx` ends, locked in the order of their ids, so that two bulk calls can not wait for each other in a ring. */
export const lockPairs = (tx: Tx, workspace: string, which: Prisma.Sql): Promise<LockedPair[]> =>
  tx.$queryRaw<LockedPair[]>`
    SELECT id, sku_id AS "skuId", status, current_result_id AS "currentResultId" FROM ai_image_pair
    WHERE workspace = ${workspace} AND ${which} ORDER BY id FOR UPDATE`;

export const pairsById = (ids: readonly string[]): Prisma.Sql => Prisma.sql`id = ANY (${[...ids]}::uuid[])`;
export const pairsOfSkus = (skuIds: readonly string[]): Prisma.Sql => Prisma.sql`sku_id = ANY (${[...skuIds]}::uuid[])`;

/** A pair in a paused or waiting job is QUEUED: the run is under way, whether or not it moves. */
export const isRunning = ({ status }: Pick<LockedPair, "status">): boolean => status === "QUEUED" || status === "PROCESSING";

export const stillRunning = (): UserError => conflict(say("PAIR_IS_RUNNING"));
