// The folder of the embedded PostgreSQL: how it is made, and what is done about a server that an earlier process left in it.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { chown, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Log } from "../log.ts";
import type { Account, Runtime } from "./postgres-runtime.ts";

/** Where things lie below `DATA_DIR/postgres`, which only its owner can enter. */
export interface Layout {
  readonly folder: string;
  /** PGDATA. */
  readonly cluster: string;
  readonly passwordFile: string;
  /** PostgreSQL's own log of the present run. */
  readonly logFile: string;
}

export const layoutOf = (dataDir: string): Layout => {
  const folder = join(dataDir, "postgres");
  return { folder, cluster: join(folder, "cluster"), passwordFile: join(folder, "password"), logFile: join(folder, "server.log") };
};

/** A fast shutdown writes one checkpoint; on a slow disk that takes seconds. */
const fastShutdownMs = 10_000;
/** An immediate shutdown writes nothing. */
const immediateShutdownMs = 5000;
const pollMs = 20;
const unfinishedPrefix = "new-";
/** 24 bytes: nobody guesses it, and other users of this machine can reach the port. */
const passwordBytes = 24;

/**
 * How a process of another user names the cluster. Its own working folder and its open files can be reached through /proc/self
 * even where a folder above is closed to it, as /root is; the working folder is entered before rights are dropped.
 */
export const clusterPathFor = (cluster: string, account: Account): string => (account === undefined ? cluster : "/proc/self/cwd");

/**
 * Makes the cluster unless it is there.
 * @returns the password of the user `postgres`
 * @throws Error for a folder that holds something else, another major version, or when initdb fails
 */
export async function ensureCluster(layout: Layout, runtime: Runtime, account: Account): Promise<string> {
  if (!existsSync(layout.cluster)) await createCluster(layout, runtime, account);
  checkVersion(layout, runtime);
  if (!existsSync(layout.passwordFile)) {
    throw new Error(
      `${layout.passwordFile} is missing, so nobody can log in to the database beside it. Put the file back, or delete ${layout.folder} to start with an empty database.`,
    );
  }
  return (await readFile(layout.passwordFile, "utf8")).trim();
}

function checkVersion(layout: Layout, runtime: Runtime): void {
  const versionFile = join(layout.cluster, "PG_VERSION");
  const anew = `delete ${layout.folder} to start with an empty database`;
  if (!existsSync(versionFile)) {
    const isEmpty = readdirSync(layout.cluster).length === 0;
    throw new Error(
      `${layout.cluster} is ${isEmpty ? "empty" : "damaged: PG_VERSION is missing"}, so it is no PostgreSQL database. Put a backup in its place, or ${anew}.`,
    );
  }
  const found = readFileSync(versionFile, "utf8").trim();
  const expected = runtime.version.split(".")[0];
  if (found === expected) return;
  throw new Error(
    `${layout.cluster} was made by PostgreSQL ${found || "(no version)"} but PostgreSQL ${expected} is installed. ` +
      `Move the data with pg_dump of version ${found} and set DATABASE_URL, or ${anew}.`,
  );
}

/** Made beside and renamed, so that a killed first start leaves no half of a cluster. */
async function createCluster(layout: Layout, runtime: Runtime, account: Account): Promise<void> {
  await removeUnfinished(layout);
  const password = randomBytes(passwordBytes).toString("base64url");
  // Two files: the server's user reads the one, and nobody but we the other.
  const unfinished = await mkdtemp(join(layout.folder, unfinishedPrefix));
  const passwordForInitdb = `${unfinished}.password`;
  for (const file of [layout.passwordFile, passwordForInitdb]) await writeFile(file, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordForInitdb]) await chown(path, account.uid, account.gid);
  try {
    await initdb({ runtime, account, cluster: unfinished, passwordFile: passwordForInitdb });
    await rename(unfinished, layout.cluster);
  } finally {
    await removeUnfinished(layout);
  }
}

async function removeUnfinished({ folder }: Layout): Promise<void> {
  const names = readdirSync(folder).filter((name) => name.startsWith(unfinishedPrefix));
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
}

async function initdb(options: { runtime: Runtime; account: Account; cluster: string; passwordFile: string }): Promise<void> {
  const { runtime, account, cluster, passwordFile } = options;
  const passwordFd = openSync(passwordFile, "r");
  const args = [
    `--pgdata=${clusterPathFor(cluster, account)}`,
    `--pwfile=${account === undefined ? passwordFile : "/proc/self/fd/3"}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    // The order of text must not depend on the machine's locales.
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ];
  const child = spawn(join(runtime.folder, "bin", "initdb"), args, {
    cwd: cluster,
    ...account,
    env: {},
    stdio: ["ignore", "pipe", "pipe", passwordFd],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (code !== 0) throw new Error(`initdb ended with code ${code}: ${output.trim().split("\n").slice(-6).join("\n")}`);
  } finally {
    closeSync(passwordFd);
  }
}

/**
 * Stops the server that a killed process left behind. Call it under the folder's lock: then whatever runs has no owner.
 * @throws Error when it does not end
 */
export async function stopLeftover(cluster: string, log: Log): Promise<void> {
  const pidFile = join(cluster, "postmaster.pid");
  const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, "utf8"), 10) : Number.NaN;
  if (!(pid > 1)) return;
  if (!(await isPostmaster(pid, cluster))) {
    // The number belongs to another process now (usual in containers): PostgreSQL would take that one for a server.
    if (isAlive(pid)) await rm(pidFile, { force: true });
    return;
  }
  log.warn({ pid }, "stopping the PostgreSQL that an earlier process left behind");
  for (const [signal, patienceMs] of [
    ["SIGINT", fastShutdownMs],
    ["SIGQUIT", immediateShutdownMs],
  ] as const) {
    if (isAlive(pid)) process.kill(pid, signal);
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(pollMs)) {
      if (!(await isPostmaster(pid, cluster))) return;
    }
  }
  throw new Error(
    `Process ${pid}, a PostgreSQL that an earlier start left in ${cluster}, does not end. End it with \`kill -9 ${pid}\` and start again.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

/** Whether the process is a server of this cluster; a number alone says nothing, numbers are used again. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  try {
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    const { stdout } = await promisify(execFile)("ps", ["-p", String(pid), "-o", "command="]);
    return stdout.includes(cluster);
  } catch {
    return false;
  }
}
