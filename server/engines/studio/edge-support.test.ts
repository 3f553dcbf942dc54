// An outline counts as supported where the photo has an edge, and only there.
import { expect, it } from "vitest";
import { measureEdgeSupport } from "./edge-support.ts";

const size = 100;
const data = Buffer.alloc(size * size * 3);
for (let at = 0; at < size * size; at++) data.fill(at % size < 50 ? 60 : 200, at * 3, at * 3 + 3);
const picture = { data, width: size, height: size, channels: 3 } as const;
const splitAt = (column: number): Float32Array => Float32Array.from({ length: size * size }, (_, at) => (at % size < column ? 1 : 0));

it("is whole on the photo's edge, nothing in even ground, and nothing without an outline", () => {
  expect(measureEdgeSupport(picture, splitAt(50))).toBe(1);
  expect(measureEdgeSupport(picture, splitAt(20))).toBe(0);
  expect(measureEdgeSupport(picture, splitAt(0))).toBe(0);
});
