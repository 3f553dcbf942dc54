// A handle counts as broken where it is half believed and left open, and only there.
import { expect, it } from "vitest";
import { findBrokenLoops } from "./broken-loop.ts";

const size = { width: 120, height: 80 };
/** A body with a handle at its left; the handle's top is believed as far as told. */
function mug(handleTop: number): Float32Array {
  const plane = new Float32Array(size.width * size.height);
  const fill = (x0: number, y0: number, x1: number, y1: number, value: number): void => {
    for (let y = y0; y < y1; y++) plane.fill(value, y * size.width + x0, y * size.width + x1);
  };
  fill(40, 10, 100, 70, 1);
  fill(20, 20, 26, 60, 1);
  fill(20, 54, 40, 60, 1);
  fill(26, 20, 40, 26, handleTop);
  return plane;
}

it("is where the belief closes what the cut-out leaves open", () => {
  expect(findBrokenLoops(mug(0.3), mug(0), size)).toEqual(["left"]);
});

it("is nowhere where the handle is whole, or was never believed to be, or nothing was found", () => {
  expect(findBrokenLoops(mug(1), mug(1), size)).toEqual([]);
  expect(findBrokenLoops(mug(0.3), mug(0.9), size)).toEqual([]);
  expect(findBrokenLoops(mug(0.05), mug(0), size)).toEqual([]);
  expect(findBrokenLoops(mug(0.3), new Float32Array(size.width * size.height), size)).toEqual([]);
});

it("is nowhere where the whole of it is haze that the cut-out filled in", () => {
  expect(findBrokenLoops(mug(0.3), mug(0).fill(1), size)).toEqual([]);
});
