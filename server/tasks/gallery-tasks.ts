// A worker's pulls and publications: what runs at this moment, so that a stop can end it and what was lost on the way is noticed.
import type { TaskList } from "graphile-worker";
import type { App } from "../app.ts";
import { giveBackGalleries } from "../domain/gallery-recovery.ts";
import { taskNames } from "../queue/tasks.ts";
import { publishSku } from "./publish-sku.ts";
import { startScheduledSync, syncGallery } from "./sync-gallery.ts";

export interface GalleryTasks {
  readonly tasks: TaskList;
  /** Gives back what this worker holds by its rows and does not run: its database was away when that ended. */
  reconcile(): Promise<void>;
  /** Ends what runs; it goes back to the queue. */
  abort(reason: Error): void;
}

/** What a task calls the rows that it holds. */
interface Running {
  readonly id: string;
  readonly controller: AbortController;
}

export function createGalleryTasks(app: App, workerId: string): GalleryTasks {
  const running = new Set<Running>();
  const held =
    (work: typeof syncGallery | typeof publishSku) =>
    async (payload: unknown): Promise<void> => {
      const entry: Running = { id: idOf(payload), controller: new AbortController() };
      running.add(entry);
      try {
        await work(app, payload, { workerId, signal: entry.controller.signal });
      } finally {
        running.delete(entry);
      }
    };
  return {
    tasks: {
      [taskNames.startScheduledSync]: (payload) => startScheduledSync(app, payload),
      [taskNames.syncGallery]: held(syncGallery),
      [taskNames.publishSku]: held(publishSku),
    },
    reconcile: () => giveBackGalleries(app, workerId, (id) => [...running].some((entry) => entry.id === id)),
    abort(reason) {
      for (const { controller } of running) controller.abort(reason);
    },
  };
}

/** A sync's id, or that of the SKU whose pictures are sent. */
function idOf(payload: unknown): string {
  const { syncId, skuId } = payload as { syncId?: string; skuId?: string };
  return syncId ?? skuId ?? "";
}
