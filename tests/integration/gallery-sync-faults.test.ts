// Pulls that are interrupted: galleries that ask for patience, workers that stop or die, two that are asked for at once; and how they are told.
import { randomUUID } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { giveBackGalleries } from "../../server/domain/gallery-recovery.ts";
import { runSync } from "../../server/domain/gallery-sync-run.ts";
import { recoverWorkers } from "../../server/domain/worker.ts";
import { startScheduledSync, syncCrons } from "../../server/tasks/sync-gallery.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import {
  beginSync,
  feedConfig,
  fillFeed,
  galleriesEnv,
  namesOf,
  skuOf,
  startSync,
  stuckAtPhoto,
  syncOf,
  syncRowId,
} from "../testkit/galleries.ts";
import { makePhoto } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
/** Bytes between the 10th page and the 160th: what a page of SKUs takes, some times over, and not what 15,000 of them would. */
const mostGrowth = 10_000_000;

describe("an interrupted pull", () => {
  let api: TestApi;
  let feed: FeedServer;
  beforeAll(async () => {
    feed = await startFeedServer();
    const gallery = feedConfig(feed, { workspaces: ["test", "second"], schedule: "0 3 * * *" });
    api = await createTestApi({ env: galleriesEnv(gallery, feedConfig(feed, { name: "manual" })) });
  });
  afterEach(async () => {
    feed.skus.length = 0;
    feed.fault = () => undefined;
    // What a test leaves under way must not answer the next one's.
    await api.app.db.gallerySync.deleteMany();
  });
  afterAll(async () => {
    await api.close();
    await feed.close();
  });

  const fill = (count: number, code: (index: number) => string): Promise<void> => fillFeed(feed, count, code);
  const run = (id: string, workerId: string, signal = new AbortController().signal): Promise<void> =>
    runSync(api.app, { syncId: syncRowId(id), workerId, signal });
  /** What waits for a time or a worker is run by the test itself. */
  const queued = async (id: string): Promise<{ runAt: Date; attempts: number }[]> =>
    api.app.db.$queryRaw`SELECT run_at AS "runAt", attempts FROM graphile_worker.jobs WHERE key = ${`sync:${syncRowId(id)}`}`;
  const pagesAsked = (): string[] => feed.seen.flatMap(({ path }) => /^\/feed\?.*/.exec(path)?.[0] ?? []);

  it("goes on at the page where the gallery asked for patience, no sooner than it asked", async () => {
    await fill(4, (index) => `WAIT-${index}`);
    const { id } = await beginSync(api, "manual");
    feed.fault = (cursor) =>
      cursor === "2" ? { status: 429, body: { message: "slow down" }, headers: { "retry-after": "90" } } : undefined;
    await run(id, randomUUID());
    const waiting = await syncOf(api, id);
    expect(waiting).toMatchObject({
      status: "QUEUED",
      skusDone: 2,
      pairsCreated: 2,
      error: expect.stringMatching(/slow down.*goes on by itself/s),
    });
    const [entry] = await queued(id);
    expect((entry?.runAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(60_000);
    feed.fault = () => undefined;
    const asked = pagesAsked().length;
    await run(id, randomUUID());
    expect(await syncOf(api, id)).toMatchObject({
      status: "SUCCEEDED",
      skusDone: 4,
      skusCreated: 4,
      pairsCreated: 4,
      unchanged: 0,
      error: null,
    });
    expect(pagesAsked().slice(asked)).toEqual([expect.stringContaining("cursor=2")]);
    // A worker that died between the last page and the end would leave it so.
    await api.app.db.gallerySync.updateMany({ data: { status: "QUEUED", finishedAt: null } });
    await run(id, randomUUID());
    expect(pagesAsked().slice(asked + 1)).toEqual([expect.stringContaining("cursor=2")]);
    expect(await syncOf(api, id)).toMatchObject({ status: "SUCCEEDED", skusDone: 4, pairsCreated: 4, unchanged: 0 });
  });

  it("gives up a gallery that stays out of order, and one that wants to be left alone for hours", async () => {
    feed.fault = () => ({ status: 503 });
    const first = await beginSync(api, "manual");
    for (let tried = 0; tried < 8; tried++) await run(first.id, randomUUID());
    expect(await syncOf(api, first.id)).toMatchObject({
      status: "FAILED",
      error: expect.stringMatching(/status 503.*tried 8 times/s),
      errorSentence: { code: "GALLERY_GIVEN_UP" },
    });
    feed.fault = () => ({ status: 429, headers: { "retry-after": "20000" } });
    const second = await beginSync(api, "manual");
    await run(second.id, randomUUID());
    expect(await syncOf(api, second.id)).toMatchObject({
      status: "FAILED",
      error: expect.stringContaining("334 minutes"),
      errorSentence: { code: "GALLERY_LEFT_ALONE" },
    });
    // A schedule that fails for weeks leaves the last of them, and no pile.
    for (let time = 0; time < 25; time++) await run((await beginSync(api, "manual")).id, randomUUID());
    expect(await api.app.db.gallerySync.count({ where: { gallery: "manual" } })).toBe(20);
  });

  it("is taken over from a worker that died, counts nothing twice, and hears no more from the dead one", async () => {
    await fill(4, (index) => `DEAD-${index}`);
    const { id } = await beginSync(api, "manual");
    // The dead one hangs where it looks at its first photo.
    const { stuck, reached, release } = stuckAtPhoto(api.app);
    const dead = runSync(stuck, { syncId: syncRowId(id), workerId: randomUUID(), signal: new AbortController().signal });
    await reached;
    await recoverWorkers(api.app);
    expect(await syncOf(api, id)).toMatchObject({ status: "QUEUED" });
    await run(id, randomUUID());
    const done = await syncOf(api, id);
    expect(done).toMatchObject({ status: "SUCCEEDED", skusDone: 4, skusCreated: 4, pairsCreated: 4, unchanged: 0, failed: 0 });
    release();
    await dead;
    expect(await syncOf(api, id)).toEqual(done);
    for (let index = 0; index < 4; index++) expect(await namesOf(api, `DEAD-${index}`)).toEqual([`DEAD-${index}.jpg`]);
  });

  it("gives up what has taken three workers down", async () => {
    const { id } = await beginSync(api, "manual");
    for (let death = 0; death < 3; death++) {
      await api.app.db.gallerySync.updateMany({ where: { id: syncRowId(id) }, data: { status: "RUNNING", workerId: randomUUID() } });
      await recoverWorkers(api.app);
    }
    expect(await syncOf(api, id)).toMatchObject({
      status: "FAILED",
      error: expect.stringContaining("died 3 times"),
      errorSentence: { code: "SYNC_WORKER_DIED_OFTEN" },
    });
  });

  it("comes back where a worker took it and was gone before it took hold, or runs it no more", async () => {
    const { id } = await beginSync(api, "manual");
    const key = `sync:${syncRowId(id)}`;
    await api.app.db.$executeRaw`
      UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 minute', locked_by = 'gone', attempts = 1 WHERE key = ${key}`;
    const free = async (): Promise<number> =>
      (await api.app.db.$queryRaw<unknown[]>`SELECT 1 FROM graphile_worker.jobs WHERE key = ${key} AND locked_at IS NULL`).length;
    expect(await free()).toBe(0);
    await recoverWorkers(api.app);
    expect(await free()).toBe(1);
    // Its worker lives; its database was away when the run ended.
    const workerId = randomUUID();
    await api.app.db.gallerySync.updateMany({ where: { id: syncRowId(id) }, data: { status: "RUNNING", workerId } });
    await giveBackGalleries(api.app, workerId, (running) => running === syncRowId(id));
    expect(await syncOf(api, id)).toMatchObject({ status: "RUNNING" });
    await giveBackGalleries(api.app, workerId);
    expect(await syncOf(api, id)).toMatchObject({ status: "QUEUED" });
  });

  it("goes back to the queue when its worker stops", async () => {
    await fill(4, (index) => `STOP-${index}`);
    const { id } = await beginSync(api, "manual");
    const stop = new AbortController();
    feed.fault = (cursor) => {
      if (cursor === "2") stop.abort(new Error("stopping"));
      return cursor === "2" ? { status: 503 } : undefined;
    };
    await run(id, randomUUID(), stop.signal);
    expect(await syncOf(api, id)).toMatchObject({ status: "QUEUED", skusDone: 2, error: null });
    expect(await queued(id)).toHaveLength(1);
    feed.fault = () => undefined;
    await run(id, randomUUID());
    expect(await syncOf(api, id)).toMatchObject({ status: "SUCCEEDED", skusDone: 4, pairsCreated: 4 });
  });

  it("is one however often and however much at once it is asked for, and two galleries with the same SKUs get on at once", async () => {
    await fill(6, (index) => `TWICE-${index}`);
    const ask = api.as();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(startSync, { gallery: "manual" })));
    const ids = new Set(answers.map(({ data }) => data.syncGallery.id));
    expect(ids.size).toBe(1);
    const other = await beginSync(api, "host");
    const [id = ""] = ids;
    await Promise.all([run(id, randomUUID()), run(id, randomUUID()), run(other.id, randomUUID())]);
    const [one, two] = [await syncOf(api, id), await syncOf(api, other.id)];
    expect([one.status, two.status]).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(one.skusCreated + two.skusCreated).toBe(6);
    expect(one.pairsCreated + two.pairsCreated).toBe(6);
    expect(one.pairsCreated + one.unchanged).toBe(6);
    for (let index = 0; index < 6; index++) expect(await namesOf(api, `TWICE-${index}`)).toHaveLength(1);
  });

  it("starts by its schedule in every workspace that has it", async () => {
    const crons = syncCrons(api.app);
    expect(crons.map(({ match, payload }) => [match, payload])).toEqual([["0 3 * * *", { gallery: "host" }]]);
    await startScheduledSync(api.app, crons[0]?.payload);
    const syncs = await api.app.db.gallerySync.findMany({ where: { gallery: "host", status: "QUEUED" }, orderBy: { workspace: "asc" } });
    expect(syncs.map(({ workspace, createdBy }) => [workspace, createdBy])).toEqual([
      ["second", "schedule"],
      ["test", "schedule"],
    ]);
    await startScheduledSync(api.app, { ...crons[0]?.payload, _cron: { ts: "2026-11-25T03:00:00Z" } });
    expect(await api.app.db.gallerySync.count({ where: { gallery: "host" } })).toBe(2);
  });

  it("is told from its present state to its end", async () => {
    await fill(3, (index) => `NEWS-${index}`);
    const { id } = await beginSync(api, "manual");
    const stop = new AbortController();
    const request = new Request(`${api.config.publicUrl}/graphql`, {
      method: "POST",
      headers: { accept: "text/event-stream", "content-type": "application/json", authorization: `Bearer ${await api.token()}` },
      body: JSON.stringify({ query: `subscription ($id: ID!) { gallerySync(id: $id) { status skusDone } }`, variables: { id } }),
      signal: stop.signal,
    });
    const response = await api.fetch(request);
    const told: string[] = [];
    const reading = (async () => {
      for await (const chunk of response.body ?? []) {
        told.push(
          ...(Buffer.from(chunk)
            .toString()
            .match(/"status":"\w+","skusDone":\d+/g) ?? []),
        );
      }
    })();
    await until("the subscription to tell the present state", async () => told.length > 0);
    await run(id, randomUUID());
    await reading;
    expect(told[0]).toBe('"status":"QUEUED","skusDone":0');
    expect(told.at(-1)).toBe('"status":"SUCCEEDED","skusDone":3');
    const stranger = await api.as({ workspace: "second" })(`query ($id: ID!) { node(id: $id) { id } }`, { id });
    expect(stranger.data.node).toBeNull();
  });

  it("takes 10,000 SKUs page by page in memory that does not grow", async () => {
    feed.pageSize = 1_000;
    feed.files.set("same.jpg", await makePhoto());
    // Few have a photo: what is looked at here is the list, not the decoder.
    for (let index = 0; index < 10_000; index++) {
      const photos = index % 500 === 0 ? [{ url: "/photos/same.jpg" }] : [];
      feed.skus.push({
        code: `MANY-${String(index).padStart(5, "0")}`,
        title: `Product ${index}`,
        tasks: [{ status: "finished", photos }],
      });
    }
    const heap: number[] = [];
    feed.fault = () => {
      if (heap.length % 50 === 10) collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
      return undefined;
    };
    const first = await beginSync(api, "manual");
    await run(first.id, randomUUID());
    expect(await syncOf(api, first.id)).toMatchObject({
      status: "SUCCEEDED",
      skusDone: 10_000,
      skusTotal: 10_000,
      skusCreated: 10_000,
      pairsCreated: 20,
    });
    const again = await beginSync(api, "manual");
    await run(again.id, randomUUID());
    expect(await syncOf(api, again.id)).toMatchObject({
      status: "SUCCEEDED",
      skusDone: 10_000,
      skusCreated: 0,
      pairsCreated: 0,
      unchanged: 20,
    });
    expect(heap).toHaveLength(200);
    expect((heap[160] ?? 0) - (heap[10] ?? 0)).toBeLessThan(mostGrowth);
    expect(await skuOf(api, "MANY-00500")).toMatchObject({ title: "Product 500", pairs: [{ source: { name: "same.jpg" } }] });
  });
});
