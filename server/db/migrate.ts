// Brings the database to the newest migration, one process at a time: Prisma's migrations, then the queue's.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Logger, runMigrations } from "graphile-worker";
import pg from "pg";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const migrationsFolder = join(root, "prisma", "migrations");
/** Any number that nothing else locks; every process of ours must use the same. */
const lockKey = 4_715_001;
/** A migration over large tables takes minutes; one that hangs must still end with a reason. */
const deployTimeoutMs = 30 * 60_000;
/** A database that does not answer should be said, not waited for. */
const connectTimeoutMs = 10_000;
const undefinedTable = "42P01";

/**
 * Safe to call in any number of processes at once. With nothing to do it takes a few milliseconds.
 * @param databaseUrl of a user that may create tables
 * @throws Error when the database cannot be reached, is newer than this code, or a migration fails; the message has the reason
 */
export async function migrate(databaseUrl: string, { log }: { log: Log }): Promise<void> {
  const wanted = await migrationsOfCode();
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectTimeoutMs });
  // A connection lost while nothing is asked would otherwise end the process; the next query reports it.
  client.on("error", (error) => log.warn({ err: error }, "the connection for migrations was lost"));
  try {
    await connect(client);
    if ((await missing(client, wanted)).length > 0) await migrateLocked(client, { databaseUrl, wanted, log });
    await migrateQueue(client, databaseUrl, log);
  } finally {
    await client.end().catch(() => undefined);
  }
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
async function migrateLocked(
  client: pg.Client,
  { databaseUrl, wanted, log }: { databaseUrl: string; wanted: string[]; log: Log },
): Promise<void> {
  await withLock(client, async () => {
    const toDo = await missing(client, wanted);
    if (toDo.length === 0) return;
    log.info({ migrations: toDo }, "migrating the database");
    await deploy(databaseUrl);
    const left = await missing(client, wanted);
    if (left.length > 0) throw new Error(`The database still lacks ${left.join(", ")} after its migration.`);
  });
}

async function withLock(client: pg.Client, action: () => Promise<void>): Promise<void> {
  await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
  try {
    await action();
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [lockKey]);
  }
}

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
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
    );
    return rows.map(({ name }) => name);
  } catch (thrown) {
    if (thrown instanceof pg.DatabaseError && thrown.code === undefinedTable) return [];
    throw thrown;
  }
}

/**
 * `prisma migrate deploy`; prisma.config.ts names the schema engine, a script that finds its `node` by PATH. It connects with what this process connects
 * with: user, password, certificates and TLS may come by PGUSER, PGPASSWORD, PGSSLMODE, NODE_EXTRA_CA_CERTS, or a .pgpass in HOME.
 */
async function deploy(databaseUrl: string): Promise<void> {
  const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PATH: [dirname(process.execPath), process.env["PATH"] ?? "/usr/bin"].join(delimiter),
    // It would win over NO_COLOR, and the reason is told in a log.
    FORCE_COLOR: undefined,
    CHECKPOINT_DISABLE: "1",
    NO_COLOR: "1",
  };
  await new Promise<void>((done, reject) => {
    execFile(process.execPath, [prisma, "migrate", "deploy"], { cwd: root, env, timeout: deployTimeoutMs }, (error, stdout, stderr) => {
      if (error === null) done();
      else reject(new Error(`The database could not be migrated. ${reasonIn(`${stderr}\n${stdout}`) || error.message}`));
    });
  });
}

/** Prisma's error without its chatter before and its box about updates after. */
function reasonIn(output: string): string {
  const chatter =
    /^(Loaded Prisma config|Prisma schema loaded|Datasource |Environment variables loaded|\d+ migrations? found|Applying migration|[│┌└])/;
  return output
    .split("\n")
    .filter((line) => line.trim() !== "" && !chatter.test(line.trim()))
    .join("\n")
    .trim();
}

/** The queue looks for itself whether it has anything to do, but two of it must not create its schema at once. */
async function migrateQueue(client: pg.Client, databaseUrl: string, log: Log): Promise<void> {
  const logger = new Logger(() => (level, message) => log.debug({ level }, message));
  await withLock(client, () => runMigrations({ connectionString: databaseUrl, logger, noHandleSignals: true }));
}
