// Where pictures lie, and how zoom and pan move them.
import { describe, expect, it } from "vitest";
import { aligned, type Box, clampView, contain, dividerAt, fitView, pinched, unaligned, viewed, visible, zoomAt } from "./geometry.ts";

const viewport = { width: 1000, height: 600 };
const fitted: Box = contain({ width: 2200, height: 2200 }, viewport);

describe("a picture in its frame", () => {
  it("lies whole in the middle", () => {
    expect(contain({ width: 1600, height: 800 }, viewport)).toEqual({ x: 0, y: 50, width: 1000, height: 500 });
    expect(contain({ width: 800, height: 1600 }, viewport)).toEqual({ x: 350, y: 0, width: 300, height: 600 });
  });

  it("takes the frame itself while its size is not known", () => {
    expect(contain({ width: 0, height: 0 }, viewport)).toEqual({ x: 0, y: 0, ...viewport });
  });
});

describe("the source over the result", () => {
  it("lies so that the product falls on the same pixels", () => {
    // The product stands at 400..1200 of a 1600 px source and at 200..2000 of a 2200 px result: 2.25 times as large.
    const scale = (2000 - 200) / (1200 - 400);
    const placement = { x: 200 - 400 * scale, y: 200 - 400 * scale, width: 1600 * scale, height: 1600 * scale, rotation: 0 };
    const place = aligned(placement, { width: 2200, height: 2200 });
    const onFrame = (sourcePixel: number): number => (place.x + (sourcePixel / 1600) * place.width) * 2200;
    expect(onFrame(400)).toBeCloseTo(200);
    expect(onFrame(1200)).toBeCloseTo(2000);
  });

  it("keeps the turn", () => {
    expect(aligned({ x: 0, y: 0, width: 100, height: 100, rotation: -3.5 }, { width: 100, height: 100 }).rotation).toBe(-3.5);
  });

  it("lies whole in the frame where nobody knows the product", () => {
    expect(unaligned({ width: 1600, height: 800 }, { width: 2000, height: 2000 })).toEqual({
      x: 0,
      y: 0.25,
      width: 1,
      height: 0.5,
      rotation: 0,
    });
  });
});

describe("zoom and pan", () => {
  const frame = { fitted, viewport, actual: 2200 / 600 };

  it("keeps the point under the pointer where it is", () => {
    const pointer = { x: 560, y: 280 };
    const before = viewed(fitted, fitView);
    const after = viewed(fitted, zoomAt(fitView, pointer, 2.5, frame));
    expect((pointer.x - after.x) / after.width).toBeCloseTo((pointer.x - before.x) / before.width);
    expect((pointer.y - after.y) / after.height).toBeCloseTo((pointer.y - before.y) / before.height);
  });

  it("is never smaller than what fits, nor larger than eight pixels for one", () => {
    expect(zoomAt(fitView, { x: 0, y: 0 }, 0.1, frame)).toEqual(fitView);
    expect(zoomAt(fitView, { x: 500, y: 300 }, 1e6, frame).scale).toBeCloseTo((2200 / 600) * 8);
  });

  it("holds the picture over the viewport, and in its middle where it is smaller", () => {
    expect(clampView({ scale: 1, x: 300, y: 80 }, fitted, viewport)).toEqual({ scale: 1, x: 0, y: 0 });
    expect(clampView({ scale: 2, x: 999, y: -999 }, fitted, viewport)).toEqual({ scale: 2, x: 100, y: -300 });
  });
});

describe("the divider", () => {
  it("follows the pointer within what is seen of the picture", () => {
    expect(visible({ x: -200, y: 10, width: 500, height: 900 }, viewport)).toEqual({ x: 0, y: 10, width: 300, height: 590 });
    const box = { x: 100, y: 0, width: 400, height: 400 };
    expect(dividerAt(300, box)).toBe(0.5);
    expect(dividerAt(-50, box)).toBe(0);
    expect(dividerAt(900, box)).toBe(1);
  });
});

describe("two fingers", () => {
  it("zoom by how far they go apart, about what lies between them, and take it along", () => {
    const from = [
      { x: 400, y: 300 },
      { x: 500, y: 300 },
    ] as const;
    expect(
      pinched(from, [
        { x: 400, y: 300 },
        { x: 600, y: 300 },
      ]),
    ).toEqual({ factor: 2, middle: { x: 500, y: 300 }, by: { x: 50, y: 0 } });
    expect(pinched(from, from)).toEqual({ factor: 1, middle: { x: 450, y: 300 }, by: { x: 0, y: 0 } });
    expect(pinched([from[0], from[0]], from).factor).toBe(100);
  });
});
