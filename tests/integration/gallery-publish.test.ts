// The way back to a marketplace: pulled, run, reviewed, published; what is there, what stays there, and what is told where it fails.
import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listingOf } from "../../server/domain/listing.ts";
import { runPublication } from "../../server/domain/publication-run.ts";
import { recoverWorkers } from "../../server/domain/worker.ts";
import { openGalleries } from "../../server/galleries/registry.ts";
import { decodeId } from "../../server/graphql/ids.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import { feedConfig, galleriesEnv, ozonConfig, pull, skuOf } from "../testkit/galleries.ts";
import { type OzonServer, startOzonServer, tooManyRequests } from "../testkit/ozon-server.ts";
import { makePhoto, skuWithPhotos } from "../testkit/photos.ts";
import { type Publication, publicationOf, publicationsEnd, publishDocument } from "../testkit/publications.ts";
import { until } from "../testkit/until.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const importPath = "/v2/product/pictures/import";
const size = { width: 300, height: 400 };

describe("publishing", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let ozon: OzonServer;
  let feed: FeedServer;
  let shade = 0;

  beforeAll(async () => {
    [ozon, feed] = await Promise.all([startOzonServer(), startFeedServer()]);
    api = await createTestApi({ engines: engine.engines, env: galleriesEnv(ozonConfig(ozon), feedConfig(feed)) });
    await api.startWorker();
    engine.script = async (input) => {
      const made = painted(input);
      // Told apart by their grey, also after the marketplace's own compression.
      shade = (shade + 20) % 256;
      made.picture.data.fill(shade);
      return made;
    };
  });
  afterEach(async () => {
    // What a test leaves under way must not disturb the next one.
    await api.app.db.publication.deleteMany();
    ozon.fault = () => undefined;
    ozon.fetchPicture = (url) => api.fetch(new Request(url));
    ozon.pendingLooks = 0;
  });
  afterAll(async () => {
    await api.close();
    await Promise.all([ozon.close(), feed.close()]);
  });

  /** Runs and approves a SKU's photos. @returns the pairs' ids in order */
  const approved = async (code: string, output: object = { ...size, format: "JPEG" }): Promise<string[]> => {
    const ids = ((await skuOf(api, code))?.pairs ?? []).map(({ id }) => id);
    const { data } = await api.as()(submit, { input: { mode: "SINGLE", pairs: ids, output } });
    await until("the job to end", async () => {
      const { job } = (await api.as()(`query ($id: ID!) { job(id: $id) { status } }`, { id: data.submitJob.id })).data;
      return job.status === "SUCCEEDED";
    });
    await api.as()(`mutation ($ids: [ID!]!) { approvePairs(ids: $ids) { failures { message } } }`, { ids });
    return ids;
  };
  const pulled = async (code: string, photos: number): Promise<string[]> => {
    ozon.fetchPicture = (url) => api.fetch(new Request(url));
    ozon.add(code, await Promise.all(Array.from({ length: photos }, () => makePhoto())));
    await pull(api, "ozon");
    return approved(code);
  };
  const publish = async (pairs: readonly string[], gallery = "ozon") =>
    (await api.as()(publishDocument, { input: { gallery, pairs } })).data.publishPairs;
  const settled = (ids: readonly string[]): Promise<Publication[]> => publicationsEnd(api, ids);
  const imports = (): unknown[] => ozon.seen.filter(({ path }) => path === importPath);
  /** The grey of each picture that the marketplace shows. */
  const shown = async (code: string): Promise<number[]> =>
    Promise.all(ozon.shown(code).map(async (bytes) => Math.round((await sharp(bytes).stats()).channels[0]?.mean ?? -1)));
  const greyOf = async (id: string): Promise<number> => {
    const result = (await api.as()(`query ($id: ID!) { node(id: $id) { ... on Pair { result { url } } } }`, { id })).data.node.result;
    const bytes = Buffer.from(await (await api.fetch(new Request(result.url))).arrayBuffer());
    return Math.round((await sharp(bytes).stats()).channels[0]?.mean ?? -1);
  };
  const expectShown = async (code: string, ids: readonly string[]): Promise<void> => {
    const greys = await Promise.all(ids.map(greyOf));
    const there = (await shown(code)).slice(0, ids.length);
    for (const [index, grey] of greys.entries()) expect(Math.abs((there[index] ?? -100) - grey), `place ${index}`).toBeLessThan(4);
  };

  it("sends approved pictures in order, the main one first, keeps the shop's others, and is not taken for new photos by the next pull", async () => {
    const ids = await pulled("TRIP-1", 3);
    const [first = "", second = "", third = ""] = ids;
    const kept = ozon.shown("TRIP-1")[2];
    await api.as()(`mutation ($id: ID!) { setMainPair(id: $id) { id } }`, { id: second });
    ozon.pendingLooks = 1;
    const answer = await publish([first, second]);
    expect(answer.failures).toEqual([]);
    expect(answer.pairs.map(({ publications }: { publications: unknown }) => publications)).toEqual([
      [{ gallery: "ozon", status: "QUEUED" }],
      [{ gallery: "ozon", status: "QUEUED" }],
    ]);
    const [one, two] = await settled([first, second]);
    expect(one).toMatchObject({ status: "PUBLISHED", isCurrent: true, position: 1, error: null, url: expect.stringContaining(ozon.url) });
    expect(two).toMatchObject({ status: "PUBLISHED", position: 0 });
    expect(Date.parse(one?.at ?? "")).toBeGreaterThanOrEqual(Date.parse(one?.requestedAt ?? ""));
    await expectShown("TRIP-1", [second, first]);
    expect(ozon.shown("TRIP-1")).toHaveLength(3);
    expect(ozon.shown("TRIP-1")[2]).toEqual(kept);
    expect(await pull(api, "ozon")).toMatchObject({
      status: "SUCCEEDED",
      pairsCreated: 0,
      unchanged: ozon.products.flatMap(({ pictures }) => pictures).length,
    });
    expect((await skuOf(api, "TRIP-1"))?.pairs).toHaveLength(3);
    await publish([third]);
    await settled([third]);
    await expectShown("TRIP-1", [second, first, third]);
    expect(ozon.shown("TRIP-1")).toHaveLength(3);
  });

  it("does not take for a new photo what is on its way, even if the marketplace shows it before it says so", async () => {
    const ids = await pulled("EARLY-1", 1);
    // The task never ends, and its picture is there.
    ozon.pendingLooks = Number.POSITIVE_INFINITY;
    await publish(ids);
    await until("the picture to be sent", async () => (await publicationOf(api, ids[0] ?? ""))?.status === "SENT");
    ozon.add("EARLY-1", [await makePhoto()]);
    const [product, twin] = ozon.products.filter(({ offer_id }) => offer_id === "EARLY-1");
    if (product !== undefined) product.pictures = twin?.pictures ?? [];
    ozon.products.pop();
    expect(await pull(api, "ozon")).toMatchObject({ pairsCreated: 0 });
    ozon.pendingLooks = 0;
    await settled(ids);
    expect(await pull(api, "ozon")).toMatchObject({ pairsCreated: 0 });
  });

  it("changes nothing when it is run again, and sends the order again when that has changed", async () => {
    const ids = await pulled("AGAIN-1", 2);
    await publish(ids);
    const before = await settled(ids);
    const sent = imports().length;
    expect((await publish(ids)).failures).toEqual([]);
    expect(await settled(ids)).toEqual(before);
    expect(imports()).toHaveLength(sent);
    await api.as()(`mutation ($ids: [ID!]!) { reorderPairs(sku: "AGAIN-1", ids: $ids) { code } }`, { ids: ids.toReversed() });
    // Ozon's own main picture was marked as ours when it was pulled.
    await api.as()(`mutation ($id: ID!) { setMainPair(id: $id) { id } }`, { id: ids[1] });
    await publish(ids);
    const after = await settled(ids);
    expect(after.map(({ position }) => position)).toEqual([1, 0]);
    expect(imports()).toHaveLength(sent + 1);
    await expectShown("AGAIN-1", ids.toReversed());
  });

  it("sends everything once, however often and however much at once it is asked for", async () => {
    const ids = await pulled("ATONCE-1", 3);
    const sent = imports().length;
    await Promise.all([publish(ids.slice(0, 1)), publish(ids.slice(0, 2)), publish(ids), publish(ids)]);
    expect((await settled(ids)).map(({ status, position }) => [status, position])).toEqual([0, 1, 2].map((place) => ["PUBLISHED", place]));
    await expectShown("ATONCE-1", ids);
    expect(ozon.shown("ATONCE-1")).toHaveLength(3);
    // One listing, or one for each that came while the one before was under way.
    expect(imports().length - sent).toBeLessThanOrEqual(3);
  });

  it("puts another result in the place of the one that is there", async () => {
    const ids = await pulled("NEXT-1", 2);
    await publish(ids);
    await settled(ids);
    await approved("NEXT-1");
    expect((await publicationOf(api, ids[0] ?? ""))?.isCurrent).toBe(false);
    await publish([ids[0] ?? ""]);
    await until("the new result to be there", async () => {
      const publication = await publicationOf(api, ids[0] ?? "");
      return publication?.isCurrent === true && publication.status === "PUBLISHED";
    });
    expect(ozon.shown("NEXT-1")).toHaveLength(2);
    await expectShown("NEXT-1", [ids[0] ?? ""]);
  });

  it("refuses each pair that may not go by itself, and sends the rest", async () => {
    const [good = "", rejected = ""] = await pulled("REFUSE-1", 2);
    await api.as()(`mutation ($ids: [ID!]!) { rejectPairs(ids: $ids) { failures { message } } }`, { ids: [rejected] });
    ozon.add("REFUSE-2", [await makePhoto()]);
    await pull(api, "ozon");
    const [small = ""] = await approved("REFUSE-2", { width: 100, height: 100, format: "JPEG" });
    const [foreign = ""] = await skuWithPhotos(api, "FOREIGN-1", 1, { workspace: "elsewhere" });
    const { pairs, failures } = await publish([rejected, small, good, foreign, "nonsense"]);
    expect(pairs.map(({ id }: { id: string }) => id)).toEqual([good]);
    expect(failures.map(({ subject, code }: { subject: string; code: string }) => [subject, code])).toEqual([
      [rejected, "CONFLICT"],
      [small, "CONFLICT"],
      [foreign, "NOT_FOUND"],
      ["nonsense", "NOT_FOUND"],
    ]);
    expect(failures[1].message).toMatch(/breaks the rules of ozon.*This one: 100 x 100/);
    expect(await settled([good])).toMatchObject([{ status: "PUBLISHED" }]);
  });

  it("tells what the marketplace refuses by picture, and tries again when it is asked again", async () => {
    const ids = await pulled("PART-1", 3);
    let links = 0;
    ozon.fetchPicture = async (url) => (++links === 2 ? new Response("gone", { status: 404 }) : api.fetch(new Request(url)));
    await publish(ids);
    const outcomes = await settled(ids);
    expect(outcomes.map(({ status, position }) => [status, position])).toEqual([
      ["PUBLISHED", 0],
      ["FAILED", null],
      ["PUBLISHED", 1],
    ]);
    expect(outcomes[1]?.error).toBe("Ozon refused the picture: Не удалось скачать изображение");
    expect(outcomes[1]?.errorSentence).toEqual({ code: "OZON_REFUSED" });
    ozon.fetchPicture = (url) => api.fetch(new Request(url));
    await publish(ids);
    expect((await settled(ids)).map(({ status, position }) => [status, position])).toEqual([0, 1, 2].map((place) => ["PUBLISHED", place]));
    await expectShown("PART-1", ids);
    expect(ozon.shown("PART-1")).toHaveLength(3);
  });

  it("fails with a sentence where the product is gone, and where the keys are wrong", async () => {
    const ids = await pulled("GONE-1", 1);
    const product = ozon.products.find(({ offer_id }) => offer_id === "GONE-1");
    Object.assign(product ?? {}, { vanished: true });
    await publish(ids);
    expect(await settled(ids)).toMatchObject([
      {
        status: "FAILED",
        error: expect.stringContaining("no product with the code GONE-1"),
        errorSentence: { code: "OZON_PRODUCT_UNKNOWN" },
      },
    ]);
    Object.assign(product ?? {}, { vanished: false });
    ozon.fault = () => ({ status: 403, body: { code: 7, message: "Api-key is deactivated" } });
    await publish(ids);
    expect(await settled(ids)).toMatchObject([
      { status: "FAILED", error: expect.stringContaining("Api-key is deactivated"), errorSentence: { code: "GALLERY_KEYS_REFUSED" } },
    ]);
  });

  it("waits where the marketplace asks for patience, and goes on by itself", async () => {
    const ids = await pulled("WAIT-1", 1);
    let refused = 0;
    ozon.fault = ({ path }) => (path === importPath && refused++ === 0 ? tooManyRequests(1) : undefined);
    await publish(ids);
    expect(await settled(ids)).toMatchObject([{ status: "PUBLISHED", error: null }]);
    expect(refused).toBe(2);
  });

  it("refuses a gallery that takes no pictures, and one that there is not", async () => {
    const ids = await pulled("WHERE-1", 1);
    const refused = await api.as()(publishDocument, { input: { gallery: "host", pairs: ids } });
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "CONFLICT" }, message: expect.stringContaining("takes no pictures") });
    const unknown = await api.as()(publishDocument, { input: { gallery: "wildberries", pairs: ids } });
    expect(unknown.errors?.[0]).toMatchObject({
      extensions: { code: "BAD_USER_INPUT" },
      message: expect.stringContaining("must be one of ozon, host"),
    });
  });

  it("is taken over from a worker that died while it sent", async () => {
    const [id = ""] = await pulled("DEAD-1", 1);
    const pairId = decodeId("Pair", id) ?? "";
    const pair = await api.app.db.pair.findUniqueOrThrow({ where: { id: pairId } });
    const [dead, other] = [randomUUID(), randomUUID()];
    await api.app.db.workerHeartbeat.create({ data: { id: dead, host: "gone", pid: 1 } });
    const held = { skuId: pair.skuId, resultId: pair.currentResultId, requestedBy: "ann", workerId: dead };
    await api.app.db.publication.create({ data: { workspace: "test", gallery: "ozon", pairId, ...held } });
    await runPublication(api.app, { skuId: pair.skuId, gallery: "ozon", workerId: other, signal: new AbortController().signal });
    expect((await publicationOf(api, id))?.status).toBe("QUEUED");
    await api.app.db.workerHeartbeat.delete({ where: { id: dead } });
    await recoverWorkers(api.app);
    expect(await settled([id])).toMatchObject([{ status: "PUBLISHED" }]);
  });

  it("says what to set where links lead to this machine alone", async () => {
    const [id = ""] = await pulled("LOCAL-1", 1);
    const pairId = decodeId("Pair", id) ?? "";
    const pair = await api.app.db.pair.findUniqueOrThrow({ where: { id: pairId } });
    const row = await api.app.db.publication.create({
      data: { workspace: "test", gallery: "ozon", pairId, skuId: pair.skuId, resultId: pair.currentResultId, requestedBy: "ann" },
    });
    const [config] = api.config.galleries ?? [];
    if (config === undefined) throw new Error("no gallery");
    const [real] = (await openGalleries([{ ...config, url: "https://api-seller.ozon.ru" } as typeof config], { maxPhotoBytes: 1 })).of(
      "test",
    );
    if (real === undefined) throw new Error("no gallery");
    const { pictures } = await listingOf(api.app, real, [row]);
    await expect(pictures[0]?.link()).rejects.toThrow(/lead to localhost.*Set PUBLIC_URL/s);
  });
});
