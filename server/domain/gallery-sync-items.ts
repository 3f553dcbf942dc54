// What a sync does with one page's SKUs: those that are known and unchanged cost one statement together, of the others each photo is
// looked at that is new or has changed.
import type { App } from "../app.ts";
import type { Prisma, Tx } from "../db/client.ts";
import { type ErrorCode, messageOf, UserError } from "../errors.ts";
import { type Gallery, GalleryError, type GalleryItem, type GalleryPhoto } from "../galleries/gallery.ts";
import type { PhotoInfo } from "../images/inspect.ts";
import { StoreUnavailableError } from "../storage/store.ts";
import { photoKey } from "./gallery-photo.ts";
import { type HeldSync, SyncLost, writeSync, writeWithin } from "./gallery-sync-write.ts";
import { cleanFileName, maxCodeLength, maxTitleLength, requireName } from "./names.ts";
import { bringSource } from "./pair.ts";
import type { Failure } from "./upload.ts";

/** SKUs at once: each may hold one photo of 50 MB. */
const concurrency = 4;

const known = { photos: { select: { key: true, version: true } } } satisfies Prisma.GallerySkuInclude;
type KnownSku = Prisma.GallerySkuGetPayload<{ include: typeof known }>;

export interface SyncItems {
  readonly gallery: Gallery;
  readonly items: readonly GalleryItem[];
  readonly signal: AbortSignal;
}

/** @returns how many SKUs this sync had not seen before */
export async function syncItems(held: HeldSync, { gallery, items, signal }: SyncItems): Promise<number> {
  const { app, sync } = held;
  const { name: galleryName } = gallery.config;
  const rows = await app.db.gallerySku.findMany({
    where: { workspace: sync.workspace, gallery: galleryName, remoteCode: { in: items.map(({ code }) => code) } },
    include: known,
  });
  const byCode = new Map(rows.map((row) => [row.remoteCode, row]));
  const each = new Map(items.map((item) => [item.code, item]));
  const unseen = [...each.values()].filter(({ code }) => byCode.get(code)?.syncId !== sync.id);
  const isQuiet = (item: GalleryItem): boolean => isUnchanged(item, byCode.get(item.code));
  await passUnchanged(held, unseen.filter(isQuiet), byCode);
  const rest = unseen.filter((item) => !isQuiet(item));
  await together(rest, signal, (item, own) => syncItem({ ...held, gallery, signal: own }, item, byCode.get(item.code)));
  return unseen.length;
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

function isUnchanged(item: GalleryItem, row: KnownSku | undefined): boolean {
  if (row === undefined || row.skuId === null || row.remoteId !== item.remoteId) return false;
  const versions = new Map(row.photos.map(({ key, version }) => [key, version]));
  return item.photos.every((photo) => versions.get(keyOf(photo)) === photo.version);
}

async function passUnchanged(held: HeldSync, items: readonly GalleryItem[], rows: ReadonlyMap<string, KnownSku>): Promise<void> {
  if (items.length === 0) return;
  await writeSync(held, async (tx) => {
    await tx.gallerySku.updateMany({
      where: { id: { in: items.flatMap(({ code }) => rows.get(code)?.id ?? []) } },
      data: { syncId: held.sync.id },
    });
    const photos = items.reduce((sum, item) => sum + item.photos.length, 0);
    return { skusDone: { increment: items.length }, unchanged: { increment: photos } };
  });
}

interface ItemContext extends HeldSync {
  readonly gallery: Gallery;
  readonly signal: AbortSignal;
}

async function syncItem(context: ItemContext, item: GalleryItem, row: KnownSku | undefined): Promise<void> {
  const { app, sync } = context;
  const failures: Failure[] = [];
  const link = await linkSku(context, item, row).catch((error: unknown) => {
    failures.push(failureOf(app, item.code, error));
    return null;
  });
  // A SKU that was deleted here begins anew, and so do its photos.
  const versions = new Map(row === undefined || row.skuId === null ? [] : row.photos.map(({ key, version }) => [key, version]));
  let unchanged = 0;
  for (const photo of link === null ? [] : item.photos) {
    if (versions.get(keyOf(photo)) === photo.version) {
      unchanged += 1;
      continue;
    }
    try {
      await bringPhoto(context, link as Link, photo);
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(failureOf(app, `${item.code}/${cleanFileName(photo.name)}`, error));
    }
  }
  await writeSync(context, async (tx) => {
    const failed = await noteFailures(tx, sync.id, failures);
    if (link !== null) await tx.gallerySku.updateMany({ where: { id: link.id }, data: { syncId: sync.id } });
    return { skusDone: { increment: 1 }, unchanged: { increment: unchanged }, failed: { increment: failed } };
  });
}

interface Link {
  /** Of the gallery's SKU. */
  readonly id: string;
  readonly skuId: string;
}

/** The SKU of the item's code, made where there is none; galleries that name the same code share it. @throws UserError for a code that is none */
async function linkSku(context: ItemContext, item: GalleryItem, row: KnownSku | undefined): Promise<Link> {
  const { app, sync, gallery } = context;
  const { workspace } = sync;
  const { name, codePrefix } = gallery.config;
  if (row?.skuId && row.remoteId === item.remoteId) return { id: row.id, skuId: row.skuId };
  const code = requireName("code", `${codePrefix}${item.code}`, maxCodeLength);
  return app.db.$transaction(async (tx) => {
    const title = titleOf(item.title);
    const isThere = row?.skuId != null;
    const { count } = isThere ? { count: 0 } : await tx.sku.createMany({ data: [{ workspace, code, title }], skipDuplicates: true });
    const skuId = row?.skuId ?? (await tx.sku.findUniqueOrThrow({ where: { workspace_code: { workspace, code } } })).id;
    if (row !== undefined && !isThere) await tx.galleryPhoto.deleteMany({ where: { gallerySkuId: row.id } });
    const { id } = await tx.gallerySku.upsert({
      where: { workspace_gallery_remoteCode: { workspace, gallery: name, remoteCode: item.code } },
      create: { workspace, gallery: name, remoteCode: item.code, remoteId: item.remoteId, skuId },
      update: { remoteId: item.remoteId, skuId },
    });
    await writeWithin(tx, context, async () => ({ skusCreated: { increment: count } }));
    return { id, skuId };
  });
}

function titleOf(title: string | null): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const clean = title?.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  return clean ? clean.slice(0, maxTitleLength) : null;
}

/** @throws UserError about this photo */
async function bringPhoto(context: ItemContext, link: Link, photo: GalleryPhoto): Promise<void> {
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

/** @returns how many were not noted before */
export async function noteFailures(tx: Tx, syncId: string, failures: readonly Failure[]): Promise<number> {
  if (failures.length === 0) return 0;
  const { count } = await tx.gallerySyncFailure.createMany({
    data: failures.map((failure) => ({ syncId, ...failure })),
    skipDuplicates: true,
  });
  return count;
}

/** A fault that is not this SKU's alone is thrown on. */
function failureOf(app: App, subject: string, error: unknown): Failure {
  if (error instanceof UserError) return { subject, code: error.code, message: error.message };
  if (error instanceof GalleryError || error instanceof SyncLost || error instanceof StoreUnavailableError) throw error;
  app.log.error({ error: messageOf(error), subject }, "a gallery's photo could not be brought in");
  return {
    subject,
    code: "INTERNAL_SERVER_ERROR" satisfies ErrorCode,
    message: "It could not be brought in because of a fault here. Pull again.",
  };
}
