// The preview's tone: the ends stay, nothing changes at 0.
import { expect, it } from "vitest";
import { toneCurve, toneTables } from "./tone.ts";

const plain = { brightness: 0, contrast: 0, saturation: 0, warmth: 0, sharpness: 0 };

it("changes nothing at 0", () => {
  const { curve, red, blue, saturate, blur, sharpen } = toneTables(plain, 1000);
  for (const table of [curve, red, blue]) {
    const values = table.split(" ").map(Number);
    expect(values.every((value, index) => Math.abs(value - index / (values.length - 1)) < 1e-4)).toBe(true);
  }
  expect([saturate, blur, sharpen]).toEqual([1, 0, 0]);
});

it("keeps black and white under every setting, and greys in their order", () => {
  for (const brightness of [-1, 0.4, 1]) {
    for (const contrast of [-1, 0.5, 1]) {
      const curve = Array.from({ length: 50 }, (_, index) => toneCurve({ brightness, contrast }, index / 49));
      expect(curve[0]).toBe(0);
      expect(curve[49]).toBe(1);
      expect(curve).toEqual(curve.toSorted((one, other) => one - other));
    }
  }
});

it("warms by red and blue, and blurs by the size that is shown", () => {
  const { red, blue } = toneTables({ ...plain, warmth: 1 }, 1000);
  expect(Number(red.split(" ")[32])).toBeGreaterThan(0.5);
  expect(Number(blue.split(" ")[32])).toBeLessThan(0.5);
  expect(toneTables({ ...plain, sharpness: -1 }, 1000).blur).toBe(2);
});
