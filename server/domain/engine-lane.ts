// Lanes: how many runs an engine takes at once and in a minute, kept by all workers together. An item that finds its lane full goes
// back to the queue for a while; it has not started, so no attempt is counted and nobody is told.
import type { App } from "../app.ts";
import type { Tx } from "../db/client.ts";
import type { EngineLimits } from "../engines/engine.ts";
import { enqueueItems } from "../queue/tasks.ts";
import { priorityOf } from "./job.ts";
import { mustRunAlone } from "./job-requeue.ts";

/** A place taken in an engine's lane; null: the engine has no limits, or there is nothing to run. */
export type Lane = { readonly id: bigint } | null;

/** Seconds over which starts are counted. */
const windowSeconds = 60;
/** Seconds that a place is held for an item that is about to be claimed. */
const claimSeconds = 10;
/** Minutes after which a place counts no more: longer than the slowest run, and than any provider's pause. */
const keptMinutes = 15;
/** Milliseconds: how soon and how late an item may look for room again. */
const minWaitMs = 250;
const maxWaitMs = 60_000;
/** Milliseconds of a usual run: with the limits, they say how fast a lane moves. */
const usualRunMs = 6_000;
/** Looks for each place that comes free: with fewer, places would stand empty; with more, the queue turns for nothing. */
const looksPerPlace = 6;
/** Items that are counted at the most to know how long the queue is. */
const maxCounted = 1_000;

/** Takes a place for the item, or puts the item off and answers "full". */
export async function enterLane(app: App, { workerId, itemId }: { workerId: string; itemId: string }): Promise<Lane | "full"> {
  // Most servers run the built-in engine alone, which has no limits: their items should not pay for this.
  if (!app.engines.list().some(({ limits, availability }) => limits !== undefined && availability.available)) return null;
  const item = await app.db.jobItem.findUnique({
    where: { id: itemId },
    select: { status: true, crashes: true, job: { select: { engine: true, status: true, mode: true } } },
  });
  if (item === null || (item.status !== "QUEUED" && item.status !== "RUNNING")) return null;
  if (item.job.status !== "QUEUED" && item.job.status !== "RUNNING") return null;
  const { engine } = item.job;
  const limits = app.engines.get(engine)?.limits;
  if (limits === undefined) return null;
  return app.db.$transaction(async (tx) => {
    // Two workers that counted at the same time would both find the last place.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`engine-lane:${engine}`}, 0))`;
    const { running, started, roomInMs, pausedMs } = await countRuns(tx, engine);
    if (running < limits.concurrency && started < limits.requestsPerMinute && pausedMs <= 0)
      return { id: await takePlace(tx, { engine, workerId, itemId }) };
    const soonestMs = Math.max(minWaitMs, pausedMs, started < limits.requestsPerMinute ? 0 : roomInMs);
    const waitMs = soonestMs + Math.random() * (await spreadMs(tx, engine, limits));
    await enqueueItems(tx, { itemIds: [itemId], priority: priorityOf(item.job), waitMs, isAlone: mustRunAlone(item) });
    return "full";
  });
}

/**
 * The run has ended: the place is free, though its start still counts for its minute.
 * @param pauseMs for how long the engine's provider wants to be asked nothing, milliseconds: every worker's items wait, and not only this one
 */
export async function leaveLane(app: App, lane: Lane, pauseMs = 0): Promise<void> {
  if (lane === null) return;
  await app.db.$executeRaw`
    UPDATE ai_engine_run SET ended = true, paused_until = CASE WHEN ${pauseMs}::double precision > 0
      THEN clock_timestamp() + make_interval(secs => ${pauseMs / 1000}::double precision) END WHERE id = ${lane.id}`;
}

/** There was nothing to run: neither the place nor the start counts. */
export async function skipLane(app: App, lane: Lane): Promise<void> {
  if (lane !== null) await app.db.engineRun.deleteMany({ where: { id: lane.id } });
}

interface Traffic {
  readonly running: number;
  /** In the last minute. */
  readonly started: number;
  /** Milliseconds until the oldest start of the last minute counts no more. */
  readonly roomInMs: number;
  /** Milliseconds until the provider may be asked again; 0 or less: it may be asked now. */
  readonly pausedMs: number;
}

/** A place is taken while its item runs at the worker that took it: what a dead worker took is free once its item was given back. */
async function countRuns(tx: Tx, engine: string): Promise<Traffic> {
  const [traffic] = await tx.$queryRaw<Traffic[]>`
    SELECT
      count(*) FILTER (WHERE NOT r.ended AND (r.at > clock_timestamp() - make_interval(secs => ${claimSeconds}::double precision) OR EXISTS (
        SELECT 1 FROM ai_job_item i WHERE i.id = r.item_id AND i.status = 'RUNNING' AND i.worker_id = r.worker_id)))::int AS running,
      count(*) FILTER (WHERE r.at > clock_timestamp() - make_interval(secs => ${windowSeconds}::double precision))::int AS started,
      coalesce(1000 * extract(epoch FROM min(r.at) FILTER (WHERE r.at > clock_timestamp() - make_interval(secs => ${windowSeconds}::double precision))
        + make_interval(secs => ${windowSeconds}::double precision) - clock_timestamp()), 0)::float8 AS "roomInMs",
      coalesce(1000 * extract(epoch FROM max(r.paused_until) - clock_timestamp()), 0)::float8 AS "pausedMs"
    FROM ai_engine_run r WHERE r.engine = ${engine} AND r.at > clock_timestamp() - make_interval(mins => ${keptMinutes}::int)`;
  return traffic ?? { running: 0, started: 0, roomInMs: 0, pausedMs: 0 };
}

async function takePlace(tx: Tx, { engine, workerId, itemId }: { engine: string; workerId: string; itemId: string }): Promise<bigint> {
  await tx.$executeRaw`
    DELETE FROM ai_engine_run WHERE engine = ${engine} AND at < clock_timestamp() - make_interval(mins => ${keptMinutes}::int)`;
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    INSERT INTO ai_engine_run (engine, item_id, worker_id, at) VALUES (${engine}, ${itemId}::uuid, ${workerId}::uuid, clock_timestamp())
    RETURNING id`;
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("The lane gave no place");
  return id;
}

/** Milliseconds over which those who wait spread out: as long as the lane takes for them, so that about one comes as a place is free. */
async function spreadMs(tx: Tx, engine: string, { concurrency, requestsPerMinute }: EngineLimits): Promise<number> {
  const [row] = await tx.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM (
      SELECT 1 FROM ai_job_item i JOIN ai_job j ON j.id = i.job_id WHERE i.status = 'QUEUED' AND j.engine = ${engine} LIMIT ${maxCounted}
    ) first`;
  const perPlaceMs = Math.max((1000 * windowSeconds) / requestsPerMinute, usualRunMs / concurrency);
  return Math.min(maxWaitMs, Math.max(minWaitMs, ((row?.waiting ?? 1) * perPlaceMs) / looksPerPlace));
}
