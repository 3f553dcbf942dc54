// A pull that a person cancels: what came in stays, what was under way is written no more, and the next one brings the rest.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { App } from "../../server/app.ts";
import { runSync } from "../../server/domain/gallery-sync-run.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import { beginSync, cancelSync, feedConfig, fillFeed, galleriesEnv, skuOf, stuckAtPhoto, syncOf, syncRowId } from "../testkit/galleries.ts";

let api: TestApi;
let feed: FeedServer;
beforeAll(async () => {
  feed = await startFeedServer();
  api = await createTestApi({ env: galleriesEnv(feedConfig(feed)) });
});
afterAll(async () => {
  await api.close();
  await feed.close();
});

const runAs = (app: App, id: string): Promise<void> =>
  runSync(app, { syncId: syncRowId(id), workerId: randomUUID(), signal: new AbortController().signal });

it("keeps what came in, hears no more from its worker, and leaves the rest to the next pull", async () => {
  await fillFeed(feed, 4, (index) => `CANCEL-${index}`);
  const { id } = await beginSync(api, "host");
  feed.fault = (cursor) => (cursor === "2" ? { status: 503 } : undefined);
  await runAs(api.app, id);
  feed.fault = () => undefined;
  const { stuck, reached, release } = stuckAtPhoto(api.app);
  const atWork = runAs(stuck, id);
  await reached;
  const { cancelGallerySync: cancelled } = (await cancelSync(api, id)).data;
  expect(cancelled).toMatchObject({ status: "CANCELLED", skusDone: 2, pairsCreated: 2, error: null });
  expect(cancelled.finishedAt).not.toBeNull();
  release();
  await atWork;
  expect(await syncOf(api, id)).toEqual(cancelled);
  expect((await skuOf(api, "CANCEL-0"))?.pairs).toHaveLength(1);
  // Whether its SKU was made before, its photo came too late.
  expect((await skuOf(api, "CANCEL-2"))?.pairs ?? []).toEqual([]);
  // Twice does no harm, and neither does what the queue still holds of it.
  expect((await cancelSync(api, id)).data.cancelGallerySync).toEqual(cancelled);
  await runAs(api.app, id);
  expect(await syncOf(api, id)).toEqual(cancelled);
  const next = await beginSync(api, "host");
  expect(next.id).not.toBe(id);
  await runAs(api.app, next.id);
  expect(await syncOf(api, next.id)).toMatchObject({ status: "SUCCEEDED", pairsCreated: 2, unchanged: 2 });
});

it("waits for nobody: one that no worker has taken yet is never begun", async () => {
  const { id } = await beginSync(api, "host");
  const { cancelGallerySync: cancelled } = (await cancelSync(api, id)).data;
  const asked = feed.seen.length;
  await runAs(api.app, id);
  expect(await syncOf(api, id)).toEqual(cancelled);
  expect(feed.seen).toHaveLength(asked);
});
