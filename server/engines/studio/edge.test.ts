// Working in tiles changes nothing: the edge is the one that the whole picture at once would give.
import { describe, expect, it } from "vitest";
import type { Picture } from "../../images/picture.ts";
import { solveEdge } from "./edge.ts";
import { createGuide, fitToGuide } from "./guided-filter.ts";
import { createShelf } from "./planes.ts";
import { tilesOf } from "./tiles.ts";

/** Pixels: some tiles wide and high. */
const width = 640;
const height = 1100;

/** A tilted bar of one colour on another, with a fine weave. */
function barPhoto(): Picture {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isBar = Math.abs(x - 300 - y / 9) < 90;
      const weave = ((x * 7 + y * 13) % 11) - 5;
      data.set([(isBar ? 190 : 90) + weave, (isBar ? 60 : 120) + weave, 80 + weave], (y * width + x) * 3);
    }
  }
  return { data, width, height, channels: 3 };
}

describe("an edge solved in tiles", () => {
  const picture = barPhoto();
  const labels = Float32Array.from({ length: width * height }, (_, at) =>
    Math.abs((at % width) - 300 - Math.floor(at / width) / 9) < 86 ? 1 : 0,
  );

  it("is made of tiles that cover each pixel once and see as far as they must", () => {
    const covered = new Uint8Array(width * height);
    for (const { own, around } of tilesOf(picture, 16)) {
      for (let y = own.y0; y < own.y1; y++) for (let x = own.x0; x < own.x1; x++) covered[y * width + x]!++;
      expect(around).toEqual({
        x0: Math.max(0, own.x0 - 16),
        y0: Math.max(0, own.y0 - 16),
        x1: Math.min(width, own.x1 + 16),
        y1: Math.min(height, own.y1 + 16),
      });
    }
    expect(covered.every((times) => times === 1)).toBe(true);
  });

  it("is that of the whole picture", () => {
    const { solution, alpha } = solveEdge(picture, { plane: labels, size: picture }, { range: [0, 1], shelf: createShelf() });
    // The same window and smoothness, over the whole picture; labels of 0 and 1 are certain already.
    const { epsilon, radius } = solution;
    const whole = fitToGuide(createGuide(picture, { radius, epsilon }), labels);
    let worst = 0;
    for (let at = 0; at < labels.length; at++) worst = Math.max(worst, Math.abs(whole.intercept[at]! - solution.intercept[at]!));
    expect(worst).toBeLessThan(1e-3);
    expect(alpha[500 * width + 300 + 55]).toBe(1);
    expect(alpha[500 * width + 20]).toBe(0);
  });
});
