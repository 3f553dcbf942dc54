// The embedded PostgreSQL with real processes: it keeps its data whatever is killed, and says what is wrong.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../tests/testkit/until.ts";
import { createLog } from "../log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./postgres.ts";
import { findRuntime, reachableRuntime } from "./postgres-runtime.ts";

const log = createLog("silent");
const settings = { fsync: "off" };
const isRoot = process.getuid?.() === 0;
const ordinaryUser = 65_534;

let dataDir: string;
let children: ChildProcess[];
let servers: EmbeddedPostgres[];
beforeEach(() => {
  // As `mktemp -d` makes it: closed to everybody else, like /root.
  dataDir = mkdtempSync(join(tmpdir(), "studio-postgres-"));
  children = [];
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  for (const child of children) child.kill("SIGKILL");
  await untilEnded(pidOfServer());
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, settings });
  servers.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // Tests kill the server: a question that is asked tells so by itself.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const clusterFile = (name: string): string => join(dataDir, "postgres", "cluster", name);

function pidOfServer(): number | undefined {
  return existsSync(clusterFile("postmaster.pid")) ? Number.parseInt(readFileSync(clusterFile("postmaster.pid"), "utf8"), 10) : undefined;
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error("there was no server");
  try {
    process.kill(pid, 0);
    // An orphan that has ended keeps its number until somebody asks how it ended; in containers that may be nobody.
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function untilEnded(pid: number | undefined): Promise<void> {
  for (const end = Date.now() + 10_000; pid !== undefined && isRunning(pid) && Date.now() < end; ) await sleep(20);
}

/** A process of its own that starts the database and says its URL, or the error. */
async function startElsewhere(uid?: number): Promise<{ child: ChildProcess; said: string }> {
  const url = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    import { startEmbeddedPostgres } from ${url("./postgres.ts")};
    import { createLog } from ${url("../log.ts")};
    try {
      const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: createLog("silent"), settings: { fsync: "off" } });
      console.log(url);
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.message.replaceAll("\\n", " "));
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  children.push(child);
  const [said] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, said };
}

describe("embedded PostgreSQL", () => {
  it("keeps its data across a restart and leaves no process", async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS value");
    const pid = pidOfServer();
    await first.stop();
    await first.stop();
    expect(isRunning(pid)).toBe(false);
    const second = await start();
    expect(await query(second.url, "SELECT value FROM kept")).toEqual([{ value: 42 }]);
  });

  it("listens on loopback only, wants its password, and shows that to nobody else", async () => {
    const server = await start();
    const withoutPassword = new URL(server.url);
    withoutPassword.password = "guess";
    await expect(query(withoutPassword.href, "SELECT 1")).rejects.toThrow("password authentication failed");
    expect(await query(server.url, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    expect(statSync(join(dataDir, "postgres", "password")).mode & 0o077).toBe(0);
  });

  it("starts again at once after its parent was killed, and stops the old server", async () => {
    const { child, said } = await startElsewhere();
    await query(said, "CREATE TABLE kept AS SELECT 42 AS value");
    const pid = pidOfServer();
    child.kill("SIGKILL");
    await once(child, "exit");
    const server = await start();
    expect(await query(server.url, "SELECT value FROM kept")).toEqual([{ value: 42 }]);
    expect(isRunning(pid)).toBe(false);
  });

  it("is not left running when its parent is killed and nobody starts again", async () => {
    const { child } = await startElsewhere();
    const pid = pidOfServer();
    child.kill("SIGKILL");
    await untilEnded(pid);
    expect(isRunning(pid)).toBe(false);
  });

  it("starts again at once after parent and server were both killed", async () => {
    const { child, said } = await startElsewhere();
    await query(said, "CREATE TABLE kept AS SELECT 42 AS value");
    child.kill("SIGKILL");
    process.kill(pidOfServer() ?? 0, "SIGKILL");
    await once(child, "exit");
    const server = await start();
    expect(await query(server.url, "SELECT value FROM kept")).toEqual([{ value: 42 }]);
  });

  it("comes back at its address when it has ended by itself, and ends for good when it is told to", async () => {
    const { url, stop } = await start();
    await query(url, "CREATE TABLE kept AS SELECT 1 AS one");
    const first = pidOfServer();
    process.kill(first ?? 0, "SIGKILL");
    const rows = await until("it is back", () => query(url, "SELECT one FROM kept").catch(() => false as const));
    expect(rows).toEqual([{ one: 1 }]);
    const second = pidOfServer();
    expect(second).not.toBe(first);
    await stop();
    expect(isRunning(second)).toBe(false);
  });

  it("starts although the old server's number now belongs to another process", async () => {
    await (await start()).stop();
    writeFileSync(clusterFile("postmaster.pid"), `${process.pid}\n/elsewhere\n1\n5432\n\n127.0.0.1\n 1 1\nready\n`);
    const server = await start();
    expect(await query(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("tells a second start which process uses the folder", async () => {
    const { child } = await startElsewhere();
    await expect(start()).rejects.toThrow(`is in use by process ${child.pid}. Stop that process first`);
  });

  it("lets exactly one of several first starts through", async () => {
    const starts = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
    expect(starts.filter(({ said }) => said.startsWith("postgresql://"))).toHaveLength(1);
    expect(starts.filter(({ said }) => said.includes("is in use by process"))).toHaveLength(2);
  });

  it("repeats the end of PostgreSQL's log and gives advice when the files are damaged", async () => {
    await (await start()).stop();
    writeFileSync(clusterFile("global/pg_control"), "spoilt");
    const failed = start();
    await expect(failed).rejects.toThrow(/could not read file.*pg_control/);
    await expect(failed).rejects.toThrow("put a backup in their place");
  });

  it("names both versions when the data is of another PostgreSQL", async () => {
    await (await start()).stop();
    writeFileSync(clusterFile("PG_VERSION"), "15\n");
    await expect(start()).rejects.toThrow("was made by PostgreSQL 15 but PostgreSQL 18 is installed");
  });

  it("says what to do when the password is lost", async () => {
    await (await start()).stop();
    rmSync(join(dataDir, "postgres", "password"));
    await expect(start()).rejects.toThrow("Put the file back");
  });

  it.runIf(isRoot)("copies its programs to where an ordinary user reaches them when root's checkout is closed", () => {
    const installed = findRuntime();
    cpSync(installed.folder, join(dataDir, "native"), { recursive: true, verbatimSymlinks: true });
    const closed = { folder: join(dataDir, "native"), version: `test-${process.pid}` };
    const account = { uid: ordinaryUser, gid: ordinaryUser };
    const copy = reachableRuntime(closed, account, log);
    try {
      const run = spawnSync(join(copy.folder, "bin", "postgres"), ["--version"], { ...account, encoding: "utf8", cwd: "/" });
      expect(run.stdout).toContain("PostgreSQL");
      expect(reachableRuntime(closed, account, log)).toEqual(copy);
    } finally {
      rmSync(copy.folder, { recursive: true });
    }
  });

  it.runIf(isRoot && isOpen(fileURLToPath(import.meta.url)) && isOpen(process.execPath))("starts as an ordinary user too", async () => {
    chownSync(dataDir, ordinaryUser, ordinaryUser);
    const { said } = await startElsewhere(ordinaryUser);
    expect(await query(said, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(statSync(clusterFile("PG_VERSION")).uid).toBe(ordinaryUser);
  });
});

/** Whether an ordinary user can reach the file: not below /root. */
function isOpen(file: string): boolean {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}
