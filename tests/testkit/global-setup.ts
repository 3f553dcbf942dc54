// Before the first test: one PostgreSQL with a migrated template and, where a project wants it, one S3 server for the whole run.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "../../server/db/migrate.ts";
import { startEmbeddedPostgres } from "../../server/embedded/postgres.ts";
import { createLog } from "../../server/log.ts";
import { type DatabaseServer, onServer, urlOf } from "./database.ts";
import { missingS3, type S3Server, startS3 } from "./s3.ts";

/** What is lost in a crash is only a test's; so nothing waits for the disk. */
const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };
const log = createLog("warn");
/** Dozens of small databases and the write-ahead log of all tests. */
const neededMemoryBytes = 2 * 1024 ** 3;

type Running<Part> = Part & { stop(): Promise<void> };

interface Bed {
  database?: Promise<Running<DatabaseServer>>;
  s3?: Promise<Running<S3Server> | null>;
  users: number;
}

/** Vitest loads this file once per project; the servers are shared through the process. */
const shared = globalThis as { studioTestBed?: Bed };
shared.studioTestBed ??= { users: 0 };
const bed = shared.studioTestBed;

/** Projects named in `projectsWithS3` also get `s3`, which takes about 12 s to start; it is null where it is not installed. */
const projectsWithS3: readonly string[] = ["storage", "integration"];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  bed.users++;
  bed.database ??= startDatabase();
  // NO_S3=1 skips its 12 s while one works on a test that needs none; those that do then fail and say so.
  if (projectsWithS3.includes(project.name) && !process.env["NO_S3"]) bed.s3 ??= missingS3() === null ? startS3() : Promise.resolve(null);
  // Both are awaited before a failure of either is told, so that teardown finds them settled.
  await Promise.allSettled([bed.database, bed.s3]);
  const { adminUrl, template } = await bed.database;
  project.provide("database", { adminUrl, template });
  if (projectsWithS3.includes(project.name)) project.provide("s3", withoutStop((await bed.s3) ?? null));
  return teardown;
}

/** Only what can be sent to another process. */
function withoutStop(server: S3Server | null): S3Server | null {
  if (server === null) return null;
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  return { endpoint, region, accessKeyId, secretAccessKey };
}

async function teardown(): Promise<void> {
  if (--bed.users > 0) return;
  const { database, s3 } = bed;
  delete bed.database;
  delete bed.s3;
  const running = await Promise.allSettled([database, s3]);
  await Promise.all(running.map((part) => (part.status === "fulfilled" ? part.value?.stop() : undefined)));
}

/** `TEST_DATABASE_URL`, else a PostgreSQL of our own in a temporary folder. */
async function startDatabase(): Promise<Running<DatabaseServer>> {
  const server = await startServer();
  const template = `studio_template_${randomUUID().replaceAll("-", "")}`;
  try {
    await onServer(server.url, (client) => client.query(`CREATE DATABASE ${template}`));
    await migrate(urlOf(server.url, template), { log });
  } catch (thrown) {
    await server.stop();
    throw thrown;
  }
  const stop = async (): Promise<void> => {
    await onServer(server.url, (client) => client.query(`DROP DATABASE ${template} WITH (FORCE)`));
    await server.stop();
  };
  return { adminUrl: server.url, template, stop };
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, stop: () => Promise.resolve() };
  const dataDir = await mkdtemp(join(await fastFolder(), "studio-test-"));
  const removeFolder = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir, log, settings });
    return { url: server.url, stop: () => server.stop().finally(removeFolder) };
  } catch (thrown) {
    await removeFolder();
    throw thrown;
  }
}

/** Memory where there is plenty: a clone of 400 files then takes 13 ms instead of up to 400. Containers often give only 64 MB of it. */
async function fastFolder(): Promise<string> {
  const memory = await statfs("/dev/shm").catch(() => undefined);
  return memory !== undefined && memory.bavail * memory.bsize >= neededMemoryBytes ? "/dev/shm" : tmpdir();
}
