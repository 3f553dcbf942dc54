// Brings the database to the newest migration, one process at a time: Prisma's migrations, then the queue's.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Logger, runMigrations } from "graphile-worker";
import pg from "pg";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { deploy, prismaLockKey } from "./deploy.ts";

const migrationsFolder = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
/** Any number that nothing else locks; every process of ours must use the same. */
const lockKey = 4_715_001;
/** A database that does not answer should be said, not waited for. */
const connectTimeoutMs = 10_000;
const undefinedTable = "42P01";

export interface Migrate {
  readonly log: Log;
  /** Aborted when this process has to end: what waits gives up, and a migration that runs gets a while to end before it is cancelled. */
  readonly signal?: AbortSignal;
  /** That while, in milliseconds. Left out: what fits the time of a stop. */
  readonly graceMs?: number;
}

/**
 * Safe to call in any number of processes at once. With nothing to do it takes a few milliseconds.
 * @param databaseUrl of a user that may create tables
 * @throws Error when the database cannot be reached, is newer than this code, or a migration fails or was cut off; the message has the reason
 */
export async function migrate(databaseUrl: string, { log, signal = new AbortController().signal, graceMs }: Migrate): Promise<void> {
  const wanted = await migrationsOfCode();
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectTimeoutMs });
  // A connection lost while nothing is asked would otherwise end the process; the next query reports it.
  client.on("error", (error) => log.warn({ err: error }, "the connection for migrations was lost"));
  try {
    await orAborted(connect(client), signal);
    const migration = { client, databaseUrl, wanted, log, signal, graceMs };
    if ((await missing(client, wanted)).length > 0) await migrateLocked(migration);
    await migrateQueue(migration);
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Migration {
  readonly client: pg.Client;
  readonly databaseUrl: string;
  readonly wanted: readonly string[];
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly graceMs: number | undefined;
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (thrown) {
    throw new Error(
      `Cannot reach the database ${client.database} at ${client.host}:${client.port}: ${messageOf(thrown)}. Check DATABASE_URL and that PostgreSQL runs.`,
      { cause: thrown },
    );
  }
}

/** The lock belongs to the connection, so that a killed process frees it. */
async function migrateLocked({ client, databaseUrl, wanted, log, signal, graceMs }: Migration): Promise<void> {
  await withLock({ client, signal, key: lockKey }, async () => {
    await refuseCutOff({ client, log, signal });
    const toDo = await missing(client, wanted);
    if (toDo.length === 0) return;
    log.info({ migrations: toDo }, "migrating the database");
    await deploy({ databaseUrl, client, signal, graceMs });
    const left = await missing(client, wanted);
    if (left.length > 0) throw new Error(`The database still lacks ${left.join(", ")} after its migration.`);
  });
}

interface Lock extends Pick<Migration, "client" | "signal"> {
  readonly key: number;
}

async function withLock({ client, signal, key }: Lock, action: () => Promise<void>): Promise<void> {
  await orAborted(client.query("SELECT pg_advisory_lock($1)", [key]), signal);
  try {
    await action();
  } finally {
    // Told to end, it may be waiting for another lock on this connection, whose end frees both.
    if (!signal.aborted) await client.query("SELECT pg_advisory_unlock($1)", [key]);
  }
}

/** What is waited for, as long as this process may go on. */
async function orAborted(pending: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // Given up, it is ended with its connection.
  pending.catch(() => {});
  await Promise.race([pending, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}

interface Unfinished {
  readonly name: string;
  readonly startedAt: Date;
  /** What the database said when it failed; null where nobody was there to note it. */
  readonly logs: string | null;
}

/**
 * A process that was killed leaves a migration begun, which Prisma refuses to go on from. What it had started may still be running it, under
 * Prisma's lock, and may end well.
 * @throws Error with what to do, once nobody runs it any more
 */
async function refuseCutOff({ client, log, signal }: Pick<Migration, "client" | "log" | "signal">): Promise<void> {
  const [begun] = await unfinished(client);
  if (begun === undefined) return;
  log.warn({ migration: begun.name }, "a migration was begun and has not ended; waiting for whoever may still run it");
  await withLock({ client, signal, key: prismaLockKey }, async () => {
    const [cutOff] = await unfinished(client);
    if (cutOff !== undefined) throw new Error(sentenceOn(cutOff));
  });
}

function sentenceOn({ name, startedAt, logs }: Unfinished): string {
  const resolve = (as: string): string => `\n  node_modules/.bin/prisma migrate resolve --${as} ${name}`;
  const after = "\nwith DATABASE_URL set as it is here, and start again. docs/operations/faults.md says more.";
  return logs === null
    ? `The migration ${name}, begun at ${startedAt.toISOString()}, was cut off: the process that ran it was killed, or lost its connection. ` +
        `Look whether what prisma/migrations/${name}/migration.sql makes is in the database. If it is, run${resolve("applied")}\n` +
        `and if it is not, because the database has rolled it back,${resolve("rolled-back")}${after}`
    : `The migration ${name}, begun at ${startedAt.toISOString()}, failed, and the database has rolled it back: ${logs.trim()}\n` +
        `Mend what that says, then run${resolve("rolled-back")}${after}`;
}

const unfinished = (client: pg.Client): Promise<Unfinished[]> =>
  readMigrations<Unfinished>(
    client,
    `SELECT migration_name AS name, started_at AS "startedAt", logs FROM _prisma_migrations
      WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at`,
  );

async function migrationsOfCode(): Promise<string[]> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && existsSync(join(migrationsFolder, entry.name, "migration.sql")));
  return names.map(({ name }) => name).toSorted();
}

/** The migrations that the database has not finished. @throws Error when it has some that this code does not know. */
async function missing(client: pg.Client, wanted: readonly string[]): Promise<string[]> {
  const finished = new Set(await finishedMigrations(client));
  const unknown = [...finished].filter((name) => !wanted.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `The database is newer than this version of Image Studio: it has ${unknown.join(", ")}, which is not in prisma/migrations. ` +
        "Start the newer version, or use a database of this version.",
    );
  }
  return wanted.filter((name) => !finished.has(name));
}

async function finishedMigrations(client: pg.Client): Promise<string[]> {
  const rows = await readMigrations<{ name: string }>(
    client,
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return rows.map(({ name }) => name);
}

/** None where Prisma has never been. */
async function readMigrations<Row extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<Row[]> {
  try {
    return (await client.query<Row>(sql)).rows;
  } catch (thrown) {
    if (thrown instanceof pg.DatabaseError && thrown.code === undefinedTable) return [];
    throw thrown;
  }
}

/** The queue looks for itself whether it has anything to do, but two of it must not create its schema at once. */
async function migrateQueue({ client, databaseUrl, log, signal }: Migration): Promise<void> {
  const logger = new Logger(() => (level, message) => log.debug({ level }, message));
  await withLock({ client, signal, key: lockKey }, () => runMigrations({ connectionString: databaseUrl, logger, noHandleSignals: true }));
}
