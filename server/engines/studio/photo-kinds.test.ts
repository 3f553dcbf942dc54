// One product, however its file is written: the same cut-out in the same colours.
import { afterAll, beforeAll, expect, it } from "vitest";
import { adobeRgbProfile, mug, twoPages, withProfile } from "../../../tests/testkit/odd-photos.ts";
import { compareCutOuts, runStudio } from "../../../tests/testkit/studio-runs.ts";
import { sharp } from "../../images/libvips.ts";
import { createLog } from "../../log.ts";
import type { EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("silent"));
afterAll(() => engines.close());

let plain: EngineOutput;
beforeAll(async () => {
  plain = await runStudio(engines.default, mug);
});

const photo = () => sharp(mug);
const garbage = Buffer.from(Array.from({ length: 900 }, (_, at) => (at * 7919) % 251));
const clear = Buffer.alloc(800 * 800, 255);

/** With the levels by which colours may be off on the average: what the kind itself loses. */
const kinds: readonly (readonly [name: string, make: () => Promise<Buffer>, within: number])[] = [
  ["progressive JPEG", () => photo().jpeg({ quality: 95, progressive: true }).toBuffer(), 2],
  ["JPEG in CMYK", () => photo().withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer(), 8],
  ["JPEG in Display P3", () => photo().withIccProfile("p3").jpeg({ quality: 95 }).toBuffer(), 3],
  ["JPEG with a broken profile", async () => withProfile(mug, garbage), 0],
  ["JPEG whose EXIF says that it is 10 x 10 pixels", () => photo().withExif(lyingSize).jpeg({ quality: 95 }).toBuffer(), 2],
  ["JPEG with something after its end", async () => Buffer.concat([mug, garbage]), 0],
  ["PNG", () => photo().png().toBuffer(), 0],
  ["interlaced PNG", () => photo().png({ progressive: true }).toBuffer(), 0],
  ["PNG with a palette", () => photo().png({ palette: true, colours: 256 }).toBuffer(), 6],
  [
    "PNG with an alpha that hides nothing",
    () =>
      photo()
        .joinChannel(clear, { raw: { width: 800, height: 800, channels: 1 } })
        .png()
        .toBuffer(),
    0,
  ],
  ["16-bit PNG", () => photo().toColourspace("rgb16").png().toBuffer(), 1],
  ["16-bit PNG in Display P3", () => photo().toColourspace("rgb16").withIccProfile("p3").png().toBuffer(), 2],
  ["16-bit TIFF", () => photo().toColourspace("rgb16").tiff({ compression: "lzw" }).toBuffer(), 1],
  ["TIFF in tiles", () => photo().tiff({ compression: "deflate", tile: true, tileWidth: 256, tileHeight: 256 }).toBuffer(), 0],
  ["BigTIFF with smaller copies", () => photo().tiff({ compression: "lzw", bigtiff: true, tile: true, pyramid: true }).toBuffer(), 0],
  ["WebP", () => photo().webp({ quality: 95 }).toBuffer(), 4],
  ["lossless WebP", () => photo().webp({ lossless: true }).toBuffer(), 0],
  ["AVIF", () => photo().avif({ quality: 90, effort: 0 }).toBuffer(), 4],
  ["10-bit AVIF", () => photo().avif({ quality: 90, effort: 0, bitdepth: 10 }).toBuffer(), 4],
  ["GIF", () => photo().gif().toBuffer(), 6],
];
const lyingSize = { IFD2: { PixelXDimension: "10", PixelYDimension: "10" } };

it.each(kinds)("%s", async (_, make, within) => {
  const { overlap, difference } = compareCutOuts(plain, await runStudio(engines.default, await make()));
  expect(overlap).toBeGreaterThan(0.97);
  expect(difference).toBeLessThanOrEqual(within + 0.5);
});

it("a profile that says more than sRGB makes stronger colours", async () => {
  const strong = await runStudio(engines.default, withProfile(mug, adobeRgbProfile()));
  expect(compareCutOuts(plain, strong).difference).toBeGreaterThan(2);
});

it.each([
  ["grey", () => photo().toColourspace("b-w").jpeg({ quality: 95 }).toBuffer()],
  ["grey of 16 bits", () => photo().toColourspace("grey16").png().toBuffer()],
  ["grey with alpha", () => photo().toColourspace("b-w").ensureAlpha().png().toBuffer()],
])("%s gives a grey product of the same outline", async (_, make) => {
  const made = await runStudio(engines.default, await make());
  expect(compareCutOuts(plain, made).overlap).toBeGreaterThan(0.95);
  let tint = 0;
  for (let at = 0; at < made.picture.data.length; at += 4) {
    const [red, green, blue, alpha] = made.picture.data.subarray(at, at + 4);
    if (alpha === 255) tint = Math.max(tint, Math.abs(red! - green!), Math.abs(green! - blue!));
  }
  expect(tint).toBeLessThanOrEqual(1);
});

it.each([
  ["GIF", async () => (await twoPages(mug, 400)).gif({ delay: [100, 100] }).toBuffer()],
  ["WebP", async () => (await twoPages(mug, 400)).webp({ lossless: true, delay: [100, 100] }).toBuffer()],
  ["TIFF", async () => (await twoPages(mug, 400)).tiff({ compression: "lzw" }).toBuffer()],
])("of a %s with two pages the first is taken", async (_, make) => {
  const single = await runStudio(engines.default, await photo().resize(400, 400).png().toBuffer());
  const { overlap, difference } = compareCutOuts(single, await runStudio(engines.default, await make()));
  expect(overlap).toBeGreaterThan(0.97);
  expect(difference).toBeLessThan(7);
});
