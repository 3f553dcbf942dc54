// A sync's way through a gallery: page by page, some SKUs at once, each photo by itself.
//
// QUEUED -> RUNNING (a worker holds it) -> QUEUED again (the gallery asks for patience, the worker stops or dies) -> ... -> SUCCEEDED,
// PARTIAL (some SKUs or photos failed) or FAILED (the gallery refused, or nothing came in); CANCELLED from either by a person. Every write is guarded by the worker that
// holds it, so that one that was given up for dead changes nothing any more. The cursor moves once a page is done with; a SKU that
// is done with bears the sync's id, so that a page that is gone over again counts nothing twice.
import type { App } from "../app.ts";
import type { Tx } from "../db/client.ts";
import { type Gallery, GalleryError, type GalleryPage, maxPageItems } from "../galleries/gallery.ts";
import { enqueueSync } from "../queue/galleries.ts";
import { say } from "../say.ts";
import { StoreUnavailableError } from "../storage/store.ts";
import type { GallerySyncRow } from "./gallery.ts";
import { maxCrashes, nextTry } from "./gallery-patience.ts";
import { tellTurn } from "./gallery-sync.ts";
import { syncItems } from "./gallery-sync-items.ts";
import { type HeldSync, noteFailures, SyncLost, writeSync } from "./gallery-sync-write.ts";

/** Pages in a row with nothing that was not seen before. Stops lists that go round in a ring. */
const maxPagesWithoutNews = 20;
/** Syncs of a gallery that are remembered, with their failures. */
const keptSyncs = 20;

export interface RunSync {
  readonly syncId: string;
  readonly workerId: string;
  readonly signal: AbortSignal;
  /** Called once the row says that the worker holds it: from then on the row, and not the queue, says what has not ended. */
  readonly onHeld?: () => void;
}

/** Ends the sync, puts it back on the queue, or finds that it is not this worker's. Throws only when the database is away. */
export async function runSync(app: App, { syncId, workerId, signal, onHeld }: RunSync): Promise<void> {
  const sync = await claim(app, syncId, workerId);
  if (sync === null) return;
  onHeld?.();
  const held: HeldSync = { app, sync, workerId };
  try {
    const gallery = app.galleries.find(sync.workspace, sync.gallery);
    if (gallery === undefined) throw new GalleryError("lasting", say("GALLERY_NOT_CONFIGURED", { gallery: sync.gallery }));
    await pull(held, gallery, signal);
    await finish(held);
  } catch (error) {
    if (error instanceof SyncLost) return;
    if (signal.aborted) return await putBackSync(held);
    await settle(held, error);
  }
}

async function claim(app: App, id: string, workerId: string): Promise<GallerySyncRow | null> {
  return app.db.$transaction(async (tx) => {
    // Its own it may find again: the queue starts it anew where the database went away in between.
    const where = { id, OR: [{ status: "QUEUED" as const }, { status: "RUNNING" as const, workerId }] };
    const [sync] = await tx.gallerySync.updateManyAndReturn({ where, data: { status: "RUNNING", workerId, error: null } });
    if (sync !== undefined) await tellTurn(tx, sync);
    return sync ?? null;
  });
}

async function pull(held: HeldSync, gallery: Gallery, signal: AbortSignal): Promise<void> {
  let withoutNews = 0;
  for (let cursor = held.sync.cursor; ; ) {
    const page = await gallery.list(cursor, signal);
    checkPage(page, cursor, gallery);
    const fresh = await syncItems(held, { gallery, items: page.items, signal });
    const faults = page.faults.map(({ subject, message }) => ({ subject, message, code: "BAD_USER_INPUT" as const }));
    await writeSync(held, async (tx) => {
      const failed = await noteFailures(tx, held.sync.id, faults);
      // The last page's own place stays: a worker that dies now has that page gone over again, and not all of them.
      return {
        cursor: page.next ?? cursor,
        skusTotal: page.total,
        attempts: 0,
        failed: { increment: failed },
        skusDone: { increment: failed },
      };
    });
    if (page.next === null) return;
    cursor = page.next;
    withoutNews = fresh === 0 ? withoutNews + 1 : 0;
    if (withoutNews === maxPagesWithoutNews) {
      throw new GalleryError("lasting", say("GALLERY_ENDLESS", { gallery: titleOf(gallery), count: withoutNews }));
    }
  }
}

function checkPage({ items, faults, next }: GalleryPage, cursor: string | null, gallery: Gallery): void {
  if (next !== null && next === cursor) throw new GalleryError("lasting", say("GALLERY_PAGE_NAMES_ITSELF", { gallery: titleOf(gallery) }));
  if (items.length + faults.length > maxPageItems) {
    throw new GalleryError("lasting", say("GALLERY_PAGE_TOO_LONG", { gallery: titleOf(gallery), count: maxPageItems }));
  }
}

const titleOf = ({ config }: Gallery): string => config.title ?? config.name;

async function finish(held: HeldSync): Promise<void> {
  await writeSync(held, async (tx) => {
    const { failed, skusCreated, pairsCreated, unchanged } = await tx.gallerySync.findUniqueOrThrow({ where: { id: held.sync.id } });
    const hasSome = skusCreated + pairsCreated + unchanged > 0;
    await forgetOld(tx, held.sync);
    const end = { finishedAt: new Date(), workerId: null };
    if (failed === 0) return { ...end, status: "SUCCEEDED" };
    return hasSome ? { ...end, status: "PARTIAL" } : { ...end, status: "FAILED", error: say("SYNC_NOTHING_CAME") };
  });
}

const fail = (held: HeldSync, error: string): Promise<void> =>
  writeSync(held, async (tx) => {
    await forgetOld(tx, held.sync);
    return { status: "FAILED", error, finishedAt: new Date(), workerId: null };
  });

/** Leaves the last ones of this gallery's, so that a schedule does not pile them up. */
async function forgetOld(tx: Tx, { workspace, gallery }: GallerySyncRow): Promise<void> {
  const old = await tx.gallerySync.findMany({
    where: { workspace, gallery, finishedAt: { not: null } },
    orderBy: { id: "desc" },
    skip: keptSyncs - 1,
    select: { id: true },
  });
  await tx.gallerySync.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
}

/** What follows from a fault of the gallery, or one of ours. */
async function settle(held: HeldSync, error: unknown): Promise<void> {
  const { app, sync } = held;
  const isStoreAway = error instanceof StoreUnavailableError;
  if (!isStoreAway && !(error instanceof GalleryError)) {
    app.log.error({ err: error, syncId: sync.id }, "a gallery's sync met an unexpected fault");
  }
  const why = say(isStoreAway ? "SYNC_STORE_AWAY" : "SYNC_FAULT");
  // Pages that were done with have set them back meanwhile; a sync that is gone is nobody's any more.
  const row = await app.db.gallerySync.findUnique({ where: { id: sync.id }, select: { attempts: true } });
  if (row === null) return;
  const next = nextTry({ error, why, attempts: row.attempts, again: "import again" });
  if (next.waitMs === null) await fail(held, next.error).catch(unlessLost);
  else await putBack(held, { error: next.error, waitMs: next.waitMs, isTry: true });
}

const unlessLost = (error: unknown): void => {
  if (!(error instanceof SyncLost)) throw error;
};

/** One that was taken from the queue by a worker without room goes back unbegun. @param waitMs milliseconds until it is looked at again */
export const putOffSync = (app: App, syncId: string, waitMs: number): Promise<void> =>
  app.db.$transaction((tx) => enqueueSync(tx, { syncId, waitMs }));

/** Back to the queue through no fault of its own. */
export const putBackSync = (held: HeldSync): Promise<void> => putBack(held, { error: null, waitMs: 0, isTry: false });

async function putBack(held: HeldSync, { error, waitMs, isTry }: { error: string | null; waitMs: number; isTry: boolean }): Promise<void> {
  await writeSync(held, async (tx) => {
    await enqueueSync(tx, { syncId: held.sync.id, waitMs });
    return { status: "QUEUED", workerId: null, error, ...(isTry ? { attempts: { increment: 1 } } : {}) };
  }).catch(unlessLost);
}

/** Gives the sync of a dead worker back to the queue. */
export async function recoverSync(app: App, { id, workerId }: { readonly id: string; readonly workerId: string | null }): Promise<void> {
  await app.db.$transaction(async (tx) => {
    const where = { id, workerId, status: "RUNNING" as const };
    const [sync] = await tx.gallerySync.updateManyAndReturn({
      where,
      data: { status: "QUEUED", workerId: null, crashes: { increment: 1 } },
    });
    if (sync === undefined) return;
    if (sync.crashes < maxCrashes) await enqueueSync(tx, { syncId: id });
    else {
      const error = say("SYNC_WORKER_DIED_OFTEN", { count: sync.crashes });
      await tx.gallerySync.update({ where: { id }, data: { status: "FAILED", error, finishedAt: new Date() } });
    }
    await tellTurn(tx, sync);
  });
}
