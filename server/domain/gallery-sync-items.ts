// What a sync does with one page's SKUs: those that are known and unchanged cost one statement together, of the others each photo is
// looked at that is new or has changed.
import type { App } from "../app.ts";
import type { Prisma, Tx } from "../db/client.ts";
import { type ErrorCode, messageOf, UserError } from "../errors.ts";
import { type Gallery, GalleryError, type GalleryItem, type GalleryPhoto } from "../galleries/gallery.ts";
import type { PhotoInfo } from "../images/inspect.ts";
import { say } from "../say.ts";
import { StoreUnavailableError } from "../storage/store.ts";
import { photoKey } from "./gallery-photo.ts";
import { linkSkus } from "./gallery-sync-link.ts";
import { type HeldSync, noteFailures, SyncLost, writeSync, writeWithin } from "./gallery-sync-write.ts";
import { cleanFileName } from "./names.ts";
import { bringSource } from "./pair.ts";
import type { Failure } from "./upload.ts";

/** SKUs at once: each may hold one photo of 50 MB. */
const concurrency = 4;

export const known = { photos: { select: { key: true, version: true } } } satisfies Prisma.GallerySkuInclude;
export type KnownSku = Prisma.GallerySkuGetPayload<{ include: typeof known }>;

export interface SyncItems {
  readonly gallery: Gallery;
  readonly items: readonly GalleryItem[];
  readonly signal: AbortSignal;
}

/** @returns how many SKUs it is done with that it had not seen before */
export async function syncItems(held: HeldSync, { gallery, items, signal }: SyncItems): Promise<number> {
  const before = await knownSkus(held, items);
  const each = new Map(items.map((item) => [item.code, item]));
  const unseen = [...each.values()].filter(({ code }) => before.get(code)?.syncId !== held.sync.id);
  const failures = await linkSkus(held, { gallery, items: unseen, known: before });
  // Before the photos that are known: what ends in between has noted its own by then.
  const underWay = await skusBeingPublished(held);
  const linked = await knownSkus(held, unseen);
  const work = unseen.filter(({ code }) => !failures.has(code)).flatMap((item) => workOn(item, linked.get(item.code), underWay) ?? []);
  const { quiet = [], busy = [] } = Object.groupBy(work, ({ fresh }) => (fresh.length === 0 ? "quiet" : "busy"));
  await passUnchanged(held, quiet);
  await together(busy, signal, (item, own) => syncItem({ ...held, signal: own }, item));
  return work.length;
}

async function knownSkus({ app, sync }: HeldSync, items: readonly GalleryItem[]): Promise<Map<string, KnownSku>> {
  const where = {
    workspace: sync.workspace,
    gallery: sync.gallery,
    remoteCode: { in: items.map(({ code }) => code).filter((code) => !code.includes("\0")) },
  };
  return new Map((await app.db.gallerySku.findMany({ where, include: known })).map((row) => [row.remoteCode, row]));
}

/** SKUs whose pictures are on their way there: new photos of theirs may be our own, which nobody has told of yet. */
async function skusBeingPublished({ app, sync }: HeldSync): Promise<ReadonlySet<string>> {
  const where = { workspace: sync.workspace, gallery: sync.gallery, status: { in: ["QUEUED" as const, "SENT" as const] } };
  return new Set((await app.db.publication.findMany({ where, distinct: ["skuId"], select: { skuId: true } })).map(({ skuId }) => skuId));
}

/** A SKU of the gallery, the SKU here, and the photos that are new or have changed. */
interface Work {
  readonly item: GalleryItem;
  /** Of the gallery's SKU. */
  readonly id: string;
  readonly skuId: string;
  readonly fresh: readonly GalleryPhoto[];
}

/** Null where the SKU was deleted here a moment ago: the next sync makes it anew. */
function workOn(given: GalleryItem, row: KnownSku | undefined, underWay: ReadonlySet<string>): Work | null {
  if (row === undefined || row.skuId === null) return null;
  const versions = new Map(row.photos.map(({ key, version }) => [key, version]));
  const isKnown = (photo: GalleryPhoto): boolean => versions.get(keyOf(photo)) === photo.version;
  // The next sync takes the others, when it is known which of them are ours.
  const item = underWay.has(row.skuId) ? { ...given, photos: given.photos.filter(isKnown) } : given;
  return { item, id: row.id, skuId: row.skuId, fresh: item.photos.filter((photo) => !isKnown(photo)) };
}

/** Some at once; the first that throws stops the others, and is thrown when all have stopped. */
async function together<T>(items: readonly T[], signal: AbortSignal, work: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const own = AbortSignal.any([signal, stop.signal]);
  const queue = items.values();
  let fault: { readonly error: unknown } | undefined;
  const some = async (): Promise<void> => {
    for (const item of queue) {
      if (own.aborted) return;
      await work(item, own).catch((error: unknown) => {
        fault ??= { error };
        stop.abort(error);
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, some));
  signal.throwIfAborted();
  if (fault !== undefined) throw fault.error;
}

const keyOf = ({ key }: GalleryPhoto): string => photoKey(key);

async function passUnchanged(held: HeldSync, work: readonly Work[]): Promise<void> {
  if (work.length === 0) return;
  await writeSync(held, async (tx) => {
    await tx.gallerySku.updateMany({ where: { id: { in: work.map(({ id }) => id) } }, data: { syncId: held.sync.id } });
    const photos = work.reduce((sum, { item }) => sum + item.photos.length, 0);
    return { skusDone: { increment: work.length }, unchanged: { increment: photos } };
  });
}

interface ItemContext extends HeldSync {
  readonly signal: AbortSignal;
}

async function syncItem(context: ItemContext, work: Work): Promise<void> {
  const { app, sync } = context;
  const failures: Failure[] = [];
  for (const photo of work.fresh) {
    try {
      await bringPhoto(context, work, photo);
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(failureOf(app, `${work.item.code}/${cleanFileName(photo.name)}`, error));
    }
  }
  await writeSync(context, async (tx) => {
    const failed = await noteFailures(tx, sync.id, failures);
    await tx.gallerySku.updateMany({ where: { id: work.id }, data: { syncId: sync.id } });
    const unchanged = work.item.photos.length - work.fresh.length;
    return { skusDone: { increment: 1 }, unchanged: { increment: unchanged }, failed: { increment: failed } };
  });
}

/** @throws UserError about this photo */
async function bringPhoto(context: ItemContext, link: Work, photo: GalleryPhoto): Promise<void> {
  const { app, sync, signal } = context;
  const bytes = await photo.read(signal);
  const info = await app.inspectPhoto(bytes);
  const note = (tx: Tx, pairId: string | null, isPublished = false): Promise<unknown> => {
    const found = { version: photo.version, pairId, isPublished };
    const where = { gallerySkuId_key: { gallerySkuId: link.id, key: keyOf(photo) } };
    return tx.galleryPhoto.upsert({ where, create: { gallerySkuId: link.id, key: keyOf(photo), ...found }, update: found });
  };
  const seen = (pairId: string | null, isPublished: boolean): Promise<void> =>
    writeSync(context, async (tx) => {
      await note(tx, pairId, isPublished);
      return { unchanged: { increment: 1 } };
    });
  const ours = await ownResult(app, link.skuId, info);
  if (ours !== null) return seen(ours, true);
  const { pair, isNew } = await bringSource(app, sync.workspace, {
    skuId: link.skuId,
    name: photo.name,
    bytes,
    photo: info,
    isMain: photo.isMain,
    alongside: (tx, made) =>
      writeWithin(tx, context, async () => {
        await note(tx, made.id);
        return { pairsCreated: { increment: 1 } };
      }),
  });
  if (!isNew) await seen(pair.id, false);
}

/** The pair whose result this is: what was published, by us or by hand, must not come back as a new photo. */
async function ownResult(app: App, skuId: string, { sha256 }: PhotoInfo): Promise<string | null> {
  const result = await app.db.result.findFirst({ where: { pair: { skuId }, image: { sha256 } }, select: { pairId: true } });
  return result?.pairId ?? null;
}

/** A fault that is not this SKU's alone is thrown on. */
function failureOf(app: App, subject: string, error: unknown): Failure {
  if (error instanceof UserError) return { subject, code: error.code, message: error.message };
  if (error instanceof GalleryError || error instanceof SyncLost || error instanceof StoreUnavailableError) throw error;
  app.log.error({ error: messageOf(error), subject }, "a gallery's photo could not be brought in");
  return {
    subject,
    code: "INTERNAL_SERVER_ERROR" satisfies ErrorCode,
    message: say("SYNC_PHOTO_FAULT"),
  };
}
