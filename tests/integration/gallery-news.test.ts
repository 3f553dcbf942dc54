// A pull that somebody else has begun: told to whoever watches the galleries, as it begins and as it ends.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runSync } from "../../server/domain/gallery-sync-run.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import { beginSync, cancelSync, feedConfig, fillFeed, galleriesEnv, syncRowId } from "../testkit/galleries.ts";
import { until } from "../testkit/until.ts";

let api: TestApi;
let feed: FeedServer;
beforeAll(async () => {
  feed = await startFeedServer();
  const foreign = feedConfig(feed, { name: "foreign", workspaces: ["other"] });
  api = await createTestApi({ env: galleriesEnv(feedConfig(feed), feedConfig(feed, { name: "spare" }), foreign) });
});
afterAll(async () => {
  await api.close();
  await feed.close();
});

interface Watch {
  /** Each gallery as it was told, with how its last pull stood. */
  readonly seen: string[];
  readonly stop: () => Promise<void>;
}

async function watch(who: Parameters<TestApi["token"]>[0] = {}): Promise<Watch> {
  const leaving = new AbortController();
  const response = await api.fetch(
    new Request(`${api.config.publicUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${await api.token(who)}` },
      body: JSON.stringify({ query: "subscription { galleries { name lastSync { status skusDone } } }" }),
      signal: leaving.signal,
    }),
  );
  const seen: string[] = [];
  const reader = response.body?.getReader();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for (;;) {
      const part = await reader?.read().catch(() => undefined);
      if (part === undefined || part.done) return;
      for (const [, json = ""] of decoder.decode(part.value).matchAll(/^data: (\{.*\})$/gm)) {
        const { name, lastSync } = JSON.parse(json).data.galleries;
        seen.push(`${name} ${lastSync?.status ?? "-"}`);
      }
    }
  })();
  return {
    seen,
    async stop() {
      await reader?.cancel();
      leaving.abort();
      await reading;
    },
  };
}

const run = (id: string): Promise<void> =>
  runSync(api.app, { syncId: syncRowId(id), workerId: randomUUID(), signal: new AbortController().signal });

it("is told to the whole workspace at its beginning and its end, and not with every SKU", async () => {
  await fillFeed(feed, 6, (index) => `NEWS-${index}`);
  const [own, stranger] = [await watch({ role: "VIEWER", user: "bob" }), await watch({ workspace: "other" })];
  await until("the present state came", async () => own.seen.length === 2 && stranger.seen.length === 1);
  expect(own.seen).toEqual(["host -", "spare -"]);
  const { id } = await beginSync(api, "host");
  await until("its beginning was told", async () => own.seen.includes("host QUEUED"));
  await run(id);
  await until("its end was told", async () => own.seen.includes("host SUCCEEDED"));
  const next = await beginSync(api, "host");
  await until("the next one's beginning was told", async () => own.seen.at(-1) === "host QUEUED");
  await cancelSync(api, next.id);
  await until("its cancel was told", async () => own.seen.at(-1) === "host CANCELLED");
  // Six SKUs and three pages were written meanwhile.
  expect(own.seen.filter((line) => line.endsWith("RUNNING")).length).toBeLessThanOrEqual(1);
  expect(own.seen.filter((line) => line.startsWith("spare"))).toEqual(["spare -"]);
  expect(stranger.seen).toEqual(["foreign -"]);
  await Promise.all([own.stop(), stranger.stop()]);
});
