// Steps that many photos take at once: each as if it were alone.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createItemSteps, type Finish, type ItemSteps } from "../../server/domain/item-steps.ts";
import type { Claim } from "../../server/domain/job-item.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const pause = `mutation ($id: ID!) { pauseJob(id: $id) { status } }`;

let api: TestApi;
let steps: ItemSteps;
let skus = 0;

beforeAll(async () => {
  api = await createTestApi({ engines: scriptedEngine().engines });
});
afterAll(() => api.close());
beforeEach(() => {
  steps = createItemSteps(api.app, randomUUID());
});

/** A job of so many photos, none of which has started. */
async function jobOf(photos: number): Promise<{ globalId: string; jobId: string; itemIds: string[] }> {
  const pairs = await skuWithPhotos(api, `STEPS-${++skus}`, photos);
  const globalId: string = (await api.as()(submit, { input: { mode: "SINGLE", pairs } })).data.submitJob.id;
  const { id: jobId } = await api.app.db.job.findFirstOrThrow({ orderBy: { number: "desc" } });
  const items = await api.app.db.jobItem.findMany({ where: { jobId }, orderBy: { position: "asc" } });
  return { globalId, jobId, itemIds: items.map(({ id }) => id) };
}

const claimAll = (itemIds: readonly string[]) => Promise.all(itemIds.map((itemId) => steps.claim({ itemId, onClaim: () => {} })));

/** What becomes of a claimed photo when its engine has painted it. */
function finishOf(claim: Claim | null | undefined, imageId: string = randomUUID()): Finish {
  if (claim === null || claim === undefined) throw new Error("A photo was not claimed");
  const file = { bytes: 100, mimeType: "image/jpeg", sha256: imageId, thumbhash: "", orientation: 1, colorProfile: null };
  const stored = { imageId, key: `images/test/${imageId}.jpg`, photo: { width: 8, height: 8, ...file }, durationMs: 1_000 };
  return { claim, made: painted(claim), stored };
}

it("claims photos of several jobs at once, and leaves out those that may not start", async () => {
  const [one, paused, other] = [await jobOf(2), await jobOf(1), await jobOf(1)];
  await api.as()(pause, { id: paused.globalId });
  const told: string[] = [];
  const wanted = [...one.itemIds, ...paused.itemIds, randomUUID(), ...other.itemIds];
  const claims = await Promise.all(wanted.map((itemId) => steps.claim({ itemId, onClaim: (jobId) => told.push(jobId) })));
  expect(claims.map((claim) => claim?.item.id ?? null)).toEqual([...one.itemIds, null, null, ...other.itemIds]);
  expect(told).toEqual([one.jobId, one.jobId, other.jobId]);
  const jobs = await api.app.db.job.findMany({ where: { id: { in: [one.jobId, paused.jobId, other.jobId] } }, orderBy: { number: "asc" } });
  expect(jobs.map(({ status, queued, running }) => ({ status, queued, running }))).toEqual([
    { status: "RUNNING", queued: 0, running: 2 },
    { status: "PAUSED", queued: 1, running: 0 },
    { status: "RUNNING", queued: 0, running: 1 },
  ]);
});

it("ends a job once, with its last line after all others, when its last photos end together", async () => {
  const { jobId, itemIds } = await jobOf(3);
  const claims = await claimAll(itemIds);
  expect(await Promise.all(claims.map((claim) => steps.finish(finishOf(claim))))).toEqual([true, true, true]);
  expect(await api.app.db.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
    status: "SUCCEEDED",
    succeeded: 3,
    running: 0,
    costUsd: 0.75,
  });
  const lines = await api.app.db.jobLog.findMany({ where: { jobId, itemId: { not: null } } });
  expect(lines).toHaveLength(3);
  const last = await api.app.db.jobLog.findMany({ where: { jobId }, orderBy: [{ at: "desc" }, { id: "desc" }] });
  expect(last.map(({ message }) => message).filter((message) => message.startsWith("Ended:"))).toEqual(["Ended: 3 done, 0 failed."]);
  expect(last[0]?.message).toBe("Ended: 3 done, 0 failed.");
});

it("writes nothing for a photo that was taken away, and the others' all the same", async () => {
  const { itemIds } = await jobOf(2);
  const [kept, lost] = await claimAll(itemIds);
  await api.app.db.jobItem.updateMany({ where: { id: itemIds[1] ?? "" }, data: { workerId: randomUUID() } });
  expect(await Promise.all([steps.finish(finishOf(kept)), steps.finish(finishOf(lost))])).toEqual([true, false]);
  const results = await api.app.db.result.findMany({ where: { jobItemId: { in: itemIds } } });
  expect(results.map(({ jobItemId }) => jobItemId)).toEqual([itemIds[0]]);
});

it("lets no photo fall with another's that the database refuses", async () => {
  const { itemIds } = await jobOf(3);
  const [first, broken, last] = await claimAll(itemIds);
  const taken = (await api.app.db.image.findFirstOrThrow()).id;
  const ends = await Promise.allSettled([finishOf(first), finishOf(broken, taken), finishOf(last)].map((finish) => steps.finish(finish)));
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const items = await api.app.db.jobItem.findMany({ where: { id: { in: itemIds } }, orderBy: { position: "asc" } });
  expect(items.map(({ status }) => status)).toEqual(["SUCCEEDED", "RUNNING", "SUCCEEDED"]);
});
