// The demo photos: all there, readable, named apart, and small enough to live in the repository.
import { stat } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readDemoCatalog } from "./catalog.ts";

// What a clone should not have to carry more of than this.
const maxTotalBytes = 10_000_000;

describe("demo catalog", () => {
  it("names photos that are real JPEGs of a camera's size, under 10 MB together", async () => {
    const photos = (await readDemoCatalog()).flatMap((sku) => sku.photos);
    let totalBytes = 0;
    for (const photo of photos) {
      const facts = await sharp(photo.path).metadata();
      expect(facts.format, photo.path).toBe("jpeg");
      expect(Math.min(facts.width, facts.height), photo.path).toBeGreaterThanOrEqual(1000);
      totalBytes += (await stat(photo.path)).size;
    }
    expect(totalBytes).toBeLessThan(maxTotalBytes);
  });

  it("has a SKU with four photos or more, and no name twice within a SKU", async () => {
    const skus = await readDemoCatalog();
    expect(skus.some((sku) => sku.photos.length >= 4)).toBe(true);
    for (const sku of skus) expect(new Set(sku.photos.map((photo) => photo.name)).size).toBe(sku.photos.length);
  });
});
