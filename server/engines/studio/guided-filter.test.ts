// The guided filter takes over the photo's edges, and the box mean under it is exact.
import { describe, expect, it } from "vitest";
import { createGuide, guidedFilter } from "./guided-filter.ts";
import { boxMean } from "./planes.ts";

describe("boxMean", () => {
  it("equals the plain mean of each window, cut off at the borders", () => {
    const [width, height, radius] = [13, 9, 2];
    const plane = Float32Array.from({ length: width * height }, (_, at) => (at * 37) % 11);
    const means = new Float32Array(plane.length);
    boxMean(plane, means, new Float32Array(plane.length), { width, height, radius });
    for (let at = 0; at < plane.length; at++) {
      const x = at % width;
      const y = Math.floor(at / width);
      const window: number[] = [];
      for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
        for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) window.push(plane[v * width + u]!);
      }
      expect(means[at]).toBeCloseTo(window.reduce((sum, value) => sum + value, 0) / window.length, 4);
    }
  });
});

describe("guidedFilter", () => {
  const size = 60;
  const photo = Buffer.alloc(size * size * 3);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) photo.fill(x < 30 ? 60 : 190, (y * size + x) * 3, (y * size + x) * 3 + 3);
  const guide = createGuide({ data: photo, width: size, height: size, channels: 3 }, { radius: 4, epsilon: 1e-4 });

  it("moves a soft, misplaced step onto the photo's edge", () => {
    const blurred = Float32Array.from({ length: size * size }, (_, at) => Math.min(1, Math.max(0, ((at % size) - 25) / 8)));
    const sharpened = guidedFilter(guide, blurred);
    const row = 30 * size;
    expect(sharpened[row + 31]! - sharpened[row + 28]!).toBeGreaterThan(0.35);
    expect(Math.abs(sharpened[row + 28]! - sharpened[row + 24]!)).toBeLessThan(0.35);
  });

  it("leaves an edge that both share as sharp as it was", () => {
    const step = Float32Array.from({ length: size * size }, (_, at) => (at % size < 30 ? 0 : 1));
    const kept = guidedFilter(guide, step);
    expect(kept[30 * size + 29]).toBeLessThan(0.05);
    expect(kept[30 * size + 30]).toBeGreaterThan(0.95);
  });
});
