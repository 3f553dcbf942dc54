// Steering a job under way: cancel, pause, resume, retry. Each can be sent twice without harm: with nothing to do the job is
// answered as it is.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { isUniqueViolation, type Tx } from "../db/client.ts";
import { notFound } from "../errors.ts";
import { publish } from "../events/news.ts";
import { dequeueItems, enqueueItems } from "../queue/tasks.ts";
import { say } from "../say.ts";
import { alreadyRunning, endedJobStatuses, type JobRow, jobNews, jobWhere, oneRunIndex, pairNews, priorityOf } from "./job.ts";
import { writeLog } from "./job-log.ts";
import { mustRunAlone } from "./job-requeue.ts";

/**
 * Milliseconds that a job counts as paused at most, 24 days and some: what its column takes. Only the time left is reckoned by it, and a wider column
 * would be none that the version before this one could read.
 */
const longestPausedMs = 2_147_483_647;
const pausedFor = (pausedMs: number, moreMs: number): number => Math.min(longestPausedMs, pausedMs + moreMs);

type Step = (tx: Tx, job: JobRow, userId: string) => Promise<void>;

/** Runs a step with the job's row locked: items that are ending at this moment wait, then find what the step decided. */
async function steer(app: App, viewer: Viewer, id: string | null, step: Step): Promise<JobRow> {
  assertRole(viewer, "EDITOR");
  return app.db.$transaction(async (tx) => {
    const [locked] =
      id === null
        ? []
        : await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM ai_job WHERE id = ${id}::uuid AND workspace = ${viewer.workspace} FOR UPDATE`;
    if (locked === undefined) throw notFound("job with this id");
    const job = await tx.job.findFirstOrThrow({ where: { ...jobWhere(viewer), id: locked.id } });
    await step(tx, job, viewer.userId);
    return tx.job.findUniqueOrThrow({ where: { id: locked.id } });
  });
}

/** Stops queued items at once; running ones are told to stop. Pairs get back the status they had. */
export const cancelJob = (app: App, viewer: Viewer, id: string | null): Promise<JobRow> =>
  steer(app, viewer, id, async (tx, { id: jobId, workspace }, userId) => {
    const items = await tx.$queryRaw<{ id: string; pairId: string; skuId: string }[]>`
      UPDATE ai_job_item i SET status = 'CANCELLED', finished_at = now(), stage = NULL FROM ai_image_pair p
      WHERE i.job_id = ${jobId}::uuid AND i.status IN ('QUEUED', 'RUNNING') AND p.id = i.pair_id
      RETURNING i.id, i.pair_id AS "pairId", p.sku_id AS "skuId"`;
    if (items.length === 0) return;
    const itemIds = items.map((item) => item.id);
    // In the order in which every bulk operation locks pairs.
    await tx.$queryRaw`SELECT 1 FROM ai_image_pair WHERE id = ANY (${items.map(({ pairId }) => pairId)}::uuid[]) ORDER BY id FOR UPDATE`;
    await tx.$executeRaw`
      UPDATE ai_image_pair p SET status = i.pair_status, updated_at = now() FROM ai_job_item i
      WHERE i.id = ANY (${itemIds}::uuid[]) AND p.id = i.pair_id`;
    await dequeueItems(tx, itemIds);
    await tx.job.update({ where: { id: jobId }, data: { status: "CANCELLED", finishedAt: new Date(), pausedAt: null } });
    await writeLog(tx, { jobId, workspace, level: "WARN", message: say("LOG_CANCELLED", { user: userId, count: items.length }) });
    await publish(tx, [
      jobNews({ id: jobId, workspace }),
      { topic: "cancel", workspace, scope: jobId, ids: [jobId] },
      { topic: "item", workspace, scope: jobId, ids: itemIds },
      ...pairNews(
        workspace,
        items.map(({ pairId, skuId }) => ({ id: pairId, skuId })),
      ),
    ]);
  });

/** Running items end, no more are started. */
export const pauseJob = (app: App, viewer: Viewer, id: string | null): Promise<JobRow> =>
  steer(app, viewer, id, async (tx, job, userId) => {
    if (job.status !== "QUEUED" && job.status !== "RUNNING") return;
    const items = await queuedItems(tx, job.id);
    await dequeueItems(
      tx,
      items.map((item) => item.id),
    );
    await tx.job.update({ where: { id: job.id }, data: { status: "PAUSED", pausedAt: new Date() } });
    await writeLog(tx, { jobId: job.id, workspace: job.workspace, message: say("LOG_PAUSED", { user: userId }) });
    await publish(tx, [jobNews(job)]);
  });

export const resumeJob = (app: App, viewer: Viewer, id: string | null): Promise<JobRow> =>
  steer(app, viewer, id, async (tx, job, userId) => {
    if (job.status !== "PAUSED") return;
    const now = new Date();
    const pausedMs = job.startedAt === null || job.pausedAt === null ? 0 : now.getTime() - job.pausedAt.getTime();
    await tx.job.update({
      where: { id: job.id },
      data: { status: job.startedAt === null ? "QUEUED" : "RUNNING", pausedAt: null, pausedMs: pausedFor(job.pausedMs, pausedMs) },
    });
    const items = await queuedItems(tx, job.id);
    for (const isAlone of [true, false]) {
      const itemIds = items.filter((item) => mustRunAlone(item) === isAlone).map(({ id: itemId }) => itemId);
      await enqueueItems(tx, { itemIds, priority: priorityOf(job), isAlone });
    }
    await writeLog(tx, { jobId: job.id, workspace: job.workspace, message: say("LOG_RESUMED", { user: userId }) });
    await publish(tx, [jobNews(job)]);
  });

/**
 * Queues the failed items again, each with its attempts anew. Left out are photos that are archived or in another run.
 * @throws CONFLICT when another run takes one of the photos at this moment
 */
export async function retryJob(app: App, viewer: Viewer, id: string | null): Promise<JobRow> {
  try {
    return await steer(app, viewer, id, retryFailed);
  } catch (error) {
    throw isUniqueViolation(error) || String(error).includes(oneRunIndex) ? alreadyRunning() : error;
  }
}

const retryFailed: Step = async (tx, job, userId) => {
  const { id: jobId, workspace } = job;
  const pairs = await tx.$queryRaw<{ id: string; skuId: string; itemId: string }[]>`
    SELECT p.id, p.sku_id AS "skuId", i.id AS "itemId" FROM ai_image_pair p JOIN ai_job_item i ON i.pair_id = p.id
    WHERE i.job_id = ${jobId}::uuid AND i.status = 'FAILED' AND p.status NOT IN ('ARCHIVED', 'QUEUED', 'PROCESSING')
    ORDER BY p.id FOR UPDATE OF p`;
  if (pairs.length === 0) return;
  const itemIds = pairs.map(({ itemId }) => itemId);
  await tx.$executeRaw`
    UPDATE ai_job_item i SET status = 'QUEUED', pair_status = p.status, attempts_before = i.attempts, crashes = 0, worker_id = NULL,
      error = NULL, error_code = NULL, started_at = NULL, finished_at = NULL
    FROM ai_image_pair p WHERE i.id = ANY (${itemIds}::uuid[]) AND p.id = i.pair_id`;
  await tx.pair.updateMany({ where: { id: { in: pairs.map((pair) => pair.id) } }, data: { status: "QUEUED" } });
  if (endedJobStatuses.includes(job.status)) {
    // The time since its end counts like a pause, so that the ETA speaks of the pace at which it really ran.
    const idleMs = job.finishedAt === null ? 0 : Date.now() - job.finishedAt.getTime();
    const status = job.startedAt === null ? "QUEUED" : "RUNNING";
    await tx.job.update({ where: { id: jobId }, data: { status, finishedAt: null, pausedMs: pausedFor(job.pausedMs, idleMs) } });
  }
  if (job.status !== "PAUSED") await enqueueItems(tx, { itemIds, priority: priorityOf(job) });
  await writeLog(tx, { jobId, workspace, message: say("LOG_RETRIED", { user: userId, count: pairs.length }) });
  await publish(tx, [jobNews(job), { topic: "item", workspace, scope: jobId, ids: itemIds }, ...pairNews(workspace, pairs)]);
};

const queuedItems = (tx: Tx, jobId: string): Promise<{ id: string; crashes: number }[]> =>
  tx.jobItem.findMany({ where: { jobId, status: "QUEUED" }, select: { id: true, crashes: true }, orderBy: { position: "asc" } });
