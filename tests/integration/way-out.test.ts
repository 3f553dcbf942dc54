// Pictures that are being kept: they take no place of those that are made, and none is lost when the worker stops or goes on without the store.
import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorker, type Worker } from "../../server/tasks/runner.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const output = { width: 64, height: 64, format: "JPEG" };
/** As many as one place keeps beside the one that runs. */
const keptPerPlace = 2;

const engine = scriptedEngine();
let api: TestApi;
let worker: Worker;
let storing: PromiseWithResolvers<void>;

beforeAll(async () => {
  api = await createTestApi({ engines: engine.engines, env: { WORKER_CONCURRENCY: "1" } });
  const put: typeof api.app.store.put = async (...given) => {
    await storing.promise;
    return api.app.store.put(...given);
  };
  const store = new Proxy(api.app.store, { get: (target, name) => (name === "put" ? put : Reflect.get(target, name)) });
  engine.script = async (input) => painted(input);
  worker = await startWorker({ ...api.app, store }, api.databaseUrl);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

it("lets a worker with one place make the next pictures while the store keeps it waiting, a few and no more", async () => {
  storing = Promise.withResolvers();
  await skuWithPhotos(api, "WAY-1", 6);
  await api.as()(submit, { input: { mode: "BATCH", skus: ["WAY-1"], output } });
  const madeMeanwhile = keptPerPlace + 1;
  await until("the next pictures are made", async () => engine.inputs.length === madeMeanwhile);
  expect(await api.app.db.jobItem.count({ where: { status: "RUNNING" } })).toBe(madeMeanwhile);
  expect(await api.app.db.result.count()).toBe(0);
  storing.resolve();
  await until("all are done", async () => (await api.app.db.jobItem.count({ where: { status: "SUCCEEDED" } })) === 6);
  expect(engine.inputs).toHaveLength(6);
});

it("keeps what is made before the worker stops", async () => {
  storing = Promise.withResolvers();
  await skuWithPhotos(api, "WAY-2", 1);
  await api.as()(submit, { input: { mode: "BATCH", skus: ["WAY-2"], output } });
  await until("the picture is made", async () => engine.inputs.length === 7);
  const stopped = worker.stop();
  storing.resolve();
  await stopped;
  expect(await api.app.db.jobItem.count({ where: { status: "SUCCEEDED", pair: { sku: { code: "WAY-2" } } } })).toBe(1);
});
