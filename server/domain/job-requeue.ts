// How a photo of a job that did not end comes back to the queue: after a passing fault, a worker's end or death, or a lost database.
import type { App } from "../app.ts";
import { Prisma, type Tx } from "../db/client.ts";
import { unlockEntries } from "../queue/leftovers.ts";
import { enqueueItems } from "../queue/tasks.ts";
import { say } from "../say.ts";
import { priorityOf } from "./job.ts";
import { failInTransaction, failItem, type HeldItem, type Hold, heldItem, label, lockJobOf, tell } from "./job-item.ts";
import { writeLog } from "./job-log.ts";

/** Starts of one item at most, as far as the engine's passing errors go. */
const maxAttempts = 5;
/** Milliseconds before the second, third … start: long enough for a provider's burst limit, short enough to watch. */
const retryDelaysMs = [2_000, 8_000, 20_000, 60_000];
/** Starts that may end with the worker's death: the photo that kills it three times is not tried a fourth. */
const maxCrashes = 3;

/** Starts since the job was submitted or last retried. */
const attemptsOf = ({ attempts, attemptsBefore }: HeldItem): number => attempts - attemptsBefore;

/**
 * Starts the item again after the delay of its attempt, or `delayMs` where that is longer: whoever asks for a second's patience would otherwise
 * see all attempts within five. The last attempt is not followed by another: the item FAILS.
 * @returns which of the two
 */
export async function retryItem(app: App, held: Hold, why: string, delayMs: number | null): Promise<"failed" | "requeued"> {
  const attempts = attemptsOf(held.item);
  if (attempts >= maxAttempts) {
    await failItem(app, held, { code: "GAVE_UP", sentence: say("GAVE_UP", { why, count: attempts }) });
    return "failed";
  }
  const own = retryDelaysMs[Math.min(attempts, retryDelaysMs.length) - 1] ?? 0;
  await giveBackItem(app, held, why, Math.max(delayMs ?? 0, own));
  return "requeued";
}

/** Gives the item back to the queue through no fault of its own. @param waitMs 0: it is the next of its priority that starts */
export async function giveBackItem(app: App, { item, workerId }: Hold, why: string, waitMs = 0): Promise<void> {
  await app.db.$transaction(async (tx) => {
    await lockJobOf(tx, item.id);
    const back = await tx.jobItem.updateMany({
      where: { id: item.id, status: "RUNNING", workerId, attempts: item.attempts },
      data: { status: "QUEUED", workerId: null, stage: null },
    });
    if (back.count > 0) await queueAgain(tx, item, { why, waitMs, crashes: item.crashes });
  });
}

/** An item whose worker has died: it runs again, or FAILS when it is the one that takes workers down. */
export async function recoverItem(app: App, itemId: string, deadWorkerId: string | null): Promise<void> {
  const item = await app.db.jobItem.findUnique({ where: { id: itemId }, ...heldItem });
  if (item === null || deadWorkerId === null) return;
  const crashes = item.crashes + 1;
  await app.db.$transaction(async (tx) => {
    await lockJobOf(tx, itemId);
    const own = { id: itemId, status: "RUNNING", workerId: deadWorkerId, attempts: item.attempts } as const;
    if (crashes >= maxCrashes) {
      await tx.jobItem.updateMany({ where: own, data: { crashes } });
      const sentence = say("WORKER_DIED_OFTEN", { count: crashes });
      return failInTransaction(tx, { item, workerId: deadWorkerId }, { code: "WORKER_DIED", sentence });
    }
    const back = await tx.jobItem.updateMany({ where: own, data: { crashes, status: "QUEUED", workerId: null, stage: null } });
    if (back.count > 0) await queueAgain(tx, item, { why: say("WORKER_DIED"), waitMs: 0, crashes });
  });
}

/** What a worker holds by its rows. */
export const itemsOf = (app: App, workerId: string): Promise<HeldItem[]> =>
  app.db.jobItem.findMany({ where: { status: "RUNNING", workerId }, ...heldItem });

/** Puts an item that was taken out of the queue and not claimed back to where it was. */
export async function putBackItem(app: App, itemId: string): Promise<void> {
  await app.db.$transaction(async (tx) => {
    const item = await tx.jobItem.findUnique({ where: { id: itemId }, include: { job: true } });
    if (item?.status === "QUEUED") await enqueueFirst(tx, item);
  });
}

/**
 * Items whose queue entry was taken and never claimed nor returned: its worker died in that instant, or its database was away. They come back
 * with a new entry. An entry is somebody's as long as the worker whose queue took it beats. Once there are no such items, what is still held by
 * queues that are no more is freed: it was replaced, or says nothing that a row does not say.
 */
export async function requeueUnclaimed(app: App, deadAfterMs: number): Promise<number> {
  return app.db.$transaction(async (tx) => {
    const taken = await tx.$queryRaw<{ id: string | null; queueId: string }[]>`
      WITH taken AS MATERIALIZED (
        SELECT q.locked_by, CASE WHEN q.key LIKE 'item:%' THEN substr(q.key, 6)::uuid END AS id FROM graphile_worker.jobs q
        WHERE q.locked_at < now() - make_interval(secs => ${takenForMs / 1000}::double precision)
          AND NOT EXISTS (SELECT 1 FROM ai_worker_heartbeat w WHERE w.queue_id = q.locked_by
            AND w.seen_at > now() - make_interval(secs => ${deadAfterMs / 1000}::double precision)))
      SELECT i.id, taken.locked_by AS "queueId" FROM taken LEFT JOIN ai_job_item i ON i.id = taken.id AND i.status = 'QUEUED'
      ORDER BY i.id LIMIT ${maxRequeued}`;
    if (taken.length === 0) return 0;
    const ids = taken.flatMap(({ id }) => id ?? []);
    const items = await tx.jobItem.findMany({ where: { id: { in: ids } }, include: { job: true } });
    const lost = items.filter(({ job }) => job.status !== "PAUSED");
    for (const item of lost) await enqueueFirst(tx, item);
    if (lost.length === 0) await unlockEntries(tx, [...new Set(taken.map(({ queueId }) => queueId))]);
    return lost.length;
  });
}

/** Where a walk over what waits begins: before every photo. */
export const walkStart = "00000000-0000-0000-0000-000000000000";
/** Items looked at in one go: a stretch of an index, some 10 ms in a batch of 100,000, which is through within minutes. */
const walkedAtOnce = 2_000;

/**
 * A belt under the above: gives an entry to items that wait and have none at all, or none that will ever be run, by whatever fault. It walks along the
 * index of open runs, a stretch at a time.
 * @param after where the stretch before this one ended @returns where this one ended; `walkStart` after the last
 */
export async function requeueWithoutEntry(app: App, after: string): Promise<string> {
  const { last, lost } = await walk(app.db, after);
  const found = lost.length > 0 ? await app.db.$transaction((tx) => requeueLost(tx, lost)) : 0;
  if (found > 0) app.log.warn({ items: found }, "items waited without an entry in the queue; they have one again");
  return last ?? walkStart;
}

/** Whoever queues an item, or lets it wait, holds its job's row: found once more under it, an entry that is only being committed is not doubled. */
async function requeueLost(tx: Tx, itemIds: readonly string[]): Promise<number> {
  await tx.$queryRaw`SELECT 1 FROM ai_job WHERE id IN (SELECT job_id FROM ai_job_item WHERE id = ANY (${itemIds}::uuid[])) ORDER BY id FOR UPDATE`;
  const lost = await tx.$queryRaw<{ id: string }[]>`
    SELECT i.id FROM ai_job_item i JOIN ai_job j ON j.id = i.job_id WHERE i.id = ANY (${itemIds}::uuid[]) AND ${isLost}`;
  const items = await tx.jobItem.findMany({ where: { id: { in: lost.map(({ id }) => id) } }, include: { job: true } });
  for (const item of items) await enqueueFirst(tx, item);
  return items.length;
}

/** Of an item `i` and its job `j`. An entry that somebody has taken is the business of whoever asks whose it is. */
const isLost = Prisma.sql`i.status = 'QUEUED' AND j.status IN ('QUEUED', 'RUNNING') AND NOT EXISTS (
  SELECT 1 FROM graphile_worker.jobs q WHERE q.key = 'item:' || i.id AND (q.locked_at IS NOT NULL OR q.attempts < q.max_attempts))`;

interface Stretch {
  /** The last photo of the stretch; null where it was the last stretch. */
  readonly last: string | null;
  readonly lost: readonly string[];
}

async function walk(db: App["db"], after: string): Promise<Stretch> {
  const [stretch] = await db.$queryRaw<Stretch[]>`
    WITH i AS MATERIALIZED (
      SELECT id, job_id, pair_id, status FROM ai_job_item
      WHERE status IN ('QUEUED', 'RUNNING') AND pair_id > ${after}::uuid ORDER BY pair_id LIMIT ${walkedAtOnce})
    SELECT (SELECT pair_id FROM i ORDER BY pair_id OFFSET ${walkedAtOnce - 1} LIMIT 1) AS last,
      ARRAY(SELECT i.id FROM i JOIN ai_job j ON j.id = i.job_id WHERE ${isLost} LIMIT ${maxRequeued}) AS lost`;
  return stretch ?? { last: null, lost: [] };
}

/** Milliseconds that a worker has to claim what it took before anybody asks whose it is: its queue's name is written with the next beat. */
const takenForMs = 5_000;
/** Entries mended in one go; the rest come with the next. */
const maxRequeued = 500;

interface Again {
  readonly why: string;
  readonly waitMs: number;
  readonly crashes: number;
}

async function queueAgain(tx: Tx, item: HeldItem, { why, waitMs, crashes }: Again): Promise<void> {
  await tx.pair.update({ where: { id: item.pairId }, data: { status: "QUEUED" }, select: { id: true } });
  await writeLog(tx, {
    jobId: item.jobId,
    workspace: item.workspace,
    itemId: item.id,
    level: "WARN",
    message: say("LOG_TRIED_AGAIN", { photo: label(item), why }),
  });
  await enqueueFirst(tx, { ...item, crashes }, waitMs);
  await tell(tx, item);
}

type Queueable = Pick<HeldItem, "id" | "createdAt" | "crashes"> & { readonly job: Pick<HeldItem["job"], "mode"> };

/** What may only crash once more runs alone: of several that always run side by side, nobody could tell which takes the worker down. */
export const mustRunAlone = ({ crashes }: Pick<HeldItem, "crashes">): boolean => crashes + 1 >= maxCrashes;

/** After the wait, or before everything of its own batch: what was started once should not wait for ten thousand that were not. */
async function enqueueFirst(tx: Tx, item: Queueable, waitMs = 0): Promise<void> {
  const turn = waitMs > 0 ? { waitMs } : { runAt: new Date(item.createdAt.getTime() - 1) };
  await enqueueItems(tx, { itemIds: [item.id], priority: priorityOf(item.job), ...turn, isAlone: mustRunAlone(item) });
}
