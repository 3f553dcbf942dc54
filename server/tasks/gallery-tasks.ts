// A worker's pulls and publications: what runs at this moment, so that a stop can end it and what was lost on the way is noticed.
import type { TaskList } from "graphile-worker";
import type { App } from "../app.ts";
import { giveBackGalleries } from "../domain/gallery-recovery.ts";
import { publishSkuPayload } from "../queue/galleries.ts";
import { taskNames } from "../queue/tasks.ts";
import { publishSku } from "./publish-sku.ts";
import { createPulls, startScheduledSync } from "./sync-gallery.ts";

export interface GalleryTasks {
  readonly tasks: TaskList;
  /** Gives back what this worker holds by its rows and does not run: its database was away when that ended. */
  reconcile(): Promise<void>;
  /** Ends what runs, and what would begin after this; it goes back to the queue. */
  abort(reason: Error): void;
  /** Resolves when no pull is under way. */
  idle(): Promise<void>;
}

export function createGalleryTasks(app: App, workerId: string): GalleryTasks {
  const ending = new AbortController();
  const held = { workerId, signal: ending.signal };
  const pulls = createPulls(app);
  /** The SKU of each publication that runs; a SKU goes to two galleries at once. */
  const sending = new Set<{ readonly skuId: string }>();
  const send = async (payload: unknown): Promise<void> => {
    const entry = publishSkuPayload.parse(payload);
    sending.add(entry);
    try {
      await publishSku(app, entry, held);
    } finally {
      sending.delete(entry);
    }
  };
  const isRunning = (id: string): boolean => pulls.isUnderWay(id) || [...sending].some(({ skuId }) => skuId === id);
  return {
    tasks: {
      [taskNames.startScheduledSync]: (payload) => startScheduledSync(app, payload),
      [taskNames.syncGallery]: (payload) => pulls.take(payload, held),
      [taskNames.publishSku]: send,
    },
    reconcile: () => giveBackGalleries(app, workerId, isRunning),
    abort: (reason) => ending.abort(reason),
    idle: pulls.idle,
  };
}
