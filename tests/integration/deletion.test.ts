// Deleting pairs and SKUs: rows at once, objects surely, on both stores, also when the process dies in between.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectImages } from "../../server/domain/orphan.ts";
import { StoreUnavailableError } from "../../server/storage/store.ts";
import { sweep } from "../../server/tasks/sweep.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { makePhoto, put, skuWithPhotos } from "../testkit/photos.ts";
import { globalId, pairMutation, seedPairs, skuMutation } from "../testkit/reviews.ts";
import { until } from "../testkit/until.ts";

const deletePairs = pairMutation("deletePairs");
const deleteSkus = skuMutation("deleteSkus");
const nobody = globalId("Pair", "00000000-0000-4000-8000-000000000000");

for (const store of ["disk", "s3"] as const) {
  describe(`deletion, store: ${store}`, () => {
    let api: TestApi;
    beforeAll(async () => {
      api = await createTestApi({ store, engines: scriptedEngine().engines });
    });
    afterAll(() => api.close());
    // Each test starts with nothing stored: whatever a test has left would be found by the next.
    afterEach(async () => {
      const skus = await api.app.db.sku.findMany({ where: { workspace: "test" } });
      if (skus.length > 0) await api.as()(deleteSkus, { codes: skus.map(({ code }) => code) });
      await api.app.db.$executeRaw`UPDATE ai_orphan_object SET since = now() - interval '1 day'`;
      await sweep(api.app);
    });

    async function stored(): Promise<string[]> {
      const found: string[] = [];
      for await (const { key } of api.app.store.list("")) found.push(key);
      return found;
    }

    /** A SKU whose photos have been run, and looked at in a small size: each has a source, a result and a scaled copy of both. */
    async function finishedSku(code: string, count: number): Promise<string[]> {
      const ids = await skuWithPhotos(api, code, count);
      const worker = await api.startWorker();
      const submit = `mutation ($code: String!) { submitJob(input: { mode: BATCH, skus: [$code], output: { width: 64, height: 64 } }) { id } }`;
      await api.as()(submit, { code });
      await until("all are READY", async () => (await api.app.db.pair.count({ where: { sku: { code }, status: "READY" } })) === count);
      await worker.stop();
      const read = `query ($code: String!) { sku(code: $code) { pairs { edges { node { source { url(width: 20) } result { url(width: 20) } } } } } }`;
      for (const { node } of (await api.as()(read, { code })).data.sku.pairs.edges) {
        for (const { url } of [node.source, node.result]) expect((await api.fetch(new Request(url))).status).toBe(200);
      }
      return ids;
    }

    it("deletes chosen pairs with sources, results and scaled copies, and nothing of the others", async () => {
      const ids = await finishedSku("DEL-1", 3);
      expect(await stored()).toHaveLength(12);
      const [first, second, third] = ids;
      const link = (await api.as()(`query ($id: ID!) { node(id: $id) { ... on Pair { source { url } } } }`, { id: first })).data.node
        .source;
      const { data } = await api.as()(deletePairs, { ids: [first, second, first, nobody] });
      expect(data.deletePairs.pairs).toMatchObject([
        { id: first, status: "READY", sku: { code: "DEL-1", counts: { total: 1, ready: 1 } } },
        { id: second, status: "READY" },
      ]);
      expect(data.deletePairs.failures).toMatchObject([{ subject: nobody, code: "NOT_FOUND" }]);
      expect((await api.fetch(new Request(link.url))).status).toBe(404);
      const worker = await api.startWorker();
      await until("the objects are gone", async () => (await stored()).length === 4);
      await worker.stop();
      expect((await api.as()(`{ sku(code: "DEL-1") { mainPair { id } } }`)).data.sku.mainPair.id).toBe(third);
      expect(await api.app.db.image.count()).toBe(2);
    });

    it("loses no object when the process dies after the commit: the rows are gone, the next sweep deletes what is left", async () => {
      const ids = await finishedSku("DEL-2", 2);
      await api.as()(deletePairs, { ids });
      // Nothing has run since the commit: that is what a dying process leaves.
      expect(await api.app.db.image.count()).toBe(0);
      expect(await stored()).toHaveLength(8);
      await sweep(api.app);
      expect(await stored()).toEqual([]);
      // Twice is no harm, also for one that had died in the middle.
      await sweep(api.app);
    });

    it("keeps its notes while the store is away, says so, and finishes when it is back", async () => {
      const ids = await finishedSku("DEL-3", 1);
      await api.as()(deletePairs, { ids });
      const away = { ...api.app.store, delete: () => Promise.reject(new StoreUnavailableError("The store is away.")) };
      await expect(sweep({ ...api.app, store: away })).rejects.toThrow("The store is away");
      expect(await stored()).toHaveLength(4);
      await sweep(api.app);
      expect(await stored()).toEqual([]);
    });

    it("finds a scaled copy that was being made while its picture was deleted", async () => {
      const ids = await finishedSku("DEL-4", 1);
      const copy = (await stored()).find((key) => key.startsWith("derived/")) ?? "";
      await api.as()(deletePairs, { ids });
      await sweep(api.app);
      await api.app.store.put(copy, Buffer.from("late"), { contentType: "image/jpeg" });
      await sweep(api.app);
      expect(await stored()).toEqual([]);
      await api.app.db.$executeRaw`UPDATE ai_orphan_object SET since = now() - interval '1 day'`;
      await sweep(api.app);
      expect(await api.app.db.orphanObject.count()).toBe(0);
    });

    it("deletes a SKU with everything in it, uploads under way too", async () => {
      await finishedSku("DEL-5", 2);
      const bytes = await makePhoto();
      const create = `mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } } }`;
      const input = { sku: "DEL-5", files: [{ name: "a.jpg", mimeType: "image/jpeg", bytes: bytes.byteLength }] };
      const [ticket] = (await api.as()(create, { input })).data.createUploads;
      await put(api, ticket, bytes);
      expect(await stored()).toHaveLength(9);
      const { data } = await api.as()(deleteSkus, { codes: ["DEL-5", "NEVER"] });
      expect(data.deleteSkus.skus).toMatchObject([{ code: "DEL-5", counts: { total: 2 }, mainPair: { id: expect.any(String) } }]);
      expect(data.deleteSkus.failures).toMatchObject([{ subject: "NEVER", code: "NOT_FOUND" }]);
      expect((await api.as()(`{ sku(code: "DEL-5") { id } }`)).data.sku).toBeNull();
      await sweep(api.app);
      // Its link still allows a PUT: it goes when the link's time is over.
      expect(await stored()).toEqual([expect.stringMatching(/^uploads\//)]);
      await api.app.db.$executeRaw`UPDATE ai_orphan_object SET since = now() WHERE key LIKE 'uploads/%'`;
      await sweep(api.app);
      expect(await stored()).toEqual([]);
      const late = await api.as()(`mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { failures { code } } }`, { ids: [ticket.id] });
      expect(late.data.completeUploads.failures).toEqual([{ code: "NOT_FOUND" }]);
    });

    it("sweeps uploads that were never completed, an hour after their link has ended, and no others", async () => {
      const bytes = await makePhoto();
      const create = `mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } } }`;
      const file = { name: "a.jpg", mimeType: "image/jpeg", bytes: bytes.byteLength };
      const tickets = (await api.as()(create, { input: { sku: "DEL-6", files: [file, file] } })).data.createUploads;
      for (const ticket of tickets) await put(api, ticket, bytes);
      await sweep(api.app);
      expect(await stored()).toHaveLength(2);
      const [old] = await api.app.db.upload.findMany({ orderBy: { key: "asc" } });
      await api.app.db.upload.update({ where: { id: old?.id ?? "" }, data: { expiresAt: new Date(Date.now() - 2 * 3_600_000) } });
      await sweep(api.app);
      expect(await stored()).toEqual((await api.app.db.upload.findMany()).map(({ key }) => key));
      expect(await stored()).toHaveLength(1);
    });

    it("finds bytes whose process died before it wrote their row, and leaves those that have one", async () => {
      const [id] = await skuWithPhotos(api, "DEL-7", 1);
      const source = await api.app.db.image.findFirstOrThrow({ where: { pair: { sku: { code: "DEL-7" } } } });
      const lost = source.key.replace(source.id, crypto.randomUUID());
      await expectImages(api.app.db, [lost]);
      await api.app.store.put(lost, Buffer.from("lost"), { contentType: "image/jpeg" });
      await sweep(api.app);
      expect(await stored()).toHaveLength(2);
      // A note of a picture that has a row, whatever brought it about, deletes nothing.
      await expectImages(api.app.db, [source.key]);
      await api.app.db.$executeRaw`UPDATE ai_orphan_object SET since = now()`;
      await sweep(api.app);
      expect(await stored()).toEqual([source.key]);
      expect(id).toBeDefined();
    });
  });
}

describe("deletion", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  it("refuses pairs that are approved or in a run, in words, and deletes the rest", async () => {
    const statuses = ["WAITING", "QUEUED", "PROCESSING", "READY", "APPROVED", "REJECTED", "FAILED", "ARCHIVED"] as const;
    const pairs = await seedPairs(api, { code: "KEEP-1", statuses });
    const ids = pairs.map(({ id }) => id);
    const { failures, pairs: deleted } = (await api.as()(deletePairs, { ids })).data.deletePairs;
    expect(failures.map(({ subject, code }: { subject: string; code: string }) => [subject, code])).toEqual(
      [ids[1], ids[2], ids[4]].map((id) => [id, "CONFLICT"]),
    );
    expect(failures[2].message).toContain("archive");
    expect(deleted.map(({ id }: { id: string }) => id)).toEqual([ids[0], ids[3], ids[5], ids[6], ids[7]]);
    await api.as()(pairMutation("archivePairs"), { ids: [ids[4]] });
    expect((await api.as()(deletePairs, { ids: [ids[4]] })).data.deletePairs.pairs).toHaveLength(1);
  });

  it("refuses SKUs with an approved pair until it or the SKU is archived, and with one in a run", async () => {
    for (const code of ["KEEP-2", "KEEP-3"]) await seedPairs(api, { code, statuses: ["APPROVED", "WAITING"] });
    await seedPairs(api, { code: "KEEP-4", statuses: ["QUEUED"] });
    const [first] = await api.app.db.pair.findMany({ where: { sku: { code: "KEEP-2" }, status: "APPROVED" } });
    const refused = (await api.as()(deleteSkus, { codes: ["KEEP-2", "KEEP-3", "KEEP-4"] })).data.deleteSkus;
    expect(refused).toMatchObject({ skus: [], failures: [{ code: "CONFLICT" }, { code: "CONFLICT" }, { code: "CONFLICT" }] });
    await api.as()(pairMutation("archivePairs"), { ids: [globalId("Pair", first?.id ?? "")] });
    await api.as()(skuMutation("archiveSkus"), { codes: ["KEEP-3"] });
    expect((await api.as()(deleteSkus, { codes: ["KEEP-2", "KEEP-3"] })).data.deleteSkus).toMatchObject({ skus: [{}, {}], failures: [] });
  });

  it.each([
    ["deletePairs", "ids", deletePairs],
    ["deleteSkus", "codes", deleteSkus],
  ])("%s answers for strangers' and unknown ones alike, for lists of every length, and refuses a REVIEWER", async (name, list, document) => {
    const [foreign] = await seedPairs(api, { code: `${name}-FOREIGN`, statuses: ["READY"], workspace: "other" });
    const strangers = list === "ids" ? [foreign?.id, nobody, "?"] : [`${name}-FOREIGN`, "NEVER", "a\0b"];
    const { failures } = (await api.as()(document, { [list]: strangers })).data[name];
    expect(failures).toEqual(strangers.map((subject) => ({ subject, code: "NOT_FOUND", message: failures[0].message })));
    expect(await api.app.db.pair.findUnique({ where: { id: foreign?.databaseId ?? "" } })).not.toBeNull();
    expect((await api.as()(document, { [list]: [] })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    const many = Array.from({ length: 1_001 }, () => "?");
    expect((await api.as()(document, { [list]: many })).errors?.[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
    expect((await api.as()(document, { [list]: many.slice(1) })).data[name].failures).toHaveLength(1);
    expect((await api.as({ role: "REVIEWER" })(document, { [list]: [] })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it.each([
    "id",
    "id status",
    "__typename",
    "id sku { code }",
  ])("deletes whatever little it is asked of the pairs: { %s }", async (selection) => {
    const [gone] = await seedPairs(api, { code: `ASKED-${selection}`, statuses: ["READY"] });
    const document = `mutation ($ids: [ID!]!) { deletePairs(ids: $ids) { pairs { ${selection} } failures { code } } }`;
    const { data, errors } = await api.as()(document, { ids: [gone?.id, nobody] });
    expect(errors).toBeUndefined();
    expect(data.deletePairs).toMatchObject({ pairs: [{}], failures: [{ code: "NOT_FOUND" }] });
    expect((await api.as()(document, { ids: [] })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(await api.app.db.pair.findUnique({ where: { id: gone?.databaseId ?? "" } })).toBeNull();
  });

  it("tells what it deletes as it was, however deep it is asked, and what it leaves as it is", async () => {
    const [gone] = await seedPairs(api, { code: "DEEP-1", statuses: ["READY", "WAITING"], results: 2 });
    const document = `mutation ($ids: [ID!]!) { deletePairs(ids: $ids) { pairs {
      id source { name url(width: 10) } result { width } current { engine job { id } isCurrent } results { id image { name } }
      sku { counts { total } mainPair { status } pairs(first: 5) { totalCount edges { node { status source { name } } } } }
    } } }`;
    const { data, errors } = await api.as()(document, { ids: [gone?.id] });
    expect(errors).toBeUndefined();
    expect(data.deletePairs.pairs).toMatchObject([
      {
        id: gone?.id,
        source: { name: "photo.jpg" },
        result: { width: 8 },
        current: { engine: "scripted", job: null, isCurrent: true },
        results: gone?.results.toReversed().map((id) => ({ id, image: { name: "photo.jpg" } })),
        sku: { counts: { total: 1 }, mainPair: { status: "WAITING" }, pairs: { totalCount: 1, edges: [{ node: { status: "WAITING" } }] } },
      },
    ]);
  });

  it("keeps counts exact and waits for nobody in a ring when many delete, decide and add at once", async () => {
    const pairs = await seedPairs(api, { code: "RING-1", statuses: Array.from({ length: 60 }, () => "READY" as const) });
    const ids = pairs.map(({ id }) => id);
    const answers = await Promise.all([
      ...[0, 10, 20].map((from) => api.as()(deletePairs, { ids: ids.slice(from, from + 20).toReversed() })),
      ...[5, 15, 25].map((from) => api.as()(pairMutation("rejectPairs"), { ids: ids.slice(from, from + 30) })),
      api.as()(skuMutation("approveSkus"), { codes: ["RING-1"] }),
      skuWithPhotos(api, "RING-1", 3).then(() => ({ errors: [] })),
    ]);
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const sku = await api.app.db.sku.findFirstOrThrow({ where: { code: "RING-1" }, include: { pairs: true } });
    for (const status of ["WAITING", "READY", "APPROVED", "REJECTED"] as const) {
      expect(sku[status.toLowerCase() as "ready"]).toBe(sku.pairs.filter((pair) => pair.status === status).length);
    }
    expect(await api.app.db.image.count({ where: { pair: null, result: null } })).toBe(0);
  });

  it("puts the sweep on the clock with every worker", async () => {
    const worker = await api.startWorker();
    const known = await until("the queue knows its clock", async () => {
      const rows = await api.app.db.$queryRaw<{ identifier: string }[]>`SELECT identifier FROM graphile_worker._private_known_crontabs`;
      return rows.length > 0 && rows;
    });
    expect(known).toEqual(expect.arrayContaining([{ identifier: "sweep" }, { identifier: "retention" }]));
    await worker.stop();
  });
});
