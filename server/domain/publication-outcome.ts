// What became of pictures that were sent: their publications' end, and their photos in the gallery, which no sync may take for new ones.
import type { Tx } from "../db/client.ts";
import type { Gallery, PutPicture } from "../galleries/gallery.ts";
import { say } from "../say.ts";
import { photoKey } from "./gallery-photo.ts";
import type { PublicationRow } from "./publication.ts";

export interface Outcome {
  readonly skuId: string;
  /** In the gallery. */
  readonly code: string;
  /** What was sent anew, as it was when it was sent. */
  readonly rows: readonly PublicationRow[];
  readonly workerId: string;
  /** In order, those that were there before included; `id` is the pair's. */
  readonly pictures: readonly PutPicture[];
}

export async function recordOutcome(tx: Tx, { config }: Gallery, { skuId, code, rows, workerId, pictures }: Outcome): Promise<void> {
  const { name: gallery } = config;
  const [first] = rows;
  if (first === undefined) return;
  const link = await tx.gallerySku.upsert({
    where: { workspace_gallery_remoteCode: { workspace: first.workspace, gallery, remoteCode: code } },
    create: { workspace: first.workspace, gallery, remoteCode: code, skuId },
    update: { skuId },
  });
  const sent = new Map(rows.map((row) => [row.pairId, row]));
  const now = new Date();
  let position = 0;
  for (const { id: pairId, photo, error } of pictures) {
    const row = sent.get(pairId);
    if (photo === null) {
      if (row === undefined) continue;
      const refused = { status: "FAILED" as const, error, ticket: null, workerId: null, position: null };
      await tx.publication.updateMany({ where: { id: row.id, workerId, resultId: row.resultId }, data: refused });
      continue;
    }
    const where = { gallery, pairId };
    const place = { position: position++, remoteUrl: photo.url };
    if (row === undefined) await tx.publication.updateMany({ where: { ...where, status: "PUBLISHED" }, data: place });
    else {
      const arrived = { ...place, status: "PUBLISHED" as const, publishedAt: now, error: null, ticket: null, workerId: null, attempts: 0 };
      await tx.publication.updateMany({ where: { ...where, workerId, resultId: row.resultId }, data: arrived });
    }
    await notePhoto(tx, { gallerySkuId: link.id, pairId, key: photoKey(photo.key), version: photo.version });
  }
  // Sent and not told of: nobody else would end it.
  const told = new Set(pictures.map(({ id }) => id));
  const left = rows.filter(({ pairId }) => !told.has(pairId)).map(({ id }) => id);
  const silent = {
    status: "FAILED" as const,
    error: say("PAIR_NO_LONGER_APPROVED"),
    ticket: null,
    workerId: null,
  };
  await tx.publication.updateMany({ where: { id: { in: left }, workerId }, data: silent });
}

interface PublishedPhoto {
  readonly gallerySkuId: string;
  readonly pairId: string;
  readonly key: string;
  readonly version: string | null;
}

/** The photo that a pair has there now, and no other of ours. */
async function notePhoto(tx: Tx, { gallerySkuId, pairId, key, version }: PublishedPhoto): Promise<void> {
  // The pair may have been deleted while its picture was under way.
  const isThere = (await tx.pair.count({ where: { id: pairId } })) > 0;
  await tx.galleryPhoto.deleteMany({ where: { gallerySkuId, pairId, isPublished: true, key: { not: key } } });
  const found = { version, pairId: isThere ? pairId : null, isPublished: true };
  await tx.galleryPhoto.upsert({
    where: { gallerySkuId_key: { gallerySkuId, key } },
    create: { gallerySkuId, key, ...found },
    update: found,
  });
}
