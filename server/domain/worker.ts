// Workers: how they show that they live, and what becomes of the items of one that died.
import type { App } from "../app.ts";
import { recoverItem } from "./job-item.ts";

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

export async function beat(app: App, { id, host, pid }: WorkerIdentity): Promise<void> {
  await app.db.$executeRaw`
    INSERT INTO ai_worker_heartbeat (id, host, pid, concurrency) VALUES (${id}::uuid, ${host}, ${pid}, ${app.config.workerConcurrency})
    ON CONFLICT (id) DO UPDATE SET seen_at = now()`;
}

/** A worker that ends in order leaves nothing to recover. */
export async function retire(app: App, { id }: WorkerIdentity): Promise<void> {
  await app.db.workerHeartbeat.deleteMany({ where: { id } });
}

/** Items that the living workers run at once, together. */
export async function livingConcurrency(app: App): Promise<number> {
  const rows = await app.db.$queryRaw<{ lanes: number }[]>`
    SELECT coalesce(sum(concurrency), 0)::int AS lanes FROM ai_worker_heartbeat
    WHERE seen_at > now() - make_interval(secs => ${deadAfterMs / 1000}::double precision)`;
  return rows[0]?.lanes ?? 0;
}

/** Gives the items of dead workers back to the queue. The database's clock decides, so that hosts' clocks need not agree. */
export async function recoverWorkers(app: App): Promise<number> {
  const orphans = await app.db.$queryRaw<{ id: string; workerId: string | null }[]>`
    SELECT i.id, i.worker_id AS "workerId" FROM ai_job_item i
    LEFT JOIN ai_worker_heartbeat w ON w.id = i.worker_id AND w.seen_at > now() - make_interval(secs => ${deadAfterMs / 1000}::double precision)
    WHERE i.status = 'RUNNING' AND w.id IS NULL ORDER BY i.id LIMIT ${maxRecovered}`;
  for (const { id, workerId } of orphans) await recoverItem(app, id, workerId);
  await app.db.$executeRaw`
    DELETE FROM ai_worker_heartbeat w WHERE w.seen_at < now() - interval '1 hour'
      AND NOT EXISTS (SELECT 1 FROM ai_job_item i WHERE i.status = 'RUNNING' AND i.worker_id = w.id)`;
  return orphans.length;
}
