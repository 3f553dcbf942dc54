// The server process of the embedded PostgreSQL: how it is started, watched, waited for and stopped.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { clusterPathFor, type Layout } from "./postgres-cluster.ts";
import type { Account, Runtime } from "./postgres-runtime.ts";

/** After a power cut the server replays its log before it is ready; a gigabyte of it takes about a minute. */
const readyTimeoutMs = 120_000;
/** A fast shutdown writes one checkpoint; after that an immediate one is ordered, which loses nothing but takes longer to start. */
const stopTimeoutMs = 10_000;
const pollMs = 20;
/** How much of PostgreSQL's log an error repeats. */
const logTailLines = 8;

/** Nothing but loopback TCP: a socket file's path would be limited to 107 bytes. No statement is logged, for it may hold secrets. */
const baseSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_error_statement: "panic",
  cluster_name: "image-studio",
};

export interface ServerSpawn {
  readonly layout: Layout;
  readonly runtime: Runtime;
  readonly account: Account;
  readonly settings: Readonly<Record<string, string>>;
}

export interface SpawnedServer {
  readonly child: ChildProcess;
  /** Resolves when it has ended, or could not be started. */
  readonly ended: Promise<void>;
}

/** In a session of its own, so that Ctrl-C in a terminal reaches us first and the server outlives our last queries. */
export function spawnServer({ layout, runtime, account, settings }: ServerSpawn): SpawnedServer {
  const flags = Object.entries({ ...baseSettings, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const logFd = openSync(layout.logFile, "w", 0o600);
  try {
    const child = spawn(join(runtime.folder, "bin", "postgres"), ["-D", clusterPathFor(layout.cluster, account), ...flags], {
      cwd: layout.cluster,
      ...account,
      env: {},
      detached: true,
      stdio: ["ignore", logFd, logFd],
    });
    const ended = new Promise<void>((done) => {
      child.once("exit", () => done()).once("error", () => done());
    });
    return { child, ended };
  } finally {
    closeSync(logFd);
  }
}

/**
 * Puts a watchdog beside the server: a shell that waits for our end of a pipe to close, which the kernel does when we die.
 * @returns how to stop both
 */
export function watched({ child, ended }: SpawnedServer, account: Account, log: Log): () => Promise<void> {
  const watchdog =
    child.pid === undefined
      ? undefined
      : spawn("/bin/sh", ["-c", 'read -r _; kill -INT "$1"', "sh", String(child.pid)], {
          cwd: "/",
          ...account,
          env: {},
          detached: true,
          stdio: ["pipe", "ignore", "ignore"],
        });
  watchdog?.on("error", (error) => log.warn({ err: error }, "no watchdog for PostgreSQL: it will outlive a kill -9 of this process"));
  void ended.then(() => watchdog?.kill("SIGKILL"));
  // A caller that forgets to stop must still be able to end; the watchdog then does the rest.
  child.unref();
  watchdog?.unref();
  if (watchdog?.stdin instanceof Socket) watchdog.stdin.unref();
  return async () => {
    child.kill("SIGINT");
    const slow = setTimeout(() => child.kill("SIGQUIT"), stopTimeoutMs);
    child.ref();
    await ended;
    clearTimeout(slow);
  };
}

/** PostgreSQL writes its state into the last line of postmaster.pid: https://www.postgresql.org/docs/18/storage-file-layout.html */
export async function untilReady(child: ChildProcess, layout: Layout): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const pidFile = join(layout.cluster, "postmaster.pid");
  for (const end = Date.now() + readyTimeoutMs; Date.now() < end; await sleep(pollMs)) {
    if (failure) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended at once. ${logTail(layout)}`);
    const [pid, ...rest] = existsSync(pidFile) ? readFileSync(pidFile, "utf8").split("\n") : [];
    if (pid === String(child.pid) && rest.some((line) => line.startsWith("ready"))) return;
  }
  throw new Error(`It was not ready within ${readyTimeoutMs / 1000} s. ${logTail(layout)}`);
}

export async function checkLogin(url: string, layout: Layout): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // One that the server ends while nothing is asked, because it is being stopped, would end this process; a question that is asked tells by itself.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
  } catch (thrown) {
    throw new Error(
      `It runs but refuses our login with the password from ${layout.passwordFile}: ${messageOf(thrown)}. ${logTail(layout)}`,
      { cause: thrown },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function logTail({ logFile }: Layout): string {
  // Gone with its folder, where somebody has deleted that meanwhile.
  if (!existsSync(logFile)) return `Its log, ${logFile}, is gone.`;
  const lines = readFileSync(logFile, "utf8").trim().split("\n").slice(-logTailLines);
  return `The last lines of its log, ${logFile}:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}
