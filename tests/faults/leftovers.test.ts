// What a dead worker had taken from the queue: it is run again, and neither stays in the queue nor in the figures of it.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readFigures } from "../../server/domain/figures.ts";
import { createItemSteps } from "../../server/domain/item-steps.ts";
import { beat, recoverWorkers } from "../../server/domain/worker.ts";
import { sweep } from "../../server/tasks/sweep.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { itemsOf, submitJob, waitingPhotos } from "./batches.ts";

let api: TestApi;

beforeAll(async () => {
  api = await createTestApi({ engines: scriptedEngine().engines });
});
afterAll(() => api.close());

/** Every entry of the queue is taken as by a runner of that name, 20 seconds ago. */
const takeAll = (queueId: string): Promise<number> =>
  api.app.db.$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_by = ${queueId}, locked_at = now() - interval '20 seconds', attempts = 1`;
const entries = async (): Promise<number> => (await api.app.db.$queryRaw<unknown[]>`SELECT 1 FROM graphile_worker.jobs`).length;
const queueFigures = async () => (await readFigures(api.app)).queue;
const idle = { ready: 0, later: 0, running: 0, oldestSeconds: 0 };

it("counts what a dead worker had once, and leaves nothing of it behind", async () => {
  const job = await submitJob(api, { mode: "BATCH", skus: await waitingPhotos(api, "DEAD", 2) });
  const itemIds = (await itemsOf(api, job)).map(({ id }) => id);
  await takeAll("pool-dead");
  // One is being run, the other was only taken.
  await createItemSteps(api.app, randomUUID()).claim({ itemId: itemIds[0] ?? "", onClaim: () => {} });
  expect(await recoverWorkers(api.app)).toBe(2);
  expect(await entries()).toBe(4);
  expect(await queueFigures()).toMatchObject({ ready: 2, running: 0 });
  // They are run elsewhere.
  await api.app.db.$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE key IS NOT NULL`;
  expect(await queueFigures()).toEqual(idle);
  expect(await recoverWorkers(api.app)).toBe(0);
  expect(await queueFigures()).toEqual(idle);
  await sweep(api.app);
  expect(await entries()).toBe(0);
});

it("lets go of an entry whose item has ended, and leaves alone what a living worker runs, replaced or not", async () => {
  const worker = { id: randomUUID(), host: "test", pid: 1 };
  await beat(api.app, worker, "pool-living");
  const job = await submitJob(api, { mode: "BATCH", skus: await waitingPhotos(api, "LIVING", 2) });
  const [ended, replaced] = (await itemsOf(api, job)).map(({ id }) => id);
  await takeAll("pool-living");
  await api.app.db.$executeRaw`UPDATE graphile_worker._private_jobs SET locked_by = 'pool-dead' WHERE key = 'item:' || ${ended}`;
  await api.app.db.jobItem.updateMany({ where: { id: ended ?? "" }, data: { status: "FAILED" } });
  await api.app.db.$executeRaw`
    UPDATE graphile_worker._private_jobs SET key = NULL, attempts = max_attempts WHERE key = 'item:' || ${replaced}`;
  await recoverWorkers(api.app);
  await sweep(api.app);
  expect(await api.app.db.$queryRaw`SELECT key, locked_by AS queue FROM graphile_worker.jobs ORDER BY key`).toEqual([
    { key: `item:${ended}`, queue: null },
    { key: null, queue: "pool-living" },
  ]);
});
