// The feed's documented form and what the gallery takes are one.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type FeedServer, feedToken, startFeedServer } from "../../tests/testkit/feed-server.ts";
import { readConfig } from "../config.ts";
import type { GalleryPage } from "./gallery.ts";
import { createHttpGallery } from "./http.ts";

const document = JSON.parse(await readFile(new URL("../../docs/gallery-feed.schema.json", import.meta.url), "utf8"));
const documented = z.fromJSONSchema(document);

const photo = { url: "/photos/1.jpg" };
const good: Readonly<Record<string, unknown>> = {
  "a bare code": { code: "A" },
  "nulls where there is nothing": { code: "A", title: null, tasks: null, sources: null },
  "a task of each kind": {
    code: "A",
    tasks: [
      { status: "Finished", photos: [photo] },
      { status: "running", source: null, photos: null },
    ],
  },
  "all that a photo may say": { code: "A", sources: [{ ...photo, id: "1", version: 2, name: "front.jpg", main: true }] },
  "what nobody asked for": { code: "A", price: 12 },
};
const bad: Readonly<Record<string, unknown>> = {
  "no code": { title: "A" },
  "an empty code": { code: "" },
  "a number for a code": { code: 7 },
  "tasks that are no list": { code: "A", tasks: {} },
  "a task without a status": { code: "A", tasks: [{ photos: [photo] }] },
  "a photo without an address": { code: "A", sources: [{ id: "1" }] },
  "a main photo in words": { code: "A", sources: [{ ...photo, main: "yes" }] },
  "more photos than a SKU may have": { code: "A", sources: Array.from({ length: 501 }, () => photo) },
};

describe("the feed's schema", () => {
  let feed: FeedServer;
  beforeAll(async () => {
    feed = await startFeedServer();
  });
  afterAll(() => feed.close());

  const list = (body: unknown): Promise<GalleryPage> => {
    feed.fault = () => ({ status: 200, body });
    const config = { name: "it", kind: "http", workspaces: ["test"], url: `${feed.url}/feed`, token: feedToken, allow: [feed.host] };
    const [read] = readConfig({ GALLERIES: JSON.stringify([config]) }).galleries ?? [];
    if (read?.kind !== "http") throw new Error("no feed");
    return createHttpGallery(read, { maxPhotoBytes: 1 }).list(null, new AbortController().signal);
  };

  it("has an example that is as it says, and that the gallery reads", async () => {
    const [example] = document.examples;
    expect(documented.safeParse(example).error).toBeUndefined();
    const { items, next, total } = await list(example);
    expect([next, total]).toEqual([example.next, 1234]);
    expect(items[0]?.photos.map(({ key, isMain, name, version }) => [key, isMain, name, version])).toEqual([
      ["https://photos.example/mug-001/front.jpg", true, "front.jpg", null],
      ["raw-18", false, "18.jpg", "2026-11-25T10:00:00Z"],
    ]);
  });

  it.each(Object.entries(good))("lets through %s, as the gallery does", async (_case, sku) => {
    expect(documented.safeParse({ skus: [sku] }).success).toBe(true);
    expect(await list({ skus: [sku] })).toMatchObject({ items: [{ code: "A" }], faults: [], next: null });
  });

  it.each(Object.entries(bad))("refuses %s, as the gallery does", async (_case, sku) => {
    expect(documented.safeParse({ skus: [sku] }).success).toBe(false);
    const { items, faults } = await list({ skus: [sku, { code: "NEXT" }] });
    expect(items.map(({ code }) => code)).toEqual(["NEXT"]);
    expect(faults).toMatchObject([{ message: expect.stringContaining("docs/gallery-feed.schema.json") }]);
  });

  it.each([
    [{}],
    [{ skus: {} }],
    [{ skus: [], next: 7 }],
    [{ skus: [], total: -1 }],
  ])("refuses the page %j, as the gallery does", async (page) => {
    expect(documented.safeParse(page).success).toBe(false);
    await expect(list(page)).rejects.toThrow("does not answer as documented");
  });
});
