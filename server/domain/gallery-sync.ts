// Syncs: one pull from a gallery, its start and what is seen of it.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Tx } from "../db/client.ts";
import { notFound } from "../errors.ts";
import { type News, publish } from "../events/news.ts";
import { enqueueSync } from "../queue/galleries.ts";
import { type GallerySyncRow, gallerySyncWhere, requireGallery } from "./gallery.ts";

/** Failures that one answer lists; `failed` counts them all. */
export const maxListedFailures = 1_000;

export const endedSyncStatuses: readonly GallerySyncRow["status"][] = ["SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED"];
const underWayStatuses: readonly GallerySyncRow["status"][] = ["QUEUED", "RUNNING"];

/**
 * Puts a pull on the queue. While one of the same gallery is under way that one is the answer: two at once would only get in each other's way.
 * @throws BAD_USER_INPUT: the workspace has no gallery of this name
 */
export async function syncGallery(app: App, viewer: Viewer, { gallery: name }: { readonly gallery: string }): Promise<GallerySyncRow> {
  assertRole(viewer, "EDITOR");
  const { config } = requireGallery(app, viewer, name);
  return app.db.$transaction((tx) => beginSync(tx, { workspace: viewer.workspace, gallery: config.name, createdBy: viewer.userId }));
}

/**
 * Ends a pull that is under way; what has come in stays. Its worker finds out at its next SKU and writes nothing more. Twice does no harm, and
 * one that has ended is answered as it is.
 * @throws NOT_FOUND
 */
export async function cancelSync(app: App, viewer: Viewer, id: string | null): Promise<GallerySyncRow> {
  assertRole(viewer, "EDITOR");
  if (id === null) throw notFound("gallery sync with this id");
  const where = { ...gallerySyncWhere(viewer), id };
  return app.db.$transaction(async (tx) => {
    const [cancelled] = await tx.gallerySync.updateManyAndReturn({
      where: { ...where, status: { in: [...underWayStatuses] } },
      data: { status: "CANCELLED", workerId: null, error: null, finishedAt: new Date() },
    });
    if (cancelled !== undefined) await tellTurn(tx, cancelled);
    const sync = cancelled ?? (await tx.gallerySync.findFirst({ where }));
    if (sync === null) throw notFound("gallery sync with this id");
    return sync;
  });
}

export interface BeginSync {
  readonly workspace: string;
  readonly gallery: string;
  /** A user's id, or who else asked. */
  readonly createdBy: string;
}

/** The sync that is under way, or a new one. */
export async function beginSync(tx: Tx, { workspace, gallery, createdBy }: BeginSync): Promise<GallerySyncRow> {
  const lock = `gallery ${gallery} of ${workspace}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
  const underWay = await tx.gallerySync.findFirst({ where: { workspace, gallery, status: { in: [...underWayStatuses] } } });
  if (underWay !== null) return underWay;
  const sync = await tx.gallerySync.create({ data: { workspace, gallery, createdBy } });
  await enqueueSync(tx, { syncId: sync.id });
  await tellTurn(tx, sync);
  return sync;
}

/** What the clock asks for, in every workspace that has the gallery. */
export async function beginScheduledSyncs(app: App, gallery: string): Promise<void> {
  const config = app.config.galleries?.find(({ name }) => name === gallery);
  for (const workspace of config?.workspaces ?? []) {
    await app.db.$transaction((tx) => beginSync(tx, { workspace, gallery, createdBy: "schedule" }));
  }
}

const newsOf = ({ id, workspace }: GallerySyncRow): News => ({ topic: "sync", workspace, scope: id, ids: [id] });

/** That its numbers are others: for those who watch it. */
export const tellSync = (tx: Tx, sync: GallerySyncRow): Promise<void> => publish(tx, [newsOf(sync)]);

/** That it begins, waits or ends: for those who watch its gallery too. */
export const tellTurn = (tx: Tx, sync: GallerySyncRow): Promise<void> =>
  publish(tx, [newsOf(sync), { topic: "gallery", workspace: sync.workspace, scope: sync.gallery, ids: [sync.gallery] }]);
