// Masks painted for the studio engine: what a person decided stands, the edge follows the photo, and what makes no sense is refused.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { box, circle, coarsely, everywhere, paintMask, type Shape } from "../../../tests/testkit/masks.ts";
import { runStudio } from "../../../tests/testkit/studio-runs.ts";
import { sharp } from "../../images/libvips.ts";
import { whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import type { EngineInput, EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
const engine = engines.default;
afterAll(() => engines.close());

const fixture = (name: string): Buffer => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const bag = fixture("bag-004-02.jpg");
const mug = fixture("mug-001-01.jpg");
/** Of every photo among the fixtures. */
const side = 800;
const size = { width: side, height: side };
const output = { preset: null, ...size, format: "PNG", quality: 90, maxBytes: null } as const;

const run = (source: Buffer, mask: Buffer, input: Partial<EngineInput> = {}): Promise<EngineOutput> =>
  runStudio(engine, source, { mask, output, ...input });

/** Alpha of the result at a point of the photo, given in its pixels. */
function alphaAt({ picture, placement }: EngineOutput, at: { x: number; y: number }, of = size): number {
  const x = Math.floor(placement!.x + ((at.x + 0.5) / of.width) * placement!.width);
  const y = Math.floor(placement!.y + ((at.y + 0.5) / of.height) * placement!.height);
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return 0;
  return picture.data[(y * picture.width + x) * 4 + 3]!;
}

async function exactShape(name: string): Promise<Shape> {
  const { data, info } = await sharp(fixture(`${name}.mask.png`))
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return (x, y) => x >= 0 && data[y * info.width + x]! > 127;
}

/** Intersection over union, over the photo's pixels. */
function overlap(one: Shape, other: Shape): number {
  let both = 0;
  let either = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [a, b] = [one(x, y), other(x, y)];
      if (a && b) both++;
      if (a || b) either++;
    }
  }
  return both / either;
}

describe("a mask over the whole photo", () => {
  it.each(["mug-001-01", "bag-004-02", "brd-006-03"])("of %s gets the exact edge from a coarse one, and silences doubts", async (name) => {
    const exact = await exactShape(name);
    const coarse = await coarsely(exact, size);
    const made = await run(fixture(`${name}.jpg`), await paintMask(size, { black: coarse, white: (x, y) => !coarse(x, y) }));
    const error = 1 - overlap((x, y) => alphaAt(made, { x, y }) > 127, exact);
    expect(error).toBeLessThan((1 - overlap(coarse, exact)) / 2);
    expect(made.confidence).toBeGreaterThan(0.95);
    expect(made.warnings.filter((warning) => warning.startsWith("Check"))).toEqual([]);
  });
});

/** In the opening under the bag's handle, which the engine finds by itself, and on the bag's plain front. */
const opening = { x: 400, y: 256 };
const front = { x: 400, y: 540 };
const below = (pixels: number): { x: number; y: number } => ({ x: front.x, y: front.y + pixels });

describe("a stroke", () => {
  it("of black closes an opening that the engine would leave", async () => {
    const made = await run(bag, await paintMask(size, { black: circle(opening.x, opening.y, 30) }));
    expect(alphaAt(await runStudio(engine, bag, { output }), opening)).toBe(0);
    expect(alphaAt(made, opening)).toBe(255);
    expect(alphaAt(made, front)).toBe(255);
  });

  it("of white opens what looks like product, and reaches no further than it was painted", async () => {
    const made = await run(bag, await paintMask(size, { white: circle(front.x, front.y, 40) }));
    expect(alphaAt(made, front)).toBe(0);
    expect(alphaAt(made, below(26))).toBe(0);
    expect(alphaAt(made, below(54))).toBe(255);
    expect(alphaAt(made, below(-54))).toBe(255);
  });

  it("that is thinner than the edge's reach stands too", async () => {
    const made = await run(bag, await paintMask(size, { white: box(280, front.y - 3, 520, front.y + 3) }));
    expect(alphaAt(made, front)).toBeLessThan(64);
    expect(alphaAt(made, below(18))).toBe(255);
  });
});

describe("a second product", () => {
  const wide = { width: 2 * side, height: side };
  const both = (): Promise<Buffer> =>
    sharp(bag)
      .extend({ right: side, background: "#fff" })
      .composite([{ input: mug, left: side, top: 0 }])
      .jpeg({ quality: 92 })
      .toBuffer();

  /** The share of the mug that is left. */
  function mugIn(made: EngineOutput, exact: Shape): number {
    let product = 0;
    let kept = 0;
    for (let y = 0; y < side; y += 2) {
      for (let x = 0; x < side; x += 2) {
        if (!exact(x, y)) continue;
        product++;
        if (alphaAt(made, { x: side + x, y }, wide) > 127) kept++;
      }
    }
    return kept / product;
  }

  it("that is painted white is gone to its edge, also where it was missed by some pixels", async () => {
    const photo = await both();
    const exact = await exactShape("mug-001-01");
    expect(mugIn(await runStudio(engine, photo, { output }), exact)).toBeGreaterThan(0.9);
    const coarse = await coarsely(exact, size);
    const made = await run(photo, await paintMask(wide, { white: (x, y) => coarse(x - side, y) }));
    expect(mugIn(made, exact)).toBeLessThan(0.005);
    expect(alphaAt(made, front, wide)).toBe(255);
  });
});

describe("a mask", () => {
  it("finds the product where the network finds none", async () => {
    const plain = await sharp({ create: { ...size, channels: 3, background: "#e8e8e8" } })
      .png()
      .toBuffer();
    const product = box(250, 300, 500, 480);
    await expect(runStudio(engine, plain)).rejects.toThrow("No product found");
    const made = await run(plain, await paintMask(size, { black: product }));
    expect(overlap((x, y) => alphaAt(made, { x, y }) > 127, product)).toBeGreaterThan(0.97);
  });

  it("lies on the photo as it is seen, whichever way it is stored", async () => {
    const portrait = await sharp(bag).extract({ left: 80, top: 0, width: 640, height: side }).toBuffer();
    const turned = await sharp(portrait).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const upright = { width: 640, height: side };
    const made = await run(turned, await paintMask(upright, { white: circle(320, front.y, 40) }));
    expect(alphaAt(made, { x: 320, y: front.y }, upright)).toBe(0);
    expect(alphaAt(made, { x: 320, y: front.y + 60 }, upright)).toBe(255);
  });

  it("clears parts of a photo that is cut out already", async () => {
    const disc = await paintMask(size, { black: circle(400, 400, 200) });
    const made = await run(disc, await paintMask(size, { white: box(400, 0, side, side) }));
    expect(alphaAt(made, { x: 330, y: 400 })).toBe(255);
    expect(alphaAt(made, { x: 470, y: 400 })).toBe(0);
  });

  it("changes nothing where the background is kept, which the result says", async () => {
    const kept = { recipe: { ...whiteRecipe, background: "KEEP" }, output } as const;
    const made = await run(bag, await paintMask(size, { white: circle(front.x, front.y, 40) }), kept);
    expect(made.picture.data.equals((await runStudio(engine, bag, kept)).picture.data)).toBe(true);
    expect(made.warnings.join()).toContain("mask changed nothing");
    await expect(run(bag, await paintMask({ width: 20, height: 20 }, { white: everywhere }), kept)).rejects.toThrow("20 x 20");
  });

  it("that has black and white swapped is obeyed, with a warning", async () => {
    const product = await exactShape("bag-004-02");
    const made = await run(bag, await paintMask(size, { black: everywhere, white: product }));
    expect(alphaAt(made, front)).toBe(0);
    expect(made.warnings.join()).toContain("other way round");
  });

  it.each([
    [
      "of another size",
      () => paintMask({ width: 300, height: side }, { white: everywhere }),
      /300 x 800 pixels.*as large as the photo, 800 x 800/,
    ],
    ["that is no picture", async () => Buffer.from("certainly no picture"), /mask can not be read/],
    ["cut short", async () => (await paintMask(size, { black: circle(400, 400, 90) })).subarray(0, 400), /mask can not be read.*damaged/],
    ["that is no PNG", () => sharp(mug).jpeg().toBuffer(), /no PNG/],
    ["that is white everywhere", () => paintMask(size, { white: everywhere }), /white everywhere.*no product/],
    ["that is black everywhere", () => paintMask(size, { black: everywhere }), /black everywhere.*no ground/],
    ["that is transparent everywhere", () => paintMask(size, {}), /transparent everywhere/],
    ["that paints all that could be a product white", () => paintMask(size, { white: box(20, 20, 780, 780) }), /leaves no product/],
  ])("%s is refused as the user's fault", async (_, make, message) => {
    await expect(run(bag, await make())).rejects.toMatchObject({
      name: "EngineError",
      kind: "input",
      message: expect.stringMatching(message),
    });
  });
});
