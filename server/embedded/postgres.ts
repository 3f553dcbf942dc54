// The PostgreSQL that `npm start` brings when DATABASE_URL is not set: a real server of its own, kept in DATA_DIR.
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { lockFolder } from "./folder-lock.ts";
import { withAdvice } from "./postgres-advice.ts";
import { ensureCluster, type Layout, layoutOf, stopLeftover } from "./postgres-cluster.ts";
import { accountFor, findRuntime, reachableRuntime } from "./postgres-runtime.ts";
import { checkLogin, logTail, type SpawnedServer, spawnServer, untilReady, watched } from "./postgres-server.ts";

/** After `kill -9` the old backends take a moment to notice; the port found free may be taken the next instant. */
const startAttempts = 6;
const firstRetryMs = 100;
/** Milliseconds between attempts to bring back one that has ended by itself, first and longest. */
const firstRevivalMs = 500;
const longestRevivalMs = 8_000;
const passing = /pre-existing shared memory block|could not bind|Address already in use|lock file "postmaster.pid" already exists/;

export interface EmbeddedPostgresOptions {
  /** Made when missing. The database is kept in its folder `postgres`. */
  readonly dataDir: string;
  readonly log: Log;
  /** Server settings besides ours, such as `{ fsync: "off" }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** With the password; never to be logged. */
  readonly url: string;
  /** Ends the server with all its connections and frees the folder. Can be called again. */
  stop(): Promise<void>;
}

/** The embedded PostgreSQL cannot start; the message says why and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = "EmbeddedPostgresError";
}

/**
 * Starts the server, making the database on the first start. A server left by a killed process is stopped first; one that ends by itself is
 * started again at the same address.
 * When this process dies in any way, a small watchdog stops the server.
 * @throws EmbeddedPostgresError
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const layout = layoutOf(resolve(options.dataDir));
  try {
    if (process.platform === "win32") throw new Error("There is no embedded PostgreSQL on Windows. Set DATABASE_URL, or start in WSL.");
    await mkdir(layout.folder, { recursive: true, mode: 0o700 });
    const lock = lockFolder(layout.folder);
    try {
      const server = await startLocked(layout, options);
      return { url: server.url, stop: once(() => server.stop().finally(lock.release)) };
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
  } catch (thrown) {
    throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot start. ${withAdvice(messageOf(thrown), layout.folder)}`, {
      cause: thrown,
    });
  }
}

async function startLocked(layout: Layout, { log, settings }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = accountFor(layout.cluster);
  const runtime = reachableRuntime(findRuntime(), account, log);
  const password = await ensureCluster(layout, runtime, account);
  await stopLeftover(layout.cluster, log);
  const urlAt = (port: number): string => `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const begin = (port: number): Begun => {
    const { child, ended } = spawnServer({ layout, runtime, account, settings: { ...settings, port: String(port) } });
    const stop = watched({ child, ended }, account, log);
    const ready = untilReady(child, layout).then(() => checkLogin(urlAt(port), layout));
    // Whoever waits for it hears of it too.
    ready.catch(() => {});
    return { child, ended, ready, stop };
  };
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = begin(port);
    try {
      await server.ready;
      log.debug({ port, pid: server.child.pid, folder: layout.folder }, "embedded PostgreSQL is ready");
      return { url: urlAt(port), stop: keepRunning(server, { again: () => begin(port), layout, log }) };
    } catch (thrown) {
      await server.stop();
      if (attempt === startAttempts || !passing.test(messageOf(thrown))) throw thrown;
      await sleep(firstRetryMs * 2 ** (attempt - 1));
    }
  }
}

/** A server that was started just now. */
interface Begun extends SpawnedServer {
  /** @throws when it ends before it is ready, or refuses our login */
  readonly ready: Promise<void>;
  readonly stop: () => Promise<void>;
}

interface KeepRunning {
  /** Starts another one at the same address. */
  readonly again: () => Begun;
  readonly layout: Layout;
  readonly log: Log;
}

/**
 * A server that ends by itself is brought back: on a full disk it cannot even recover, and only somebody who makes room can help it.
 * @returns how to end it for good
 */
function keepRunning(first: Begun, { again, layout, log }: KeepRunning): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let current = first;
  const bringBack = async (): Promise<void> => {
    for (let waitMs = firstRevivalMs; !signal.aborted; waitMs = Math.min(2 * waitMs, longestRevivalMs)) {
      // Nothing else may keep a caller's process up that forgets to stop.
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        current = again();
        await current.ready;
        return log.warn({ pid: current.child.pid }, "the embedded PostgreSQL is back");
      } catch (thrown) {
        await current.stop();
        if (!signal.aborted) log.error(`the embedded PostgreSQL does not come back yet. ${withAdvice(messageOf(thrown), layout.folder)}`);
      }
    }
  };
  const keeping = (async () => {
    while (!signal.aborted) {
      await current.ended;
      if (signal.aborted) return;
      const { exitCode: code, signalCode } = current.child;
      log.error({ code, signal: signalCode }, `the embedded PostgreSQL has ended by itself. ${withAdvice(logTail(layout), layout.folder)}`);
      await bringBack();
    }
  })();
  return async () => {
    stopping.abort();
    await current.stop();
    await keeping;
  };
}

/** Asks the kernel for a port that nobody uses now. */
function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
