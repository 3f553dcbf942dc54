// Decisions on whole SKUs, many at once: approve what waits in them, archive, activate.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { Prisma, type Tx } from "../db/client.ts";
import { conflict, limitExceeded, notFound, type UserError } from "../errors.ts";
import { say } from "../say.ts";
import { checkBulk, failureOf, maxPairsPerBulk } from "./bulk.ts";
import { askedCode } from "./names.ts";
import { lockPairs, pairsOfSkus } from "./pair-lock.ts";
import { approveLocked } from "./review.ts";
import type { SkuRow } from "./sku.ts";
import { tellSkus } from "./sku-news.ts";
import type { Failure } from "./upload.ts";

export interface SkusOutcome {
  /** Those that are now as asked, in the order of the input. */
  readonly ids: string[];
  readonly failures: Failure[];
}

/** The named SKUs of the workspace by code, each code once; what a text can not hold finds none. */
export async function findSkus(tx: Tx, workspace: string, codes: readonly string[]): Promise<Map<string, SkuRow | null>> {
  const rows = await tx.sku.findMany({ where: { workspace, code: { in: codes.map(askedCode) } } });
  const byCode = new Map(rows.map((sku) => [sku.code, sku]));
  return new Map(codes.map((code) => [code, byCode.get(askedCode(code)) ?? null]));
}

export const noSuchSku = (): UserError => notFound("SKU with this code");

/** Holds SKUs until `tx` ends, in the order of their ids: their counts stand still, and nothing can be added to them. */
export async function lockSkus(tx: Tx, skuIds: readonly string[]): Promise<Map<string, SkuRow>> {
  await tx.$queryRaw`SELECT 1 FROM ai_workflow_state WHERE id = ANY (${[...skuIds]}::uuid[]) ORDER BY id FOR UPDATE`;
  const rows = await tx.sku.findMany({ where: { id: { in: [...skuIds] } } });
  return new Map(rows.map((sku) => [sku.id, sku]));
}

/** Sorts out what can not be done. @param judge answers null where it can */
export function settle(found: ReadonlyMap<string, SkuRow | null>, judge: (sku: SkuRow) => UserError | null): SkusOutcome {
  const ids: string[] = [];
  const failures: Failure[] = [];
  for (const [code, sku] of found) {
    const error = sku === null ? noSuchSku() : judge(sku);
    if (error !== null) failures.push(failureOf(code, error));
    else if (sku !== null) ids.push(sku.id);
  }
  return { ids, failures };
}

/** The SKUs whose photos no longer fit into one call, counted in the order of the input. */
export function overBudget(found: ReadonlyMap<string, SkuRow | null>, photos: (sku: SkuRow) => number): Set<string> {
  const over = new Set<string>();
  let taken = 0;
  for (const sku of found.values()) {
    if (sku === null) continue;
    if (taken + photos(sku) > maxPairsPerBulk) over.add(sku.id);
    else taken += photos(sku);
  }
  return over;
}

export const tooManyPhotos = (): UserError =>
  limitExceeded(`The SKUs of this call have more than ${maxPairsPerBulk} photos together: send this one in another call.`);

export const idsOf = (found: ReadonlyMap<string, SkuRow | null>): string[] => [...found.values()].flatMap((sku) => sku?.id ?? []);

/** Approves every pair that is READY. A SKU with none is a failure, one that is archived too. */
export async function approveSkus(app: App, viewer: Viewer, codes: readonly string[]): Promise<SkusOutcome> {
  assertRole(viewer, "REVIEWER");
  checkBulk("codes", codes, "SKU");
  return app.db.$transaction(async (tx) => {
    const found = await findSkus(tx, viewer.workspace, codes);
    const over = overBudget(found, ({ ready }) => ready);
    const lockable = idsOf(found).filter((id) => !over.has(id));
    const ready = Prisma.sql`${pairsOfSkus(lockable)} AND status = 'READY' AND current_result_id IS NOT NULL`;
    const pairs = await lockPairs(tx, viewer.workspace, ready);
    const withReady = new Set(pairs.map(({ skuId }) => skuId));
    const outcome = settle(found, ({ id, archivedAt }) => {
      if (archivedAt !== null) return conflict(say("SKU_ARCHIVED"));
      if (over.has(id)) return tooManyPhotos();
      return withReady.has(id) ? null : conflict(say("SKU_NOTHING_TO_APPROVE"));
    });
    const chosen = new Set(outcome.ids);
    const approved = pairs.filter(({ skuId }) => chosen.has(skuId));
    await approveLocked(tx, viewer.workspace, approved);
    return outcome;
  });
}

/** Puts SKUs aside with all that is in them; not while a run is under way. Archived ones stay as they are. */
export const archiveSkus = (app: App, viewer: Viewer, codes: readonly string[]): Promise<SkusOutcome> =>
  setArchived(app, viewer, { codes, archived: true });

/** Brings SKUs back, at the status that their pairs give them. */
export const activateSkus = (app: App, viewer: Viewer, codes: readonly string[]): Promise<SkusOutcome> =>
  setArchived(app, viewer, { codes, archived: false });

async function setArchived(
  app: App,
  viewer: Viewer,
  { codes, archived }: { codes: readonly string[]; archived: boolean },
): Promise<SkusOutcome> {
  assertRole(viewer, "REVIEWER");
  checkBulk("codes", codes, "SKU");
  return app.db.$transaction(async (tx) => {
    const found = await findSkus(tx, viewer.workspace, codes);
    const locked = await lockSkus(tx, idsOf(found));
    const outcome = settle(found, ({ id }) => {
      const sku = locked.get(id);
      if (sku === undefined) return noSuchSku();
      return archived && isSkuRunning(sku) ? skuStillRunning() : null;
    });
    const changed = outcome.ids.filter((id) => (locked.get(id)?.archivedAt !== null) !== archived);
    await tx.sku.updateMany({ where: { id: { in: changed } }, data: { archivedAt: archived ? new Date() : null } });
    await tellSkus(tx, viewer.workspace, changed);
    return outcome;
  });
}

export const isSkuRunning = ({ queued, processing }: Pick<SkuRow, "queued" | "processing">): boolean => queued + processing > 0;

export const skuStillRunning = (): UserError => conflict(say("SKU_IS_RUNNING"));
