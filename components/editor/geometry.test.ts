// The crop's frame: inside the turned picture, whatever is pulled, and the same pixels for the API as on the screen.
import { describe, expect, it } from "vitest";
import { cropOf, type Frame, fits, fitted, largest, leastSide, pulled, scaled, toward, turnedSize, whole } from "./geometry.ts";

const picture = { width: 2200, height: 1600 };

describe("a frame that must fit", () => {
  it("stays as it is where it fits", () => {
    const frame: Frame = { x: 100, y: -50, width: 800, height: 600 };
    expect(fitted(frame, picture, 0)).toEqual(frame);
    expect(fits(frame, picture, 7)).toBe(true);
  });

  it("is moved before it is made smaller", () => {
    const held = fitted({ x: 2000, y: 0, width: 1000, height: 1000 }, picture, 0);
    expect(held).toEqual({ x: 600, y: 0, width: 1000, height: 1000 });
  });

  it.each([-15, -3.5, 0.1, 8, 15, 90, 97, 180, 263])("lies within the picture turned by %d degrees and keeps its ratio", (degrees) => {
    for (const wanted of [whole(picture), { x: 900, y: -700, width: 1500, height: 2000 }, { x: 0, y: 0, width: 5000, height: 40 }]) {
      const frame = fitted(wanted, picture, degrees);
      expect(fits(frame, picture, degrees)).toBe(true);
      expect(frame.width / frame.height).toBeCloseTo(wanted.width / wanted.height, 6);
    }
  });

  it("touches the picture's edge where it had to shrink", () => {
    const frame = fitted(whole(picture), picture, 5);
    expect(fits(scaled(frame, 1.001), picture, 5)).toBe(false);
  });
});

describe("the largest frame of a ratio", () => {
  it("is as high as the picture, or as wide", () => {
    expect(largest(3 / 4, picture, { degrees: 0, about: { x: 0, y: 0 } })).toEqual({ x: 0, y: 0, width: 1200, height: 1600 });
    expect(largest(16 / 9, picture, { degrees: 0, about: { x: 0, y: 0 } })).toEqual({ x: 0, y: 0, width: 2200, height: 2200 / (16 / 9) });
  });

  it("stays about where one looks, as far as it can", () => {
    expect(largest(1, picture, { degrees: 0, about: { x: 200, y: 300 } })).toEqual({ x: 200, y: 0, width: 1600, height: 1600 });
  });
});

describe("a pulled frame", () => {
  const frame: Frame = { x: 0, y: 0, width: 400, height: 300 };

  it("keeps the opposite corner", () => {
    const next = pulled(frame, { x: 1, y: -1 }, { by: { x: 60, y: -40 }, ratio: undefined });
    expect(next).toEqual({ x: 30, y: -20, width: 460, height: 340 });
    expect(next.x - next.width / 2).toBe(-200);
    expect(next.y + next.height / 2).toBe(150);
  });

  it("moves one side alone, and both where a ratio is kept", () => {
    expect(pulled(frame, { x: -1, y: 0 }, { by: { x: -100, y: 77 }, ratio: undefined })).toEqual({ x: -50, y: 0, width: 500, height: 300 });
    expect(pulled(frame, { x: 1, y: 0 }, { by: { x: 100, y: 0 }, ratio: 4 / 3 })).toEqual({ x: 50, y: 0, width: 500, height: 375 });
  });

  it("never turns inside out", () => {
    const next = pulled(frame, { x: 1, y: 1 }, { by: { x: -9000, y: -9000 }, ratio: undefined });
    expect([next.width, next.height]).toEqual([leastSide, leastSide]);
    const kept = pulled(frame, { x: 1, y: 1 }, { by: { x: -9000, y: -9000 }, ratio: 4 });
    expect(kept.width / kept.height).toBeCloseTo(4);
    expect(kept.height).toBeCloseTo(leastSide);
  });

  it("goes as far as the turned picture reaches, and no further", () => {
    const ground = { picture, degrees: 10 };
    const from = fitted(frame, picture, 10);
    const to = pulled(from, { x: 1, y: 1 }, { by: { x: 5000, y: 5000 }, ratio: undefined });
    const reached = toward(from, to, ground);
    expect(fits(reached, picture, 10)).toBe(true);
    expect(reached.width).toBeGreaterThan(from.width);
    expect(fits(scaled(reached, 1.001), picture, 10)).toBe(false);
  });
});

describe("what the API is told", () => {
  it("is nothing for the whole picture", () => {
    expect(cropOf(whole(picture), picture, 0)).toBeUndefined();
    expect(cropOf(whole(picture, 90), picture, 90)).toBeUndefined();
  });

  it("is in fractions of the canvas that holds the turned picture", () => {
    expect(turnedSize(picture, 90)).toEqual({ width: 1600, height: 2200 });
    expect(cropOf({ x: 100, y: 0, width: 400, height: 1600 }, picture, 0)).toEqual({
      x: 0.454_545_454_545_454_53,
      y: 0,
      width: 0.181_818_181_818_181_82,
      height: 1,
    });
    const canvas = turnedSize(picture, 10);
    const frame = fitted({ x: 50, y: 20, width: 900, height: 700 }, picture, 10);
    const crop = cropOf(frame, picture, 10);
    expect((crop?.width ?? 0) * canvas.width).toBeCloseTo(900);
    expect(((crop?.x ?? 0) + (crop?.width ?? 0) / 2 - 0.5) * canvas.width).toBeCloseTo(50);
  });

  it("never leaves the canvas by a rounding", () => {
    for (let degrees = -15; degrees <= 15; degrees += 0.7) {
      const crop = cropOf(fitted(whole(picture), picture, degrees), picture, degrees);
      if (crop === undefined) continue;
      expect(crop.x).toBeGreaterThanOrEqual(0);
      expect(crop.x + crop.width).toBeLessThanOrEqual(1);
      expect(crop.y + crop.height).toBeLessThanOrEqual(1);
    }
  });
});
