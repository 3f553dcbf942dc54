// The light side of the queue: what tasks there are and how they are enqueued in the caller's transaction.
import { z } from "zod";
import { Prisma, type Tx } from "../db/client.ts";

/** Names of tasks, as they stand in graphile-worker's table. */
export const taskNames = {
  processItem: "process-item",
  recoverWorkers: "recover-workers",
  sweep: "sweep",
  syncGallery: "sync-gallery",
  startScheduledSync: "start-scheduled-sync",
  publishSku: "publish-sku",
  retention: "retention",
} as const;

/** `alone`: nothing else may run in the same process meanwhile. */
export const processItemPayload = z.object({ itemId: z.uuid(), alone: z.boolean().default(false) });

/** Lower runs first: what a person waits for overtakes a long batch. */
export const priorities = { interactive: 0, batch: 10 } as const;

/**
 * Times graphile-worker itself starts a task again after a fault that is not the item's (the database was away, say).
 * The item's own attempts are counted in its row.
 */
const maxQueueAttempts = 25;

export interface EnqueueItems {
  readonly itemIds: readonly string[];
  readonly priority: number;
  /** Its place in the queue's order. Left out, as `waitMs` is: now. */
  readonly runAt?: Date;
  /** Milliseconds from now on, by the database's clock, which is the queue's: a worker's own may be minutes off. */
  readonly waitMs?: number;
  /** Whether nothing else may run in the same process meanwhile. */
  readonly isAlone?: boolean;
}

/** A point in time; null, which is now, where there is no wait. */
export const afterMs = (waitMs: number | undefined): Prisma.Sql =>
  Prisma.sql`clock_timestamp() + make_interval(secs => ${waitMs === undefined ? null : waitMs / 1000}::double precision)`;

/** One queue entry an item, visible at the commit of `tx`. An entry already waiting for the item is replaced. */
export async function enqueueItems(tx: Tx, { itemIds, priority, runAt, waitMs, isAlone = false }: EnqueueItems): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM graphile_worker.add_jobs((
      SELECT array_agg(ROW(
        ${taskNames.processItem}, json_build_object('itemId', id, 'alone', ${isAlone}::boolean), NULL,
        coalesce(${runAt ?? null}::timestamptz, ${afterMs(waitMs)}),
        ${maxQueueAttempts}::int, 'item:' || id, ${priority}::int, NULL
      )::graphile_worker.job_spec)
      FROM unnest(${[...itemIds]}::text[]) AS id
    ))`;
}

/** Takes the entries of items that have not started out of the queue. */
export async function dequeueItems(tx: Tx, itemIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`SELECT graphile_worker.remove_job('item:' || id) FROM unnest(${[...itemIds]}::text[]) AS id`;
}
