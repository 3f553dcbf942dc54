// What the database knows of the whole installation, for its operators: the queue, the jobs under way, the pairs and the workers.
import type { App } from "../app.ts";
import { taskNames } from "../queue/tasks.ts";
import { livingWorkers } from "./worker.ts";

export interface QueueFigures {
  /** Items that a free worker would take now. */
  readonly ready: number;
  /** Items that wait for their time: a retry's delay, an engine's lane. */
  readonly later: number;
  readonly running: number;
  /** Seconds that the oldest ready item has waited; 0 where none waits. */
  readonly oldestSeconds: number;
}

export interface Figures {
  readonly queue: QueueFigures;
  /** Jobs that have not ended, by status. */
  readonly jobs: ReadonlyMap<string, number>;
  /** All pairs by status. */
  readonly pairs: ReadonlyMap<string, number>;
  /** Pictures made and runs failed since the last midnight UTC, by engine. */
  readonly today: readonly { readonly engine: string; readonly images: number; readonly failures: number }[];
  readonly workers: { readonly count: number; readonly slots: number };
}

/** A few indexed statements; none grows with what is done already. */
export async function readFigures(app: App): Promise<Figures> {
  const [queue, jobs, pairs, workers] = await Promise.all([readQueue(app), readJobs(app), readPairs(app), livingWorkers(app)]);
  return { queue, jobs, pairs, today: await readToday(app), workers };
}

/** An entry without attempts left is run by nobody; one that was queued anew while a worker had it has lost its key besides. */
async function readQueue({ db }: App): Promise<QueueFigures> {
  const [queue] = await db.$queryRaw<QueueFigures[]>`
    SELECT count(*) FILTER (WHERE waits AND run_at <= now())::int AS ready,
      count(*) FILTER (WHERE waits AND run_at > now())::int AS later,
      count(*) FILTER (WHERE locked_at IS NOT NULL AND key IS NOT NULL)::int AS running,
      coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE waits AND run_at <= now())), 0)::float8 AS "oldestSeconds"
    FROM (SELECT *, locked_at IS NULL AND attempts < max_attempts AS waits FROM graphile_worker.jobs) q
    WHERE task_identifier = ${taskNames.processItem}`;
  return queue ?? { ready: 0, later: 0, running: 0, oldestSeconds: 0 };
}

async function readJobs({ db }: App): Promise<ReadonlyMap<string, number>> {
  const rows = await db.$queryRaw<{ status: string; n: number }[]>`
    SELECT status::text, count(*)::int AS n FROM ai_job WHERE finished_at IS NULL GROUP BY status`;
  return new Map(rows.map(({ status, n }) => [status, n]));
}

async function readPairs({ db }: App): Promise<ReadonlyMap<string, number>> {
  const rows = await db.$queryRaw<{ status: string; n: number }[]>`
    SELECT status, sum(n)::int AS n FROM ai_tally WHERE noun = 'pair' GROUP BY status`;
  return new Map(rows.map(({ status, n }) => [status, n]));
}

async function readToday({ db }: App): Promise<Figures["today"]> {
  return db.$queryRaw`
    SELECT engine, sum(images)::int AS images, sum(failures)::int AS failures
    FROM ai_usage_entry WHERE at >= date_trunc('day', now(), 'UTC') GROUP BY engine ORDER BY engine`;
}
