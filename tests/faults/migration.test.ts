// A migration that is cut off: a process that has to end lets it end first, or has the database roll it back, and the next start says what to do.
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { prismaLockKey } from "../../server/db/deploy.ts";
import { migrate } from "../../server/db/migrate.ts";
import { createLog } from "../../server/log.ts";
import { onServer, urlOf } from "../testkit/database.ts";
import { until } from "../testkit/until.ts";

const root = join(import.meta.dirname, "../..");
const log = createLog("silent");
let url: string;
let name: string;
/** Somebody whose transaction the first migration waits for. */
let other: pg.Client;

beforeEach(async () => {
  name = `cut_off_${randomUUID().replaceAll("-", "")}`;
  url = urlOf(inject("database").adminUrl, name);
  await onServer(inject("database").adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  other = new pg.Client({ connectionString: url });
  await other.connect();
});
afterEach(async () => {
  await other.end();
  await onServer(inject("database").adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
});

const hold = async (): Promise<void> => void (await other.query("BEGIN; CREATE TABLE ai_workspace (id int)"));
/** On a connection of its own: within a transaction the figures of activity stand still. */
const count = async (sql: string): Promise<number> =>
  (await onServer(url, (client) => client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`))).rows[0]?.n ?? 0;
const backends = "pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
const untilItWaits = (): Promise<unknown> =>
  until("a migration waits for the other connection", async () => (await count(`${backends} AND wait_event_type = 'Lock'`)) > 0);
/** But for the one that the test holds. */
const untilNobodyIsLeft = (): Promise<unknown> => until("no connection is left", async () => (await count(backends)) === 1);
const unfinished = (): Promise<number> => count("_prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL");

it("lets a migration that runs end when its process is told to, and leaves nothing half done", async () => {
  await hold();
  const dataDir = await mkdtemp(join(tmpdir(), "studio-migration-"));
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: url, DATA_DIR: dataDir, PORT: "0" };
  const api = spawn(process.execPath, ["server/main.ts", "api"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [api.stdout, api.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const exited = once(api, "exit");
  await untilItWaits();
  api.kill("SIGTERM");
  // Long enough for one that does not wait to be gone.
  await Promise.race([exited, sleep(1_500)]);
  expect(api.exitCode, printed).toBeNull();
  await other.query("ROLLBACK");
  expect((await exited)[0], printed).toBe(0);
  await rm(dataDir, { recursive: true, force: true });
  await untilNobodyIsLeft();
  expect(await unfinished()).toBe(0);
  await migrate(url, { log });
});

it("has a migration that does not end rolled back, and tells the next start how to go on", async () => {
  await hold();
  const ending = new AbortController();
  const ended = migrate(url, { log, signal: ending.signal, graceMs: 100 }).catch((error: Error) => error.message);
  await untilItWaits();
  ending.abort();
  expect(await ended).toMatch(/It was cancelled because it had not ended 0.1 s after this process was told to.*init/s);
  await untilNobodyIsLeft();
  await other.query("ROLLBACK");
  expect(await count("pg_class WHERE relname = 'ai_workspace'")).toBe(0);
  const told = await migrate(url, { log }).catch((error: Error) => error.message);
  expect(told).toMatch(/^The migration \d+_init, begun at .*Z, failed, and the database has rolled it back: .*canceling statement/s);
  await obey(told, "rolled-back");
  await migrate(url, { log });
});

it("says of a migration whose process was killed that it was cut off, and how to tell whether it was done", async () => {
  await migrate(url, { log });
  await other.query(
    "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)",
  );
  const told = await migrate(url, { log }).catch((error: Error) => error.message);
  expect(told).toContain("was cut off");
  expect(told).toContain("migrate resolve --rolled-back");
  await obey(told, "applied");
  await migrate(url, { log });
  expect(await unfinished()).toBe(0);
});

it("waits for a migration that a killed process has left running, and gives up waiting when it has to end itself", async () => {
  await migrate(url, { log });
  await other.query("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_init'");
  await other.query("SELECT pg_advisory_lock($1)", [prismaLockKey]);
  const ending = new AbortController();
  const impatient = migrate(url, { log, signal: ending.signal }).catch((error: Error) => error.message);
  await untilItWaits();
  ending.abort(new Error("It has to end."));
  expect(await impatient).toBe("It has to end.");
  const patient = migrate(url, { log });
  await untilItWaits();
  await other.query("UPDATE _prisma_migrations SET finished_at = now() WHERE migration_name LIKE '%_init'");
  await other.query("SELECT pg_advisory_unlock($1)", [prismaLockKey]);
  await patient;
});

/** Runs the command that the sentence names. */
async function obey(sentence: unknown, as: string): Promise<void> {
  const command = new RegExp(`node_modules/.bin/prisma migrate resolve --${as} \\S+`).exec(String(sentence))?.[0];
  await promisify(execFile)("/bin/sh", ["-c", command ?? "false"], { cwd: root, env: { ...process.env, DATABASE_URL: url } });
}
