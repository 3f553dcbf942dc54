// What workers that died leave in the queue: entries that nobody will ever give back.
import type { Db, Tx } from "../db/client.ts";

/** Frees what queues that are no more had taken. What was queued anew meanwhile has lost its key and its attempts: it is freed and never run. */
export async function unlockEntries(tx: Tx, queueIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`SELECT graphile_worker.force_unlock_workers(${[...queueIds]}::text[])`;
}

/** Deletes what will never be run: graphile-worker keeps entries that have no attempt left, for whoever has their key, and these have none. */
export async function removeSpentEntries(db: Db): Promise<void> {
  await db.$executeRaw`
    SELECT 1 FROM graphile_worker.complete_jobs(ARRAY(
      SELECT id FROM graphile_worker.jobs WHERE key IS NULL AND attempts >= max_attempts AND locked_at IS NULL))`;
}
