// The tasks that pull from galleries: one sync's run, and the clock's wish for one.
import type { CronItem } from "graphile-worker";
import type { App } from "../app.ts";
import { beginScheduledSyncs } from "../domain/gallery-sync.ts";
import { runSync } from "../domain/gallery-sync-run.ts";
import { scheduledSyncPayload, syncGalleryPayload } from "../queue/galleries.ts";
import { taskNames } from "../queue/tasks.ts";

/** One item a gallery with a schedule; its sync starts once among all workers. One that was missed while none ran is not made up for. */
export const syncCrons = ({ config }: App): CronItem[] =>
  (config.galleries ?? []).flatMap(({ name, schedule }) =>
    schedule === undefined
      ? []
      : [
          {
            task: taskNames.startScheduledSync,
            identifier: `sync:${name}`,
            match: schedule,
            payload: { gallery: name },
            options: { backfillPeriod: 0 },
          },
        ],
  );

export async function startScheduledSync(app: App, payload: unknown): Promise<void> {
  await beginScheduledSyncs(app, scheduledSyncPayload.parse(payload).gallery);
}

/** @param signal aborted when the worker stops: the sync goes back to the queue */
export async function syncGallery(
  app: App,
  payload: unknown,
  { workerId, signal }: { workerId: string; signal: AbortSignal },
): Promise<void> {
  await runSync(app, { syncId: syncGalleryPayload.parse(payload).syncId, workerId, signal });
}
