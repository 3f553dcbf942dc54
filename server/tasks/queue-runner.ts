// graphile-worker's runner, for good: it gives up when it cannot write to its tables, and then another one takes its place.
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type ParsedCronItem, type Runner, run, type TaskList, type WorkerEvents } from "graphile-worker";
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
  readonly pool: pg.Pool;
}

/** @throws when the database is away at the start; later it is waited for */
export async function startQueueRunner(options: StartQueueRunner): Promise<QueueRunner> {
  const { log } = options;
  let current: Open | null = await open(options);
  let isStopping = false;

  const openAgain = async (): Promise<Open | null> => {
    for (let waitMs = firstRetryMs; !isStopping; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      await sleep(waitMs);
      if (isStopping) return null;
      try {
        return await open(options);
      } catch (error) {
        log.warn({ error: messageOf(error) }, "the queue cannot be reached; trying again");
      }
    }
    return null;
  };

  const supervise = async (): Promise<void> => {
    while (current !== null) {
      await current.runner.promise.catch((error) => log.warn({ error: messageOf(error) }, "the queue's runner gave up"));
      const ended = current.pool.end();
      current = null;
      if (isStopping) return ended;
      ended.catch((error) => log.debug({ error: messageOf(error) }, "the pool of a queue's runner did not end in order"));
      log.warn("the queue's runner has ended; another one takes its place");
      current = await openAgain();
    }
  };
  const supervision = supervise();

  return {
    get id() {
      return current?.id ?? null;
    },
    async stop() {
      isStopping = true;
      // Rejects when it is ending by itself at this moment.
      await current?.runner.stop().catch((error) => log.debug({ error: messageOf(error) }, "the queue's runner was ending already"));
      await supervision;
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
  let id: string | null = null;
  events.on("pool:create", ({ workerPool }) => {
    id = workerPool.id;
  });
  try {
    const runner = await run({
      pgPool: pool,
      pollInterval: pollEveryMs,
      concurrency,
      noHandleSignals: true,
      logger: quietLogger(log),
      events,
      parsedCronItems: cronItems,
      taskList,
      // In batches of what ends in one turn: by itself, an entry that could not be written off would be a rejection that nobody handles.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    return { id, runner, pool };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

const quietLogger = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === "error") log.error({ from: "queue" }, message);
    // That the pool is smaller than the concurrency is meant: see `mostConnections`.
    else if (level === "warning" && !message.includes("maxPoolSize")) log.warn({ from: "queue" }, message);
    else log.debug({ from: "queue" }, message);
  });
