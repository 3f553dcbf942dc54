// `prisma migrate deploy` as a process of its own, which is ended in order when this one has to end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { delimiter, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** A migration over large tables takes minutes; one that hangs must still end with a reason. */
const deployTimeoutMs = 30 * 60_000;
/**
 * Milliseconds that it gets to end once this process has to: most do, and one that is cut off waits for a person. With what follows it stays under the
 * 18 s of the whole stop.
 */
const usualGraceMs = 10_000;
/** Milliseconds that Prisma gets to note down that the database has cancelled its statement. */
const cancelMs = 3_000;
/** The advisory lock under which Prisma migrates: https://www.prisma.io/docs/orm/prisma-migrate/workflows/development-and-production#advisory-locking */
export const prismaLockKey = 72_707_369;

export interface Deploy {
  readonly databaseUrl: string;
  /** A connection that is idle meanwhile. */
  readonly client: pg.Client;
  /** Aborted when this process has to end. */
  readonly signal: AbortSignal;
  readonly graceMs?: number | undefined;
}

/** @throws Error with Prisma's reason; also when it did not end in time, and was ended */
export async function deploy({ databaseUrl, client, signal, graceMs = usualGraceMs }: Deploy): Promise<void> {
  const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");
  // In a group of its own: a Ctrl-C reaches this process alone, and what Prisma has started ends with it.
  const child = spawn(process.execPath, [prisma, "migrate", "deploy"], {
    cwd: root,
    env: environment(databaseUrl),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stderr, child.stdout]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const closed = once(child, "close") as Promise<[code: number | null]>;
  const ended = new AbortController();
  let why = "";
  const endAfter = async (ms: number, reason: string): Promise<void> => {
    await sleep(ms, undefined, { signal: ended.signal });
    why = reason;
    // Not waited for: the connection may hang.
    void tellBackend(client, "pg_cancel_backend");
    await sleep(cancelMs, undefined, { signal: ended.signal });
    void tellBackend(client, "pg_terminate_backend");
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  // Rejected once it has ended, which is what is waited for.
  const end = (ms: number, reason: string): void => void endAfter(ms, reason).catch(() => {});
  end(deployTimeoutMs, `It was cancelled because it had not ended after ${deployTimeoutMs / 60_000} minutes. `);
  const onAbort = (): void =>
    end(graceMs, `It was cancelled because it had not ended ${graceMs / 1000} s after this process was told to. `);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    const [code] = await closed;
    if (code !== 0) throw new Error(`The database could not be migrated. ${why}${reasonIn(output) || `Prisma ended with ${code}.`}`);
  } finally {
    ended.abort();
    signal.removeEventListener("abort", onAbort);
  }
}

/** It connects with what this process connects with: PGUSER, PGPASSWORD, PGSSLMODE, NODE_EXTRA_CA_CERTS, a .pgpass in HOME. */
const environment = (databaseUrl: string): NodeJS.ProcessEnv => ({
  ...process.env,
  DATABASE_URL: databaseUrl,
  // prisma.config.ts names the schema engine, a script that finds its `node` by PATH.
  PATH: [dirname(process.execPath), process.env["PATH"] ?? "/usr/bin"].join(delimiter),
  CHECKPOINT_DISABLE: "1",
  NO_COLOR: "1",
  // It would win over NO_COLOR, and the reason is told in a log.
  FORCE_COLOR: undefined,
});

/** What was cancelled is rolled back by the database, where a client that is merely killed leaves it to go on and perhaps to commit. */
async function tellBackend(client: pg.Client, what: "pg_cancel_backend" | "pg_terminate_backend"): Promise<void> {
  await client
    .query(
      `SELECT ${what}(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [prismaLockKey],
    )
    // Without a connection there is nobody to tell.
    .catch(() => {});
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
