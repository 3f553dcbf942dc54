// A disk that is really full under everything at once: PostgreSQL, the store, the API and the workers. Who stands on it says so, and goes on by
// himself once there is room; also PostgreSQL, which has to give up where it cannot write its log.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, closeApp, openApp } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { createLog } from "../../server/log.ts";
import { type ApiProcess, startApiProcess } from "../testkit/api-process.ts";
import { onServer } from "../testkit/database.ts";
import { audit } from "../testkit/ledger.ts";
import { type ProviderServer, startProviders } from "../testkit/providers.ts";
import { type SmallDisk, startSmallDisk, whyNoSmallDisk } from "../testkit/small-disk.ts";
import { until } from "../testkit/until.ts";
import { type Crew, startCrew } from "../testkit/worker-processes.ts";
import { itemsOf, readState, submitJob, untilEnded, waitingPhotos } from "./batches.ts";
import { inForm, report, withoutComparison } from "./form.ts";

/** A database with its log takes some 60 of them. */
const diskMebibytes = 200;
const engine = "gemini";
const photos = inForm(10, 40);
/** Milliseconds that the engine takes for a picture. */
const thinkMs = 300;
/** Milliseconds that the disk stays full: in the whole form longer than all waits of a photo's five starts together. */
const fullMs = inForm(4_000, 120_000);
const timeoutMs = inForm(150_000, 600_000);

const missing = whyNoSmallDisk();
if (missing !== null) console.warn(`No disk can be filled here, which skips its tests (database.test.ts and full.test.ts run): ${missing}`);

/** How the embedded PostgreSQL of a data folder is reached. */
async function databaseIn(dataDir: string): Promise<string> {
  const password = (await readFile(join(dataDir, "postgres/password"), "utf8")).trim();
  const port = (await readFile(join(dataDir, "postgres/cluster/postmaster.pid"), "utf8")).split("\n")[3];
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

describe.skipIf(missing !== null)("a full disk", () => {
  let dataDir: string;
  let disk: SmallDisk;
  let databaseUrl: string;
  let providers: ProviderServer;
  let api: ApiProcess;
  let app: App;
  let crew: Crew;
  let workerPids: number[];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "studio-disk-"));
    disk = await startSmallDisk(dataDir, diskMebibytes);
    providers = await startProviders();
    providers.behave = () => ({ kind: "wait", ms: thinkMs });
    const limits = JSON.stringify({ [engine]: { concurrency: 1_000, requestsPerMinute: 100_000 } });
    const env = { ...providers.env, ...withoutComparison, ENGINE_LIMITS: limits, LOG_LEVEL: "fatal" };
    const { before, here } = disk;
    api = await startApiProcess(dataDir, undefined, { env: { ...env, LOG_LEVEL: "error" }, before, here });
    databaseUrl = await databaseIn(here);
    app = await openApp({
      config: readConfig({ DATA_DIR: here, ...env }),
      log: createLog("fatal"),
      databaseUrl,
      linkSecret: (db) => sharedSecret(db, "links"),
    });
    crew = startCrew({ app, databaseUrl, dataDir, env, before }, 2);
    await crew.untilComplete();
    workerPids = crew.members.map(({ pid }) => pid);
  });
  afterAll(async () => {
    await disk?.makeRoom();
    await crew?.stop();
    if (app) await closeApp(app);
    await api?.stop();
    await providers?.close();
    await disk?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const ready = async (): Promise<boolean> => (await fetch(`${api.url}/readyz`)).ok;
  const untilDone = (id: string, count: number): Promise<unknown> =>
    until(`${count} photos are done`, async () => (await readState(api, id)).progress.succeeded >= count, timeoutMs);
  const makeSkus = `mutation ($code: String!, $title: String!) { createSku(input: { code: $code, title: $title }) { code } }`;
  let made = 0;
  /** The first refusal of a SKU; what fits into pages that are there already is taken. */
  const untilRefused = () =>
    until("a write is refused", async () => (await api.as()(makeSkus, { code: `FULL-${made++}`, title: "x".repeat(200) })).errors?.[0]);

  /** The whole of the job, by the same processes, and nothing besides. */
  const expectAllDone = async (id: string): Promise<void> => {
    expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: photos } });
    expect(api.isRunning()).toBe(true);
    expect(crew.members.map(({ pid }) => pid)).toEqual(workerPids);
    expect((await itemsOf({ app }, id)).filter(({ crashes }) => crashes > 0)).toEqual([]);
    expect((await readdir(join(disk.here, "objects/.incoming"))).filter((name) => name !== "probe")).toEqual([]);
    expect(await audit({ app })).toMatchObject({ faults: [] });
  };

  it(
    "refuses what it has no room for, says why, counts nothing half-written, and goes on by itself with room",
    async () => {
      const id = await submitJob(api, { mode: "BATCH", engine, skus: await waitingPhotos(api, "ROOM", photos) });
      await untilDone(id, 2);
      await disk.fill();
      expect(await untilRefused()).toMatchObject({
        message: expect.stringMatching(/disk is full.*make room/),
        extensions: { code: "INTERNAL_SERVER_ERROR" },
      });
      const answer = await fetch(`${api.url}/readyz`);
      report("a full disk, /readyz", `${answer.status} ${await answer.text()}`);
      await until("the engine is asked nothing more", async () => {
        const asked = providers.seen.length;
        await sleep(4 * thinkMs);
        return providers.seen.length === asked;
      });
      const asked = providers.seen.length;
      await sleep(fullMs);
      expect(providers.seen).toHaveLength(asked);
      // In minutes PostgreSQL comes to the end of its log, and answers nothing any more.
      expect((await readState(api, id).catch(() => null))?.finishedAt ?? null).toBeNull();
      await disk.makeRoom();
      const at = Date.now();
      await until("the API is ready again", ready);
      await expectAllDone(id);
      report("room made until the batch had ended", `${((Date.now() - at) / 1000).toFixed(1)} s`);
    },
    timeoutMs,
  );

  it(
    "ends PostgreSQL where its log has no room; it comes back by itself with room, and nothing that it had said is lost",
    async () => {
      const id = await submitJob(api, { mode: "BATCH", engine, skus: await waitingPhotos(api, "LOG", photos) });
      await untilDone(id, 2);
      await disk.fill();
      // A new file of the log is needed at each turn, and sooner or later none has been prepared.
      const turns = onServer(databaseUrl, async (own) => {
        own.on("error", () => {});
        for (;;) await own.query("SELECT pg_current_xact_id(), pg_switch_wal()");
      });
      await expect(turns).rejects.toThrow(/No space left on device|terminat|closed|reset/i);
      await until("the API says that it is not ready", async () => !(await ready()));
      // What PostgreSQL itself says of it may not have found room either.
      await until("its end is told", async () => api.output().includes("the embedded PostgreSQL has ended by itself"));
      expect(await until("the API says why", async () => (await api.as()(`{ skus(first: 1) { totalCount } }`)).errors?.[0])).toMatchObject({
        message: expect.stringContaining("cannot be reached just now"),
      });
      await sleep(fullMs);
      expect(await ready()).toBe(false);
      await disk.makeRoom();
      const at = Date.now();
      await until("the API is ready again", ready);
      report("room made until PostgreSQL was back", `${((Date.now() - at) / 1000).toFixed(1)} s`);
      await expectAllDone(id);
    },
    timeoutMs,
  );
});
