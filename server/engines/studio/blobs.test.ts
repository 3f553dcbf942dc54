// Blobs found by runs are those that a flood from pixel to pixel finds.
import { describe, expect, it } from "vitest";
import { labelBlobs } from "./blobs.ts";

/** Labels in the order of each blob's first pixel, corners touching. */
function flood(plane: Float32Array, { width, height }: { width: number; height: number }, threshold: number): Int32Array {
  const labels = new Int32Array(plane.length);
  let label = 0;
  for (let seed = 0; seed < plane.length; seed++) {
    if (labels[seed] !== 0 || plane[seed]! <= threshold) continue;
    const stack = [seed];
    labels[seed] = ++label;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (let y = Math.floor(at / width) - 1; y <= Math.floor(at / width) + 1; y++) {
        for (let x: number = (at % width) - 1; x <= (at % width) + 1; x++) {
          const next: number = y * width + x;
          if (x < 0 || y < 0 || x >= width || y >= height || labels[next] !== 0 || plane[next]! <= threshold) continue;
          labels[next] = label;
          stack.push(next);
        }
      }
    }
  }
  return labels;
}

/** Noise that repeats; a denser one has larger, more winding blobs. */
function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  });
}

describe("blobs", () => {
  it.each([
    [64, 48, 0.5],
    [64, 48, 0.62],
    [33, 80, 0.3],
    [1, 50, 0.5],
    [50, 1, 0.5],
    [1, 1, 0.5],
  ])("of %i x %i pixels above %f are those of a flood, in its order", (width, height, threshold) => {
    for (let seed = 1; seed <= 8; seed++) {
      const plane = noise(width * height, seed);
      const { labels } = labelBlobs(plane, { width, height }, threshold);
      expect(labels).toEqual(flood(plane, { width, height }, threshold));
    }
  });

  it("know their area, their mass and their middle", () => {
    // An L of four pixels and, apart from it, one.
    const plane = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0.6, 1, 0.8, 0, 0]);
    const { blobs } = labelBlobs(plane, { width: 4, height: 3 }, 0.5);
    expect(blobs).toHaveLength(2);
    expect(blobs[0]).toMatchObject({ label: 1, area: 4, centreX: 0.25, centreY: 1.25 });
    expect(blobs[0]!.mass).toBeCloseTo(3.64, 5);
    expect(blobs[1]).toMatchObject({ label: 2, area: 1, centreX: 3, centreY: 1 });
  });
});
