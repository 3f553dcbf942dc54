// Noise goes; texture, print and clean photos stay.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import type { Picture } from "../../images/picture.ts";
import { denoise } from "./denoise.ts";
import { measureNoise, type Noise } from "./noise.ts";

const fixtures = new URL("./fixtures/", import.meta.url);
const demo = new URL("../../../demo/photos/", import.meta.url);

async function pictureOf(bytes: Buffer): Promise<Picture> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

const fixture = (name: string): Promise<Picture> => pictureOf(readFileSync(new URL(`${name}.jpg`, fixtures)));

/** Gaussian noise from a fixed seed (mulberry32 and Box-Muller), each channel its own. */
function withNoise(picture: Picture, deviationOf: (byte: number) => number): Picture {
  let state = 7;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const data = picture.data.map((value) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(255, Math.max(0, Math.round(value + deviationOf(value) * normal)));
  });
  return { ...picture, data: Buffer.from(data) };
}

function cleaned(noisy: Picture): Picture {
  const data = Buffer.from(noisy.data);
  const noise = measureNoise(noisy);
  if (noise !== null) denoise({ ...noisy, colors: data, alpha: null }, noise, () => {});
  return { ...noisy, data };
}

function noiseOf(noisy: Picture): Noise {
  const noise = measureNoise(noisy);
  if (noise === null) throw new Error("no noise was found in the noisy photo");
  return noise;
}

function psnr({ data }: Picture, other: Picture): number {
  const squares = data.reduce((sum, value, at) => sum + (value - other.data[at]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / data.length));
}

/** How much neighbouring pixels of the middle differ, squared: what smearing would lose. */
function fineEnergy({ data, width, height }: Picture): number {
  let energy = 0;
  for (let y = Math.round(height * 0.4); y < height * 0.6; y++) {
    for (let x = Math.round(width * 0.4); x < width * 0.6; x++) {
      const at = (y * width + x) * 3 + 1;
      energy += (2 * data[at]! - data[at - 3]! - data[at + 3]!) ** 2;
    }
  }
  return energy;
}

const names = ["mug-001-01", "bag-004-02", "brd-006-03"];

describe("denoising", () => {
  it.each(names)("leaves %s, which is clean, as it is to the byte", async (name) => {
    const clean = await fixture(name);
    expect(cleaned(clean).data.equals(clean.data)).toBe(true);
  });

  it.each([
    "CSH-008/01",
    "CSH-008/02",
    "BRD-006/01",
    "BRD-006/02",
    "BAG-004/01",
    "PLT-007/02",
  ])("takes fabric, wood, leather and leaves of %s for no noise", async (name) => {
    expect(measureNoise(await pictureOf(readFileSync(new URL(`${name}.jpg`, demo))))).toBeNull();
  });

  it.each(
    names.flatMap((name) => [[name, 4, 3] as const, [name, 8, 5] as const, [name, 14, 7] as const]),
  )("brings %s with noise of %d bytes at least %d dB closer to the clean photo", async (name, deviation, gain) => {
    const clean = await fixture(name);
    const noisy = withNoise(clean, () => deviation);
    expect(psnr(cleaned(noisy), clean) - psnr(noisy, clean)).toBeGreaterThan(gain);
  });

  it("sees that the dark is noisier, through the blotches of JPEG", async () => {
    const clean = await fixture("bag-004-02");
    const dark = withNoise(clean, (byte) => 12 - byte / 30);
    const raw = { width: dark.width, height: dark.height, channels: dark.channels };
    const noisy = await pictureOf(await sharp(dark.data, { raw }).jpeg({ quality: 85 }).toBuffer());
    const { byLuma } = measureNoise(noisy)!;
    expect(byLuma[40]!).toBeGreaterThan(1.15 * byLuma[200]!);
    expect(psnr(cleaned(noisy), clean) - psnr(noisy, clean)).toBeGreaterThan(3);
  });

  it("keeps the grain of wood under the noise", async () => {
    const clean = await fixture("brd-006-03");
    const after = fineEnergy(cleaned(withNoise(clean, () => 5)));
    expect(after / fineEnergy(clean)).toBeGreaterThan(0.5);
    expect(after / fineEnergy(clean)).toBeLessThan(1.3);
  });

  it.each([
    ["light", [60, 60, 60], [180, 180, 180], 110],
    // The eye sees colour less sharply, and JPEG keeps less of it.
    ["colour alone", [60, 60, 120], [180, 60, 60], 75],
  ] as const)("keeps an edge of %s sharp", (_title, left, right, least) => {
    const side = 240;
    const step = Buffer.alloc(side * side * 3);
    for (let at = 0; at < side * side; at++) step.set(at % side < side / 2 ? left : right, at * 3);
    const after = cleaned(withNoise({ data: step, width: side, height: side, channels: 3 }, () => 8));
    const column = (x: number): number => {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += after.data[(y * side + x) * 3]!;
      return sum / side;
    };
    expect(column(side / 2) - column(side / 2 - 1)).toBeGreaterThan(least);
  });

  it("leaves alone what is not product", async () => {
    const noisy = withNoise(await fixture("mug-001-01"), () => 8);
    const alpha = Buffer.alloc(noisy.width * noisy.height);
    for (let y = 150; y < 350; y++) alpha.fill(255, y * noisy.width + 200, y * noisy.width + 400);
    const colors = Buffer.from(noisy.data);
    denoise({ ...noisy, colors, alpha }, noiseOf(noisy), () => {});
    const at = (x: number, y: number): number => (y * noisy.width + x) * 3;
    expect(colors.subarray(at(0, 0), at(0, 100)).equals(noisy.data.subarray(at(0, 0), at(0, 100)))).toBe(true);
    const whole = cleaned(noisy);
    expect(colors.subarray(at(220, 250), at(380, 250)).equals(whole.data.subarray(at(220, 250), at(380, 250)))).toBe(true);
  });

  it("stops at the checkpoint of a cancelled run", async () => {
    const noisy = withNoise(await fixture("mug-001-01"), () => 8);
    const cancelled = (): never => {
      throw new Error("cancelled");
    };
    expect(() => denoise({ ...noisy, colors: Buffer.from(noisy.data), alpha: null }, noiseOf(noisy), cancelled)).toThrow("cancelled");
  });

  it.each([0, 60, 200])("takes the outline of a white square on a ground of %d, all else without a stir, for no noise", (ground) => {
    const side = 300;
    const square = Buffer.alloc(side * side * 3, ground);
    for (let y = 50; y < 250; y++) square.fill(255, (y * side + 50) * 3, (y * side + 250) * 3);
    expect(measureNoise({ data: square, width: side, height: side, channels: 3 })).toBeNull();
  });

  it("does not look at what stands under clear pixels", () => {
    const side = 300;
    const clear = Buffer.alloc(side * side * 4);
    for (let at = 0; at < clear.length; at++) clear[at] = at % 4 === 3 ? 0 : 100 + ((at * 7919) % 41);
    expect(measureNoise({ data: clear, width: side, height: side, channels: 4 })).toBeNull();
  });

  it.each([
    [1, 1],
    [3, 400],
    [80, 60],
  ])("does nothing to a photo of %d x %d, which is too small to say", (width, height) => {
    const tiny = withNoise({ data: Buffer.alloc(width * height * 3, 128), width, height, channels: 3 }, () => 20);
    expect(cleaned(tiny).data.equals(tiny.data)).toBe(true);
  });
});
