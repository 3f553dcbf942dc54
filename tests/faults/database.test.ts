// PostgreSQL in trouble under real processes: its connections cut, the server restarted, writes refused. Everybody recovers by himself.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "graphql-ws";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type App, closeApp, openApp } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../server/embedded/postgres.ts";
import { createLog } from "../../server/log.ts";
import { type ApiProcess, startApiProcess } from "../testkit/api-process.ts";
import { onServer } from "../testkit/database.ts";
import { audit } from "../testkit/ledger.ts";
import { type ProviderServer, startProviders } from "../testkit/providers.ts";
import { type FaultyProxy, startProxy } from "../testkit/proxy.ts";
import { until } from "../testkit/until.ts";
import { type Crew, startCrew } from "../testkit/worker-processes.ts";
import { itemsOf, readState, submitJob, untilEnded, waitingPhotos } from "./batches.ts";
import { inForm, report, withoutComparison } from "./form.ts";

const engine = "gemini";
const photos = inForm(16, 100);
/** Milliseconds that the engine takes for a picture. */
const thinkMs = 400;
const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const log = createLog("fatal");
const timeoutMs = inForm(150_000, 600_000);

const portOf = ({ url }: EmbeddedPostgres): number => Number(new URL(url).port);

interface Refusal {
  readonly why: string;
  /** Begins or ends it. */
  readonly refuse: (own: pg.Client, on: boolean) => Promise<void>;
  /** What people are told. */
  readonly words: string;
}

/** On every table, the queue's too; the last columns of a page that had room would be the only difference to a disk that is full. */
async function refuseRoom(own: pg.Client, on: boolean): Promise<void> {
  if (on) {
    await own.query(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE disk_full USING MESSAGE = 'could not extend file "base/5/16384": No space left on device'; END $$`);
    const { rows } = await own.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'graphile_worker')",
    );
    for (const { name } of rows) {
      await own.query(`CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION no_room()`);
    }
  } else await own.query("DROP FUNCTION no_room CASCADE");
}

const refusals: readonly Refusal[] = [
  {
    why: "being read-only",
    words: "read-only",
    async refuse(own, on) {
      await own.query("SET default_transaction_read_only = off");
      await own.query(`ALTER DATABASE postgres SET default_transaction_read_only = ${on ? "on" : "off"}`);
    },
  },
  // Everywhere; full-disk.test.ts has a disk that is full, where one can be had.
  { why: "without room", words: "disk is full", refuse: refuseRoom },
];

describe("PostgreSQL in trouble", () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  let proxy: FaultyProxy;
  let providers: ProviderServer;
  let api: ApiProcess;
  let app: App;
  let crew: Crew;
  let client: Client;
  let workerPids: number[];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "studio-faults-"));
    postgres = await startEmbeddedPostgres({ dataDir, log, settings });
    // A server that is restarted here comes back on another port; behind the proxy it stays at its address, as anywhere else.
    proxy = await startProxy(portOf(postgres));
    const databaseUrl = Object.assign(new URL(postgres.url), { port: String(proxy.port) }).href;
    providers = await startProviders();
    const limits = JSON.stringify({ [engine]: { concurrency: 1_000, requestsPerMinute: 100_000 } });
    const env = { ...providers.env, ...withoutComparison, ENGINE_LIMITS: limits, LOG_LEVEL: "fatal" };
    api = await startApiProcess(dataDir, databaseUrl, { env });
    app = await openApp({
      config: readConfig({ DATA_DIR: dataDir, ...env }),
      log,
      databaseUrl,
      linkSecret: (db) => sharedSecret(db, "links"),
    });
    crew = startCrew({ app, databaseUrl, dataDir, env }, 2);
    await crew.untilComplete();
    workerPids = crew.members.map(({ pid }) => pid);
    client = createClient({
      url: `${api.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${api.apiKey}` },
      retryAttempts: 0,
    });
  });
  afterAll(async () => {
    await client?.dispose();
    await crew?.stop();
    await api?.stop();
    if (app) await closeApp(app);
    await providers?.close();
    await proxy?.close();
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Everybody is still who he was: nobody had to be started anew. */
  const expectNobodyDied = (): void => {
    expect(api.isRunning()).toBe(true);
    expect(crew.members.map(({ pid }) => pid)).toEqual(workerPids);
  };
  const ready = async (): Promise<boolean> => (await fetch(`${api.url}/readyz`)).ok;
  const untilDone = (id: string, count: number): Promise<unknown> =>
    until(
      `${count} photos are done`,
      async () => ((await readState(api, id).catch(() => null))?.progress.succeeded ?? 0) >= count,
      timeoutMs,
    );

  it(
    "cut off and restarted in the middle of a batch: every photo ends once, and every subscription gets the present state again",
    async () => {
      providers.behave = () => ({ kind: "wait", ms: thinkMs });
      const skus = await waitingPhotos(api, "CUT", photos);
      const pairs = new Map<string, string>();
      const states: string[] = [];
      const watching = (async () => {
        for await (const { data } of client.iterate<{ pairs: { id: string; status: string } }>({
          query: "subscription { pairs { id status } }",
        })) {
          if (data) pairs.set(data.pairs.id, data.pairs.status);
        }
      })();
      const id = await submitJob(api, { mode: "BATCH", engine, skus });
      const following = (async () => {
        const query = "subscription ($id: ID!) { jobProgress(id: $id) { status progress { succeeded } } }";
        for await (const { data, errors } of client.iterate<{ jobProgress: { status: string } }>({ query, variables: { id } })) {
          expect(errors).toBeUndefined();
          if (data) states.push(data.jobProgress.status);
        }
      })();
      await untilDone(id, photos / 4);
      proxy.cutAll();
      await untilDone(id, photos / 2);
      const at = Date.now();
      await postgres.stop();
      await until("the API says that it is not ready", async () => !(await ready()));
      postgres = await startEmbeddedPostgres({ dataDir, log, settings });
      proxy.targetPort = portOf(postgres);
      await until("the API is ready again", ready);
      report("PostgreSQL away until the API was ready again", `${((Date.now() - at) / 1000).toFixed(1)} s`);
      expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: photos } });
      // Ends by itself with the last state.
      await following;
      expect(states.at(-1)).toBe("SUCCEEDED");
      await until("all pairs were told READY", async () => [...pairs.values()].filter((status) => status === "READY").length === photos);
      expectNobodyDied();
      const items = await itemsOf({ app }, id);
      expect(items.filter(({ crashes }) => crashes > 0)).toEqual([]);
      report("photos that were started again", String(items.filter(({ attempts }) => attempts > 1).length));
      expect(await audit({ app })).toMatchObject({ faults: [] });
      await client.dispose();
      await watching;
    },
    timeoutMs,
  );

  it.for(
    refusals,
  )("refusing every write in the middle of a batch, $why: a clear error, nothing counted as done, and all of it done afterwards", {
    timeout: timeoutMs,
  }, async ({ why, refuse, words }) => {
    const code = why.toUpperCase().replaceAll(" ", "-");
    const skus = await waitingPhotos(api, code, 6);
    const id = await submitJob(api, { mode: "BATCH", engine, skus });
    await untilDone(id, 1);
    const refuseWrites = async (on: boolean): Promise<void> => {
      await onServer(postgres.url, (own) => refuse(own, on));
      proxy.cutAll();
    };
    await refuseWrites(true);
    const createSku = `mutation { createSku(input: { code: "REFUSED-${code}" }) { code } }`;
    const refused = await until("a write is refused", async () => (await api.as()(createSku)).errors?.[0]);
    expect(refused).toMatchObject({ extensions: { code: "INTERNAL_SERVER_ERROR" }, message: expect.stringContaining(words) });
    const before = (await readState(api, id)).progress.succeeded;
    // Whatever was under way has come to its end in vain.
    await until("the engine is asked nothing more", async () => {
      const asked = providers.seen.length;
      await new Promise((resolve) => setTimeout(resolve, 3 * thinkMs));
      return providers.seen.length === asked;
    });
    expect((await readState(api, id)).progress.succeeded).toBe(before);
    await refuseWrites(false);
    expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 6 } });
    expectNobodyDied();
    expect((await itemsOf({ app }, id)).filter(({ crashes }) => crashes > 0)).toEqual([]);
    expect((await api.as()(createSku)).errors).toBeUndefined();
    expect(await audit({ app })).toMatchObject({ faults: [] });
  });
});
