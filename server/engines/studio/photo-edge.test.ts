// Products that run out of their photo: set at the picture's edge and named, never hanging in the air with a hard cut.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { type OutputSpec, whiteRecipe } from "../../images/picture.ts";
import { countDirtyRing } from "../../images/verify.ts";
import { createLog } from "../../log.ts";
import type { EngineInput, EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";
import { productArea } from "./layout.ts";
import { meetEdges } from "./photo-edge.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
const engine = engines.default;
afterAll(() => engines.close());

const file = readFileSync(new URL("./fixtures/mug-001-01.jpg", import.meta.url));
const { width, height } = await sharp(file).metadata();
const clear = { ...whiteRecipe, background: "TRANSPARENT", shadow: 0.3 } as const;
const output: OutputSpec = { preset: null, width: 500, height: 500, format: "PNG", quality: 90, maxBytes: null };

const part = (left: number, top: number, right: number, bottom: number): Promise<Buffer> =>
  sharp(file)
    .extract({
      left: Math.round(left * width),
      top: Math.round(top * height),
      width: Math.round((right - left) * width),
      height: Math.round((bottom - top) * height),
    })
    .png()
    .toBuffer();

const run = (source: Buffer, input: Partial<EngineInput> = {}): Promise<EngineOutput> =>
  engine.run({
    source,
    prompt: null,
    recipe: clear,
    model: null,
    options: engine.parseOptions(undefined),
    output,
    signal: new AbortController().signal,
    onStage: () => {},
    ...input,
  });

/** Free lines between the product and each side of the picture. */
function freeSpace({ picture }: EngineOutput): { left: number; right: number; top: number; bottom: number } {
  const { data, width: across, height: down, channels } = picture;
  const isProduct = (x: number, y: number): boolean => {
    const at = (y * across + x) * channels;
    return channels === 4 ? data[at + 3]! > 200 : data[at]! < 235 || data[at + 2]! < 235;
  };
  let [x0, y0, x1, y1] = [across, down, 0, 0];
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++)
      if (isProduct(x, y)) [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  return { left: x0, top: y0, right: across - 1 - x1, bottom: down - 1 - y1 };
}

describe("a mug", () => {
  it("that runs out of the photo's bottom stands at the picture's, casts no shadow, and is said to be cut off", async () => {
    const made = await run(await part(0, 0, 1, 0.6));
    const free = freeSpace(made);
    expect(free.bottom).toBe(0);
    expect(free.top).toBeGreaterThan(30);
    expect(Math.abs(free.left - free.right)).toBeLessThan(6);
    expect(made.warnings.join(" ")).toContain("cut off at the bottom of the photo");
    const column = (x: number): number => made.picture.data[(499 * 500 + x) * 4 + 3]!;
    expect([column(10), column(490)]).toEqual([0, 0]);
  });

  it("that runs out to the left lies at the left edge", async () => {
    const made = await run(await part(0.4, 0, 1, 1));
    const free = freeSpace(made);
    expect(free.left).toBe(0);
    expect(free.right).toBeGreaterThan(30);
    expect(made.warnings.join(" ")).toContain("cut off at the left of the photo");
  });

  it("stays off a border that must be white, as near as the encoder allows", async () => {
    const square = { ...output, preset: "square-master" };
    const made = await run(await part(0, 0, 1, 0.6), { recipe: { ...whiteRecipe, autoTone: false }, output: square });
    expect(countDirtyRing(made.picture.data, made.picture)).toBe(0);
    expect(Math.abs(freeSpace(made).bottom - 10)).toBeLessThanOrEqual(1);
  });

  it("is centred where that is asked for", async () => {
    const free = freeSpace(await run(await part(0, 0, 1, 0.6), { options: engine.parseOptions({ cutToEdge: false }) }));
    expect(Math.abs(free.top - free.bottom)).toBeLessThan(6);
  });

  it("that is whole in its photo is centred and not said to be cut off", async () => {
    const made = await run(file);
    const free = freeSpace(made);
    expect(Math.abs(free.left - free.right)).toBeLessThan(6);
    expect(Math.abs(free.top - free.bottom)).toBeLessThan(6);
    expect(made.warnings.join(" ")).not.toContain("cut off");
  });
});

describe("where a product meets the photo's edge", () => {
  const size = { width: 200, height: 200 };
  const photo = { x0: 0, y0: 0, x1: 200, y1: 200 };
  const alpha = Buffer.alloc(200 * 200);
  // A block with a thin leg that reaches the bottom.
  for (let y = 60; y < 120; y++) alpha.fill(255, y * 200 + 40, y * 200 + 160);
  for (let y = 120; y < 200; y++) alpha.fill(255, y * 200 + 50, y * 200 + 56);

  it("a tip touches, and is not cut off", () => {
    expect(meetEdges({ alpha, ...size }, { x0: 40, y0: 60, x1: 160, y1: 200 }, photo)).toEqual({ touching: ["bottom"], cut: [] });
  });

  it("a block that lies at the edge is cut off", () => {
    const box = { x0: 40, y0: 60, x1: 160, y1: 120 };
    expect(meetEdges({ alpha, ...size }, box, { ...photo, x0: 40 })).toEqual({ touching: ["left"], cut: ["left"] });
  });

  it("far from every edge it meets none", () => {
    const far = { x0: -500, y0: -500, x1: 700, y1: 700 };
    expect(meetEdges({ alpha, ...size }, { x0: 40, y0: 60, x1: 160, y1: 200 }, far)).toEqual({ touching: [], cut: [] });
  });
});

it("a product that is cut off at both sides spans the picture from one edge to the other", () => {
  expect(productArea(output, clear, ["left", "right"])).toEqual({ width: 502, height: 420 });
  expect(productArea({ ...output, preset: "square-master" }, whiteRecipe, ["left", "right"]).width).toBe(480);
  expect(productArea(output, clear, ["left"])).toEqual({ width: 420, height: 420 });
});
