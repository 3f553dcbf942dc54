// Planes and their filters, against what their definitions say pixel by pixel.
import { describe, expect, it } from "vitest";
import { boxMean, resizePart, resizePlane } from "./planes.ts";

const plane = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => ((at * 7919) % 1009) / 1009);

describe("a box mean", () => {
  it.each([
    [10, 7, 2, 3],
    [9, 8, 1, 1],
    [5, 5, 9, 9],
    [3, 9, 1, 4],
    [7, 1, 2, 2],
    [1, 7, 2, 2],
    [1, 1, 1, 1],
  ])("over %i x %i pixels, reaching %i across and %i down, is the mean of what the window holds", (width, height, across, down) => {
    const source = plane(width * height);
    const target = source.slice();
    boxMean(target, target, new Float32Array(source.length), { width, height, radius: across, radiusDown: down });
    const reachX = Math.max(1, Math.min(across, width - 1));
    const reachY = Math.max(1, Math.min(down, height - 1));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = [...source.keys()].filter(
          (at) => Math.abs((at % width) - x) <= reachX && Math.abs(Math.floor(at / width) - y) <= reachY,
        );
        const mean = inside.reduce((sum, at) => sum + source[at]!, 0) / inside.length;
        expect(target[y * width + x]).toBeCloseTo(mean, 5);
      }
    }
  });
});

describe("a part of a resized plane", () => {
  it("is that part of the whole", () => {
    const from = { width: 23, height: 17 };
    const to = { width: 61, height: 40 };
    const box = { x0: 13, y0: 9, x1: 50, y1: 40 };
    const source = plane(from.width * from.height);
    const whole = resizePlane(source, from, to);
    const target = new Float32Array((box.x1 - box.x0) * (box.y1 - box.y0));
    resizePart(source, from, { ...to, box, target });
    for (let y = box.y0; y < box.y1; y++)
      for (let x = box.x0; x < box.x1; x++)
        expect(target[(y - box.y0) * (box.x1 - box.x0) + x - box.x0]).toBeCloseTo(whole[y * to.width + x]!, 6);
  });
});
