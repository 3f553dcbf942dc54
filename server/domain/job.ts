// Jobs: what a submission runs, in one transaction with its queue entries; progress.
import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import { isUniqueViolation, Prisma, type Tx } from "../db/client.ts";
import { badUserInput, conflict, limitExceeded, notFound } from "../errors.ts";
import { type News, publish } from "../events/news.ts";
import { type OutputSpec, parseOutput } from "../images/picture.ts";
import { enqueueItems, priorities } from "../queue/tasks.ts";
import { say } from "../say.ts";
import { writeLog } from "./job-log.ts";
import { type JobPlan, planJob, type SubmitJobInput } from "./job-plan.ts";
import { askedCode } from "./names.ts";
import { planTemplates } from "./prompt.ts";

export type JobRow = Prisma.JobGetPayload<object>;

/** Photos in one job at most: bounds its one transaction. */
export const maxItemsPerJob = 10_000;
/** The index that lets a pair be in one running job at a time. */
export const oneRunIndex = "ai_job_item_one_run";

export const endedJobStatuses: readonly JobRow["status"][] = ["SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED"];

export interface JobFilter {
  readonly status?: readonly JobRow["status"][] | null | undefined;
  readonly sku?: string | null | undefined;
}

/** The rows that the viewer may see, narrowed by the filter. */
export function jobWhere(viewer: Viewer, filter: JobFilter = {}): Prisma.JobWhereInput {
  return {
    workspace: viewer.workspace,
    ...(filter.status ? { status: { in: [...filter.status] } } : {}),
    ...(filter.sku ? { items: { some: { pair: { sku: { code: askedCode(filter.sku), workspace: viewer.workspace } } } } } : {}),
  };
}

/**
 * The job, its items and their queue entries: all or nothing.
 * @throws BAD_USER_INPUT, also when there is nothing to run; NOT_FOUND; CONFLICT when a pair is in another run; ENGINE_UNAVAILABLE
 */
export async function submitJob(app: App, viewer: Viewer, input: SubmitJobInput): Promise<JobRow> {
  assertRole(viewer, "EDITOR");
  const earlier = await findByKey(app, viewer, input.idempotencyKey);
  if (earlier !== null) return earlier;
  const plan = await planJob(app, viewer, input);
  try {
    return await app.db.$transaction((tx) => insertJob(tx, viewer, plan));
  } catch (error) {
    // A twin sent at the same moment may have won: then its job is the answer, whatever this one ran into.
    const twin = await findByKey(app, viewer, input.idempotencyKey);
    if (twin !== null) return twin;
    throw isUniqueViolation(error) || String(error).includes(oneRunIndex) ? alreadyRunning() : error;
  }
}

export const alreadyRunning = (): Error => conflict(say("PHOTO_IN_OTHER_RUN"));

async function findByKey(app: App, viewer: Viewer, key: string | null | undefined): Promise<JobRow | null> {
  if (!key || key.includes("\0")) return null;
  return app.db.job.findUnique({ where: { workspace_idempotencyKey: { workspace: viewer.workspace, idempotencyKey: key } } });
}

async function insertJob(tx: Tx, viewer: Viewer, plan: JobPlan): Promise<JobRow> {
  const { workspace } = viewer;
  const templates = await planTemplates(tx, workspace, plan);
  const pairs = await selectPairs(tx, viewer, plan, { lock: true });
  const job = await tx.job.create({
    data: {
      workspace,
      number: await nextNumber(tx, workspace),
      mode: plan.mode,
      prompt: plan.prompt,
      templateId: plan.templateId,
      maskId: plan.maskImageId,
      templates,
      engine: plan.engine,
      model: plan.model,
      options: plan.options,
      output: { ...plan.output },
      createdBy: viewer.userId,
      idempotencyKey: plan.idempotencyKey,
    },
  });
  const itemIds = pairs.map(() => randomUUID());
  await tx.$executeRaw`
    INSERT INTO ai_job_item (id, workspace, job_id, pair_id, position, pair_status)
    SELECT item, ${workspace}, ${job.id}::uuid, pair, n - 1, status::"PairStatus"
    FROM unnest(${itemIds}::uuid[], ${pairs.map(({ id }) => id)}::uuid[], ${pairs.map(({ status }) => status)}::text[])
      WITH ORDINALITY AS u(item, pair, status, n)`;
  await setPairStatus(
    tx,
    pairs.map(({ id }) => id),
    "QUEUED",
  );
  await writeLog(tx, {
    jobId: job.id,
    workspace,
    message: say("LOG_QUEUED", { count: pairs.length, engine: plan.engine }),
  });
  await enqueueItems(tx, { itemIds, priority: priorityOf(plan) });
  await publish(tx, [jobNews(job), ...pairNews(workspace, pairs)]);
  return tx.job.findUniqueOrThrow({ where: { id: job.id } });
}

type ChosenPair = { id: string; skuId: string; status: Prisma.PairGetPayload<object>["status"] };

/**
 * The pairs that a plan runs, in the order of the grid.
 * @param lock whether to hold them, locked in the order of their ids, against a second submission
 * @throws as `submitJob` does
 */
export async function selectPairs(tx: Tx, viewer: Viewer, plan: JobPlan, { lock }: { lock: boolean }): Promise<ChosenPair[]> {
  const { workspace } = viewer;
  const isBatch = plan.mode === "BATCH";
  const own: Prisma.PairWhereInput = isBatch
    ? { workspace, sku: { workspace, code: { in: [...plan.skus] } } }
    : { workspace, id: { in: [...plan.pairIds] } };
  if (isBatch) await assertSkus(tx, workspace, plan.skus);
  const found = await tx.pair.findMany({
    where: isBatch ? { ...own, status: { in: [...runnable(plan)] } } : own,
    select: { id: true },
    orderBy: [{ sku: { code: "asc" } }, { position: "asc" }],
    take: maxItemsPerJob + 1,
  });
  if (!isBatch && found.length < plan.pairIds.length) throw notFound("pair with one of these ids");
  const ids = found.map(({ id }) => id);
  const rows = await tx.$queryRaw<ChosenPair[]>`
    SELECT id, sku_id AS "skuId", status FROM ai_image_pair WHERE id = ANY (${ids}::uuid[]) ORDER BY id ${lock ? Prisma.sql`FOR UPDATE` : Prisma.empty}`;
  const byId = new Map(rows.map((pair) => [pair.id, pair]));
  // Another run may have taken some while these waited for their locks.
  const chosen = ids.flatMap((id) => byId.get(id) ?? []).filter(({ status }) => !isBatch || runnable(plan).includes(status));
  if (chosen.length > maxItemsPerJob) {
    throw limitExceeded(`The run would take more than ${maxItemsPerJob} photos, the most a job may have: choose fewer SKUs at once.`);
  }
  if (chosen.length === 0) throw nothingToDo(plan, await tx.pair.count({ where: own }));
  if (chosen.some(({ status }) => status === "QUEUED" || status === "PROCESSING")) throw alreadyRunning();
  if (chosen.some(({ status }) => status === "ARCHIVED"))
    throw badUserInput("pairs holds an archived pair: activate it first, or leave it out.");
  return chosen;
}

/** What a BATCH takes: waiting photos, with `includeDone` also those that have been through a run. */
const runnable = (plan: JobPlan): readonly ChosenPair["status"][] =>
  plan.includeDone ? ["WAITING", "READY", "APPROVED", "REJECTED", "FAILED"] : ["WAITING"];

function nothingToDo(plan: JobPlan, photoCount: number): Error {
  const which = `the ${plan.skus.length === 1 ? `SKU ${plan.skus[0]}` : `${plan.skus.length} SKUs`}`;
  if (photoCount === 0) return badUserInput(`There is nothing to run: ${which} has no photos yet. Add photos first.`);
  const hint = plan.includeDone ? "They are archived or in another run." : "Set includeDone to run photos that already have a result.";
  return badUserInput(`There is nothing to run: none of the ${photoCount} photos of ${which} is waiting. ${hint}`);
}

async function assertSkus(tx: Tx, workspace: string, codes: readonly string[]): Promise<void> {
  const rows = await tx.sku.findMany({
    where: { workspace, code: { in: [...codes] } },
    select: { code: true, archivedAt: true },
  });
  const known = new Set(rows.map(({ code }) => code));
  const missing = codes.filter((code) => !known.has(code));
  if (missing.length > 0) throw notFound(`SKU with the code ${missing.slice(0, 5).join(", ")}`);
  const archived = rows.filter(({ archivedAt }) => archivedAt !== null);
  if (archived.length > 0)
    throw badUserInput(
      `skus holds archived SKUs (${archived
        .slice(0, 5)
        .map(({ code }) => code)
        .join(", ")}): activate them first.`,
    );
}

async function nextNumber(tx: Tx, workspace: string): Promise<number> {
  const rows = await tx.$queryRaw<{ number: number }[]>`
    INSERT INTO ai_workspace (id, last_job_number) VALUES (${workspace}, 1)
    ON CONFLICT (id) DO UPDATE SET last_job_number = ai_workspace.last_job_number + 1
    RETURNING last_job_number AS number`;
  const number = rows[0]?.number;
  if (number === undefined) throw new Error("The workspace gave out no job number");
  return number;
}

/** One bulk statement; the trigger moves the SKUs' counts. */
export async function setPairStatus(tx: Tx, ids: readonly string[], status: ChosenPair["status"]): Promise<void> {
  await tx.pair.updateMany({ where: { id: { in: [...ids] } }, data: { status } });
}

export const jobNews = (job: { id: string; workspace: string }): News => ({
  topic: "job",
  workspace: job.workspace,
  scope: job.id,
  ids: [job.id],
});

export function pairNews(workspace: string, pairs: readonly { id: string; skuId: string }[]): News[] {
  const bySku = Map.groupBy(pairs, ({ skuId }) => skuId);
  return [...bySku].map(([skuId, group]) => ({ topic: "pair", workspace, scope: skuId, ids: group.map(({ id }) => id) }));
}

/** Items that must have ended before an ETA is told: one photo says little of the next. */
const minEndedForEta = 2;

/** Seconds left, from this job's own pace without the time it was paused; null until it can be told. */
export function etaSeconds(job: JobRow, now: Date): number | null {
  const ended = job.succeeded + job.failed;
  const left = job.queued + job.running;
  if (job.startedAt === null || job.status !== "RUNNING" || ended < minEndedForEta || left === 0) return null;
  const workedMs = now.getTime() - job.startedAt.getTime() - job.pausedMs;
  return Math.max(1, Math.round(((workedMs / ended) * left) / 1000));
}

/** What a person waits for overtakes a long batch. */
export const priorityOf = ({ mode }: Pick<JobRow, "mode">): number => (mode === "BATCH" ? priorities.batch : priorities.interactive);

/** What was resolved at submission. */
export const outputOf = (job: Pick<JobRow, "output">): OutputSpec => parseOutput(job.output);
