// The task that cleans up behind deletions, crashes and clients that never came back; and when it runs by itself.
import type { CronItem } from "graphile-worker";
import type { App } from "../app.ts";
import { sweepDownloads } from "../domain/download.ts";
import { removeOrphans } from "../domain/orphan.ts";
import { forgetFullBuckets } from "../domain/rate-limit.ts";
import { sweepRetention } from "../domain/retention.ts";
import { forgetExpiredUploads } from "../domain/upload-sweep.ts";
import { removeSpentEntries } from "../queue/leftovers.ts";
import { sweepAttempts, sweepJobKey } from "../queue/sweep.ts";
import { taskNames } from "../queue/tasks.ts";

/** Every ten minutes, once among all workers; deletions ask for one of their own at once. */
export const sweepCron: CronItem = {
  task: taskNames.sweep,
  identifier: taskNames.sweep,
  match: "*/10 * * * *",
  options: { maxAttempts: sweepAttempts, jobKey: sweepJobKey, backfillPeriod: 0 },
};

/** Once a day, when most people sleep: past its time is past its time an hour later too. */
export const retentionCron: CronItem = {
  task: taskNames.retention,
  identifier: taskNames.retention,
  match: "17 3 * * *",
  options: { maxAttempts: sweepAttempts, jobKey: taskNames.retention, backfillPeriod: 0 },
};

/** @throws when the store is away: the queue tries again */
export async function sweep(app: App): Promise<void> {
  await forgetFullBuckets(app);
  await removeSpentEntries(app.db);
  await sweepDownloads(app.db);
  await forgetExpiredUploads(app);
  await removeOrphans(app);
}

/** @throws when database or store are away: the queue tries again */
export async function retain(app: App): Promise<void> {
  const swept = await sweepRetention(app, app.config.retention);
  app.log.info({ swept }, "what was past its time was removed");
}
