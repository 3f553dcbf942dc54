// Workers: how they show that they live, and what becomes of the items of one that died.
import type { App } from "../app.ts";
import { say } from "../say.ts";
import { giveBackGalleries, recoverGalleries } from "./gallery-recovery.ts";
import { giveBackItem, itemsOf, recoverItem, requeueUnclaimed, retryItem } from "./job-requeue.ts";

/** Milliseconds between heartbeats. */
export const heartbeatEveryMs = 3_000;
/** Milliseconds without a heartbeat after which a worker counts as dead: four missed beats, so that items run again within 30 s. */
const deadAfterMs = 12_000;
/** Items recovered in one go; the rest come with the next. */
const maxRecovered = 500;

export interface WorkerIdentity {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

/** @param queueId the name under which its queue takes entries; null before it has one */
export async function beat(app: App, { id, host, pid }: WorkerIdentity, queueId: string | null): Promise<void> {
  await app.db.$executeRaw`
    INSERT INTO ai_worker_heartbeat (id, host, pid, concurrency, queue_id)
    VALUES (${id}::uuid, ${host}, ${pid}, ${app.config.workerConcurrency}, ${queueId})
    ON CONFLICT (id) DO UPDATE SET seen_at = now(), queue_id = excluded.queue_id`;
}

/** A worker that ends in order leaves nothing to recover: what it still holds goes back to the queue. */
export async function retire(app: App, { id }: WorkerIdentity): Promise<void> {
  for (const item of await itemsOf(app, id)) await giveBackItem(app, { item, workerId: id }, say("WORKER_STOPPED"));
  await giveBackGalleries(app, id);
  await app.db.workerHeartbeat.deleteMany({ where: { id } });
}

/**
 * Brings what a living worker runs and what its rows say it runs back together, which a lost database or a lost message part.
 * @param isRunning whether the worker runs the item at this moment
 * @returns the items that are its own by their rows: what it runs besides is in vain
 */
export async function reconcile(app: App, { id }: WorkerIdentity, isRunning: (itemId: string) => boolean): Promise<ReadonlySet<string>> {
  const items = await itemsOf(app, id);
  for (const item of items) {
    if (!isRunning(item.id)) await retryItem(app, { item, workerId: id }, say("RUN_CUT_OFF"), null);
  }
  return new Set(items.map((item) => item.id));
}

/** The workers that live, and how many items they run at once, together. */
export async function livingWorkers(app: App): Promise<{ count: number; slots: number }> {
  const rows = await app.db.$queryRaw<{ count: number; slots: number }[]>`
    SELECT count(*)::int AS count, coalesce(sum(concurrency), 0)::int AS slots FROM ai_worker_heartbeat
    WHERE seen_at > now() - make_interval(secs => ${deadAfterMs / 1000}::double precision)`;
  return rows[0] ?? { count: 0, slots: 0 };
}

/** Gives what dead workers held back to the queue, and what they took and never started. The database's clock decides, so that hosts' clocks need not agree. */
export async function recoverWorkers(app: App): Promise<number> {
  const orphans = await app.db.$queryRaw<{ id: string; workerId: string | null }[]>`
    SELECT i.id, i.worker_id AS "workerId" FROM ai_job_item i
    LEFT JOIN ai_worker_heartbeat w ON w.id = i.worker_id AND w.seen_at > now() - make_interval(secs => ${deadAfterMs / 1000}::double precision)
    WHERE i.status = 'RUNNING' AND w.id IS NULL ORDER BY i.id LIMIT ${maxRecovered}`;
  for (const { id, workerId } of orphans) await recoverItem(app, id, workerId);
  await recoverGalleries(app, deadAfterMs);
  await app.db.$executeRaw`
    DELETE FROM ai_worker_heartbeat w WHERE w.seen_at < now() - interval '1 hour'
      AND NOT EXISTS (SELECT 1 FROM ai_job_item i WHERE i.status = 'RUNNING' AND i.worker_id = w.id)`;
  return orphans.length + (await requeueUnclaimed(app, deadAfterMs));
}
