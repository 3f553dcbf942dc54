// One photo of a job, from its claim to its end. Every step is a guarded update: whoever lost its item changes nothing.
//
// States: QUEUED -> RUNNING (claimed by one worker) -> SUCCEEDED | FAILED, or back to QUEUED when it is to be tried again,
// or from either -> CANCELLED. The job's row is always locked before its items' rows, so that ending, claiming and
// cancelling can not wait for each other in a ring.
import type { App } from "../app.ts";
import type { Db, Prisma, Tx } from "../db/client.ts";
import type { EngineOutput } from "../engines/engine.ts";
import { publish } from "../events/news.ts";
import type { PhotoInfo } from "../images/inspect.ts";
import type { OutputSpec, Recipe } from "../images/picture.ts";
import { jobNews, outputOf, pairNews } from "./job.ts";
import { writeLog } from "./job-log.ts";
import { imageData } from "./pair.ts";
import { assemblePrompt, parsePlannedTemplates } from "./prompt.ts";

export const claimedItem = {
  include: { job: { include: { mask: true } }, pair: { include: { source: true, sku: true } } },
} satisfies Prisma.JobItemDefaultArgs;
export type ItemWithRows = Prisma.JobItemGetPayload<typeof claimedItem>;

/** An item that this worker holds, with all that running it takes. */
export interface Claim {
  readonly workerId: string;
  readonly item: ItemWithRows;
  readonly output: OutputSpec;
  readonly prompt: string | null;
  readonly recipe: Recipe;
}

export interface ClaimItem {
  readonly workerId: string;
  readonly itemId: string;
  /** Told the job as soon as the claim stands. */
  readonly onClaim: (jobId: string) => void;
}

/** Null when there is nothing to do: cancelled, paused, ended, or another worker's. */
export async function claimItem(app: App, { workerId, itemId, onClaim }: ClaimItem): Promise<Claim | null> {
  const jobId = await app.db.$transaction((tx) => claimInTransaction(tx, workerId, itemId));
  if (jobId === null) return null;
  // Told first, read after: a cancel that comes in between is either heard of or seen in what is read.
  onClaim(jobId);
  const item = await app.db.jobItem.findUnique({ where: { id: itemId }, ...claimedItem });
  if (item === null || item.status !== "RUNNING") return null;
  return { workerId, item, output: outputOf(item.job), ...(await assemble(app.db, item)) };
}

/** The job's id, where the item could be claimed. */
async function claimInTransaction(tx: Tx, workerId: string, itemId: string): Promise<string | null> {
  if (!(await lockJobOf(tx, itemId))) return null;
  const [claimed] = await tx.$queryRaw<{ id: string; jobId: string; workspace: string; pairId: string; skuId: string }[]>`
    UPDATE ai_job_item i SET status = 'RUNNING', worker_id = ${workerId}::uuid, attempts = i.attempts + 1, started_at = now(),
      stage = NULL, error = NULL, error_code = NULL
    FROM ai_job j, ai_image_pair p WHERE i.id = ${itemId}::uuid AND j.id = i.job_id AND p.id = i.pair_id AND j.status IN ('QUEUED', 'RUNNING')
      AND (i.status = 'QUEUED' OR (i.status = 'RUNNING' AND i.worker_id = ${workerId}::uuid))
    RETURNING i.id, i.job_id AS "jobId", i.workspace, i.pair_id AS "pairId", p.sku_id AS "skuId"`;
  if (claimed === undefined) return null;
  await tx.$executeRaw`
    UPDATE ai_job SET status = 'RUNNING', started_at = coalesce(started_at, now()) WHERE id = ${claimed.jobId}::uuid AND status = 'QUEUED'`;
  await tx.pair.update({ where: { id: claimed.pairId }, data: { status: "PROCESSING" }, select: { id: true } });
  await tell(tx, claimed);
  return claimed.jobId;
}

async function assemble(db: Db, { job, pair }: ItemWithRows): Promise<{ prompt: string | null; recipe: Recipe }> {
  const main = await db.pair.findFirst({
    where: { skuId: pair.skuId },
    orderBy: [{ isMain: "desc" }, { position: "asc" }],
    select: { id: true },
  });
  return assemblePrompt(parsePlannedTemplates(job.templates), job.prompt, {
    sku: pair.sku,
    image: { name: pair.source.name, position: pair.position, isMain: main?.id === pair.id },
    output: outputOf(job),
  });
}

/** Tells what a running item is at; best effort, a lost stage harms nothing. */
export async function setStage(app: App, { item, workerId }: Claim, stage: string): Promise<void> {
  await app.db.$transaction(async (tx) => {
    const changed = await tx.jobItem.updateMany({ where: { id: item.id, status: "RUNNING", workerId }, data: { stage } });
    if (changed.count > 0) await publish(tx, [{ topic: "item", workspace: item.workspace, scope: item.jobId, ids: [item.id] }]);
  });
}

export interface StoredPicture {
  readonly imageId: string;
  readonly key: string;
  readonly photo: PhotoInfo;
  readonly durationMs: number;
}

/** Result, pair, item, counts, log and news in one transaction. False when the item was taken away meanwhile: nothing is written. */
export async function finishItem(app: App, claim: Claim, made: EngineOutput, stored: StoredPicture): Promise<boolean> {
  const { item } = claim;
  return app.db.$transaction(async (tx) => {
    await lockJobOf(tx, item.id);
    if (!(await endItem(tx, claim, { status: "SUCCEEDED" }))) return false;
    await tx.image.create({
      data: imageData(item.workspace, { id: stored.imageId, key: stored.key, name: item.pair.source.name, photo: stored.photo }),
    });
    const result = await tx.result.create({
      data: {
        workspace: item.workspace,
        pairId: item.pairId,
        imageId: stored.imageId,
        jobItemId: item.id,
        engine: item.job.engine,
        model: made.model,
        prompt: made.promptSent ?? claim.prompt,
        recipe: { ...claim.recipe, colors: [...claim.recipe.colors] },
        durationMs: stored.durationMs,
        costUsd: made.costUsd,
        confidence: made.confidence,
        fidelity: made.fidelity ?? null,
        warnings: [...made.warnings],
        ...(made.placement === null ? {} : { placement: { ...made.placement } }),
        upscaled: made.upscaled,
      },
    });
    await tx.pair.update({ where: { id: item.pairId }, data: { status: "READY", currentResultId: result.id, note: null } });
    if (made.costUsd > 0) await tx.job.update({ where: { id: item.jobId }, data: { costUsd: { increment: made.costUsd } } });
    await writeLog(tx, {
      jobId: item.jobId,
      workspace: item.workspace,
      itemId: item.id,
      message: `${label(item)}: done in ${(stored.durationMs / 1000).toFixed(1)} s.`,
    });
    await endJob(tx, item);
    await tell(tx, item);
    return true;
  });
}

export interface ItemFailure {
  readonly code: string;
  /** What happened, why, what to do: people read it. */
  readonly sentence: string;
}

/** Ends the item as FAILED. A pair that has a result keeps it and its status; the note says what went wrong. */
export async function failItem(app: App, claim: Pick<Claim, "item" | "workerId">, failure: ItemFailure): Promise<void> {
  await app.db.$transaction((tx) => failInTransaction(tx, claim, failure));
}

/** As `failItem`, in the caller's transaction. */
export async function failInTransaction(tx: Tx, claim: Pick<Claim, "item" | "workerId">, { code, sentence }: ItemFailure): Promise<void> {
  const { item } = claim;
  await lockJobOf(tx, item.id);
  if (!(await endItem(tx, claim, { status: "FAILED", errorCode: code, error: sentence }))) return;
  const status = item.pair.currentResultId === null ? "FAILED" : item.pairStatus;
  await tx.pair.update({ where: { id: item.pairId }, data: { status, note: sentence } });
  await writeLog(tx, {
    jobId: item.jobId,
    workspace: item.workspace,
    itemId: item.id,
    level: "ERROR",
    message: `${label(item)}: ${sentence}`,
  });
  await endJob(tx, item);
  await tell(tx, item);
}

/** Counts what was paid for a run that no result came of: refused after all, not usable, cancelled, or too large for its bytes. */
export async function noteSpent(app: App, { item }: Claim, usd: number): Promise<void> {
  const { workspace, jobId } = item;
  await app.db.$transaction(async (tx) => {
    await tx.job.updateMany({ where: { id: jobId }, data: { costUsd: { increment: usd } } });
    await tx.usageEntry.create({ data: { workspace, engine: item.job.engine, at: new Date(), costUsd: usd } });
    await publish(tx, [jobNews({ id: jobId, workspace })]);
  });
}

/** How an item is called in the job's log. */
export const label = ({ pair }: ItemWithRows): string => `${pair.sku.code} ${pair.source.name}`;

/** Locks the job's row, which comes before every row of its items. @returns whether there is such an item */
export async function lockJobOf(tx: Tx, itemId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM ai_job WHERE id = (SELECT job_id FROM ai_job_item WHERE id = ${itemId}::uuid) FOR UPDATE`;
  return rows.length > 0;
}

/** Whether the item was still this worker's. */
async function endItem(
  tx: Tx,
  { item, workerId }: Pick<Claim, "item" | "workerId">,
  data: Prisma.JobItemUpdateManyMutationInput,
): Promise<boolean> {
  const ended = await tx.jobItem.updateMany({
    where: { id: item.id, status: "RUNNING", workerId, attempts: item.attempts },
    data: { ...data, stage: null, finishedAt: new Date() },
  });
  return ended.count > 0;
}

/** Ends the job when its last item has ended. */
async function endJob(tx: Tx, { jobId, workspace }: ItemWithRows): Promise<void> {
  const ended = await tx.$queryRaw<{ status: string; succeeded: number; failed: number }[]>`
    UPDATE ai_job SET finished_at = now(), status = (CASE
      WHEN failed = 0 AND cancelled = 0 THEN 'SUCCEEDED' WHEN succeeded = 0 AND failed > 0 THEN 'FAILED' ELSE 'PARTIAL' END)::"JobStatus"
    WHERE id = ${jobId}::uuid AND queued = 0 AND running = 0 AND status IN ('QUEUED', 'RUNNING', 'PAUSED')
    RETURNING status::text, succeeded, failed`;
  for (const { succeeded, failed } of ended) {
    await writeLog(tx, { jobId, workspace, message: `Ended: ${succeeded} done, ${failed} failed.` });
  }
}

/** News of an item: its job's, its own and its pair's. */
export const tell = (tx: Tx, { id, jobId, workspace, pairId, ...of }: Told): Promise<void> =>
  publish(tx, [
    jobNews({ id: jobId, workspace }),
    { topic: "item", workspace, scope: jobId, ids: [id] },
    ...pairNews(workspace, [{ id: pairId, skuId: "pair" in of ? of.pair.skuId : of.skuId }]),
  ]);

/** An item, with its pair's SKU in either form. */
type Told = { readonly id: string; readonly jobId: string; readonly workspace: string; readonly pairId: string } & (
  | { readonly skuId: string }
  | { readonly pair: { readonly skuId: string } }
);
