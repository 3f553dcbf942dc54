// Pulling from galleries: what comes in and in which order, what a second pull leaves alone, and what is told of what fails.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type FeedServer, startFeedServer } from "../testkit/feed-server.ts";
import { feedConfig, galleriesEnv, namesOf, ozonConfig, pull, skuOf } from "../testkit/galleries.ts";
import { type OzonServer, ozonKeys, startOzonServer } from "../testkit/ozon-server.ts";
import { makePhoto } from "../testkit/photos.ts";

describe("a pull from a gallery", () => {
  let api: TestApi;
  let feed: FeedServer;
  let ozon: OzonServer;
  beforeAll(async () => {
    [feed, ozon] = await Promise.all([startFeedServer(), startOzonServer()]);
    const twin = { name: "apart", codePrefix: "oz-" };
    api = await createTestApi({ env: galleriesEnv(feedConfig(feed), ozonConfig(ozon), ozonConfig(ozon, twin)) });
    await api.startWorker();
  });
  afterEach(() => {
    feed.skus.length = 0;
    ozon.products.length = 0;
    feed.fault = () => undefined;
  });
  afterAll(async () => {
    await api.close();
    await Promise.all([feed.close(), ozon.close()]);
  });

  const named = async (name: string): Promise<{ url: string }> => ({ url: feed.photo(await makePhoto(), name) });
  const fetched = (): string[] => feed.seen.filter(({ path }) => path.startsWith("/photos/")).map(({ path }) => path);

  it("takes finished tasks' photos first and in their order, then sources that have no result", async () => {
    const [done, open, one, two, three, draft] = await Promise.all(
      ["done-source.jpg", "open-source.jpg", "one.jpg", "two.jpg", "three.jpg", "draft.jpg"].map(named),
    );
    feed.skus.push({
      code: "ORDER-1",
      title: "A lamp",
      sources: [done, open],
      tasks: [
        { status: "finished", source: done?.url, photos: [one, two] },
        { status: "running", source: open?.url, photos: [draft] },
        { status: "finished", photos: [three] },
      ],
    });
    const sync = await pull(api, "host");
    expect(sync).toMatchObject({
      status: "SUCCEEDED",
      skusDone: 1,
      skusTotal: 1,
      skusCreated: 1,
      pairsCreated: 4,
      unchanged: 0,
      failed: 0,
    });
    expect(await namesOf(api, "ORDER-1")).toEqual(["one.jpg", "two.jpg", "three.jpg", "open-source.jpg"]);
    expect((await skuOf(api, "ORDER-1"))?.title).toBe("A lamp");
  });

  it("fetches nothing twice, adds what is new, and leaves a person's order, main photo, titles and deletions alone", async () => {
    const photos = await Promise.all(["a.jpg", "b.jpg", "c.jpg"].map(named));
    const tasks = [{ status: "finished", photos: [...photos] }];
    feed.skus.push({ code: "AGAIN-1", title: "From the host", tasks });
    await pull(api, "host");
    const [a, b, c] = (await skuOf(api, "AGAIN-1"))?.pairs ?? [];
    const ask = api.as();
    await ask(`mutation { reorderPairs(sku: "AGAIN-1", ids: ["${c?.id}", "${b?.id}", "${a?.id}"]) { code } }`);
    await ask(`mutation { setMainPair(id: "${b?.id}") { id } }`);
    await ask(`mutation { deletePairs(ids: ["${a?.id}"]) { failures { message } } }`);
    await ask(`mutation { updateSku(code: "AGAIN-1", input: { title: "Ours" }) { code } }`);
    const before = fetched().length;
    expect(await pull(api, "host")).toMatchObject({ status: "SUCCEEDED", skusCreated: 0, pairsCreated: 0, unchanged: 3 });
    expect(fetched().length).toBe(before);
    tasks.push({ status: "finished", photos: [{ ...(await named("d.jpg")), main: true } as never] });
    expect(await pull(api, "host")).toMatchObject({ skusCreated: 0, pairsCreated: 1, unchanged: 3 });
    const after = await skuOf(api, "AGAIN-1");
    expect(after?.title).toBe("Ours");
    expect(after?.pairs.map(({ source, isMain }) => [source.name, isMain])).toEqual([
      ["c.jpg", false],
      ["b.jpg", true],
      ["d.jpg", false],
    ]);
  });

  it("takes a photo anew whose version has changed, and keeps the one before", async () => {
    const photo = { id: "front", url: feed.photo(await makePhoto(), "front.jpg"), version: "1" };
    feed.skus.push({ code: "VERSION-1", tasks: [{ status: "finished", photos: [photo] }] });
    await pull(api, "host");
    feed.skus[0] = {
      code: "VERSION-1",
      tasks: [{ status: "finished", photos: [{ ...photo, url: feed.photo(await makePhoto(), "front 2.jpg"), version: "2" }] }],
    };
    expect(await pull(api, "host")).toMatchObject({ pairsCreated: 1 });
    expect(await namesOf(api, "VERSION-1")).toEqual(["front.jpg", "front 2.jpg"]);
  });

  it("keeps a renamed SKU its own, and makes a deleted one anew", async () => {
    feed.skus.push({ code: "NAME-1", tasks: [{ status: "finished", photos: [await named("n.jpg")] }] });
    await pull(api, "host");
    await api.as()(`mutation { updateSku(code: "NAME-1", input: { code: "NAME-2" }) { code } }`);
    expect(await pull(api, "host")).toMatchObject({ skusCreated: 0, unchanged: 1 });
    expect(await skuOf(api, "NAME-1")).toBeNull();
    await api.as()(`mutation { deleteSkus(codes: ["NAME-2"]) { failures { message } } }`);
    expect(await pull(api, "host")).toMatchObject({ skusCreated: 1, pairsCreated: 1 });
    expect(await namesOf(api, "NAME-1")).toEqual(["n.jpg"]);
  });

  it("tells each failure by itself and brings in all the rest", async () => {
    const good = await named("good.jpg");
    const photos = [
      { url: feed.photo(Buffer.from("<html>no photo</html>"), "page.jpg") },
      { url: "/photos/gone.jpg" },
      { url: "http://169.254.169.254/latest/x.jpg" },
      good,
    ];
    feed.skus.push(
      { code: "BAD-1", tasks: [{ status: "finished", photos }] },
      { code: "x".repeat(101), tasks: [{ status: "finished", photos: [good] }] },
      { code: "BAD-2", tasks: "none" },
      { code: "BAD\u0000-3", tasks: [] },
      { code: "FINE-1", tasks: [{ status: "finished", photos: [good] }] },
    );
    const sync = await pull(api, "host");
    expect(sync).toMatchObject({ status: "PARTIAL", skusDone: 5, skusCreated: 2, pairsCreated: 2, failed: 6, error: null });
    const subjects = sync.failures.map(({ subject }) => subject).toSorted();
    expect(subjects).toEqual(["BAD -3", "BAD-1/gone.jpg", "BAD-1/page.jpg", "BAD-1/x.jpg", "BAD-2", "x".repeat(101)]);
    for (const { message } of sync.failures) expect(message).toMatch(/^[A-Z].{30,}/);
    expect(sync.failures.map(({ messageSentence }) => messageSentence.code).toSorted()).toEqual([
      "FEED_SKU_WRONG",
      "FEED_SKU_WRONG",
      "LINK_FOR_ANYBODY",
      "LINK_IN_BROWSER",
      "NAME_TOO_LONG",
      "PHOTO_UNKNOWN",
    ]);
    expect(await namesOf(api, "BAD-1")).toEqual(["good.jpg"]);
  });

  it("brings Ozon's products with their titles and main pictures first, and tells of one that vanished", async () => {
    const [main, side] = await Promise.all([makePhoto(), makePhoto()]);
    ozon.add("OZ-1", [main, side], "Кружка");
    ozon.add("OZ-2", []);
    ozon.add("OZ-3", [main]).vanished = true;
    const sync = await pull(api, "ozon");
    expect(sync).toMatchObject({ status: "PARTIAL", skusDone: 3, skusTotal: 3, skusCreated: 2, pairsCreated: 2, failed: 1 });
    expect(sync.failures[0]).toMatchObject({ subject: "OZ-3", message: expect.stringContaining("deleted") });
    const sku = await skuOf(api, "OZ-1");
    expect(sku?.title).toBe("Кружка");
    expect(sku?.pairs.map(({ isMain }) => isMain)).toEqual([true, false]);
    expect(await skuOf(api, "OZ-2")).toMatchObject({ pairs: [] });
    expect(await skuOf(api, "OZ-3")).toBeNull();
  });

  it("puts what two galleries know by one code into one SKU, each photo once, and keeps apart what has a prefix", async () => {
    const [shared, ofFeed, ofOzon] = await Promise.all([makePhoto(), makePhoto(), makePhoto()]);
    feed.skus.push({
      code: "BOTH-1",
      tasks: [{ status: "finished", photos: [{ url: feed.photo(shared, "shared.jpg") }, { url: feed.photo(ofFeed, "feed.jpg") }] }],
    });
    ozon.add("BOTH-1", [shared, ofOzon]);
    await pull(api, "host");
    expect(await pull(api, "ozon")).toMatchObject({ skusCreated: 0, pairsCreated: 1, unchanged: 1 });
    expect((await namesOf(api, "BOTH-1")).slice(0, 2)).toEqual(["shared.jpg", "feed.jpg"]);
    expect(await namesOf(api, "BOTH-1")).toHaveLength(3);
    expect(await pull(api, "apart")).toMatchObject({ skusCreated: 1, pairsCreated: 2 });
    expect(await namesOf(api, "oz-BOTH-1")).toHaveLength(2);
  });

  it("ends at once where credentials are refused, says so without them, and asks no second time", async () => {
    const asked = ozon.seen.length;
    ozon.fault = () => ({ status: 403, body: { code: 7, message: `Invalid Api-Key ${ozonKeys.apiKey}, please contact support` } });
    const sync = await pull(api, "ozon");
    ozon.fault = () => undefined;
    expect(sync).toMatchObject({
      status: "FAILED",
      error: expect.stringMatching(/credentials were refused.*Correct clientId and apiKey of ozon/s),
      errorSentence: { code: "GALLERY_KEYS_REFUSED" },
    });
    expect(JSON.stringify(sync)).not.toContain(ozonKeys.apiKey);
    expect(ozon.seen.length - asked).toBe(1);
  });

  it.each([
    ["that name themselves as the next", (cursor: string | null) => ({ skus: [], next: cursor ?? "same" }), "GALLERY_PAGE_NAMES_ITSELF"],
    [
      "that go round in a ring",
      (cursor: string | null) => ({ skus: [{ code: "RING-1" }], next: cursor === "a" ? "b" : "a" }),
      "GALLERY_ENDLESS",
    ],
  ])("gives up a list of pages %s, and says why", async (_case, body, code) => {
    feed.fault = (cursor) => ({ status: 200, body: body(cursor) });
    expect(await pull(api, "host")).toMatchObject({
      status: "FAILED",
      error: expect.stringContaining("does not end"),
      errorSentence: { code },
    });
  });

  it("gives up a page that never ends", async () => {
    feed.fault = () => ({ status: 200, body: { skus: [], filler: "x".repeat(21_000_000) } });
    expect(await pull(api, "host")).toMatchObject({
      status: "FAILED",
      error: expect.stringContaining("20 MB"),
      errorSentence: { code: "GALLERY_ANSWER_TOO_HEAVY" },
    });
  });

  it("gives up what is no such feed", async () => {
    feed.fault = () => ({ status: 200, body: { products: [] } });
    expect(await pull(api, "host")).toMatchObject({
      status: "FAILED",
      error: expect.stringContaining("skus"),
      errorSentence: { code: "GALLERY_ANSWERS_OTHERWISE" },
    });
  });

  it("sends the feed's token to the feed's own server alone", async () => {
    const other = await startFeedServer();
    try {
      other.files.set("elsewhere.jpg", await makePhoto());
      feed.skus.push({
        code: "TOKEN-1",
        tasks: [{ status: "finished", photos: [{ url: `${other.url}/photos/elsewhere.jpg` }, await named("here.jpg")] }],
      });
      await pull(api, "host");
      expect(other.seen.filter(({ hasToken }) => hasToken)).toEqual([]);
      expect(feed.seen.find(({ path }) => path.endsWith("here.jpg"))?.hasToken).toBe(true);
    } finally {
      await other.close();
    }
  });

  it("knows no gallery that is not the workspace's", async () => {
    const start = `mutation { syncGallery(input: { gallery: "host" }) { id } }`;
    const stranger = await api.as({ workspace: "elsewhere" })(start);
    expect(stranger.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.not.stringContaining("ozon") });
    expect((await api.as({ workspace: "elsewhere" })(`{ galleries { name } }`)).data.galleries).toEqual([]);
    const unknown = await api.as()(`mutation { syncGallery(input: { gallery: "nowhere" }) { id } }`);
    expect(unknown.errors?.[0]?.message).toContain("must be one of host, ozon, apart");
  });
});
