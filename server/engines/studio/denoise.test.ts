// Grain goes, texture and clean photos stay.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { type ColorImage, denoise } from "./denoise.ts";

async function photo(name: string): Promise<ColorImage> {
  const file = readFileSync(new URL(`./fixtures/${name}.jpg`, import.meta.url));
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { colors: data, width: info.width, height: info.height };
}

/** Gaussian grain from a fixed seed (mulberry32 and Box-Muller), each channel its own. */
function withGrain(colors: Buffer, deviation: number): Buffer {
  let state = 7;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Buffer.from(
    colors.map((value) => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.min(255, Math.max(0, Math.round(value + deviation * normal)));
    }),
  );
}

function psnr(one: Buffer, other: Buffer): number {
  const squares = one.reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / one.length));
}

const names = ["mug-001-01", "bag-004-02", "brd-006-03"];

describe("denoising", () => {
  it.each(names)("leaves %s, which is clean, as it is to the byte", async (name) => {
    const clean = await photo(name);
    const before = Buffer.from(clean.colors);
    denoise(clean);
    expect(clean.colors.equals(before)).toBe(true);
  });

  it.each(
    names.flatMap((name) => [8, 14, 22].map((deviation) => [name, deviation] as const)),
  )("brings %s with grain of %d bytes closer to the clean photo", async (name, deviation) => {
    const clean = await photo(name);
    const noisy = withGrain(clean.colors, deviation);
    const filtered = Buffer.from(noisy);
    denoise({ ...clean, colors: filtered });
    const gain = psnr(filtered, clean.colors) - psnr(noisy, clean.colors);
    expect(gain).toBeGreaterThan(2.5);
  });

  it("keeps a sharp edge sharp in a noisy photo", () => {
    const side = 240;
    const step = Buffer.alloc(side * side * 3);
    for (let at = 0; at < side * side; at++) step.fill(at % side < side / 2 ? 60 : 180, at * 3, at * 3 + 3);
    const filtered = withGrain(step, 10);
    denoise({ colors: filtered, width: side, height: side });
    const column = (x: number): number => {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += filtered[(y * side + x) * 3 + 1]!;
      return sum / side;
    };
    expect(column(side / 2) - column(side / 2 - 1)).toBeGreaterThan(110);
  });

  it.each([
    [1, 1],
    [3, 400],
  ])("has nothing to say of a photo of %d x %d", (width, height) => {
    const colors = withGrain(Buffer.alloc(width * height * 3, 128), 20);
    const before = Buffer.from(colors);
    expect(denoise({ colors, width, height })).toBe(0);
    expect(colors.equals(before)).toBe(true);
  });
});
