// A worker killed in the middle of a pull: another one goes on where it was, and everything is there once.
import { expect, it } from "vitest";
import { createTestApi } from "../testkit/api.ts";
import { startFeedServer } from "../testkit/feed-server.ts";
import { beginSync, feedConfig, galleriesEnv, namesOf, syncOf } from "../testkit/galleries.ts";
import { makePhoto } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";
import { startCrew } from "../testkit/worker-processes.ts";

const skus = 12;
const codeOf = (index: number): string => `KILL-${String(index).padStart(2, "0")}`;
const timeoutMs = 120_000;

it("goes on with another worker where a killed one was, and brings everything in once", { timeout: timeoutMs }, async () => {
  const feed = await startFeedServer();
  const env = galleriesEnv(feedConfig(feed));
  const api = await createTestApi({ env });
  const crew = startCrew({ app: api.app, databaseUrl: api.databaseUrl, dataDir: api.config.dataDir, env }, 2);
  try {
    feed.pageSize = 4;
    for (let index = 0; index < skus; index++) {
      const url = feed.photo(await makePhoto(), `${codeOf(index)}.jpg`);
      feed.skus.push({ code: codeOf(index), tasks: [{ status: "finished", photos: [{ url }] }] });
    }
    // In the middle of the second page one photo does not come until its reader is dead.
    const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    feed.hold = async (path) => {
      if (!path.endsWith(`${codeOf(6)}.jpg`)) return;
      asked.resolve();
      await released.promise;
    };
    await crew.untilComplete();
    const { id } = await beginSync(api, "host");
    await asked.promise;
    await until("the first page to be done", async () => (await syncOf(api, id)).skusDone >= 4);
    const { workerId } = await api.app.db.gallerySync.findFirstOrThrow();
    const beat = await api.app.db.workerHeartbeat.findUniqueOrThrow({ where: { id: workerId ?? "" } });
    const holder = crew.members.find(({ pid }) => pid === beat.pid);
    await holder?.end("SIGKILL");
    released.resolve();
    const done = await until("the pull to end", async () => {
      const sync = await syncOf(api, id);
      return sync.finishedAt !== null && sync;
    });
    expect(done).toMatchObject({ status: "SUCCEEDED", skusDone: skus, skusCreated: skus, pairsCreated: skus, unchanged: 0, failed: 0 });
    expect(await api.app.db.gallerySync.findFirstOrThrow()).toMatchObject({ crashes: 1 });
    for (let index = 0; index < skus; index++) expect(await namesOf(api, codeOf(index))).toEqual([`${codeOf(index)}.jpg`]);
    // The first page was not asked for again, nor its photos.
    const fetched = feed.seen.filter(({ path }) => path.endsWith(`${codeOf(0)}.jpg`));
    expect(fetched).toHaveLength(1);
    expect(feed.seen.filter(({ path }) => path.startsWith("/feed") && !path.includes("cursor"))).toHaveLength(1);
  } finally {
    feed.hold = () => undefined;
    await crew.stop();
    await api.close();
    await feed.close();
  }
});
