// The way out: ZIPs of approved, ready and source pictures, on both stores.
import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepDownloads } from "../../server/domain/download.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { makePhoto, skuWithPhotos, upload } from "../testkit/photos.ts";
import { readZip } from "../testkit/zip.ts";

const createDownload = `mutation ($input: CreateDownloadInput!) { createDownload(input: $input) { url files bytes expiresAt } }`;

type Input = Readonly<Record<string, unknown>>;

for (const store of ["disk", "s3"] as const) {
  describe(`downloads, store: ${store}`, () => {
    let api: TestApi;
    let first: Buffer[];
    beforeAll(async () => {
      api = await createTestApi({ store });
      first = await Promise.all(Array.from({ length: 3 }, () => makePhoto(200)));
      await upload(
        api,
        "DL-1",
        first.map((bytes, index) => ({ name: ["front.jpg", "back.JPG", "снимок.jpeg"][index] ?? "", bytes })),
      );
      await upload(api, "Кружка", [{ name: "front.jpg", bytes: await makePhoto(120) }]);
      // "back.JPG" is the main photo.
      await mark("DL-1", 1, { isMain: true });
    });
    afterAll(() => api.close());

    const pairsOf = (code: string) => api.app.db.pair.findMany({ where: { sku: { code } }, orderBy: { position: "asc" } });
    async function mark(code: string, position: number, data: Record<string, unknown>): Promise<void> {
      const pair = (await pairsOf(code))[position];
      await api.app.db.pair.update({ where: { id: pair?.id ?? "" }, data });
    }
    /** Gives a pair a result of these bytes and a status. */
    async function finish(code: string, position: number, status: "READY" | "APPROVED" | "ARCHIVED", bytes: Buffer): Promise<void> {
      const pair = (await pairsOf(code))[position];
      if (pair === undefined) throw new Error("no such pair");
      const { workspace } = pair;
      const id = randomUUID();
      const { sha256, ...photo } = await api.app.inspectPhoto(bytes);
      const key = `images/tests/${id}.jpg`;
      await api.app.store.put(key, bytes, { contentType: photo.mimeType });
      const image = await api.app.db.image.create({ data: { id, workspace, key, name: "result.jpg", sha256, ...photo } });
      const result = await api.app.db.result.create({
        data: { workspace, pairId: pair.id, imageId: image.id, engine: "scripted", recipe: {}, durationMs: 1 },
      });
      await api.app.db.pair.update({ where: { id: pair.id }, data: { currentResultId: result.id, status } });
    }
    const ask = (input: Input, who: Parameters<TestApi["as"]>[0] = { role: "REVIEWER" }) => api.as(who)(createDownload, { input });
    const create = async (input: Input) => {
      const { data, errors } = await ask(input);
      if (errors) throw new Error(errors[0]?.message);
      return data.createDownload as { url: string; files: number; bytes: number; expiresAt: string };
    };
    const get = (url: string, init?: RequestInit): Promise<Response> => api.fetch(new Request(url, init));
    const unzip = async (input: Input) => {
      const { url, files } = await create(input);
      const entries = await readZip(Buffer.from(await (await get(url)).arrayBuffer()));
      expect(files).toBe(entries.length);
      return entries;
    };

    it("streams the sources byte for byte, the main one first, and says their number and size", async () => {
      const { url, files, bytes, expiresAt } = await create({ skus: ["DL-1"], content: "SOURCES" });
      expect([files, bytes]).toEqual([3, first.reduce((sum, photo) => sum + photo.byteLength, 0)]);
      expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
      const response = await get(url);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/zip");
      expect(response.headers.get("content-disposition")).toContain(`filename="DL-1.zip"`);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const entries = await readZip(Buffer.from(await response.arrayBuffer()));
      expect(entries.map(({ path }) => path)).toEqual(["DL-1/DL-1_01.jpg", "DL-1/DL-1_02.jpg", "DL-1/DL-1_03.jpg"]);
      const [front, back, third] = first;
      for (const [index, photo] of [back, front, third].entries())
        expect(photo?.equals(entries[index]?.bytes ?? Buffer.alloc(0))).toBe(true);
    });

    it.each([
      ["ORIGINAL", ["DL-1/back.jpg", "DL-1/front.jpg", "DL-1/снимок.jpg", "Кружка/front.jpg"]],
      ["OZON", ["DL-1.jpg", "DL-1_1.jpg", "DL-1_2.jpg", "Кружка.jpg"]],
      ["AMAZON", ["DL-1.MAIN.jpg", "DL-1.PT01.jpg", "DL-1.PT02.jpg", "Кружка.MAIN.jpg"]],
    ])("names files as %s says", async (naming, paths) => {
      const entries = await unzip({ skus: ["DL-1", "Кружка", "DL-1"], content: "SOURCES", naming });
      expect(entries.map(({ path }) => path)).toEqual(paths);
    });

    it("tells approved from ready results, and takes both as the best", async () => {
      await skuWithPhotos(api, "DL-2", 4);
      const results = await Promise.all(Array.from({ length: 3 }, () => makePhoto(90)));
      for (const [index, status] of (["APPROVED", "READY", "ARCHIVED"] as const).entries()) {
        await finish("DL-2", index, status, results[index] ?? Buffer.alloc(0));
      }
      const contentOf = async (content?: string) =>
        (await unzip({ skus: ["DL-2"], ...(content ? { content } : {}) })).map(({ bytes }) =>
          results.findIndex((each) => each.equals(bytes)),
        );
      expect(await contentOf("APPROVED")).toEqual([0]);
      expect(await contentOf("READY")).toEqual([1]);
      expect(await contentOf("BEST")).toEqual([0, 1]);
      expect(await contentOf()).toEqual([0, 1]);
      // The archived photo is put away.
      expect(await unzip({ skus: ["DL-2"], content: "SOURCES" })).toHaveLength(3);
    });

    it("takes single pairs, each once", async () => {
      const ids = await skuWithPhotos(api, "DL-3", 3);
      const entries = await unzip({ pairs: [ids[2], ids[0], ids[2]], content: "SOURCES" });
      expect(entries.map(({ path }) => path)).toEqual(["DL-3/DL-3_01.jpg", "DL-3/DL-3_02.jpg"]);
    });

    it("converts to the format that is asked for and estimates its size", async () => {
      const { url, bytes } = await create({ skus: ["DL-1"], content: "SOURCES", format: "WEBP", naming: "OZON" });
      expect(bytes).toBeGreaterThan(0);
      const entries = await readZip(Buffer.from(await (await get(url)).arrayBuffer()));
      expect(entries.map(({ path }) => path)).toEqual(["DL-1.webp", "DL-1_1.webp", "DL-1_2.webp"]);
      for (const entry of entries) expect(await sharp(entry.bytes).metadata()).toMatchObject({ format: "webp", width: 200, height: 200 });
      // What is in that format already is left as it is.
      const same = await readZip(
        Buffer.from(await (await get((await create({ skus: ["DL-1"], content: "SOURCES", format: "JPEG" })).url)).arrayBuffer()),
      );
      expect(first[1]?.equals(same[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    });

    it("lists what was deleted in the meantime instead of breaking off", async () => {
      await skuWithPhotos(api, "DL-4", 3);
      const { url } = await create({ skus: ["DL-4"], content: "SOURCES" });
      const [gone, lost] = await api.app.db.pair.findMany({
        where: { sku: { code: "DL-4" } },
        include: { source: true },
        orderBy: { position: "asc" },
      });
      await api.app.db.pair.delete({ where: { id: gone?.id ?? "" } });
      await api.app.db.image.delete({ where: { id: gone?.sourceId ?? "" } });
      await api.app.store.delete([lost?.source.key ?? ""]);
      const entries = await readZip(Buffer.from(await (await get(url)).arrayBuffer()));
      expect(entries.map(({ path }) => path)).toEqual(["DL-4/DL-4_03.jpg", "MISSING.txt"]);
      const list = entries[1]?.bytes.toString() ?? "";
      expect(list).toContain("DL-4/DL-4_01.jpg");
      expect(list).toContain("DL-4/DL-4_02.jpg");
    });

    it("answers HEAD without a body, a range with the whole, and other methods not at all", async () => {
      const { url } = await create({ skus: ["DL-1"], content: "SOURCES" });
      const head = await get(url, { method: "HEAD" });
      expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
      const ranged = await get(url, { headers: { range: "bytes=0-9" } });
      expect([ranged.status, ranged.headers.get("accept-ranges")]).toEqual([200, "none"]);
      expect(await readZip(Buffer.from(await ranged.arrayBuffer()))).toHaveLength(3);
      expect((await get(url, { method: "POST" })).status).toBe(405);
    });

    it("refuses a link that was changed, is not signed, or has expired", async () => {
      const { url } = await create({ skus: ["DL-1"], content: "SOURCES" });
      const changed = [
        url.replace("workspace=test", "workspace=other"),
        url.replace(/expires=\d+/, "expires=9999999999"),
        url.replace(/downloads\/[^.]+/, `downloads/${randomUUID()}`),
        url.replace(/&signature=.*/, ""),
        `${url}&more=1`,
        url.replace(".zip", ".rar"),
        api.app.downloadLinks.url({ id: randomUUID(), workspace: "test" }, new Date(Date.now() - 2_000)),
      ];
      for (const each of changed) expect((await get(each)).status).toBe(403);
      const never = api.app.downloadLinks.url({ id: randomUUID(), workspace: "test" }, new Date(Date.now() + 60_000));
      expect((await get(never)).status).toBe(404);
    });

    it("forgets downloads whose link has expired", async () => {
      const { url } = await create({ skus: ["DL-1"], content: "SOURCES" });
      await api.app.db.download.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } });
      expect(await sweepDownloads(api.app.db)).toBeGreaterThan(0);
      expect((await get(url)).status).toBe(404);
      expect(await api.app.db.download.count()).toBe(0);
    });
  });
}

describe("createDownload", () => {
  let api: TestApi;
  let ids: string[];
  beforeAll(async () => {
    api = await createTestApi();
    ids = await skuWithPhotos(api, "OWN", 2);
  });
  afterAll(() => api.close());

  const codeOf = async (input: Input, who: Parameters<TestApi["as"]>[0] = { role: "REVIEWER" }) => {
    const { errors } = await api.as(who)(createDownload, { input });
    return [errors?.[0]?.extensions.code, errors?.[0]?.message];
  };

  it.each<[string, Input, string, string]>([
    ["neither skus nor pairs", {}, "BAD_USER_INPUT", "name what to download"],
    ["both", { skus: ["OWN"], pairs: ["x"] }, "BAD_USER_INPUT", "one of them"],
    ["no SKU", { skus: [] }, "BAD_USER_INPUT", "skus is empty"],
    ["no pair", { pairs: [] }, "BAD_USER_INPUT", "pairs is empty"],
    ["an unknown SKU", { skus: ["OWN", "NOBODY"] }, "NOT_FOUND", "NOBODY"],
    ["a NUL in a code", { skus: ["a\0b"] }, "NOT_FOUND", "SKU"],
    ["an id that is none", { pairs: ["x"] }, "NOT_FOUND", "pair"],
    ["too many SKUs", { skus: Array.from({ length: 1_001 }, (_, index) => `S-${index}`) }, "LIMIT_EXCEEDED", "1000"],
    ["SKUs without results", { skus: ["OWN"] }, "BAD_USER_INPUT", "Run them first"],
    ["SKUs without approved results", { skus: ["OWN"], content: "APPROVED" }, "BAD_USER_INPUT", "Approve some first"],
    ["SKUs without ready results", { skus: ["OWN"], content: "READY" }, "BAD_USER_INPUT", "review"],
  ])("refuses %s and says why", async (_case, input, code, words) => {
    expect(await codeOf(input)).toEqual([code, expect.stringContaining(words)]);
  });

  it("says the same of another workspace's ids and of ones that never were", async () => {
    const thief = { workspace: "thief", role: "OWNER" } as const;
    const never = Buffer.from(`Pair:${randomUUID()}`).toString("base64");
    const foreign = await codeOf({ pairs: ids, content: "SOURCES" }, thief);
    expect(foreign[0]).toBe("NOT_FOUND");
    expect(await codeOf({ pairs: [never], content: "SOURCES" }, thief)).toEqual(foreign);
    expect((await codeOf({ skus: ["OWN"], content: "SOURCES" }, thief))[0]).toBe("NOT_FOUND");
    // One foreign id spoils all: nobody gets half of what was asked.
    expect((await codeOf({ pairs: [...ids, never], content: "SOURCES" }))[0]).toBe("NOT_FOUND");
  });

  it("takes a REVIEWER, and says so before it looks anything up", async () => {
    expect((await codeOf({ skus: ["NOBODY"] }, { role: "VIEWER" }))[0]).toBe("FORBIDDEN");
  });
});
