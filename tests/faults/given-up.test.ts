// A run that others gave up while its worker lives, and the item's next entry, which that same worker takes.
import { afterAll, beforeAll, expect, it } from "vitest";
import { recoverItem } from "../../server/domain/job-requeue.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";
import { itemsOf, submitJob } from "./batches.ts";

const engine = scriptedEngine();
let api: TestApi;

beforeAll(async () => {
  api = await createTestApi({ engines: engine.engines });
  // An engine that is told to stop is waited for: the tests end it.
  await api.startWorker({ runMs: 600_000, abandonMs: 600_000 });
});
afterAll(() => api.close());

it("keeps the new entry of an item until its old run has ended, and runs it then", async () => {
  const old = Promise.withResolvers<void>();
  engine.script = async (input) => {
    await old.promise;
    return painted(input);
  };
  const job = await submitJob(api, { mode: "SINGLE", pairs: await skuWithPhotos(api, "GIVEN-UP", 1) });
  const run = await until("the engine is asked", async () => engine.inputs[0]);
  const [item] = await itemsOf(api, job);
  // As another worker does that has not heard of this one for long: its connections were cut, or it was stopped for a while.
  await recoverItem(api.app, item?.id ?? "", item?.workerId ?? null);
  engine.script = async (input) => painted(input);
  await until("the worker learns that the item is no longer its own", async () => run.signal.aborted);
  const entries = await api.app.db.$queryRaw<{ isTaken: boolean }[]>`
    SELECT locked_at IS NOT NULL AS "isTaken" FROM graphile_worker.jobs WHERE key = 'item:' || ${item?.id ?? ""}`;
  expect(entries).toEqual([{ isTaken: true }]);
  old.resolve();
  await until("it has run again", async () => (await itemsOf(api, job))[0]?.status === "SUCCEEDED");
  expect(await itemsOf(api, job)).toMatchObject([{ attempts: 2, crashes: 1 }]);
  expect(engine.inputs).toHaveLength(2);
});
