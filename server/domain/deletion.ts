// Deleting pairs and SKUs: the rows in one transaction, which also notes their objects and asks for the sweep that deletes these.
// A crash after the commit loses nothing: the notes are there, and the sweep runs again until they are done.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Tx } from "../db/client.ts";
import { conflict, notFound, type UserError } from "../errors.ts";
import { enqueueSweep } from "../queue/sweep.ts";
import { say } from "../say.ts";
import { checkBulk, eachOnce, failureOf, readableIds, type Subject } from "./bulk.ts";
import { orphanImages } from "./orphan.ts";
import { isRunning, type LockedPair, lockPairs, pairsById, pairsOfSkus, stillRunning } from "./pair-lock.ts";
import type { SkuRow } from "./sku.ts";
import { tellSkus } from "./sku-news.ts";
import { findSkus, idsOf, isSkuRunning, lockSkus, noSuchSku, overBudget, settle, skuStillRunning, tooManyPhotos } from "./sku-review.ts";
import type { Failure } from "./upload.ts";
import { forgetUploads } from "./upload-sweep.ts";

/** What the caller wants to tell of rows that will be gone: read in the transaction, before they go and after. */
export interface Farewell<Row> {
  read(tx: Tx, ids: readonly string[]): Promise<Row[]>;
  /** Brings up to date what those rows say of others. Left out: nothing. */
  refresh?(tx: Tx, rows: Row[]): Promise<Row[]>;
}

export interface Deleted<Row> {
  /** As they were, in the order of the input. */
  readonly rows: Row[];
  readonly failures: Failure[];
}

/** Deletes pairs with their pictures and history. What a run makes or a person has approved is a CONFLICT among the failures. */
export async function deletePairs<Row>(
  app: App,
  viewer: Viewer,
  { subjects: given, farewell }: { subjects: readonly Subject[]; farewell: Farewell<Row> },
): Promise<Deleted<Row>> {
  assertRole(viewer, "EDITOR");
  checkBulk("ids", given, "pair");
  const subjects = eachOnce(given);
  const { workspace } = viewer;
  return app.db.$transaction(async (tx) => {
    await lockJobsOf(tx, workspace, readableIds(subjects));
    const locked = new Map((await lockPairs(tx, workspace, pairsById(readableIds(subjects)))).map((pair) => [pair.id, pair]));
    const failures: Failure[] = [];
    const gone: LockedPair[] = [];
    for (const { given: subject, id } of subjects) {
      const pair = locked.get(id ?? "");
      const error = pair === undefined ? notFound("pair with this id") : whyKept(pair);
      if (error !== null) failures.push(failureOf(subject, error));
      else if (pair !== undefined) gone.push(pair);
    }
    if (gone.length === 0) return { rows: [], failures };
    const ids = gone.map(({ id }) => id);
    const rows = await farewell.read(tx, ids);
    await erasePairs(tx, ids);
    await tellSkus(tx, workspace, [...new Set(gone.map(({ skuId }) => skuId))]);
    await enqueueSweep(tx);
    return { rows: farewell.refresh ? await farewell.refresh(tx, rows) : rows, failures };
  });
}

function whyKept(pair: LockedPair): UserError | null {
  if (isRunning(pair)) return stillRunning();
  return pair.status === "APPROVED" ? conflict(say("PAIR_IS_APPROVED")) : null;
}

/** Deletes SKUs with all their pairs and uploads. One with an approved pair is a CONFLICT, unless the pair or the SKU is archived. */
export async function deleteSkus<Row>(
  app: App,
  viewer: Viewer,
  { codes, farewell }: { codes: readonly string[]; farewell: Farewell<Row> },
): Promise<Deleted<Row>> {
  assertRole(viewer, "EDITOR");
  checkBulk("codes", codes, "SKU");
  const { workspace } = viewer;
  return app.db.$transaction(async (tx) => {
    const found = await findSkus(tx, workspace, codes);
    const over = overBudget(found, photosOf);
    const lockable = idsOf(found).filter((id) => !over.has(id));
    const seen = await tx.pair.findMany({ where: { skuId: { in: lockable } }, select: { id: true } });
    await lockJobsOf(
      tx,
      workspace,
      seen.map(({ id }) => id),
    );
    const pairs = Map.groupBy(await lockPairs(tx, workspace, pairsOfSkus(lockable)), ({ skuId }) => skuId);
    const locked = await lockSkus(tx, lockable);
    const { ids, failures } = settle(found, ({ id }) => {
      if (over.has(id)) return tooManyPhotos();
      const sku = locked.get(id);
      return sku === undefined ? noSuchSku() : whySkuKept(sku, pairs.get(id)?.length ?? 0);
    });
    if (ids.length === 0) return { rows: [], failures };
    const rows = await farewell.read(tx, ids);
    await erasePairs(
      tx,
      ids.flatMap((id) => (pairs.get(id) ?? []).map((pair) => pair.id)),
    );
    await forgetUploads(tx, pairsOfSkus(ids));
    await tx.sku.deleteMany({ where: { id: { in: ids } } });
    await enqueueSweep(tx);
    return { rows, failures };
  });
}

const photosOf = ({ waiting, queued, processing, ready, approved, rejected, failed, archived }: SkuRow): number =>
  waiting + queued + processing + ready + approved + rejected + failed + archived;

function whySkuKept(sku: SkuRow, lockedPairs: number): UserError | null {
  if (isSkuRunning(sku)) return skuStillRunning();
  // Its pairs were locked before the SKU itself, as everywhere: what came in between is not held.
  if (photosOf(sku) !== lockedPairs) return conflict("Photos are being added to the SKU at this moment: try again.");
  if (sku.approved === 0 || sku.archivedAt !== null) return null;
  return conflict("The SKU holds approved photos: archive it or reopen them first, then delete it.");
}

/** Jobs before pairs, as a worker that ends an item locks them: deleting a pair's items moves their jobs' counts. */
async function lockJobsOf(tx: Tx, workspace: string, pairIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT 1 FROM ai_job WHERE id IN (
      SELECT job_id FROM ai_job_item WHERE workspace = ${workspace} AND pair_id = ANY (${[...pairIds]}::uuid[])
    ) ORDER BY id FOR UPDATE`;
}

/** Rows of locked pairs with their results, items and pictures; the pictures' objects are noted. */
async function erasePairs(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return;
  const pictures = await tx.$queryRaw<{ id: string }[]>`
    SELECT source_id AS id FROM ai_image_pair WHERE ${pairsById(pairIds)}
    UNION SELECT image_id FROM ai_result WHERE pair_id = ANY (${[...pairIds]}::uuid[])`;
  await tx.$executeRaw`DELETE FROM ai_image_pair WHERE ${pairsById(pairIds)}`;
  const images = await tx.$queryRaw<{ id: string; workspace: string; key: string }[]>`
    DELETE FROM ai_image WHERE id = ANY (${pictures.map(({ id }) => id)}::uuid[]) RETURNING id, workspace, key`;
  await orphanImages(tx, images);
}
