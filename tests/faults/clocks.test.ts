// A worker whose clock is wrong: what waits, waits by the database's clock, which is the one that the queue goes by.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { putOffSync } from "../../server/domain/gallery-sync-run.ts";
import { createItemSteps } from "../../server/domain/item-steps.ts";
import { giveBackItem } from "../../server/domain/job-requeue.ts";
import { enqueuePublication } from "../../server/queue/galleries.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { itemsOf, submitJob } from "./batches.ts";

const dayMs = 24 * 3_600_000;
const waitMs = dayMs / 24;
const workerId = randomUUID();
let api: TestApi;
let job: string;

beforeAll(async () => {
  api = await createTestApi({ engines: scriptedEngine().engines });
  job = await submitJob(api, { mode: "SINGLE", pairs: await skuWithPhotos(api, "CLOCK-1", 1) });
});
afterAll(() => api.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + dayMs });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether the entry waits as long as it should by the database's clock, give or take what a test takes. */
const waits = async (key: string): Promise<boolean | undefined> => {
  const [entry] = await api.app.db.$queryRaw<{ waits: boolean }[]>`
    SELECT run_at > now() AND run_at <= now() + make_interval(secs => ${waitMs / 1000}::double precision) AS waits
    FROM graphile_worker.jobs WHERE key = ${key}`;
  return entry?.waits;
};

it("a photo that is put off", async () => {
  const [queued] = await itemsOf(api, job);
  const claim = await createItemSteps(api.app, workerId).claim({ itemId: queued?.id ?? "", onClaim: () => {} });
  if (claim === null) throw new Error("The photo was not claimed");
  await giveBackItem(api.app, claim, "a test", waitMs);
  expect(await waits(`item:${claim.item.id}`)).toBe(true);
});

it("a sync that is put off, and a publication that is asked after", async () => {
  const [syncId, skuId] = [randomUUID(), randomUUID()];
  await putOffSync(api.app, syncId, waitMs);
  await api.app.db.$transaction((tx) => enqueuePublication(tx, { skuId, gallery: "shop", waitMs }));
  expect(await waits(`sync:${syncId}`)).toBe(true);
  expect(await waits(`publish:${skuId}:shop`)).toBe(true);
});
