// Syncs and publications on the queue, enqueued in the caller's transaction.
import type { Tx } from "../db/client.ts";
import { priorities, taskNames } from "./tasks.ts";

/** Starts by the queue itself after faults that are no gallery's (the database was away, say); a sync counts its own tries. */
const maxQueueAttempts = 25;

/** @param runAt left out: now. An entry already waiting for the sync is replaced; one that a dead worker holds is left to it. */
export async function enqueueSync(tx: Tx, { syncId, runAt }: { syncId: string; runAt?: Date }): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM graphile_worker.add_job(${taskNames.syncGallery}, json_build_object('syncId', ${syncId}::text),
      run_at := ${runAt ?? null}::timestamptz, max_attempts := ${maxQueueAttempts}::int,
      job_key := ${`sync:${syncId}`}, priority := ${priorities.batch}::int)`;
}
