// One photo of a job, from its claim to its end. Every step is a guarded update: whoever lost its item changes nothing. The steps that every photo
// takes stand in item-steps.ts; here is what some do besides.
//
// States: QUEUED -> RUNNING (claimed by one worker) -> SUCCEEDED | FAILED, or back to QUEUED when it is to be tried again,
// or from either -> CANCELLED. The job's row is always locked before its items' rows, so that ending, claiming and
// cancelling can not wait for each other in a ring.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { App } from "../app.ts";
import type { Prisma, Tx } from "../db/client.ts";
import { JobMode, PairStatus } from "../db/generated/prisma/enums.ts";
import { publish } from "../events/news.ts";
import type { OutputSpec, Recipe } from "../images/picture.ts";
import { say } from "../say.ts";
import { jobNews, pairNews } from "./job.ts";
import { writeLog } from "./job-log.ts";

/** As much of an item as its steps need, and of the rows around it. */
export const claimedItem = z.object({
  id: z.string(),
  workspace: z.string(),
  jobId: z.string(),
  pairId: z.string(),
  pairStatus: z.enum(PairStatus),
  attempts: z.number(),
  attemptsBefore: z.number(),
  crashes: z.number(),
  createdAt: z.coerce.date(),
  job: z.object({
    engine: z.string(),
    model: z.string().nullable(),
    mode: z.enum(JobMode),
    options: z.json(),
    output: z.json(),
    templates: z.json(),
    prompt: z.string().nullable(),
    mask: z.object({ key: z.string() }).nullable(),
  }),
  pair: z.object({
    skuId: z.string(),
    currentResultId: z.string().nullable(),
    position: z.number(),
    /** Whether it is its SKU's main photo, or the first where none is chosen. */
    isFirst: z.boolean(),
    source: z.object({ key: z.string(), name: z.string(), width: z.number() }),
    sku: z.object({ code: z.string(), title: z.string().nullable() }),
  }),
});
type ClaimedItem = z.infer<typeof claimedItem>;

/** What an item needs to fail or to go back to the queue, whoever holds it. */
export const heldItem = {
  include: { job: true, pair: { include: { source: true, sku: true } } },
} satisfies Prisma.JobItemDefaultArgs;
export type HeldItem = Omit<ClaimedItem, "job" | "pair"> & {
  readonly job: Pick<ClaimedItem["job"], "engine" | "mode">;
  readonly pair: Pick<ClaimedItem["pair"], "skuId" | "currentResultId"> & {
    readonly source: { readonly name: string };
    readonly sku: { readonly code: string };
  };
};

/** An item that this worker holds, with all that running it takes. */
export interface Claim {
  readonly workerId: string;
  readonly item: ClaimedItem;
  readonly output: OutputSpec;
  readonly prompt: string | null;
  readonly recipe: Recipe;
}
/** The same as far as ending it without a result goes. */
export interface Hold {
  readonly workerId: string;
  readonly item: HeldItem;
}

/** Tells what a running item is at; best effort, a lost stage harms nothing. */
export async function setStage(app: App, { item, workerId }: Claim, stage: string): Promise<void> {
  await app.db.$transaction(async (tx) => {
    const changed = await tx.jobItem.updateMany({ where: { id: item.id, status: "RUNNING", workerId }, data: { stage } });
    if (changed.count > 0) await publish(tx, [{ topic: "item", workspace: item.workspace, scope: item.jobId, ids: [item.id] }]);
  });
}

export interface ItemFailure {
  readonly code: string;
  /** What happened, why, what to do: people read it. */
  readonly sentence: string;
}

/** Ends the item as FAILED. A pair that has a result keeps it and its status; the note says what went wrong. */
export async function failItem(app: App, claim: Hold, failure: ItemFailure): Promise<void> {
  await app.db.$transaction((tx) => failInTransaction(tx, claim, failure));
}

/** As `failItem`, in the caller's transaction. */
export async function failInTransaction(tx: Tx, claim: Hold, { code, sentence }: ItemFailure): Promise<void> {
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
    message: say("LOG_FAILED", { photo: label(item), why: sentence }),
  });
  await endJob(tx, item);
  await tell(tx, item);
}

export interface SpentNote {
  /** From `nextSpentNote`. */
  readonly id: bigint;
  /** US dollars. */
  readonly usd: number;
}

/** The number of a note that is about to be written. */
export async function nextSpentNote(app: App): Promise<bigint> {
  const rows = await app.db.$queryRaw<{ id: bigint }[]>`SELECT nextval(pg_get_serial_sequence('ai_usage_entry', 'id')) AS id`;
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("The sequence gave no number");
  return id;
}

/**
 * Counts what was paid for a run that no result came of: refused after all, not usable, cancelled, or too large for its bytes. Written again because
 * its commit was not answered, a note counts once.
 */
export async function noteSpent(app: App, { item }: Claim, { id, usd }: SpentNote): Promise<void> {
  const { workspace, jobId } = item;
  await app.db.$transaction(async (tx) => {
    const entry = { id, workspace, engine: item.job.engine, at: new Date(), costUsd: usd };
    const { count } = await tx.usageEntry.createMany({ data: [entry], skipDuplicates: true });
    if (count === 0) return;
    await tx.job.updateMany({ where: { id: jobId }, data: { costUsd: { increment: usd } } });
    await publish(tx, [jobNews({ id: jobId, workspace })]);
  });
}

/** How an item is called in the job's log. */
export const label = ({ pair }: HeldItem): string => `${pair.sku.code} ${pair.source.name}`;

/** Locks the job's row, which comes before every row of its items. @returns whether there is such an item */
export async function lockJobOf(tx: Tx, itemId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM ai_job WHERE id = (SELECT job_id FROM ai_job_item WHERE id = ${itemId}::uuid) FOR UPDATE`;
  return rows.length > 0;
}

/** Whether the item was still this worker's. */
async function endItem(tx: Tx, { item, workerId }: Hold, data: Prisma.JobItemUpdateManyMutationInput): Promise<boolean> {
  const ended = await tx.jobItem.updateMany({
    where: { id: item.id, status: "RUNNING", workerId, attempts: item.attempts },
    data: { ...data, stage: null, finishedAt: new Date() },
  });
  return ended.count > 0;
}

/** Ends the job when its last item has ended. */
async function endJob(tx: Tx, { jobId }: HeldItem): Promise<void> {
  await tx.$executeRaw`SELECT ai_end_job(${jobId}::uuid, ${randomUUID()}::uuid)`;
}

/** News of an item: its job's, its own and its pair's. */
export const tell = (tx: Tx, { id, jobId, workspace, pairId, pair: { skuId } }: HeldItem): Promise<void> =>
  publish(tx, [
    jobNews({ id: jobId, workspace }),
    { topic: "item", workspace, scope: jobId, ids: [id] },
    ...pairNews(workspace, [{ id: pairId, skuId }]),
  ]);
