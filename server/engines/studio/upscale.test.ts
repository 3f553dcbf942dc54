// Enlarging with the network: seamless, truer than Lanczos, done without where the file is missing.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { sharp } from "../../images/libvips.ts";
import type { Picture } from "../../images/picture.ts";
import { resample } from "./resample.ts";
import { isForNetwork, scaleAlpha, scaleColors } from "./scale.ts";
import { loadEnlarger } from "./upscale.ts";

const modelPath = new URL("./model/enlarge-2x.onnx", import.meta.url);
const enlarger = (await loadEnlarger())!;
afterAll(() => enlarger.close());

const checkpoint = (): void => {};

async function fixture(name: string): Promise<Picture> {
  const file = new URL(`./fixtures/${name}.jpg`, import.meta.url).pathname;
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

/** Decibels, over all pixels but those at the edge. */
function likeness(left: Uint8Array, right: Uint8Array, width: number): number {
  let sum = 0;
  let count = 0;
  const height = left.length / 3 / width;
  for (let y = 6; y < height - 6; y++) {
    for (let at = (y * width + 6) * 3; at < (y * width + width - 6) * 3; at++) {
      sum += (left[at]! - right[at]!) ** 2;
      count++;
    }
  }
  return 10 * Math.log10((255 * 255 * count) / sum);
}

describe("the enlarging network", () => {
  it.each([["mug-001-01"], ["bag-004-02"], ["brd-006-03"]])("is truer to %s than Lanczos, and far truer than libvips", async (name) => {
    const photo = await fixture(name);
    const half = { width: photo.width / 2, height: photo.height / 2 };
    // A lossy file, as sellers have them.
    const file = await sharp(resample(photo, half, "lanczos3"), { raw: { ...half, channels: 3 } })
      .jpeg({ quality: 85 })
      .toBuffer();
    const small: Picture = { data: await sharp(file).raw().toBuffer(), ...half, channels: 3 };
    const { data } = await enlarger.enlarge(small, checkpoint);
    const vips = await sharp(file).resize(photo.width, photo.height, { kernel: "lanczos3" }).raw().toBuffer();
    const network = likeness(photo.data, data, photo.width);
    expect(network).toBeGreaterThan(likeness(photo.data, resample(small, photo, "lanczos3"), photo.width) + 0.1);
    expect(network).toBeGreaterThan(likeness(photo.data, vips, photo.width) + 0.5);
  });

  it("shows no seams: tiles give what the whole picture gives at once", async () => {
    const { data: rows, width: side } = await fixture("brd-006-03");
    const photo: Picture = { data: rows.subarray(side * 300 * 3, side * 600 * 3), width: side, height: 300, channels: 3 };
    const session = await InferenceSession.create(await readFile(modelPath));
    onTestFinished(() => session.release());
    const { enlarged } = await session.run({ pixels: new Tensor("uint8", photo.data, [1, photo.height, photo.width, 3]) });
    const whole = enlarged!.data as Uint8Array;
    const { data, width, height } = await enlarger.enlarge(photo, checkpoint);
    expect(data.length).toBe(whole.length);
    let most = 0;
    // The whole picture has no mirrored edges: they are left out.
    const edge = 28;
    for (let y = edge; y < height - edge; y++)
      for (let at = (y * width + edge) * 3; at < (y * width + width - edge) * 3; at++)
        most = Math.max(most, Math.abs(data[at]! - whole[at]!));
    expect(most).toBeLessThanOrEqual(1);
  });

  it.each([
    [1, 1],
    [5, 300],
    [257, 3],
  ])("doubles %s x %s pixels of one colour to the same colour, edges included", async (width, height) => {
    const data = Buffer.alloc(width * height * 3, 120);
    const made = await enlarger.enlarge({ data, width, height, channels: 3 }, checkpoint);
    expect(made).toMatchObject({ width: width * 2, height: height * 2, channels: 3 });
    expect(Math.max(...made.data)).toBeLessThanOrEqual(123);
    expect(Math.min(...made.data)).toBeGreaterThanOrEqual(117);
  });

  it("stops between tiles when the run is cancelled", async () => {
    const reason = new Error("cancelled by a person");
    let tiles = 0;
    const stop = (): void => {
      if (tiles++ === 2) throw reason;
    };
    await expect(enlarger.enlarge(await fixture("mug-001-01"), stop)).rejects.toBe(reason);
    expect(tiles).toBe(3);
  });
});

describe("a missing or broken model", () => {
  it("is no enlarger, and no error", async () => {
    const folder = await mkdtemp(join(tmpdir(), "enlarger-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "broken.onnx"), (await readFile(modelPath)).subarray(0, 20_000));
    expect(await loadEnlarger(join(folder, "broken.onnx"))).toBeNull();
    expect(await loadEnlarger(join(folder, "missing.onnx"))).toBeNull();
    expect(await loadEnlarger(new URL("./model/product-seg-384.onnx", import.meta.url).pathname)).toBeNull();
  });
});

describe("scaling a cut-out", () => {
  const cut = { left: 200, top: 180, width: 301, height: 277 };
  const cutoutOf = ({ data, width, height }: Picture) => ({
    colors: data,
    alpha: Buffer.alloc(width * height, 255),
    width,
    height,
    labels: new Float32Array(),
    labelSize: { width: 0, height: 0 },
    edgeSupport: 1,
    broken: [],
  });

  it.each([
    [150, 138],
    [340, 313],
    [777, 715],
  ])("gives exactly %s x %s pixels, with the network and without", async (width, height) => {
    const cutout = cutoutOf(await fixture("mug-001-01"));
    for (const each of [enlarger, null])
      expect((await scaleColors(cutout, cut, { width, height, enlarger: each, checkpoint })).length).toBe(width * height * 3);
    expect((await scaleAlpha(cutout, cut, { width, height })).length).toBe(width * height);
  });

  it("leaves barely enlarged and very large products to Lanczos", () => {
    expect(isForNetwork(cut, 1.1)).toBe(false);
    expect(isForNetwork(cut, 1.2)).toBe(true);
    expect(isForNetwork({ width: 2500, height: 2500 }, 1.2)).toBe(false);
  });

  it.each([2, 3])("keeps colours and outline where they were, %s times enlarged", async (scale) => {
    const side = 40;
    const step = Buffer.from(Array.from({ length: side * side }, (_, at) => (at % side < side / 2 ? 0 : 255)));
    const colors = Buffer.from([...step].flatMap((value) => [value, value, value]));
    const cutout = { ...cutoutOf({ data: colors, width: side, height: side, channels: 3 }), alpha: step };
    const size = { width: side * scale, height: side * scale };
    const all = { left: 0, top: 0, width: side, height: side };
    const alpha = await scaleAlpha(cutout, all, size);
    const scaled = await scaleColors(cutout, all, { ...size, enlarger, checkpoint });
    // A step in the middle stays in the middle: the pixels left and right of it are each other's complement.
    const middle = (size.height / 2) * size.width + size.width / 2;
    expect(Math.abs(alpha[middle - 1]! + alpha[middle]! - 255)).toBeLessThanOrEqual(2);
    expect(Math.abs(scaled[(middle - 1) * 3]! + scaled[middle * 3]! - 255)).toBeLessThanOrEqual(24);
  });
});
