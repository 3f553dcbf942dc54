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
import { checkLogin, spawnServer, untilReady, watched } from "./postgres-server.ts";

/** After `kill -9` the old backends take a moment to notice; the port found free may be taken the next instant. */
const startAttempts = 6;
const firstRetryMs = 100;
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
 * Starts the server, making the database on the first start. A server left by a killed process is stopped first.
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
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = spawnServer({ layout, runtime, account, settings: { ...settings, port: String(port) } });
    const stop = watched(child, account, log);
    const tellOfEnd = (): void =>
      log.error({ code: child.exitCode, signal: child.signalCode }, "the embedded PostgreSQL has ended by itself");
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    try {
      await untilReady(child, layout);
      await checkLogin(url, layout);
      log.debug({ port, pid: child.pid, folder: layout.folder }, "embedded PostgreSQL is ready");
      child.once("exit", tellOfEnd);
      return {
        url,
        stop: () => {
          child.off("exit", tellOfEnd);
          return stop();
        },
      };
    } catch (thrown) {
      await stop();
      if (attempt === startAttempts || !passing.test(messageOf(thrown))) throw thrown;
      await sleep(firstRetryMs * 2 ** (attempt - 1));
    }
  }
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
