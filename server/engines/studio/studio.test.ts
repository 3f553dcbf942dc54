// The studio engine as its callers see it: right cut-outs, clean pictures, errors that stay with their photo.
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, describe, expect, it } from "vitest";
import { encodePicture } from "../../images/encode.ts";
import { sharp } from "../../images/libvips.ts";
import { type OutputSpec, type Picture, whiteRecipe } from "../../images/picture.ts";
import { countDirtyRing, verifyEncoded } from "../../images/verify.ts";
import { createLog } from "../../log.ts";
import type { EngineInput, EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("silent"));
const engine = engines.default;
afterAll(() => engines.close());

const fixture = (name: string): Buffer => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const output: OutputSpec = { preset: "square-master", width: 600, height: 600, format: "JPEG", quality: 90, maxBytes: null };

function run(source: Buffer, input: Partial<EngineInput> = {}): Promise<EngineOutput> {
  const usual = {
    prompt: null,
    recipe: whiteRecipe,
    model: null,
    options: {},
    output,
    signal: new AbortController().signal,
    onStage: () => {},
  };
  return engine.run({ source, ...usual, ...input });
}

const clear = { ...whiteRecipe, background: "TRANSPARENT", shadow: 0 } as const;

/** Intersection over union of the result's alpha and the exact matte, laid over each other by the placement. */
async function overlapWithMatte(made: EngineOutput, matte: Buffer): Promise<number> {
  const { x, y, width, height } = made.placement!;
  const { data: truth, info } = await sharp(matte).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  let both = 0;
  let either = 0;
  for (let row = 0; row < made.picture.height; row++) {
    for (let column = 0; column < made.picture.width; column++) {
      const u = Math.floor(((column + 0.5 - x) / width) * info.width);
      const v = Math.floor(((row + 0.5 - y) / height) * info.height);
      const wanted = u >= 0 && v >= 0 && u < info.width && v < info.height && truth[v * info.width + u]! > 127;
      const got = made.picture.data[(row * made.picture.width + column) * 4 + 3]! > 127;
      if (wanted && got) both++;
      if (wanted || got) either++;
    }
  }
  return both / either;
}

/** The pixel of the result that shows a point of the source, given as shares of its width and height. */
function sourcePoint({ picture, placement }: EngineOutput, across: number, down: number): number[] {
  const x = Math.round(placement!.x + across * placement!.width);
  const y = Math.round(placement!.y + down * placement!.height);
  const at = (y * picture.width + x) * picture.channels;
  return [...picture.data.subarray(at, at + picture.channels)];
}

function productBox({ data, width, height }: Picture): { across: number; down: number; centre: number } {
  let [x0, x1, y0, y1] = [width, 0, height, 0];
  for (let at = 0; at < width * height; at++) {
    if (data[at * 4 + 3]! < 128) continue;
    const x = at % width;
    const y = Math.floor(at / width);
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x + 1), Math.min(y0, y), Math.max(y1, y + 1)];
  }
  return { across: (x1 - x0) / width, down: (y1 - y0) / height, centre: (x0 + x1) / 2 / width };
}

describe("the cut-out", () => {
  it.each([
    ["mug-001-01", 0.96],
    ["bag-004-02", 0.96],
    ["brd-006-03", 0.95],
  ])("of %s covers at least %s of the exact matte", async (name, floor) => {
    const made = await run(fixture(`${name}.jpg`), { recipe: clear });
    expect(await overlapWithMatte(made, fixture(`${name}.mask.png`))).toBeGreaterThan(floor);
    expect(made.confidence).toBeGreaterThan(0.3);
  });

  it("leaves a handle open", async () => {
    const bag = await run(fixture("bag-004-02.jpg"), { recipe: clear });
    expect(sourcePoint(bag, 0.5, 0.32)[3]).toBe(0);
  });

  it.each([-1, 1])("shifted by %s moves at its edge alone", async (edgeShift) => {
    const solid = ({ picture }: EngineOutput): number => picture.data.filter((value, at) => at % 4 === 3 && value > 127).length;
    const shifted = await run(fixture("bag-004-02.jpg"), { recipe: clear, options: { edgeShift } });
    expect(sourcePoint(shifted, 0.5, 0.675)[3]).toBe(255);
    expect(sourcePoint(shifted, 0.5, 0.32)[3]).toBe(0);
    const usual = solid(await run(fixture("bag-004-02.jpg"), { recipe: clear }));
    expect(Math.sign(solid(shifted) - usual)).toBe(edgeShift);
  });

  it("keeps the transparency of a photo that is cut out already", async () => {
    const disc = Buffer.from(
      await sharp({ create: { width: 300, height: 300, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0 } } })
        .raw()
        .toBuffer(),
    );
    for (let y = 100; y < 200; y++) for (let x = 80; x < 220; x++) disc[(y * 300 + x) * 4 + 3] = 255;
    const made = await run(
      await sharp(disc, { raw: { width: 300, height: 300, channels: 4 } })
        .png()
        .toBuffer(),
      { recipe: { ...clear, autoTone: false } },
    );
    expect(productBox(made.picture).across).toBeCloseTo(0.87, 1);
    expect(made.confidence).toBeGreaterThan(0.9);
  });
});

describe("the picture", () => {
  it("has the exact size and a pure white outermost ring", async () => {
    const made = await run(fixture("mug-001-01.jpg"));
    expect(made.picture).toMatchObject({ width: 600, height: 600, channels: 3 });
    expect(countDirtyRing(made.picture.data, made.picture)).toBe(0);
  });

  it.each([32, 41, 64, 100])("keeps that ring through the encoder at %s pixels", async (side) => {
    const small = { ...output, width: side, height: side };
    const made = await run(fixture("mug-001-01.jpg"), { output: small });
    await expect(verifyEncoded((await encodePicture(made.picture, small)).data, small, whiteRecipe)).resolves.toBeUndefined();
  });

  it("is filled as the preset says, else as the recipe's margin says", async () => {
    const preset = productBox((await run(fixture("mug-001-01.jpg"), { recipe: clear })).picture);
    expect(Math.max(preset.across, preset.down)).toBeCloseTo(0.87, 1);
    expect(preset.centre).toBeCloseTo(0.5, 1);
    const own = productBox(
      (await run(fixture("mug-001-01.jpg"), { recipe: { ...clear, margin: 0.3 }, output: { ...output, preset: null } })).picture,
    );
    expect(Math.max(own.across, own.down)).toBeCloseTo(0.4, 1);
  });

  it("has a shadow under the product that darkens the ground and not the product", async () => {
    const plain = await run(fixture("brd-006-03.jpg"), { recipe: { ...whiteRecipe, shadow: 0 } });
    const shaded = await run(fixture("brd-006-03.jpg"), { recipe: { ...whiteRecipe, shadow: 0.8 } });
    const grey = shaded.picture.data.reduce((count, value, at) => count + (value < plain.picture.data[at]! ? 1 : 0), 0);
    expect(grey).toBeGreaterThan(1000);
    expect(sourcePoint(shaded, 0.45, 0.6)).toEqual(sourcePoint(plain, 0.45, 0.6));
    expect(countDirtyRing(shaded.picture.data, shaded.picture)).toBe(0);
  });

  it("runs from the first colour to the second on a gradient", async () => {
    const { picture } = await run(fixture("mug-001-01.jpg"), {
      recipe: { ...whiteRecipe, background: "GRADIENT", colors: ["#ff0000", "#0000ff"] },
    });
    expect([...picture.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...picture.data.subarray(-3)]).toEqual([0, 0, 255]);
  });

  it("keeps the whole photo where the background is kept", async () => {
    const made = await run(fixture("brd-006-03.jpg"), {
      recipe: { ...whiteRecipe, background: "KEEP" },
      output: { ...output, width: 800, height: 600, preset: null },
    });
    expect(made.picture).toMatchObject({ width: 800, height: 600, channels: 3 });
    expect(made.placement).toEqual({ x: 100, y: 0, width: 600, height: 600, rotation: 0 });
    expect(made.confidence).toBeNull();
  });
});

describe("a run", () => {
  it("tells its stages in order", async () => {
    const stages: string[] = [];
    const small = { ...output, width: 400, height: 400 };
    await run(fixture("mug-001-01.jpg"), { output: small, onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(["Reading the photo", "Finding the product", "Refining the edge", "Composing"]);
  });

  it("enlarges a small product with the network, unless told not to", async () => {
    const input = { output: { ...output, width: 1200, height: 1200 } };
    const stages: string[] = [];
    const enlarged = await run(fixture("mug-001-01.jpg"), { ...input, onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(["Reading the photo", "Finding the product", "Refining the edge", "Enlarging", "Composing"]);
    expect(enlarged).toMatchObject({ upscaled: true, picture: { width: 1200, height: 1200 } });
    const plain: string[] = [];
    const lanczos = await run(fixture("mug-001-01.jpg"), { ...input, options: { enlarge: false }, onStage: (stage) => plain.push(stage) });
    expect(plain).not.toContain("Enlarging");
    expect(lanczos.picture.data.equals(enlarged.picture.data)).toBe(false);
    expect(lanczos.placement).toEqual(enlarged.placement);
  });

  it("rejects with the signal's reason soon after an abort, and the engine goes on working", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled by a person");
    const pending = run(fixture("bag-004-02.jpg"), { signal: controller.signal, onStage: () => controller.abort(reason) });
    await expect(pending).rejects.toBe(reason);
    await expect(run(fixture("mug-001-01.jpg"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(run(fixture("mug-001-01.jpg"))).resolves.toMatchObject({ costUsd: 0 });
  });

  it("with a corrupt photo fails alone, as the photo's fault", async () => {
    const whole = fixture("mug-001-01.jpg");
    const [broken, fine] = await Promise.allSettled([run(whole.subarray(0, whole.length >> 1)), run(whole)]);
    expect(broken).toMatchObject({ status: "rejected", reason: { name: "EngineError", kind: "input" } });
    expect(fine).toMatchObject({ status: "fulfilled" });
  });

  it("with nothing in the photo says so and what to do", async () => {
    const empty = await sharp({ create: { width: 400, height: 400, channels: 3, background: "#e8e8e8" } })
      .jpeg()
      .toBuffer();
    await expect(run(empty)).rejects.toMatchObject({ kind: "input", message: expect.stringContaining("No product found") });
  });

  it("leaves the calling process's event loop free", async () => {
    await run(fixture("mug-001-01.jpg"));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await Promise.all([run(fixture("mug-001-01.jpg")), run(fixture("bag-004-02.jpg"))]);
    delay.disable();
    expect(delay.percentile(90) / 1e6).toBeLessThan(50);
  });
});

describe("the options", () => {
  it("have defaults", () => {
    expect(engine.parseOptions(undefined)).toEqual({
      edgeSoftness: 0.5,
      edgeShift: 0,
      cleanEdges: true,
      enlarge: true,
      denoise: true,
      straighten: true,
      cutToEdge: true,
      rest: "auto",
    });
    expect(engine.optionsSchema).toMatchObject({ type: "object", additionalProperties: false });
  });
  it.each([
    [{ edgeSoftness: 2 }, /edgeSoftness/],
    [{ colour: "red" }, /colour/],
    [7, /options/],
  ])("refuse %j, naming what is wrong", (options, message) => {
    expect(() => engine.parseOptions(options)).toThrow(message);
  });
});

describe("closing", () => {
  it("in the middle of two runs rejects both and leaves the process alive", async () => {
    const closing = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("silent"));
    const usual = { prompt: null, recipe: whiteRecipe, model: null, options: {}, output, signal: new AbortController().signal };
    const { promise: found, resolve } = Promise.withResolvers<void>();
    const onStage = (stage: string): void => (stage === "Finding the product" ? resolve() : undefined);
    const runs = [1, 2].map(() => closing.default.run({ ...usual, source: fixture("mug-001-01.jpg"), onStage }));
    const settled = Promise.allSettled(runs);
    await found;
    await closing.close();
    for (const outcome of await settled) expect(outcome).toMatchObject({ status: "rejected", reason: { kind: "passing" } });
  });
});

describe("an engine whose model is missing", () => {
  it("is listed as unavailable, with the reason", async () => {
    const lacking = createEngines({ studioModel: { kind: "file", path: "/nowhere/model.onnx" }, concurrency: 1 }, createLog("silent"));
    expect(lacking.get("studio")?.availability).toMatchObject({ available: false, reason: expect.stringContaining("STUDIO_MODEL") });
    await lacking.close();
  });
});
