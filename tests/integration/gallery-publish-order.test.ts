// Publications and their pairs change at once: whoever holds a pair, to publish it again or to delete it, finds nobody who waits for it in a ring.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { App } from "../../server/app.ts";
import { runPublication } from "../../server/domain/publication-run.ts";
import { recoverWorkers } from "../../server/domain/worker.ts";
import type { Gallery } from "../../server/galleries/gallery.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import { feedConfig, galleriesEnv } from "../testkit/galleries.ts";
import { seedPairs } from "../testkit/reviews.ts";
import { until } from "../testkit/until.ts";

describe("publishing what others hold", () => {
  let api: TestApi;
  let feed: FeedServer;
  let other: pg.Client;

  beforeAll(async () => {
    feed = await startFeedServer();
    api = await createTestApi({ env: galleriesEnv(feedConfig(feed)) });
    other = new pg.Client({ connectionString: api.databaseUrl });
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await api.close();
    await feed.close();
  });

  /** An approved pair whose publication waits to be sent, or is held by a worker. */
  async function queued(code: string, workerId: string | null = null) {
    const [{ databaseId = "" } = {}] = await seedPairs(api, { code, statuses: ["APPROVED"] });
    const { skuId, currentResultId: resultId } = await api.app.db.pair.findUniqueOrThrow({ where: { id: databaseId } });
    const data = { workspace: "test", gallery: gallery().config.name, pairId: databaseId, skuId, resultId, requestedBy: "ann", workerId };
    return api.app.db.publication.create({ data });
  }

  const gallery = (): Gallery => {
    const found = api.app.galleries.find("test", "host");
    if (found === null || found === undefined) throw new Error("The gallery is not there.");
    return found;
  };

  /** A gallery that shows at once what it is sent, and calls back before. */
  const showing = (pairId: string, before: () => Promise<void>): App => {
    const photo = { key: `${pairId}.jpg`, version: null, url: null };
    const send = async () => {
      await before();
      return { ended: true as const, pictures: [{ id: pairId, photo, error: null }] };
    };
    const found: Gallery = { ...gallery(), put: { maxPictures: 1, send, follow: send } };
    return { ...api.app, galleries: { ...api.app.galleries, find: () => found } };
  };

  const run = (app: App, skuId: string) =>
    runPublication(app, { skuId, gallery: "host", workerId: randomUUID(), signal: new AbortController().signal });

  /** As `publishPairs` and `deletePairs` begin. */
  const holdPair = async (id: string): Promise<void> => {
    await other.query("BEGIN");
    await other.query("SELECT 1 FROM ai_image_pair WHERE id = $1 ORDER BY id FOR UPDATE", [id]);
  };
  /** As they go on, once the other side waits. */
  const changePublication = async (id: string): Promise<void> => {
    await until("the other waits", async () => {
      const { rows } = await other.query("SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()");
      return rows.length > 0;
    });
    await other.query("UPDATE ai_publication SET error = 'changed' WHERE id = $1", [id]);
    await other.query("COMMIT");
  };
  const statusOf = async (id: string): Promise<string> => (await api.app.db.publication.findUniqueOrThrow({ where: { id } })).status;

  it("notes what became of a picture once whoever holds its pair is done with it", async () => {
    const { id, pairId, skuId } = await queued("HELD-1");
    const sent = Promise.withResolvers<void>();
    const done = run(
      showing(pairId, () => holdPair(pairId).then(sent.resolve)),
      skuId,
    );
    await sent.promise;
    await changePublication(id);
    await done;
    expect(await statusOf(id)).toBe("PUBLISHED");
    expect(await api.app.db.galleryPhoto.count({ where: { pairId, isPublished: true } })).toBe(1);
  });

  it("takes up a SKU's publications once whoever holds its pairs is done with them", async () => {
    const { id, pairId, skuId } = await queued("HELD-2");
    await holdPair(pairId);
    const done = run(
      showing(pairId, async () => undefined),
      skuId,
    );
    await changePublication(id);
    await done;
    expect(await statusOf(id)).toBe("PUBLISHED");
  });

  it("gives back what a dead worker was sending once whoever holds its pairs is done with them", async () => {
    const { id, pairId } = await queued("HELD-3", randomUUID());
    await holdPair(pairId);
    const done = recoverWorkers(api.app);
    await changePublication(id);
    await done;
    expect(await api.app.db.publication.findUniqueOrThrow({ where: { id } })).toMatchObject({ workerId: null, crashes: 1 });
  });
});
