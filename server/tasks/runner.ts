// The worker process: takes tasks from the queue, shows that it lives, hears of cancelled jobs, and stops in order.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { parseCronItems } from "graphile-worker";
import type { App } from "../app.ts";
import { createItemSteps } from "../domain/item-steps.ts";
import { putBackItem, requeueWithoutEntry, walkStart } from "../domain/job-requeue.ts";
import { compactTallies } from "../domain/tally.ts";
import { beat, heartbeatEveryMs, reconcile, recoverWorkers, retire } from "../domain/worker.ts";
import { messageOf } from "../errors.ts";
import { type FinishPicture, finishPicture } from "../images/finish.ts";
import { withLogContext } from "../log.ts";
import { processItemPayload, taskNames } from "../queue/tasks.ts";
import { tryStore } from "../storage/trial.ts";
import { type RunLimits, usualRunLimits } from "./bounded-run.ts";
import { createGalleryTasks } from "./gallery-tasks.ts";
import { createGate } from "./gate.ts";
import { Cancelled, type ProcessItem, processItem, ShuttingDown } from "./process-item.ts";
import { createPulse } from "./pulse.ts";
import { startQueueRunner } from "./queue-runner.ts";
import { createStoreDoor, type StoreDoor } from "./store-door.ts";
import { retain, retentionCron, sweep, sweepCron } from "./sweep.ts";
import { syncCrons } from "./sync-gallery.ts";
import { createWayOut, type WayOut } from "./way-out.ts";

/** Milliseconds that running items get to finish before they go back to the queue. */
const graceMs = 8_000;
/** Milliseconds that they get to go back; what is stuck even then is given up. The whole stop must fit 12 s. */
const settleMs = 2_500;
/** Milliseconds between looks for dead workers, and for what this one holds and does not run. */
const recoverEveryMs = 5_000;
/** Milliseconds that a cancel is remembered: far longer than a claim is under way. */
const cancelKeptMs = 10_000;
/**
 * Pictures being kept at once, for each place in the worker: encoded files of a megabyte or so. Keeping takes tens of milliseconds, a few hundred in
 * a bucket, so that two are never many where an engine works; they bound what piles up when the store hangs.
 */
const keptPerPlace = 2;
/** Milliseconds between compactions of the counts' notes: a batch leaves some hundred in between, which are summed in no time. */
const compactEveryMs = 10_000;

export interface Worker {
  /** Lets what runs end, for a while; then it goes back to the queue. */
  stop(): Promise<void>;
}

interface Entry {
  /** Null until the item is claimed. */
  jobId: string | null;
  readonly controller: AbortController;
  /** Resolves when the run is over, and another one of its item may begin. */
  readonly ended: Promise<void>;
}
type Running = Map<string, Entry>;
/** Ids of jobs, and when they were heard to be cancelled, by `performance.now`. */
type CancelledJobs = Map<string, number>;

export interface StartWorker {
  /** Left out: those of every worker. */
  readonly limits?: RunLimits | undefined;
  /** What makes files of pictures. Left out: what does so in every worker; another one is for benches of what is around it. */
  readonly finish?: FinishPicture;
}

/** @param databaseUrl where graphile-worker connects; the App's own client has its own pool */
export async function startWorker(
  app: App,
  databaseUrl: string,
  { limits = usualRunLimits, finish = finishPicture }: StartWorker = {},
): Promise<Worker> {
  const identity = { id: randomUUID(), host: hostname(), pid: process.pid };
  await beat(app, identity, null);
  const running: Running = new Map();
  const cancelled = new Map<string, number>();
  const stopping = new AbortController();
  const galleries = createGalleryTasks(app, identity.id);
  const door = createStoreDoor({ check: (bytes) => tryStore(app.store, bytes), log: app.log });
  const wayOut = createWayOut(keptPerPlace * app.config.workerConcurrency);
  app.metrics.gauge({ name: "worker_items", help: "Items that this worker runs right now", read: () => running.size });
  const queue = await startQueueRunner({
    databaseUrl,
    concurrency: app.config.workerConcurrency,
    cronItems: parseCronItems([sweepCron, retentionCron, ...syncCrons(app)]),
    log: app.log,
    taskList: {
      [taskNames.sweep]: () => sweep(app),
      [taskNames.retention]: () => retain(app),
      ...galleries.tasks,
      [taskNames.processItem]: itemTask(app, {
        steps: createItemSteps(app, identity.id),
        running,
        cancelled,
        stopping: stopping.signal,
        limits,
        finishPicture: finish,
        door,
        wayOut,
      }),
    },
  });

  const pulse = createPulse(heartbeatEveryMs, () => performance.now());
  const show = async (): Promise<void> => {
    await beat(app, identity, queue.id);
    pulse.beat();
  };
  await show();
  const heartbeat = every(heartbeatEveryMs, show, app);
  let walkedTo = walkStart;
  const mend = async (): Promise<void> => {
    await dropLost(running, (isRunning) => reconcile(app, identity, isRunning));
    await galleries.reconcile();
    if (pulse.isSteady()) await recoverWorkers(app);
    walkedTo = await requeueWithoutEntry(app, walkedTo);
  };
  const recovery = every(recoverEveryMs, mend, app);
  const compaction = every(compactEveryMs, () => compactTallies(app), app);
  const cancels = app.events.subscribe({ topic: "cancel" });
  void abortCancelled(cancels, running, cancelled);

  const stop = async (): Promise<void> => {
    for (const timer of [recovery, compaction]) clearInterval(timer);
    stopping.abort();
    for (const { jobId, controller } of running.values()) if (jobId === null) controller.abort(shuttingDown());
    galleries.abort(shuttingDown());
    door.close();
    const force = setTimeout(() => abortAll(running, shuttingDown()), graceMs);
    const isInOrder = await within(queue.stop().then(wayOut.idle).then(galleries.idle), graceMs + settleMs);
    if (!isInOrder) app.log.warn({ itemIds: [...running.keys()] }, "the worker stops although something in it does not");
    clearTimeout(force);
    clearInterval(heartbeat);
    await cancels.return();
    await retire(app, identity);
  };
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop()) };
}

const jobCancelled = (): Cancelled => new Cancelled("The job was cancelled");
const shuttingDown = (): ShuttingDown => new ShuttingDown("The worker is shutting down");

interface ItemTask extends Pick<ProcessItem, "steps" | "limits" | "finishPicture"> {
  readonly running: Running;
  readonly cancelled: CancelledJobs;
  readonly stopping: AbortSignal;
  readonly door: StoreDoor;
  readonly wayOut: WayOut;
}

/** A task is done when its picture is made: keeping it takes no place, and the item's row, not the queue's entry, says what has not ended. */
function itemTask(app: App, { running, cancelled, stopping, door, wayOut, ...way }: ItemTask): (payload: unknown) => Promise<void> {
  const gate = createGate();
  return async (payload) => {
    const { itemId, alone } = processItemPayload.parse(payload);
    // A run that was given up elsewhere while its item was queued anew: done now, the entry would be lost, and the item would wait for ever.
    for (let old = running.get(itemId); old !== undefined; old = running.get(itemId)) await old.ended;
    if (stopping.aborted) return putBackItem(app, itemId);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const entry: Entry = { jobId: null, controller: new AbortController(), ended };
    const { signal } = entry.controller;
    running.set(itemId, entry);
    const onClaim = (jobId: string): void => {
      entry.jobId = jobId;
      // The cancel may have been heard before this: both come from the database, on connections of their own.
      if (cancelled.has(jobId)) void abortIfCancelled(app, jobId, entry.controller);
    };
    const made = Promise.withResolvers<void>();
    const work = (async () => {
      const passed = door.pass(signal).then(() => gate.enter(alone, signal));
      const leave = await passed.catch(() => null);
      if (leave === null) return putBackItem(app, itemId);
      return withLogContext({ workerId: way.steps.workerId, itemId }, () =>
        processItem(app, { ...way, itemId, signal, onClaim, onMade: made.resolve, onStoreAway: door.shut }),
      ).finally(leave);
    })().finally(() => {
      running.delete(itemId);
      end();
    });
    const isMade = await Promise.race([work.then(() => false), made.promise.then(() => true)]);
    if (!isMade) return;
    // Where the database is away at this moment, the item is found by its row when it is back.
    work.catch((error) => app.log.warn({ itemId, error: messageOf(error) }, "an item's end could not be written down"));
    await wayOut.take(work);
  };
}

/** Stops what this worker runs and no longer holds: its job was cancelled unheard, or others thought it dead. */
async function dropLost(
  running: Running,
  readOwn: (isRunning: (itemId: string) => boolean) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const claimed = [...running].filter(([, { jobId }]) => jobId !== null);
  const own = await readOwn((itemId) => running.has(itemId));
  for (const [itemId, { controller }] of claimed) {
    if (!own.has(itemId)) controller.abort(new Cancelled("The item is no longer this worker's"));
  }
}

/** Aborts the items of jobs that are cancelled; what is missed here `dropLost` finds. */
async function abortCancelled(
  cancels: AsyncIterable<{ ids: readonly string[] }>,
  running: Running,
  cancelled: CancelledJobs,
): Promise<void> {
  for await (const { ids } of cancels) {
    const now = performance.now();
    for (const [id, since] of cancelled) if (now - since > cancelKeptMs) cancelled.delete(id);
    for (const id of ids) cancelled.set(id, now);
    for (const { jobId, controller } of running.values()) {
      if (jobId !== null && ids.includes(jobId)) controller.abort(jobCancelled());
    }
  }
}

/** A job that was cancelled a moment ago may have been retried since. */
async function abortIfCancelled(app: App, id: string, controller: AbortController): Promise<void> {
  try {
    if ((await app.db.job.count({ where: { id, status: "CANCELLED" } })) > 0) controller.abort(jobCancelled());
  } catch (error) {
    app.log.debug({ error: messageOf(error), jobId: id }, "a cancel could not be looked up; the next look at what is held finds it");
  }
}

function abortAll(running: Running, reason: Error): void {
  for (const { controller } of running.values()) controller.abort(reason);
}

/** Whether the promise was settled in time. */
async function within(pending: Promise<void>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  return Promise.race([pending.then(() => true as const), promise]).finally(() => clearTimeout(timer));
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
