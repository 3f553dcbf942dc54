// The tone takes out what the light did to a photo and leaves alone what is painted so.
import { describe, expect, it } from "vitest";
import type { Picture } from "../../images/picture.ts";
import { applyTone, measureTone, type ToneCurve, type ToneScene } from "./tone.ts";

type Color = readonly [number, number, number];
const side = 120;

const decode = (byte: number): number => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const encode = (light: number): number => Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));

/** What a camera would see of the colour under a light of that colour. */
const lit = (color: Color, light: Color): Color =>
  color.map((byte, channel) => Math.min(255, encode(Math.min(1, decode(byte) * light[channel]!)))) as unknown as Color;

/** A square product in the middle of a sheet, each a patchwork of shades. */
function scene(ground: readonly Color[], product: readonly Color[], light: Color = [1, 1, 1]): ToneScene {
  const data = Buffer.alloc(side * side * 3);
  const cover = new Float32Array(side * side);
  const alpha = Buffer.alloc(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isProduct = x >= 40 && x < 80 && y >= 40 && y < 80;
      const palette = isProduct ? product : ground;
      data.set(lit(palette[((x >> 3) + (y >> 3)) % palette.length]!, light), (y * side + x) * 3);
      cover[y * side + x] = isProduct ? 1 : 0;
      alpha[y * side + x] = isProduct ? 255 : 0;
    }
  }
  const photo: Picture = { data, width: side, height: side, channels: 3 };
  return { photo, cover, product: { colors: data, alpha } };
}

const paper: readonly Color[] = [
  [226, 226, 226],
  [214, 214, 214],
];
const wares: readonly Color[] = [
  [150, 60, 50],
  [60, 90, 140],
  [120, 120, 120],
];
const see = (curve: ToneCurve, color: Color): Color => color.map((byte, channel) => curve[channel as 0 | 1 | 2][byte]!) as unknown as Color;
const distance = (one: Color, other: Color): number => Math.hypot(...one.map((value, channel) => value - other[channel]!));

describe("the tone", () => {
  it.each<[string, Color]>([
    ["a lamp", [1, 0.82, 0.55]],
    ["shade under a blue sky", [0.8, 0.93, 1]],
    ["a fluorescent tube", [0.95, 1, 0.86]],
  ])("takes out most of the colour of %s", (_, light) => {
    const curve = measureTone(scene(paper, wares, light));
    for (const color of [...paper, ...wares]) {
      const before = distance(lit(color, light), color);
      if (before > 25) expect(distance(see(curve, lit(color, light)), color)).toBeLessThan(before / 2);
    }
  });

  it("leaves a well lit photo as it is", () => {
    const curve = measureTone(scene(paper, wares));
    for (const color of [...paper, ...wares]) expect(distance(see(curve, color), color)).toBeLessThan(6);
  });

  it("brightens a photo taken too dark", () => {
    const dark: Color = [0.3, 0.3, 0.3];
    const curve = measureTone(scene(paper, wares, dark));
    for (const color of wares) expect(distance(see(curve, lit(color, dark)), color)).toBeLessThan(distance(lit(color, dark), color) / 3);
  });

  it("does not take wood for warm light when a grey product lies on it", () => {
    const wood: readonly Color[] = [
      [178, 128, 84],
      [150, 104, 66],
    ];
    const grey: readonly Color[] = [
      [200, 200, 200],
      [140, 140, 140],
      [90, 90, 90],
    ];
    const curve = measureTone(scene(wood, grey));
    const [red, , blue] = see(curve, [140, 140, 140]);
    expect(Math.abs(red - blue)).toBeLessThan(8);
  });

  it("does not judge a photo that is all product", () => {
    const { photo, product } = scene(wares, wares, [1, 0.8, 0.5]);
    const curve = measureTone({ photo, cover: new Float32Array(side * side).fill(1), product });
    expect(see(curve, [10, 100, 200])).toEqual([10, 100, 200]);
  });

  it("keeps black black, white white, and never turns an order of shades round", () => {
    for (const light of [
      [1, 0.8, 0.5],
      [0.3, 0.3, 0.3],
      [1, 1, 1],
    ] as const) {
      for (const table of measureTone(scene(paper, wares, light))) {
        expect(table[0]).toBe(0);
        expect(table[255]).toBe(255);
        for (let byte = 1; byte < 256; byte++) expect(table[byte]!).toBeGreaterThanOrEqual(table[byte - 1]!);
      }
    }
  });

  it("is applied channel by channel, in place", () => {
    const colors = Buffer.from([1, 2, 3, 4, 5, 6]);
    const plus = (by: number): Uint8Array => Uint8Array.from({ length: 256 }, (_, byte) => Math.min(255, byte + by));
    applyTone(colors, [plus(10), plus(20), plus(30)]);
    expect([...colors]).toEqual([11, 22, 33, 14, 25, 36]);
  });
});
