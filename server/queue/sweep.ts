// The sweep on the queue: asked for by whoever deletes, and by the clock.
import type { Tx } from "../db/client.ts";
import { priorities, taskNames } from "./tasks.ts";

/** One waiting sweep serves all who ask for one. */
export const sweepJobKey = "sweep";
/** Starts of one sweep after faults; the clock brings the next one anyway. */
export const sweepAttempts = 5;

/** A sweep soon after the commit of `tx`. */
export async function enqueueSweep(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM graphile_worker.add_job(${taskNames.sweep}, '{}'::json, max_attempts := ${sweepAttempts}::int,
      job_key := ${sweepJobKey}, priority := ${priorities.interactive}::int)`;
}
