// Only what stands and surely leans is set upright: bottles and mugs, not cushions, plants, bags or boards.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { measureLean } from "./straighten.ts";

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

describe.each(["hdp-005-01", "hdp-005-02", "hdp-005-03", "brd-006-01", "brd-006-02", "brd-006-03", "prf-002-01"])("%s", (name) => {
  it.each([-3, 0, 3])("lies, leans or is seen at an angle, and is left so, turned by %d degrees", async (degrees) => {
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
