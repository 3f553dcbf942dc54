// Pulls beside the pictures: a long one takes no place of theirs, few run at once in a worker, and a stop gives back what runs.
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import { beginSync, feedConfig, fillFeed, galleriesEnv, syncOf } from "../testkit/galleries.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const names = ["one", "two", "three"];
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const output = { width: 64, height: 64, format: "JPEG" };

let api: TestApi;
let feed: FeedServer;
let released: PromiseWithResolvers<void>;
beforeEach(async () => {
  const engine = scriptedEngine();
  engine.script = async (input) => painted(input);
  feed = await startFeedServer();
  const galleries = names.map((name) => feedConfig(feed, { name }));
  api = await createTestApi({ engines: engine.engines, env: { ...galleriesEnv(...galleries), WORKER_CONCURRENCY: "1" } });
  await fillFeed(feed, 2, (index) => `BESIDE-${index}`);
  released = Promise.withResolvers();
  feed.hold = () => released.promise;
});
afterEach(async () => {
  released.resolve();
  await api.close();
  await feed.close();
});

const statusesOf = async (ids: readonly string[]): Promise<string[]> => Promise.all(ids.map(async (id) => (await syncOf(api, id)).status));

it("leaves the worker's only place to the pictures, and the third pull to whoever has room", async () => {
  await api.startWorker();
  const ids: string[] = [];
  for (const name of names) ids.push((await beginSync(api, name)).id);
  await until("two pulls run", async () => (await statusesOf(ids)).filter((status) => status === "RUNNING").length === 2);
  await skuWithPhotos(api, "PICTURES", 2);
  const job = (await api.as()(submit, { input: { mode: "BATCH", skus: ["PICTURES"], output } })).data.submitJob;
  await until("the pictures are made while the pulls wait for their gallery", async () => {
    const { data } = await api.as()(`query ($id: ID!) { job(id: $id) { status } }`, { id: job.id });
    return data.job.status === "SUCCEEDED";
  });
  expect((await statusesOf(ids)).toSorted()).toEqual(["QUEUED", "RUNNING", "RUNNING"]);
  released.resolve();
  await until("all of them end", async () => (await statusesOf(ids)).every((status) => status === "SUCCEEDED"));
});

it("gives a pull back when its worker stops, and another worker goes on with it", async () => {
  const worker = await api.startWorker();
  const { id } = await beginSync(api, "one");
  await until("the gallery was asked", async () => feed.seen.length === 1);
  await worker.stop();
  expect(await api.app.db.gallerySync.findMany()).toMatchObject([{ status: "QUEUED", workerId: null, crashes: 0 }]);
  released.resolve();
  await api.startWorker();
  await until("it ends", async () => (await syncOf(api, id)).status === "SUCCEEDED");
});
