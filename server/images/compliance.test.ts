// Each measured rule, passed and failed by files that are made for it.
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { type ComplianceFacts, measureCompliance, type RuleOutcome } from "./compliance.ts";
import { limitsOf, measuredRules, ruleSentences, rulesOf, unseenRules } from "./preset-rules.ts";
import { presets } from "./presets.ts";

interface Scene {
  readonly width?: number;
  readonly height?: number;
  /** The product's share of the shorter side. */
  readonly fill?: number;
  /** A grey, soft shadow around the product. */
  readonly shadow?: boolean;
  readonly behind?: number;
  readonly noise?: boolean;
}

/** A blue box in the middle of a plain ground. */
function scene({ width = 2200, height = 2200, fill = 0.87, shadow = false, behind = 255, noise = false }: Scene = {}): Sharp {
  const box = Math.round(Math.min(width, height) * fill);
  const data = Buffer.alloc(width * height * 3, behind);
  const left = Math.floor((width - box) / 2);
  const top = Math.floor((height - box) / 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const outside = Math.max(left - x, x - left - box + 1, top - y, y - top - box + 1);
      if (outside <= 0) data.set(noise ? [(x * 31 + y * 17) % 256, (x * y) % 256, (x ^ y) % 256] : [30, 60, 160], at);
      else if (shadow && outside < 60) data.fill(255 - Math.round(70 * (1 - outside / 60) ** 2), at, at + 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const jpeg = (picture: Sharp, quality = 90): Promise<Buffer> => picture.jpeg({ quality, chromaSubsampling: "4:4:4" }).toBuffer();
const facts: ComplianceFacts = { upscaled: false, name: "SKU.jpg" };

async function outcome(file: Buffer, preset: string, rule: string, more: Partial<ComplianceFacts> = {}): Promise<RuleOutcome | undefined> {
  const outcomes = await measureCompliance(file, { name: preset }, { ...facts, ...more });
  return outcomes.find((each) => each.rule === rule);
}

describe("compliance", () => {
  it("passes a picture that keeps every rule, and never passes what it cannot see", async () => {
    const outcomes = await measureCompliance(await jpeg(scene()), { name: "square-master" }, facts);
    expect(outcomes.filter(({ verdict }) => verdict === "FAILED")).toEqual([]);
    const unseen = outcomes.filter(({ rule }) => unseenRules.some((each) => each === rule));
    expect(unseen.length).toBeGreaterThan(0);
    for (const { verdict, actual } of unseen) expect([verdict, actual]).toEqual(["NOT_CHECKED", null]);
  });

  it("measures width and height", async () => {
    const small = await jpeg(scene({ width: 600, height: 600 }));
    expect(await outcome(small, "walmart", "width and height")).toMatchObject({ verdict: "FAILED", actual: "600 x 600 pixels." });
    expect(await outcome(small, "amazon-main", "width and height")).toMatchObject({ verdict: "FAILED" });
    expect(await outcome(small, "ebay", "width and height")).toMatchObject({ verdict: "PASSED" });
    expect(await outcome(await jpeg(scene({ width: 5001, height: 300 })), "shopify", "width and height")).toMatchObject({
      verdict: "FAILED",
    });
  });

  it("measures the ratio, forgiving only a pixel's rounding", async () => {
    expect(await outcome(await jpeg(scene({ width: 900, height: 1200 })), "ozon", "ratio")).toMatchObject({
      verdict: "PASSED",
      actual: "3:4 (900 x 1200 pixels).",
    });
    expect(await outcome(await jpeg(scene({ width: 899, height: 1200 })), "ozon", "ratio")).toMatchObject({ verdict: "PASSED" });
    expect(await outcome(await jpeg(scene({ width: 1000, height: 1000 })), "ozon", "ratio")).toMatchObject({ verdict: "FAILED" });
  });

  it("measures bytes", async () => {
    const heavy = await jpeg(scene({ fill: 0.99, noise: true }), 100);
    expect(heavy.length).toBeGreaterThan(5_000_000);
    expect(await outcome(heavy, "walmart", "bytes")).toMatchObject({ verdict: "FAILED", expected: "At most 5 MB." });
    expect(await outcome(await jpeg(scene()), "walmart", "bytes")).toMatchObject({ verdict: "PASSED" });
  });

  it("tells the format by the file and holds the extension to it", async () => {
    const webp = await scene({ width: 1200, height: 1200 }).webp().toBuffer();
    expect(await outcome(webp, "amazon-main", "format", { name: "a.webp" })).toMatchObject({ verdict: "FAILED" });
    expect(await outcome(webp, "wildberries", "format", { name: "a.webp" })).toMatchObject({ verdict: "PASSED" });
    expect(await outcome(webp, "google", "format", { name: "a.jpg" })).toMatchObject({ verdict: "FAILED", actual: "WebP, named .jpg." });
    expect(await outcome(await jpeg(scene()), "google", "format", { name: "a.JPEG" })).toMatchObject({ verdict: "PASSED" });
  });

  it("tells CMYK, greyscale and other profiles from sRGB", async () => {
    const cmyk = await scene({ width: 300, height: 300 }).toColourspace("cmyk").jpeg().toBuffer();
    expect(await outcome(cmyk, "walmart", "sRGB")).toMatchObject({ verdict: "FAILED", actual: expect.stringContaining("CMYK") });
    const wide = await scene({ width: 300, height: 300 }).withIccProfile("p3").jpeg().toBuffer();
    expect(await outcome(wide, "walmart", "sRGB")).toMatchObject({ verdict: "FAILED" });
    const named = await scene({ width: 300, height: 300 }).withIccProfile("srgb").jpeg().toBuffer();
    expect(await outcome(named, "walmart", "sRGB")).toMatchObject({ verdict: "PASSED" });
    const grey = await scene({ width: 300, height: 300 }).toColourspace("b-w").jpeg().toBuffer();
    expect(await outcome(grey, "walmart", "sRGB")).toMatchObject({ verdict: "FAILED" });
  });

  it("counts bits", async () => {
    const deep = await scene({ width: 300, height: 300 }).toColourspace("rgb16").png().toBuffer();
    expect(await outcome(deep, "walmart", "8-bit", { name: "a.png" })).toMatchObject({ verdict: "FAILED", actual: "16 bits a channel." });
    expect(await outcome(await jpeg(scene()), "walmart", "8-bit")).toMatchObject({ verdict: "PASSED" });
  });

  it("refuses alpha, save where a marketplace takes it", async () => {
    const clear = await scene({ width: 300, height: 400 }).ensureAlpha().png().toBuffer();
    expect(await outcome(clear, "amazon-main", "no alpha")).toMatchObject({ verdict: "FAILED" });
    expect(await outcome(clear, "yandex-market", "no alpha")).toBeUndefined();
    expect(await outcome(await jpeg(scene()), "amazon-main", "no alpha")).toMatchObject({ verdict: "PASSED" });
  });

  it("counts border pixels that are not pure white", async () => {
    const { data, info } = await scene({ width: 1000, height: 1000 }).raw().toBuffer({ resolveWithObject: true });
    data[0] = 254;
    data.fill(250, 999 * 3, 999 * 3 + 3);
    const offWhite = await sharp(data, { raw: info }).png().toBuffer();
    expect(await outcome(offWhite, "amazon-main", "white border")).toMatchObject({
      verdict: "FAILED",
      actual: "2 of 3996 border pixels are not pure white.",
    });
    expect(await outcome(await jpeg(scene()), "amazon-main", "white border")).toMatchObject({ verdict: "PASSED" });
    expect(await outcome(offWhite, "ebay", "white border")).toBeUndefined();
  });

  it("takes a clear border for white where transparency is allowed", async () => {
    const clear = await sharp({ create: { width: 300, height: 400, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .composite([{ input: { create: { width: 250, height: 300, channels: 4, background: "#803020" } } }])
      .png()
      .toBuffer();
    expect(await outcome(clear, "yandex-market", "white border")).toMatchObject({ verdict: "PASSED" });
    expect(await outcome(clear, "amazon-main", "white border")).toMatchObject({ verdict: "FAILED" });
    expect(await outcome(clear, "yandex-market", "fill")).toMatchObject({
      verdict: "PASSED",
      actual: "The product fills 83 % of the frame.",
    });
  });

  it("measures the product's share of the frame without its soft shadow", async () => {
    expect(await outcome(await jpeg(scene({ fill: 0.88, shadow: true })), "amazon-main", "fill")).toMatchObject({
      verdict: "PASSED",
      actual: "The product fills 88 % of the frame.",
    });
    expect(await outcome(await jpeg(scene({ fill: 0.5, shadow: true })), "amazon-main", "fill")).toMatchObject({
      verdict: "FAILED",
      actual: "The product fills 50 % of the frame.",
    });
    expect(await outcome(await jpeg(scene({ fill: 0.95 })), "google", "fill")).toMatchObject({ verdict: "FAILED" });
    expect(await outcome(await jpeg(scene({ fill: 0.8, behind: 180 })), "google", "fill")).toMatchObject({ verdict: "PASSED" });
  });

  it("does not guess at a product on a busy background", async () => {
    const busy = await jpeg(scene({ width: 600, height: 600, fill: 1, noise: true }));
    expect(await outcome(busy, "google", "fill")).toMatchObject({ verdict: "NOT_CHECKED" });
  });

  it("tells how far pixels were enlarged", async () => {
    const file = await jpeg(scene());
    expect(await outcome(file, "walmart", "upscaled")).toMatchObject({ verdict: "PASSED", actual: "Not enlarged." });
    expect(await outcome(file, "walmart", "upscaled", { upscaled: true, enlargement: 1.8 })).toMatchObject({
      verdict: "PASSED",
      actual: "Enlarged 1.8 times.",
    });
    expect(await outcome(file, "walmart", "upscaled", { upscaled: true, enlargement: 4.2 })).toMatchObject({ verdict: "FAILED" });
    expect(await outcome(file, "walmart", "upscaled", { upscaled: true })).toMatchObject({ verdict: "NOT_CHECKED" });
  });

  it.each([50, 64, 75, 90, 95])("reads quality %i from a JPEG's tables", async (quality) => {
    const file = await jpeg(scene({ width: 900, height: 1200 }), quality);
    expect(await outcome(file, "wildberries", "JPEG quality")).toMatchObject({
      verdict: quality >= 65 ? "PASSED" : "FAILED",
      actual: `About ${quality}.`,
    });
    expect(await outcome(file, "ebay", "JPEG quality")).toMatchObject({ verdict: quality >= 90 ? "PASSED" : "FAILED" });
  });

  it("says that a WebP's quality cannot be read", async () => {
    const webp = await scene({ width: 900, height: 1200 }).webp().toBuffer();
    expect(await outcome(webp, "wildberries", "JPEG quality", { name: "a.webp" })).toMatchObject({ verdict: "NOT_CHECKED" });
  });

  it("finds an orientation tag", async () => {
    const turned = await scene({ width: 400, height: 300 }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await outcome(turned, "ebay", "orientation tag")).toMatchObject({
      verdict: "FAILED",
      actual: expect.stringContaining("orientation 6"),
    });
    expect(await outcome(await jpeg(scene()), "ebay", "orientation tag")).toMatchObject({ verdict: "PASSED" });
  });

  it("refuses a damaged file with a sentence", async () => {
    await expect(
      measureCompliance((await jpeg(scene({ width: 300, height: 300 }))).subarray(0, 900), { name: "ebay" }, facts),
    ).rejects.toThrow(/damaged/);
  });
});

describe("presets and their rules", () => {
  it("has all marketplaces and masters, each with rules", () => {
    expect(presets.map(({ name }) => name).toSorted()).toEqual([
      "amazon-main",
      "ebay",
      "google",
      "ozon",
      "portrait-master",
      "shopify",
      "square-master",
      "taobao",
      "walmart",
      "wildberries",
      "yandex-market",
    ]);
    for (const { name, title, checkedAt, source, confirmed } of presets) {
      expect(rulesOf(name).length).toBeGreaterThan(6);
      expect([title.length > 0, Number.isNaN(checkedAt.getTime()), typeof confirmed]).toEqual([true, false, "boolean"]);
      expect(source === null || URL.canParse(source)).toBe(true);
    }
  });

  it.each(presets)("$name asks for a file that keeps its own rules, and says the rules that it is measured by", async ({
    name,
    output,
    fill,
    rules,
  }) => {
    const { data } = await scene({ width: output.width, height: output.height, fill })
      .jpeg({ quality: output.quality })
      .toBuffer({ resolveWithObject: true });
    const failed = (await measureCompliance(data, { name }, facts)).filter(({ verdict }) => verdict === "FAILED");
    expect(failed).toEqual([]);
    expect(output.maxBytes ?? 0).toBeLessThanOrEqual(limitsOf(name)?.maxBytes ?? Number.POSITIVE_INFINITY);
    expect(rules).toEqual(ruleSentences(name));
  });

  it("names each rule once and ends each sentence", () => {
    for (const { name } of presets) {
      const measured = rulesOf(name).filter((rule) => measuredRules.some((each) => each === rule.name));
      expect(new Set(measured.map((rule) => rule.name)).size).toBe(measured.length);
      for (const sentence of ruleSentences(name)) expect(sentence).toMatch(/^[A-Z0-9].*\.$|^sRGB.*\.$/);
    }
  });
});
