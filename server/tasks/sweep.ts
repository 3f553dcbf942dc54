// The task that cleans up behind deletions, crashes and clients that never came back; and when it runs by itself.
import type { CronItem } from "graphile-worker";
import type { App } from "../app.ts";
import { removeOrphans } from "../domain/orphan.ts";
import { forgetExpiredUploads } from "../domain/upload-sweep.ts";
import { sweepAttempts, sweepJobKey } from "../queue/sweep.ts";
import { taskNames } from "../queue/tasks.ts";

/** Every ten minutes, once among all workers; deletions ask for one of their own at once. */
export const sweepCron: CronItem = {
  task: taskNames.sweep,
  identifier: taskNames.sweep,
  match: "*/10 * * * *",
  options: { maxAttempts: sweepAttempts, jobKey: sweepJobKey, backfillPeriod: 0 },
};

/** @throws when the store is away: the queue tries again */
export async function sweep(app: App): Promise<void> {
  await forgetExpiredUploads(app);
  await removeOrphans(app);
}
