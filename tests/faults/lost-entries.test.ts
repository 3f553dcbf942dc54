// What falls between two steps: entries taken from the queue and never claimed, and items that a worker holds by its rows alone.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createItemSteps } from "../../server/domain/item-steps.ts";
import { lockJobOf } from "../../server/domain/job-item.ts";
import { requeueWithoutEntry, walkStart } from "../../server/domain/job-requeue.ts";
import { beat, reconcile, recoverWorkers } from "../../server/domain/worker.ts";
import { enqueueItems } from "../../server/queue/tasks.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";
import { itemsOf, submitJob } from "./batches.ts";

let api: TestApi;
let tests = 0;
let job: string;
let itemIds: string[];
const worker = { id: randomUUID(), host: "test", pid: 1 };

beforeAll(async () => {
  api = await createTestApi({ engines: scriptedEngine().engines });
});
afterAll(() => api.close());
beforeEach(async () => {
  job = await submitJob(api, { mode: "SINGLE", pairs: await skuWithPhotos(api, `LOST-${++tests}`, 2) });
  itemIds = (await itemsOf(api, job)).map(({ id }) => id);
});

/** Takes the item's entry from the queue as a runner of that name does, seconds ago. */
const take = (itemId: string | undefined, queueId: string, secondsAgo: number): Promise<number> =>
  api.app.db.$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_by = ${queueId}, locked_at = now() - make_interval(secs => ${secondsAgo}::double precision),
      attempts = 1 WHERE key = 'item:' || ${itemId}`;

const canRun = async (itemId: string | undefined): Promise<boolean> => {
  const rows = await api.app.db.$queryRaw<unknown[]>`
    SELECT 1 FROM graphile_worker._private_jobs WHERE key = 'item:' || ${itemId} AND is_available AND run_at <= now()`;
  return rows.length === 1;
};

const claim = (itemId: string | undefined) => createItemSteps(api.app, worker.id).claim({ itemId: itemId ?? "", onClaim: () => {} });

it("brings an entry back whose worker died before it claimed the item, and leaves a living one's alone", async () => {
  const [dead, living] = itemIds;
  await beat(api.app, worker, "pool-living");
  await take(dead, "pool-dead", 20);
  await take(living, "pool-living", 20);
  expect(await recoverWorkers(api.app)).toBe(1);
  expect([await canRun(dead), await canRun(living)]).toEqual([true, false]);
  expect((await itemsOf(api, job)).map(({ status, crashes }) => `${status} ${crashes}`)).toEqual(["QUEUED 0", "QUEUED 0"]);
});

it("gives a worker time to claim before it asks whose an entry is", async () => {
  await beat(api.app, worker, "pool-living");
  await take(itemIds[0], "pool-that-has-not-beaten-yet", 1);
  expect(await recoverWorkers(api.app)).toBe(0);
  expect(await canRun(itemIds[0])).toBe(false);
});

const entriesOf = (itemId: string | undefined): Promise<{ runAt: Date; isTaken: boolean }[]> =>
  api.app.db
    .$queryRaw`SELECT run_at AS "runAt", locked_at IS NOT NULL AS "isTaken" FROM graphile_worker._private_jobs WHERE payload->>'itemId' = ${itemId}`;

it("gives an item that waits without an entry a new one", async () => {
  const [gone, givenUp] = itemIds;
  await api.app.db.$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE key = 'item:' || ${gone}`;
  await api.app.db.$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE key = 'item:' || ${givenUp}`;
  expect(await requeueWithoutEntry(api.app, walkStart)).toBe(walkStart);
  expect([await canRun(gone), await canRun(givenUp)]).toEqual([true, true]);
});

it("leaves entries alone that wait for their time or are being run, and those of a paused job", async () => {
  const [later, running] = itemIds;
  await api.app.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now() + interval '1 hour' WHERE key = 'item:' || ${later}`;
  await take(running, "pool-living", 1);
  const before = [await entriesOf(later), await entriesOf(running)];
  await requeueWithoutEntry(api.app, walkStart);
  expect([await entriesOf(later), await entriesOf(running)]).toEqual(before);
  await api.as()(`mutation ($id: ID!) { pauseJob(id: $id) { status } }`, { id: job });
  await requeueWithoutEntry(api.app, walkStart);
  expect(await entriesOf(later)).toEqual([]);
});

it("does not double an entry that is being committed when the item is looked for", async () => {
  const [itemId] = itemIds;
  await api.app.db.$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE key = 'item:' || ${itemId}`;
  const runAt = new Date(0);
  const holding = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const resuming = api.app.db.$transaction(async (tx) => {
    await lockJobOf(tx, itemId ?? "");
    await enqueueItems(tx, { itemIds: [itemId ?? ""], priority: 0, runAt });
    held.resolve();
    await holding.promise;
  });
  await held.promise;
  const looking = requeueWithoutEntry(api.app, walkStart);
  await until("it waits for the job's row", async () => {
    const [{ waiting } = { waiting: 0 }] = await api.app.db.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return waiting > 0;
  });
  holding.resolve();
  await resuming;
  await looking;
  expect(await entriesOf(itemId)).toEqual([{ runAt, isTaken: false }]);
});

it("puts an item that its worker holds and does not run back into the queue, without calling it a crash", async () => {
  const [running, lost] = itemIds;
  await beat(api.app, worker, "pool-living");
  await Promise.all([claim(running), claim(lost)]);
  const own = await reconcile(api.app, worker, (itemId) => itemId === running);
  expect([...own].toSorted()).toEqual([running, lost].toSorted());
  expect(await itemsOf(api, job)).toMatchObject([
    { status: "RUNNING", workerId: worker.id },
    { status: "QUEUED", workerId: null, attempts: 1, crashes: 0 },
  ]);
  // What others have taken over meanwhile it no longer holds.
  await api.app.db.jobItem.updateMany({ where: { id: running ?? "" }, data: { workerId: randomUUID() } });
  expect(await reconcile(api.app, worker, () => true)).toEqual(new Set());
});

it("gives up an item that is cut off time after time", async () => {
  const [itemId] = itemIds;
  await claim(itemId);
  await api.app.db.jobItem.updateMany({ where: { id: itemId ?? "" }, data: { attempts: 5 } });
  await reconcile(api.app, worker, () => false);
  expect((await itemsOf(api, job))[0]).toMatchObject({ status: "FAILED", errorCode: "GAVE_UP" });
});
