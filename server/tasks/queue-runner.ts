// graphile-worker's runner, for good: it gives up, or fails for ever, once it could not use its tables; then another one takes its place.
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type ParsedCronItem, type Runner, run, type Task, type TaskList, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** Milliseconds between looks for work that no notification announced (retries whose time has come). */
const pollEveryMs = 1_000;
/**
 * Connections of the runner's pool at most: it needs one for moments, to take an entry and to give it back, and one to listen. One for each item
 * that runs would use up PostgreSQL's default of 100 with four workers of 32.
 */
const mostConnections = 6;
/** Looks for work that fail one after the other before the runner is replaced. */
const maxFailures = 10;
/** Milliseconds to connect before the database counts as away. */
const connectTimeoutMs = 5_000;
/** Milliseconds between attempts to start another runner, first and longest. */
const firstRetryMs = 200;
const longestRetryMs = 5_000;

export interface QueueRunner {
  /** The name under which entries are taken at this moment; null while there is none. */
  readonly id: string | null;
  /** Takes no more and waits for what runs. */
  stop(): Promise<void>;
}

export interface StartQueueRunner {
  readonly databaseUrl: string;
  /** Tasks at once. */
  readonly concurrency: number;
  readonly taskList: TaskList;
  readonly cronItems: ParsedCronItem[];
  readonly log: Log;
}

interface Open {
  readonly id: string | null;
  readonly runner: Runner;
  /** Resolves when the runner takes no more, because it was told to, gave up, or fails all the time. */
  readonly givesUp: Promise<void>;
  /** Resolves when none of its tasks runs. */
  idle(): Promise<void>;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** @throws when the database is away at the start; later it is waited for */
export async function startQueueRunner(options: StartQueueRunner): Promise<QueueRunner> {
  const { log } = options;
  let current: Open | null = await open(options);
  const stopping = new AbortController();
  const { signal } = stopping;

  const openAgain = async (): Promise<Open | null> => {
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return null;
      try {
        return await open(options);
      } catch (error) {
        log.warn({ error: messageOf(error) }, "the queue cannot be reached; trying again");
      }
    }
  };

  const supervise = async (): Promise<void> => {
    while (current !== null) {
      const { runner, givesUp, idle, close }: Open = current;
      await givesUp;
      if (signal.aborted) return;
      // Its own end is not waited for: where several entries could not be written off at once, it does not come.
      runner.stop().catch((error) => log.debug({ error: messageOf(error) }, "the queue's runner was ending already"));
      await idle();
      void close().catch((error) => log.debug({ error: messageOf(error) }, "the connections of a queue's runner did not end in order"));
      log.warn("the queue's runner gave up; another one takes its place");
      current = null;
      current = await openAgain();
    }
  };
  const supervision = supervise();

  return {
    get id() {
      return current?.id ?? null;
    },
    async stop() {
      stopping.abort();
      const last = current;
      // Rejects when it has given up at this moment.
      await last?.runner.stop().catch((error) => log.debug({ error: messageOf(error) }, "the queue's runner was ending already"));
      await last?.idle();
      await supervision;
      // Opened while it was told to stop.
      if (current !== last) await current?.runner.stop();
      for (const each of new Set([last, current])) await each?.close();
    },
  };
}

async function open({ databaseUrl, concurrency, taskList, cronItems, log }: StartQueueRunner): Promise<Open> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: Math.min(concurrency + 2, mostConnections),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: "image-studio queue",
  });
  // Without listeners a cut connection would end the process; whoever was using it hears of it anyway.
  const note = (error: Error): void => log.debug({ error: messageOf(error) }, "a connection of the queue broke");
  pool.on("error", note);
  pool.on("connect", (client) => client.on("error", note));
  const events: WorkerEvents = new EventEmitter();
  const { promise: givesUp, resolve: giveUp } = Promise.withResolvers<void>();
  let id: string | null = null;
  events.on("pool:create", ({ workerPool }) => {
    id = workerPool.id;
  });
  events.on("pool:gracefulShutdown", () => giveUp());
  // It remembers what it learnt of the tables at first, and when that was a fault it fails for ever.
  let failures = 0;
  events.on("worker:getJob:error", () => {
    if (++failures === maxFailures) giveUp();
  });
  for (const name of ["worker:getJob:empty", "job:start"] as const) {
    events.on(name, () => {
      failures = 0;
    });
  }
  const tasks = countTasks(taskList);
  try {
    const runner = await run({
      pgPool: pool,
      pollInterval: pollEveryMs,
      concurrency,
      noHandleSignals: true,
      logger: quietLogger(log),
      events,
      parsedCronItems: cronItems,
      taskList: tasks.list,
      // In batches of what ends in one turn: by itself, an entry that could not be written off would be a rejection that nobody handles.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    runner.promise.then(giveUp, giveUp);
    let closed: Promise<void> | undefined;
    return { id, runner, givesUp, idle: tasks.idle, close: () => (closed ??= pool.end()) };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** The same tasks, and when none of them runs. */
function countTasks(taskList: TaskList): { list: TaskList; idle(): Promise<void> } {
  const running = new Set<Promise<unknown>>();
  const counted = (task: Task): Task => {
    return (payload, helpers) => {
      const turn = Promise.resolve(task(payload, helpers)).finally(() => running.delete(turn));
      running.add(turn);
      return turn;
    };
  };
  const list = Object.fromEntries(Object.entries(taskList).map(([name, task]) => [name, task === undefined ? task : counted(task)]));
  return {
    list,
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

const quietLogger = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === "error") log.error({ from: "queue" }, message);
    // That the pool is smaller than the concurrency is meant: see `mostConnections`.
    else if (level === "warning" && !message.includes("maxPoolSize")) log.warn({ from: "queue" }, message);
    else log.debug({ from: "queue" }, message);
  });
