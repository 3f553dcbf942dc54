// An engine's limits hold for all worker processes together, and no process takes another's part of them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { type ProviderServer, startProviders } from "../testkit/providers.ts";
import { until } from "../testkit/until.ts";

const root = join(import.meta.dirname, "../..");
const limits = { gemini: { concurrency: 2, requestsPerMinute: 1000 }, fal: { concurrency: 1000, requestsPerMinute: 3 } };
const output = { width: 128, height: 96, format: "WEBP" };
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const readJob = `query ($id: ID!) { job(id: $id) { status finishedAt progress { queued running succeeded failed } } }`;

/** Milliseconds: two processes that each load their network, on a machine that runs other things too. */
const patienceMs = 60_000;

let providers: ProviderServer;
let api: TestApi;
let workers: ChildProcess[];

beforeAll(async () => {
  providers = await startProviders();
  const limited = { ...providers.env, ENGINE_LIMITS: JSON.stringify(limits) };
  api = await createTestApi({ env: limited });
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    ...limited,
    DATABASE_URL: api.databaseUrl,
    DATA_DIR: api.config.dataDir,
    WORKER_CONCURRENCY: "4",
    LOG_LEVEL: "fatal",
  };
  workers = [1, 2].map(() => spawn(process.execPath, ["server/main.ts", "worker"], { cwd: root, env, stdio: "ignore" }));
  await until("both workers beat", async () => (await api.app.db.workerHeartbeat.count()) === workers.length);
});
afterAll(async () => {
  for (const worker of workers) {
    const exited = once(worker, "exit");
    worker.kill("SIGTERM");
    await exited;
  }
  await api.close();
  await providers.close();
});
beforeEach(() => providers.reset());

const run = async (sku: string, engine: string): Promise<string> => {
  const answer = await api.as()(submit, { input: { mode: "BATCH", skus: [sku], engine, output } });
  expect(answer.errors).toBeUndefined();
  return answer.data.submitJob.id;
};
const read = async (id: string) => (await api.as()(readJob, { id })).data.job;

it("two processes of four threads each ask for two pictures at once, where two is the limit", async () => {
  await skuWithPhotos(api, "PROC-1", 5);
  providers.behave = () => ({ kind: "wait", ms: 800 });
  const id = await run("PROC-1", "gemini");
  const job = await until(
    "the job ends",
    async () => {
      const found = await read(id);
      return found.finishedAt !== null && found;
    },
    patienceMs,
  );
  expect(job).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 5 } });
  expect(providers.mostAtOnce()).toBe(limits.gemini.concurrency);
}, 90_000);

it("two processes start three pictures in a minute, where three is the limit", async () => {
  await skuWithPhotos(api, "PROC-2", 6);
  const id = await run("PROC-2", "fal");
  await until("three are done", async () => (await read(id)).progress.succeeded === 3, patienceMs);
  // All that waits is put off to the next minute: none is left that could start now.
  await until("the others were put off", async () => {
    const [row] = await api.app.db.$queryRaw<{ soon: number }[]>`
      SELECT count(*)::int AS soon FROM graphile_worker._private_jobs WHERE run_at < now() + interval '15 seconds' AND locked_at IS NULL
        AND payload::text LIKE '%itemId%'`;
    return row?.soon === 0;
  });
  expect((await read(id)).progress).toMatchObject({ queued: 3, running: 0, succeeded: 3, failed: 0 });
  expect(providers.seen.filter(({ provider }) => provider === "fal")).toHaveLength(3);
}, 90_000);
