// Two API processes and three workers on one database: one product. And a newer database beneath them: those that run go on, new ones refuse.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type App, closeApp, openApp } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { createLog } from "../../server/log.ts";
import { type ApiProcess, startApiProcess } from "../testkit/api-process.ts";
import { createTestDatabase, onServer, type TestDatabase } from "../testkit/database.ts";
import { audit } from "../testkit/ledger.ts";
import { type ProviderServer, startProviders } from "../testkit/providers.ts";
import { until } from "../testkit/until.ts";
import { type Crew, startCrew, startWorkerProcess } from "../testkit/worker-processes.ts";
import { readState, submitJob, untilEnded, waitingPhotos } from "./batches.ts";
import { inForm, withoutComparison } from "./form.ts";

const engine = "fal";
const photos = inForm(12, 40);
/** Requests at once, of all workers together: less than one of them could do. */
const atOnce = 3;
/** Milliseconds that the engine takes for a picture. */
const thinkMs = 400;
const timeoutMs = inForm(120_000, 300_000);
const counts = `query ($code: String!) { sku(code: $code) { status counts { total waiting processing ready } } }`;

/** What a later version may do to the tables of this one: new columns, tables and indexes. */
const laterMigration = `
  ALTER TABLE ai_job_item ADD COLUMN later TEXT, ADD COLUMN later_too INTEGER NOT NULL DEFAULT 7;
  ALTER TABLE ai_image_pair ADD COLUMN later TEXT;
  ALTER TABLE ai_job ADD COLUMN later TEXT;
  ALTER TABLE ai_result ADD COLUMN later TEXT;
  ALTER TABLE ai_worker_heartbeat ADD COLUMN later TEXT;
  CREATE TABLE ai_later (id BIGSERIAL PRIMARY KEY, item_id UUID REFERENCES ai_job_item (id) ON DELETE CASCADE);
  CREATE INDEX ai_job_item_later ON ai_job_item (later);
  INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at) VALUES ('later', 'later', '29990101000000_later', now(), now());`;

describe("two API processes and three workers on one database", () => {
  let dataDir: string;
  let database: TestDatabase;
  let providers: ProviderServer;
  let first: ApiProcess;
  let second: ApiProcess;
  let app: App;
  let crew: Crew;
  let client: Client;
  let env: Record<string, string>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "studio-crowd-"));
    database = await createTestDatabase();
    providers = await startProviders();
    const limits = JSON.stringify({ [engine]: { concurrency: atOnce, requestsPerMinute: 100_000 } });
    env = { ...providers.env, ...withoutComparison, ENGINE_LIMITS: limits, LOG_LEVEL: "fatal", WORKER_CONCURRENCY: "4" };
    // One after the other: the first makes the keys that both use.
    first = await startApiProcess(dataDir, database.url, { env });
    second = await startApiProcess(dataDir, database.url, { env });
    const log = createLog("fatal");
    const config = readConfig({ DATA_DIR: dataDir, ...env });
    app = await openApp({ config, log, databaseUrl: database.url, linkSecret: (db) => sharedSecret(db, "links") });
    crew = startCrew({ app, databaseUrl: database.url, dataDir, env }, 3);
    await crew.untilComplete();
    client = createClient({
      url: `${first.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${first.apiKey}` },
      retryAttempts: 0,
    });
  });
  afterAll(async () => {
    await client?.dispose();
    await crew?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
    if (app) await closeApp(app);
    await providers?.close();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("tell the same news and the same numbers everywhere, and ask an engine for no more than its limit together", {
    timeout: timeoutMs,
  }, async () => {
    providers.behave = () => ({ kind: "wait", ms: thinkMs });
    const skus = await waitingPhotos(second, "CROWD", photos);
    const ready = new Set<string>();
    const watching = (async () => {
      const query = "subscription { pairs { id status } }";
      for await (const { data } of client.iterate<{ pairs: { id: string; status: string } }>({ query }))
        if (data?.pairs.status === "READY") ready.add(data.pairs.id);
    })();
    const id = await submitJob(second, { mode: "BATCH", engine, skus });
    const states: string[] = [];
    const query = "subscription ($id: ID!) { jobProgress(id: $id) { status progress { succeeded } } }";
    for await (const { data } of client.iterate<{ jobProgress: { status: string } }>({ query, variables: { id } }))
      if (data) states.push(data.jobProgress.status);
    expect(states.at(-1)).toBe("SUCCEEDED");
    await until("all pairs were told", async () => ready.size === photos);
    for (const code of skus) {
      const answers = await Promise.all([first, second].map((api) => api.ask(counts, { code })));
      expect(answers[0].sku).toMatchObject({ status: "REVIEW", counts: { waiting: 0, processing: 0 } });
      expect(answers[0]).toEqual(answers[1]);
    }
    // Three workers of four places would have asked for all of them at once.
    expect(providers.mostAtOnce()).toBeLessThanOrEqual(atOnce);
    const workers = await app.db.jobItem.groupBy({ by: ["workerId"], where: { status: "SUCCEEDED" } });
    expect(workers.length).toBeGreaterThan(1);
    expect(await audit({ app })).toMatchObject({ faults: [] });
    await client.dispose();
    await watching;
  });

  it("go on when a later version migrates the database beneath them, and a worker that starts then refuses it", {
    timeout: timeoutMs,
  }, async () => {
    const skus = await waitingPhotos(first, "LATER", photos);
    const id = await submitJob(first, { mode: "BATCH", engine, skus });
    await until("some are done", async () => (await readState(second, id)).progress.succeeded >= 2);
    await onServer(database.url, (own) => own.query(laterMigration));
    expect(await untilEnded(second, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: photos } });
    expect(await audit({ app })).toMatchObject({ faults: [] });
    const newcomer = startWorkerProcess({ databaseUrl: database.url, dataDir, env });
    expect(await newcomer.exited).toBe(1);
    expect(newcomer.output()).toContain("The database is newer than this version of Image Studio: it has 29990101000000_later");
    expect(newcomer.output()).toContain("Start the newer version, or use a database of this version.");
  });
});
