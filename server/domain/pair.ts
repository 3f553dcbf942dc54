// Pairs: a source photo and what was made of it. Which ones a viewer sees, and how a photo becomes one.
import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { isUniqueViolation, type Prisma, type Tx } from "../db/client.ts";
import { limitExceeded } from "../errors.ts";
import { publish } from "../events/news.ts";
import type { PhotoInfo } from "../images/inspect.ts";
import { say } from "../say.ts";
import { keys } from "../storage/keys.ts";
import { storeImage } from "./image.ts";
import { askedCode, cleanFileName } from "./names.ts";

export type PairRow = Prisma.PairGetPayload<object>;

/** Photos in one SKU at most: bounds what one grid, one ZIP and one reorder handle. */
export const maxPairsPerSku = 500;

export interface PairFilter {
  readonly sku?: string | null | undefined;
  readonly status?: readonly PairRow["status"][] | null | undefined;
}

/** The rows that the viewer may see, narrowed by the filter. */
export function pairWhere(viewer: Viewer, filter: PairFilter = {}): Prisma.PairWhereInput {
  return {
    workspace: viewer.workspace,
    ...(filter.sku ? { sku: { code: askedCode(filter.sku), workspace: viewer.workspace } } : {}),
    ...(filter.status ? { status: { in: [...filter.status] } } : {}),
  };
}

export interface NewSource {
  readonly skuId: string;
  readonly name: string;
  /** The file as it came. */
  readonly bytes: Buffer;
  /** What was found when it was looked at; left out, it is looked at now. */
  readonly photo?: PhotoInfo;
  /** Makes it the main one if it is the SKU's first. */
  readonly isMain?: boolean;
  /** Written in the transaction that makes the pair; what it throws undoes both. */
  readonly alongside?: (tx: Tx, pair: PairRow) => Promise<void>;
}

/**
 * Keeps a photo and makes its pair; bytes first, row last. The same bytes twice in one SKU answer with the pair that is there.
 * @throws UserError when the file is no picture that is accepted, or the SKU is full
 */
export async function addSource(app: App, workspace: string, source: NewSource): Promise<PairRow> {
  return (await bringSource(app, workspace, source)).pair;
}

/** As addSource, saying also whether the pair was made now. */
export async function bringSource(app: App, workspace: string, source: NewSource): Promise<{ pair: PairRow; isNew: boolean }> {
  const photo = source.photo ?? (await app.inspectPhoto(source.bytes));
  const known = await findSource(app, source.skuId, photo.sha256);
  if (known !== null) return { pair: known, isNew: false };
  const imageId = randomUUID();
  const key = keys.image(workspace, imageId, photo.mimeType);
  await storeImage(app, key, { data: source.bytes, mimeType: photo.mimeType });
  try {
    return { pair: await app.db.$transaction((tx) => insertPair(tx, workspace, { ...source, imageId, key, photo })), isNew: true };
  } catch (error) {
    // The object is left to the sweep: a commit whose answer was lost may stand, and its row must keep its picture.
    // Another request may have brought the same bytes in the meantime.
    const other = isUniqueViolation(error) ? await findSource(app, source.skuId, photo.sha256) : null;
    if (other !== null) return { pair: other, isNew: false };
    throw error;
  }
}

const findSource = (app: App, skuId: string, sha256: string): Promise<PairRow | null> =>
  app.db.pair.findUnique({ where: { skuId_sourceSha256: { skuId, sourceSha256: sha256 } } });

interface StoredSource extends NewSource {
  readonly imageId: string;
  readonly key: string;
  readonly photo: PhotoInfo;
}

async function insertPair(tx: Tx, workspace: string, { skuId, name, imageId, key, photo, ...source }: StoredSource): Promise<PairRow> {
  // The SKU's row is the lock under which positions are given out.
  await tx.$queryRaw`SELECT 1 FROM ai_workflow_state WHERE id = ${skuId}::uuid FOR UPDATE`;
  const { _max, _count } = await tx.pair.aggregate({ where: { skuId }, _max: { position: true }, _count: true });
  if (_count >= maxPairsPerSku) {
    throw limitExceeded(say("SKU_TOO_MANY_PHOTOS", { count: _count, most: maxPairsPerSku }));
  }
  await tx.image.create({ data: imageData(workspace, { id: imageId, key, name: cleanFileName(name), photo }) });
  const pair = await tx.pair.create({
    data: {
      workspace,
      skuId,
      sourceId: imageId,
      sourceSha256: photo.sha256,
      position: (_max.position ?? -1) + 1,
      isMain: source.isMain === true && _count === 0,
    },
  });
  await source.alongside?.(tx, pair);
  await publish(tx, [{ topic: "pair", workspace, scope: skuId, ids: [pair.id] }]);
  return pair;
}

export interface NewImage {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly photo: PhotoInfo;
}

/** The row of a stored picture. */
export function imageData(workspace: string, { id, key, name, photo }: NewImage): Prisma.ImageUncheckedCreateInput {
  const { width, height, bytes, mimeType, sha256, thumbhash, orientation, colorProfile } = photo;
  return { id, workspace, key, name, width, height, bytes, mimeType, sha256, thumbhash, orientation, colorProfile };
}
