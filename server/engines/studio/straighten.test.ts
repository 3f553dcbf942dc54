// Only what stands and surely leans is set upright: bottles and mugs, not cushions, plants, bags or boards.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { measureLean } from "./straighten.ts";
import { turnedBounds } from "./turn.ts";

const mattes = new URL("../../../tests/bench/engine/mattes/", import.meta.url);

async function leanOf(name: string, degrees: number): Promise<number> {
  const turned = sharp(readFileSync(new URL(`${name}.png`, mattes)))
    .extractChannel(0)
    .rotate(degrees, { background: "#000" });
  const { data, info } = await turned.extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  return measureLean(data, info);
}

describe("a bottle", () => {
  it.each([-4, -3, -2, 0, 2, 3, 4])("that was turned by %d degrees is set upright", async (degrees) => {
    expect(Math.abs((await leanOf("thm-003-01", degrees)) + degrees)).toBeLessThan(0.3);
  });
});

describe("a bottle with a rest of its old shadow at its foot", () => {
  it.each([-3, 0, 3])("that was turned by %d degrees is set upright", async (degrees) => {
    const matte = sharp(readFileSync(new URL("thm-003-01.png", mattes))).extractChannel(0);
    const { data, info } = await matte.raw().toBuffer({ resolveWithObject: true });
    const box = turnedBounds({ alpha: data, ...info }, 0, 128)!;
    const reach = Math.round((box.x1 - box.x0) * 0.8);
    // A tongue that runs out to the right under half of the base.
    for (let y = Math.round(box.y1) - 8; y < box.y1 + 10; y++)
      data.fill(255, y * info.width + Math.round((box.x0 + box.x1) / 2), y * info.width + Math.round((box.x0 + box.x1) / 2) + reach);
    const raw = { width: info.width, height: info.height, channels: 1 } as const;
    const turned = sharp(data, { raw }).rotate(degrees, { background: "#000" }).extractChannel(0);
    const made = await turned.raw().toBuffer({ resolveWithObject: true });
    expect(Math.abs(measureLean(made.data, made.info) + degrees)).toBeLessThan(0.4);
  });
});

describe("a flask with corners, seen at an angle so that its base runs askew", () => {
  it.each([-3, 0, 3])("that was turned by %d degrees is set upright by its sides", async (degrees) => {
    expect(Math.abs((await leanOf("prf-002-01", degrees)) + degrees)).toBeLessThan(0.3);
  });
});

describe("a mug with its handle", () => {
  it.each([-4, -2, 2, 4])("that was turned by %d degrees stands straighter afterwards", async (degrees) => {
    expect(Math.abs((await leanOf("mug-001-01", degrees)) + degrees)).toBeLessThan(0.9);
  });

  it("that stands straight is left alone", async () => {
    expect(await leanOf("mug-001-01", 0)).toBe(0);
  });
});

describe.each([1, 2, 3].flatMap((photo) => ["csh-008", "plt-007", "bag-004"].map((sku) => `${sku}-0${photo}`)))("%s", (name) => {
  it.each([-4, -2, 0, 2, 4])("is no case for it, turned by %d degrees", async (degrees) => {
    expect(await leanOf(name, degrees)).toBe(0);
  });
});

describe.each(["hdp-005-01", "hdp-005-02", "hdp-005-03", "brd-006-01", "brd-006-02", "brd-006-03"])("%s", (name) => {
  it.each([-3, 0, 3])("lies or leans against something, and is left so, turned by %d degrees", async (degrees) => {
    expect(await leanOf(name, degrees)).toBe(0);
  });
});

describe("shapes", () => {
  it.each([
    ["nothing", 300, 300, 0],
    ["one pixel", 1, 1, 255],
    ["a full frame", 300, 200, 255],
    ["a hair", 3, 500, 255],
  ] as const)("such as %s are left alone", (_title, width, height, value) => {
    expect(measureLean(Buffer.alloc(width * height, value), { width, height })).toBe(0);
  });

  it("such as an upright box are set upright to a tenth of a degree", () => {
    const size = { width: 500, height: 700 };
    const alpha = Buffer.alloc(size.width * size.height);
    const slope = Math.tan((2.5 * Math.PI) / 180);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const across = x - 250 + (y - 350) * slope;
        const down = y - 350 - (x - 250) * slope;
        if (Math.abs(across) < 120 && Math.abs(down) < 260) alpha[y * size.width + x] = 255;
      }
    }
    // Turned clockwise by 2.5 degrees: its foot runs to the left.
    expect(measureLean(alpha, size)).toBeCloseTo(-2.5, 1);
  });
});
