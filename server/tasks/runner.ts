// The worker process: takes tasks from the queue, shows that it lives, hears of cancelled jobs, and stops in order.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Logger, parseCronItems, run } from "graphile-worker";
import type { App } from "../app.ts";
import { compactTallies } from "../domain/tally.ts";
import { beat, heartbeatEveryMs, recoverWorkers, retire } from "../domain/worker.ts";
import { messageOf } from "../errors.ts";
import { processItemPayload, taskNames } from "../queue/tasks.ts";
import { Cancelled, processItem, ShuttingDown } from "./process-item.ts";
import { sweep, sweepCron } from "./sweep.ts";

/** Milliseconds that running items get to finish before they go back to the queue; the whole stop must fit 20 s. */
const graceMs = 8_000;
/** Milliseconds between looks for work that no notification announced (retries whose time has come). */
const pollEveryMs = 1_000;
/** Milliseconds between looks for dead workers. */
const recoverEveryMs = 5_000;
/** Milliseconds between compactions of the counts' notes: a batch leaves some hundred in between, which are summed in no time. */
const compactEveryMs = 10_000;
/** Connections of graphile-worker's own pool beyond one for each item. */
const spareConnections = 2;

export interface Worker {
  /** Resolves when the queue's own runner has ended by itself, which is a fault. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** @param databaseUrl where graphile-worker connects; the App's own client has its own pool */
export async function startWorker(app: App, databaseUrl: string): Promise<Worker> {
  const identity = { id: randomUUID(), host: hostname(), pid: process.pid };
  await beat(app, identity);
  const running = new Map<string, { jobId: string | null; controller: AbortController }>();

  const concurrency = app.config.workerConcurrency;
  const runner = await run({
    connectionString: databaseUrl,
    concurrency,
    maxPoolSize: concurrency + spareConnections,
    pollInterval: pollEveryMs,
    noHandleSignals: true,
    logger: quietLogger(app),
    parsedCronItems: parseCronItems([sweepCron]),
    taskList: {
      [taskNames.sweep]: () => sweep(app),
      [taskNames.processItem]: async (payload) => {
        const { itemId } = processItemPayload.parse(payload);
        if (running.has(itemId)) return;
        const entry = { jobId: null as string | null, controller: new AbortController() };
        running.set(itemId, entry);
        try {
          await processItem(app, {
            workerId: identity.id,
            itemId,
            signal: entry.controller.signal,
            onClaim: (jobId) => {
              entry.jobId = jobId;
            },
          });
        } finally {
          running.delete(itemId);
        }
      },
    },
  });

  const heartbeat = every(heartbeatEveryMs, () => beat(app, identity), app);
  const recovery = every(recoverEveryMs, () => recoverWorkers(app), app);
  const compaction = every(compactEveryMs, () => compactTallies(app), app);
  const cancels = app.events.subscribe({ topic: "cancel" });
  void abortCancelled(app, cancels, running);

  const stop = async (): Promise<void> => {
    clearInterval(recovery);
    clearInterval(compaction);
    const force = setTimeout(() => abortAll(running, new ShuttingDown("The worker is shutting down")), graceMs);
    await runner.stop();
    clearTimeout(force);
    clearInterval(heartbeat);
    await cancels.return();
    await retire(app, identity);
  };
  let stopped: Promise<void> | undefined;
  return { ended: runner.promise, stop: () => (stopped ??= stop()) };
}

type Running = Map<string, { jobId: string | null; controller: AbortController }>;

/** Aborts the items of jobs that were cancelled; after a lost connection it looks at every job it runs. */
async function abortCancelled(
  app: App,
  cancels: AsyncIterable<{ refresh: boolean; ids: readonly string[] }>,
  running: Running,
): Promise<void> {
  for await (const { refresh, ids } of cancels) {
    const jobIds = refresh ? await cancelledAmong(app, running).catch(() => []) : ids;
    for (const { jobId, controller } of running.values()) {
      if (jobId !== null && jobIds.includes(jobId)) controller.abort(new Cancelled("The job was cancelled"));
    }
  }
}

async function cancelledAmong(app: App, running: Running): Promise<string[]> {
  const ids = [...running.values()].flatMap(({ jobId }) => jobId ?? []);
  const jobs = await app.db.job.findMany({ where: { id: { in: ids }, status: "CANCELLED" }, select: { id: true } });
  return jobs.map(({ id }) => id);
}

function abortAll(running: Running, reason: Error): void {
  for (const { controller } of running.values()) controller.abort(reason);
}

/** Runs again and again, never twice at once; a fault is logged and the next turn tries anew. */
function every(ms: number, work: () => Promise<unknown>, app: App): NodeJS.Timeout {
  let busy = false;
  return setInterval(async () => {
    if (busy) return;
    busy = true;
    await work().catch((error) => app.log.warn({ error: messageOf(error) }, "a periodic task of the worker failed"));
    busy = false;
  }, ms);
}

const quietLogger = (app: App): Logger =>
  new Logger(() => (level, message) => {
    if (level === "error") app.log.error({ from: "queue" }, message);
    else if (level === "warning") app.log.warn({ from: "queue" }, message);
    else app.log.debug({ from: "queue" }, message);
  });
