// Tone finds its way back from coloured and dim light, and leaves photos alone that need nothing.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeView, uprightSize } from "../../images/decode.ts";
import { sharp } from "../../images/libvips.ts";
import type { Picture } from "../../images/picture.ts";
import { linearOf } from "./light.ts";
import { builtInModel } from "./model-slot/known.ts";
import { loadNetwork, type Network } from "./network.ts";
import { findProduct } from "./prior.ts";
import { applyTone, measureTone, type ToneScene } from "./tone.ts";

const fixture = (name: string): Buffer => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const fixtureNames = ["mug-001-01", "bag-004-02", "brd-006-03"] as const;

interface Sample {
  readonly photo: Picture;
  readonly alpha: Buffer;
}

async function sampleOf(name: string): Promise<Sample> {
  const bytes = fixture(`${name}.jpg`);
  const photo = await decodeView(bytes, await uprightSize(bytes));
  return {
    photo,
    alpha: await sharp(fixture(`${name}.mask.png`))
      .extractChannel(0)
      .raw()
      .toBuffer(),
  };
}

/** The photo as another light and exposure would have made it. @param gains of linear red, green and blue */
function litBy({ data }: Picture, gains: readonly number[]): Buffer {
  const tables = gains.map((gain) => Uint8Array.from(linearOf, (linear) => Math.round(255 * encode(Math.min(1, linear * gain)))));
  return Buffer.from(data.map((byte, at) => tables[at % 3]![byte]!));
}

const encode = (linear: number): number => (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);

const sceneOf = ({ photo, alpha }: Sample, data: Buffer): ToneScene => ({
  photo: { ...photo, data },
  cover: Float32Array.from(alpha, (value) => value / 255),
  product: { colors: data, alpha },
});

function toned(sample: Sample, data: Buffer): Buffer {
  const colors = Buffer.from(data);
  applyTone(colors, measureTone(sceneOf(sample, data)));
  return colors;
}

/** Mean distance of the product's colours, CIELAB. */
async function distance({ photo, alpha }: Sample, one: Buffer, other: Buffer): Promise<number> {
  const lab = async (data: Buffer): Promise<Float32Array> => {
    const raw = { width: photo.width, height: photo.height, channels: 3 as const };
    const bytes = await sharp(data, { raw }).toColourspace("lab").raw({ depth: "float" }).toBuffer();
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  };
  const [first, second] = [await lab(one), await lab(other)];
  let sum = 0;
  let count = 0;
  for (let at = 0; at < alpha.length; at++) {
    if (alpha[at]! < 250) continue;
    sum += Math.hypot(first[at * 3]! - second[at * 3]!, first[at * 3 + 1]! - second[at * 3 + 1]!, first[at * 3 + 2]! - second[at * 3 + 2]!);
    count++;
  }
  return sum / count;
}

describe.each(fixtureNames)("of %s", (name) => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await sampleOf(name);
  });

  // Gains of linear light, and the least share of the error that is taken out: on grey ground, and in a kitchen full of wood.
  it.each([
    ["warm light", [1.17, 0.98, 0.72], [0.6, 0.35]],
    ["very warm light", [1.29, 0.96, 0.57], [0.75, 0.55]],
    ["cool light", [0.87, 1.01, 1.3], [0.65, 0]],
    ["green light", [0.9, 1.06, 0.9], [0.6, 0.2]],
    ["one and a half stops", [0.354, 0.354, 0.354], [0.75, 0.75]],
    ["warm light and a stop", [0.58, 0.49, 0.36], [0.7, 0.4]],
  ])("takes out %s", async (_title, gains, shares) => {
    const data = litBy(sample.photo, gains);
    const wrong = await distance(sample, data, sample.photo.data);
    const left = await distance(sample, toned(sample, data), sample.photo.data);
    expect(1 - left / wrong).toBeGreaterThan(name === "brd-006-03" ? shares[1]! : shares[0]!);
  });

  it("changes little where the light is right", async () => {
    expect(await distance(sample, toned(sample, sample.photo.data), sample.photo.data)).toBeLessThan(5);
  });

  it("clips nothing, not even where the photo is too dark or wrongly lit", () => {
    for (const gains of [
      [1, 1, 1],
      [0.3, 0.3, 0.3],
      [1.29, 0.96, 0.57],
    ]) {
      const data = litBy(sample.photo, gains);
      const after = toned(sample, data);
      let more = 0;
      for (let at = 0; at < after.length; at++) {
        if (sample.alpha[Math.floor(at / 3)]! < 250) continue;
        if ((after[at] === 255 && data[at]! < 255) || (after[at] === 0 && data[at]! > 2)) more++;
      }
      expect(more).toBe(0);
    }
  });
});

describe("a curve", () => {
  it("keeps black and white, and the order of all between", async () => {
    const sample = await sampleOf("mug-001-01");
    for (const gains of [
      [1, 1, 1],
      [0.25, 0.25, 0.25],
      [1.6, 0.9, 0.3],
      [1.8, 1.8, 1.8],
    ]) {
      for (const table of measureTone(sceneOf(sample, litBy(sample.photo, gains)))) {
        expect([table[0], table[255]]).toEqual([0, 255]);
        expect(table.every((value, byte) => byte === 0 || value >= table[byte - 1]!)).toBe(true);
      }
    }
  });

  it("changes nothing where the product fills the frame, for its colour may be its own", async () => {
    const { photo } = await sampleOf("brd-006-03");
    const cover = new Float32Array(photo.width * photo.height).fill(1);
    for (const table of measureTone({ photo, cover, product: { colors: photo.data, alpha: null } })) {
      expect([...table]).toEqual([...Array(256).keys()]);
    }
  });
});

describe("wood", () => {
  let network: Network;
  beforeAll(async () => {
    network = await loadNetwork(builtInModel, 1);
  });
  afterAll(() => network.close());

  it.each(["HDP-005/02", "MUG-001/02", "BAG-004/03", "BRD-006/03"])("under the product of %s is not taken for warm light", async (name) => {
    const bytes = readFileSync(new URL(`../../../demo/photos/${name}.jpg`, import.meta.url));
    const size = await uprightSize(bytes);
    const scale = 768 / Math.max(size.width, size.height);
    const photo = await decodeView(bytes, { width: Math.round(size.width * scale), height: Math.round(size.height * scale) });
    const { probability } = (await findProduct(network, photo))!;
    const [red, , blue] = measureTone({ photo, cover: probability, product: { colors: photo.data, alpha: null } });
    // A grey of 128 may cool by a hair.
    expect(blue[128]! - red[128]!).toBeLessThan(8);
  });
});
