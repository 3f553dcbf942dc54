// The background is painted without bands.
import { describe, expect, it } from "vitest";
import { type OutputSpec, whiteRecipe } from "../../images/picture.ts";
import { paint } from "./canvas.ts";

const output: OutputSpec = { preset: null, width: 64, height: 400, format: "PNG", quality: 90, maxBytes: null };
const nothing = { colors: Buffer.alloc(3), alpha: Buffer.alloc(1), width: 1, height: 1, left: 0, top: 0 };
const gradient = { ...whiteRecipe, background: "GRADIENT", colors: ["#808080", "#888888"] } as const;

describe("a gradient over few shades", () => {
  const { data } = paint(nothing, { output, recipe: gradient, shadow: 0, rest: "auto" });
  const row = (y: number): number[] => Array.from({ length: output.width }, (_, x) => data[(y * output.width + x) * 3]!);

  it("mixes neighbouring shades, so that each row's mean lies on the line between its ends", () => {
    for (let y = 0; y < output.height; y++) {
      const wanted = 0x80 + (8 * y) / (output.height - 1);
      const values = row(y);
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - wanted)).toBeLessThan(0.15);
      for (const value of values) expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1);
    }
  });

  it("paints the same picture each time", () => {
    expect(paint(nothing, { output, recipe: gradient, shadow: 0, rest: "auto" }).data.equals(data)).toBe(true);
  });
});

it("a plain colour is left exact", () => {
  const { data } = paint(nothing, {
    output,
    recipe: { ...whiteRecipe, background: "COLOR", colors: ["#7b7b7b"] },
    shadow: 0,
    rest: "auto",
  });
  expect(data.every((value) => value === 0x7b)).toBe(true);
});
