// Shadows lie where products touch the ground: under each foot, around what lies, never in the air and never at the picture's border.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { type OutputSpec, whiteRecipe } from "../../images/picture.ts";
import { type Piece, paint } from "./canvas.ts";
import type { Rest } from "./shadow.ts";
import { turnPoint } from "./turn.ts";

const side = 500;
const output: OutputSpec = { preset: null, width: side, height: side, format: "PNG", quality: 90, maxBytes: null };
type Rectangle = readonly [x0: number, y0: number, x1: number, y1: number];

/** Red rectangles, turned clockwise together about the picture's middle. */
function shape(rectangles: readonly Rectangle[], degrees = 0): Piece {
  const alpha = Buffer.alloc(side * side);
  for (let at = 0; at < alpha.length; at++) {
    const { x, y } = turnPoint({ x: (at % side) + 0.5, y: Math.floor(at / side) + 0.5 }, -degrees, { x: side / 2, y: side / 2 });
    if (rectangles.some(([x0, y0, x1, y1]) => x >= x0 && x < x1 && y >= y0 && y < y1)) alpha[at] = 255;
  }
  const colors = Buffer.alloc(side * side * 3);
  for (let at = 0; at < colors.length; at += 3) colors[at] = 255;
  return { alpha, colors, width: side, height: side, left: 0, top: 0 };
}

/** How much darker than white the ground is at a pixel, 0 to 255, as a mean over its neighbourhood, for shadows are grainy. */
function shadeOf(piece: Piece, rest: Rest = "auto", shadow = 0.5): (x: number, y: number) => number {
  const { data } = paint(piece, { output, recipe: whiteRecipe, shadow, rest });
  return (x, y) => {
    let sum = 0;
    for (let row = y - 1; row <= y + 1; row++)
      for (let column = x - 1; column <= x + 1; column++) sum += 255 - data[(row * side + column) * 3 + 1]!;
    return sum / 9;
  };
}

const box: Rectangle = [170, 100, 330, 420];

describe("what stands", () => {
  it("is shaded under its foot, less to the sides of it, and not above", () => {
    const shade = shadeOf(shape([box]));
    expect(shade(250, 425)).toBeGreaterThan(40);
    expect(shade(345, 418)).toBeGreaterThan(5);
    expect(shade(250, 425)).toBeGreaterThan(2 * shade(345, 418));
    for (const [x, y] of [
      [250, 90],
      [160, 200],
      [340, 200],
    ] as const)
      expect(shade(x, y)).toBe(0);
  });

  it("on four legs is shaded under each of them and between them", () => {
    const legs = [
      [112, 250, 124, 420],
      [376, 250, 388, 420],
      [160, 250, 172, 362],
      [328, 250, 340, 362],
    ] as const;
    const shade = shadeOf(shape([[100, 200, 400, 250], ...legs]), "auto", 0.8);
    for (const [x0, , x1, y1] of legs) {
      const foot = shade((x0 + x1) / 2, y1 + 2);
      expect(foot).toBeGreaterThan(15);
    }
    expect(shade(250, 390)).toBeGreaterThan(15);
    expect(shade(250, 300)).toBeLessThan(4);
    expect(shade(250, 465)).toBeLessThan(6);
  });

  it("in two parts, one behind the other, is shaded under both", () => {
    const shade = shadeOf(
      shape([
        [100, 150, 220, 420],
        [280, 150, 400, 370],
      ]),
    );
    expect(shade(160, 424)).toBeGreaterThan(40);
    expect(shade(340, 374)).toBeGreaterThan(40);
  });

  it("is not shaded under a part that hangs in the air", () => {
    const shade = shadeOf(
      shape([
        [150, 250, 350, 420],
        [350, 300, 430, 330],
      ]),
    );
    expect(shade(400, 340)).toBeLessThan(3);
    expect(shade(250, 424)).toBeGreaterThan(40);
  });
});

describe("what lies", () => {
  it("is shaded all round where it fills a rectangle that is turned", () => {
    const shade = shadeOf(shape([box], 12));
    const near = (x: number, y: number): number => {
      const point = turnPoint({ x, y }, 12, { x: 250, y: 250 });
      return shade(Math.round(point.x), Math.round(point.y));
    };
    for (const [x, y] of [
      [250, 424],
      [166, 250],
      [334, 250],
      [250, 97],
    ] as const)
      expect(near(x, y)).toBeGreaterThan(10);
    expect(near(250, 424)).toBeGreaterThan(near(250, 97));
  });

  it("is shaded all round where it could not stand", () => {
    const shade = shadeOf(shape([[240, 60, 256, 440]], 20));
    const middle = { x: 250, y: 250 };
    const beside = turnPoint({ x: 259, y: 250 }, 20, middle);
    expect(shade(Math.round(beside.x), Math.round(beside.y))).toBeGreaterThan(10);
  });

  it("is what the caller says that it is", () => {
    expect(shadeOf(shape([box]), "lying")(165, 250)).toBeGreaterThan(10);
    expect(shadeOf(shape([box], 12), "standing")(250, 80)).toBe(0);
  });
});

describe.each([0.35, 0.8])("at a strength of %s", (shadow) => {
  // As low as a product can stand.
  const piece = shape([[20, 60, 480, 490]]);

  it.each(["standing", "lying"] as const)("a %s product's shadow leaves the picture's border exactly white", (rest) => {
    const { data } = paint(piece, { output, recipe: whiteRecipe, shadow, rest });
    for (let along = 0; along < side; along++) {
      for (const at of [
        along,
        (side - 1) * side + along,
        along * side,
        along * side + side - 1,
        4 * side + along,
        (side - 5) * side + along,
      ])
        expect(data[at * 3]).toBe(255);
    }
  });

  it("is darkest where that is asked for, and never black", () => {
    const shade = shadeOf(shape([box]), "auto", shadow);
    expect(shade(250, 423)).toBeGreaterThan(shadow * 100);
    expect(shade(250, 423)).toBeLessThan(225);
  });
});

it("no shadow is cast where none is asked for", () => {
  const { data } = paint(shape([box]), { output, recipe: whiteRecipe, shadow: 0, rest: "auto" });
  expect(data.subarray(420 * side * 3).every((value) => value === 255)).toBe(true);
});

it("shades pass into each other without bands", () => {
  const recipe = { ...whiteRecipe, colors: ["#8a8a8a"] };
  const { data } = paint(shape([box]), { output, recipe, shadow: 0.35, rest: "standing" });
  let [longest, run] = [0, 0];
  // Along a row where it changes by a few bytes in a hundred pixels.
  for (let x = 331; x < 420; x++) {
    const [value, before] = [data[(430 * side + x) * 3]!, data[(430 * side + x - 1) * 3]!];
    run = value === before && value !== 0x8a ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  expect(longest).toBeLessThan(8);
});

it("a real mug is shaded at its foot, and not under its handle", async () => {
  const matte = await sharp(readFileSync(new URL("./fixtures/mug-001-01.mask.png", import.meta.url)))
    .resize(420, 420, { fit: "contain", background: "#000" })
    .extend({ top: 40, bottom: 40, left: 40, right: 40, background: "#000" })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const piece = { ...shape([]), alpha: matte };
  const lowest = (x: number): number => {
    let y = side - 1;
    while (y > 0 && matte[y * side + x]! < 128) y--;
    return y;
  };
  const columns = Array.from({ length: side }, (_, x) => x).filter((x) => lowest(x) > 0);
  const foot = columns.reduce((best, x) => (lowest(x) > lowest(best) ? x : best));
  const handle = columns.at(-20)!;
  const shade = shadeOf(piece);
  expect(shade(foot, lowest(foot) + 4)).toBeGreaterThan(40);
  expect(shade(handle, lowest(handle) + 4)).toBeLessThan(2);
});
