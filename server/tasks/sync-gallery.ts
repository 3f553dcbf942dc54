// The tasks that pull from galleries: syncs beside the pictures, and the clock's wish for one.
import type { CronItem } from "graphile-worker";
import type { App } from "../app.ts";
import { beginScheduledSyncs } from "../domain/gallery-sync.ts";
import { putOffSync, runSync } from "../domain/gallery-sync-run.ts";
import { messageOf } from "../errors.ts";
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

/** Pulls of a worker at once. Each holds a few photos of 50 MB at most, which bounds what stands beside the pictures being made. */
const pullsAtOnce = 2;
/** Milliseconds after which a pull is looked at again for which there was no room; another worker's may come first. */
const noRoomMs = 5_000;

export interface HeldPull {
  readonly workerId: string;
  readonly signal: AbortSignal;
}

/**
 * A pull waits for its gallery most of the time, and long ones take hours: it holds no place of the pictures'. The task is done once the pull's row says
 * who holds it; what is lost after that is found by the row.
 */
export function createPulls(app: App) {
  const underWay = new Map<string, Promise<void>>();
  return {
    /** @param held what it is run with; its signal, once aborted, sends the pull back to the queue @throws when the database is away */
    async take(payload: unknown, { workerId, signal }: HeldPull): Promise<void> {
      const { syncId } = syncGalleryPayload.parse(payload);
      // It was taken for lost and is ending here: whoever looks for what waits without an entry finds it after that.
      if (underWay.has(syncId)) return;
      if (underWay.size >= pullsAtOnce) return putOffSync(app, syncId, noRoomMs);
      const held = Promise.withResolvers<void>();
      const work = runSync(app, { syncId, workerId, signal, onHeld: held.resolve }).finally(() => underWay.delete(syncId));
      underWay.set(syncId, work);
      const isHeld = await Promise.race([work.then(() => false), held.promise.then(() => true)]);
      if (isHeld) work.catch((error) => app.log.warn({ syncId, error: messageOf(error) }, "a pull's end could not be written down"));
    },
    isUnderWay: (syncId: string): boolean => underWay.has(syncId),
    async idle(): Promise<void> {
      await Promise.allSettled(underWay.values());
    },
  };
}
