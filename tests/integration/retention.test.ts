// Retention: what is past its time goes, what is current stays, also while a batch runs and people look on.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Retention } from "../../server/config.ts";
import { sweepRetention } from "../../server/domain/retention.ts";
import { sweep } from "../../server/tasks/sweep.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const nothing: Retention = { logs: null, jobs: null, results: null, copies: null, strays: null };
/** Everything that has ended is past its time at once: no sweep in use is as eager. */
const everything: Retention = { logs: 0, jobs: 0, results: 0, copies: 0, strays: 0 };
const submit = `mutation ($sku: String!, $again: Boolean) {
  submitJob(input: { mode: BATCH, skus: [$sku], includeDone: $again, output: { width: 64, height: 64 } }) { id }
}`;
const choose = `mutation ($id: ID!) { selectResult(id: $id) { id } }`;
const history = `query ($sku: String!) { sku(code: $sku) { pairs(first: 100) { edges { node {
  id status source { url(width: 20) } current { id image { url } } results { id } } } } } }`;

interface PairNode {
  readonly id: string;
  readonly status: string;
  readonly source: { readonly url: string };
  readonly current: { readonly id: string; readonly image: { readonly url: string } } | null;
  readonly results: readonly { readonly id: string }[];
}

for (const store of ["disk", "s3"] as const) {
  describe(`retention, store: ${store}`, () => {
    const engine = scriptedEngine();
    let api: TestApi;
    let stopAll = false;
    beforeAll(async () => {
      api = await createTestApi({ store, engines: engine.engines });
    });
    afterEach(() => {
      stopAll = true;
    });
    afterAll(() => api.close());

    const pairsOf = async (sku: string): Promise<PairNode[]> =>
      (await api.as()(history, { sku })).data.sku.pairs.edges.map(({ node }: { node: PairNode }) => node);
    const statusOf = async (url: string): Promise<number> => {
      const response = await api.fetch(new Request(url));
      await response.arrayBuffer();
      return response.status;
    };
    async function stored(prefix: string): Promise<string[]> {
      const found: string[] = [];
      for await (const { key } of api.app.store.list(prefix)) found.push(key);
      return found.toSorted();
    }

    it("removes nothing that is current while a batch runs twice and people choose and look", async () => {
      stopAll = false;
      const count = store === "disk" ? 16 : 8;
      await skuWithPhotos(api, "KEEP-1", count);
      engine.script = async (input) => painted(input);
      let sweeps = 0;
      const sweeping = (async () => {
        for (; !stopAll; sweeps++) {
          await sweepRetention(api.app, everything);
          await sweep(api.app);
        }
      })();
      const seen: number[] = [];
      const looking = (async () => {
        const sources = (await pairsOf("KEEP-1")).map(({ source }) => source.url);
        for (let n = 0; !stopAll; n++) seen.push(await statusOf(sources[n % count] ?? ""));
      })();
      const refusals = new Set<string>();
      const choosing = (async () => {
        for (let n = 0; !stopAll; n++) {
          const pair = (await pairsOf("KEEP-1"))[n % count];
          const id = pair?.results.find((result) => result.id !== pair.current?.id)?.id;
          const errors = id === undefined ? [] : ((await api.as()(choose, { id })).errors ?? []);
          for (const { extensions } of errors) refusals.add(extensions.code);
        }
      })();
      const worker = await api.startWorker();
      const doneTwice = async (pictures: number): Promise<void> => {
        await until(
          `${pictures} pictures are made`,
          async () => (await api.app.db.usageEntry.count({ where: { images: 1 } })) === pictures,
        );
        await until("all are READY", async () => (await api.app.db.pair.count({ where: { status: "READY" } })) === count);
      };
      try {
        await api.as()(submit, { sku: "KEEP-1" });
        await doneTwice(count);
        await api.as()(submit, { sku: "KEEP-1", again: true });
        await doneTwice(2 * count);
      } finally {
        stopAll = true;
        await Promise.all([sweeping, looking, choosing]);
        await worker.stop();
      }
      expect(sweeps).toBeGreaterThan(2);
      expect(new Set(seen)).toEqual(new Set([200]));
      // Chosen too late or in a run, and nothing else.
      expect([...refusals].filter((code) => code !== "NOT_FOUND" && code !== "CONFLICT")).toEqual([]);
      await sweepRetention(api.app, everything);
      const pairs = await pairsOf("KEEP-1");
      for (const { current, results } of pairs) {
        expect(results).toEqual([{ id: current?.id }]);
        expect(await statusOf(current?.image.url ?? "")).toBe(200);
      }
      expect(await Promise.all([api.app.db.job.count(), api.app.db.jobItem.count(), api.app.db.jobLog.count()])).toEqual([0, 0, 0]);
      // Rows and objects are the same: none lost, none left over.
      const rows = await api.app.db.image.findMany({ select: { key: true } });
      expect(await stored("images/")).toEqual(rows.map(({ key }) => key).toSorted());
      expect(rows).toHaveLength(2 * count);
    });

    it("keeps what its days have not passed for, and for good what is never to go", async () => {
      await skuWithPhotos(api, "KEEP-2", 2);
      engine.script = async (input) => painted(input);
      const worker = await api.startWorker();
      const run = async (again: boolean): Promise<void> => {
        const { id } = (await api.as()(submit, { sku: "KEEP-2", again })).data.submitJob;
        const ended = `query ($id: ID!) { job(id: $id) { finishedAt } }`;
        await until("the job ends", async () => (await api.as()(ended, { id })).data.job.finishedAt !== null);
      };
      await run(false);
      await run(true);
      await worker.stop();
      const [first, second] = await pairsOf("KEEP-2");
      const ageBy = async (days: number, table: string, where: string): Promise<void> => {
        const column = { ai_job: "finished_at", ai_result: "created_at", ai_image_pair: "updated_at" }[table];
        await api.app.db.$executeRawUnsafe(`UPDATE ${table} SET ${column} = now() - interval '${days} days' WHERE ${where}`);
      };
      const keep10: Retention = { logs: 10, jobs: 20, results: 10, copies: 10, strays: 10 };
      await ageBy(15, "ai_job", "true");
      await ageBy(15, "ai_result", "true");
      expect(await sweepRetention(api.app, nothing)).toEqual({ logs: 0, jobs: 0, results: 0, copies: 0, strays: 0 });
      const before = await api.app.db.jobLog.count();
      // Jobs keep 20 days, and something has happened to both pairs today.
      expect(await sweepRetention(api.app, keep10)).toEqual({ logs: before, jobs: 0, results: 0, copies: 0, strays: 0 });

      const idOf = (pair: PairNode | undefined): string =>
        Buffer.from(pair?.id ?? "", "base64")
          .toString()
          .split(":")[1] ?? "";
      await ageBy(15, "ai_image_pair", `id = '${idOf(first)}'`);
      expect((await sweepRetention(api.app, keep10)).results).toBe(1);
      const [firstAfter, secondAfter] = await pairsOf("KEEP-2");
      expect(firstAfter?.results).toEqual([{ id: first?.current?.id }]);
      expect(secondAfter?.results).toHaveLength(2);
      // The one that is gone can not be chosen any more; the one that is kept can.
      const replaced = (pair: PairNode | undefined): string | undefined => pair?.results.find(({ id }) => id !== pair.current?.id)?.id;
      expect((await api.as()(choose, { id: replaced(first) })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
      expect((await api.as()(choose, { id: replaced(second) })).errors).toBeUndefined();

      await ageBy(25, "ai_job", "number = (SELECT min(number) FROM ai_job)");
      expect((await sweepRetention(api.app, keep10)).jobs).toBe(1);
      expect(await api.app.db.job.count()).toBe(1);
      expect((await pairsOf("KEEP-2")).map(({ results }) => results.length)).toEqual([1, 2]);
    });

    it("keeps a job that has not ended, however old, with its log", async () => {
      await skuWithPhotos(api, "KEEP-3", 1);
      const { id } = (await api.as()(submit, { sku: "KEEP-3" })).data.submitJob;
      await api.as()(`mutation ($id: ID!) { pauseJob(id: $id) { id } }`, { id });
      await api.app.db.$executeRaw`UPDATE ai_job SET created_at = now() - interval '3 years' WHERE status = 'PAUSED'`;
      await sweepRetention(api.app, everything);
      const read = `query ($id: ID!) { job(id: $id) { status items { edges { node { status } } } logs { edges { node { id } } } } }`;
      const { job } = (await api.as()(read, { id })).data;
      expect(job).toMatchObject({ status: "PAUSED", items: { edges: [{ node: { status: "QUEUED" } }] } });
      expect(job.logs.edges.length).toBeGreaterThan(0);
    });

    it("removes pictures that no row and no note knows, and none that is only just being stored", async () => {
      const key = "images/00000000000000000000000000000000/stray.jpg";
      const arriving = "images/00000000000000000000000000000000/arriving.jpg";
      for (const each of [key, arriving]) await api.app.store.put(each, Buffer.from("x"), { contentType: "image/jpeg" });
      await api.app.db.$executeRaw`INSERT INTO ai_orphan_object (key, since) VALUES (${arriving}, now() + interval '1 day')`;
      expect((await sweepRetention(api.app, { ...nothing, strays: 30 })).strays).toBe(0);
      expect((await sweepRetention(api.app, { ...nothing, strays: 0 })).strays).toBe(1);
      expect((await stored("images/00000000000000000000000000000000/")).map((each) => each.split("/").at(-1))).toEqual(["arriving.jpg"]);
    });
  });
}
