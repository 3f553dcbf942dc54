// The studio engine with a network of the user's own, from STUDIO_MODEL to the picture, and the ways in which that can go wrong.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bandNetwork, weighingNetwork } from "../../../tests/testkit/networks.ts";
import { readConfig } from "../../config.ts";
import { sharp } from "../../images/libvips.ts";
import { type OutputSpec, whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import type { EngineInput, EngineOutput } from "../engine.ts";
import { createEngines, type EngineRegistry } from "../registry.ts";
import { knownModels } from "./model-slot/known.ts";

const output: OutputSpec = { preset: null, width: 300, height: 300, format: "PNG", quality: 90, maxBytes: null };
const recipe = { ...whiteRecipe, background: "TRANSPARENT", shadow: 0, autoTone: false, sharpen: 0 } as const;

let photo: Buffer;
let dataDir: string;
const open: EngineRegistry[] = [];

/**
 * On a dark ground two squares of the same size, the left one in the middle grey 120, the right one in the light grey 220. A light bar beside
 * the left one has every look at it measured by the same brightest value.
 */
beforeAll(async () => {
  const patch = (grey: number, { left, top, width, height }: { left: number; top: number; width: number; height: number }) => ({
    input: { create: { width, height, channels: 3 as const, background: { r: grey, g: grey, b: grey } } },
    left,
    top,
  });
  photo = await sharp({ create: { width: 400, height: 400, channels: 3, background: { r: 30, g: 30, b: 30 } } })
    .composite([
      patch(120, { left: 70, top: 150, width: 100, height: 100 }),
      patch(220, { left: 230, top: 150, width: 100, height: 100 }),
      patch(220, { left: 90, top: 132, width: 60, height: 14 }),
    ])
    .png()
    .toBuffer();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "studio-larger-"));
});
afterEach(() => Promise.all(open.splice(0).map((engines) => engines.close())));
afterEach(() => rm(dataDir, { recursive: true }));

/** @param model as a person sets STUDIO_MODEL; a bare file name: in the data folder */
function engineWith(model: string) {
  const value = model.endsWith(".onnx") ? join(dataDir, model) : model;
  const { studioModel } = readConfig({ STUDIO_MODEL: value, DATA_DIR: dataDir });
  const engines = createEngines({ studioModel, concurrency: 2 }, createLog("silent"));
  open.push(engines);
  const run = (input: Partial<EngineInput> = {}): Promise<EngineOutput> => {
    const signal = new AbortController().signal;
    return engines.default.run({
      source: photo,
      prompt: null,
      recipe,
      model: null,
      options: {},
      output,
      signal,
      onStage: () => {},
      ...input,
    });
  };
  return { engine: engines.default, run };
}

const put = async (file: string, contents: Buffer | object): Promise<void> => {
  await mkdir(join(dataDir, "models"), { recursive: true });
  await writeFile(join(dataDir, file), Buffer.isBuffer(contents) ? contents : JSON.stringify(contents));
};

/** Where in the photo the middle of what was cut out lies, as a share of its width. */
function foundAt({ picture, placement }: EngineOutput): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < picture.width * picture.height; at++) {
    if (picture.data[at * 4 + 3]! < 128) continue;
    sum += at % picture.width;
    count++;
  }
  return (sum / count - placement!.x) / placement!.width;
}

const [left, right] = [120 / 400, 280 / 400];

describe("a network by its path", () => {
  // What 120 is brought to with the first scale, and 220 with the second.
  const numbers = { mean: [0.2, 0.2, 0.2], std: [0.5, 0.5, 0.5], inputSize: 64, sigmoid: true };
  const net = bandNetwork({ side: "any", centre: 0.8, slope: 40, most: 8 });

  it.each([
    [200, left],
    [220 / 0.6, right],
  ])("reads the photo by the numbers of its side file: with scale %s the product is at %s", async (scale, place) => {
    await put("net.onnx", net);
    await put("net.json", { ...numbers, scale });
    expect(foundAt(await engineWith("net.onnx").run())).toBeCloseTo(place, 2);
  });

  it("is named in the result and by the engine, where it was asked", async () => {
    await put("net.onnx", net);
    await put("net.json", { ...numbers, scale: 200, name: "Greys" });
    const { engine, run } = engineWith("net.onnx");
    expect(engine.models).toEqual(["Greys"]);
    expect(await run()).toMatchObject({ model: "Greys" });
    expect(await run({ recipe: { ...whiteRecipe, background: "KEEP" } })).toMatchObject({ model: null });
  });

  it("is taken anew when the file was replaced, without a restart", async () => {
    const { engine, run } = engineWith("net.onnx");
    expect(engine.availability).toMatchObject({ available: false, reason: expect.stringContaining("no such file") });
    await expect(run()).rejects.toMatchObject({ kind: "lasting", message: expect.stringContaining("no such file") });
    await put("net.onnx", net);
    await put("net.json", { ...numbers, scale: 200, name: "First" });
    expect(engine.availability).toEqual({ available: true });
    expect(foundAt(await run())).toBeCloseTo(left, 2);
    await put("net.json", { ...numbers, scale: 220 / 0.6, name: "Second" });
    const second = await run();
    expect(second.model).toBe("Second");
    expect(foundAt(second)).toBeCloseTo(right, 2);
  });

  it("that is heavy works on one photo at a time, whatever the concurrency", async () => {
    await put("net.onnx", net);
    await put("net.json", { ...numbers, scale: 200, heavy: true });
    const { run } = engineWith("net.onnx");
    const events: string[] = [];
    await Promise.all(["a", "b", "c"].map((name) => run({ onStage: (stage) => events.push(`${name} ${stage}`) })));
    const turns = events.map((event) => event[0]).filter((name, at, names) => name !== names[at - 1]);
    expect(turns.toSorted()).toEqual(["a", "b", "c"]);
    expect(events.filter((event) => event.endsWith("Composing"))).toHaveLength(3);
  });

  it("that finds nothing says so of the photo, not of the model", async () => {
    await put("net.onnx", weighingNetwork({ side: 64, weights: [0, 0, 0], bias: 0.1 }));
    await expect(engineWith("net.onnx").run()).rejects.toMatchObject({ kind: "input", message: expect.stringContaining("No product") });
  });
});

describe("a known model", () => {
  it("that was fetched is read as its family is", async () => {
    // Stands in for the real file by its exact size. Of what u2netp is given, 120 is this; all else is stretched to nothing.
    const centre = (120 / 220 - 0.485) / 0.229;
    const { file, bytes } = knownModels.u2netp;
    const { engine, run } = engineWith("u2netp");
    expect(engine.availability).toMatchObject({ available: false, reason: expect.stringContaining("npm run model u2netp") });
    await put(`models/${file}`, bandNetwork({ side: 320, centre, slope: 0.4, most: 1, padTo: bytes }));
    const made = await run();
    expect(made.model).toBe("u2netp");
    expect(foundAt(made)).toBeCloseTo(left, 2);
  });
});

describe("a file that cannot be used", () => {
  const whole = bandNetwork({ side: 64, centre: 0, slope: 1, most: 1, padTo: 20_000 });
  it.each([
    ["a web page", Buffer.from("<!doctype html><title>Sign in</title>"), /no ONNX file/],
    ["a part of a model", whole.subarray(0, 300), /not a whole one/],
    ["a network whose answer nobody described", weighingNetwork({ side: 64, weights: [-9, 0, 0] }), /no probabilities.*side file/],
  ])("because it is %s fails the run for good and says why", async (_, contents, message) => {
    await put("net.onnx", contents);
    const refused = engineWith("net.onnx").run();
    await expect(refused).rejects.toMatchObject({ name: "EngineError", kind: "lasting", message: expect.stringMatching(message) });
    await expect(refused).rejects.toThrow(/The model net cannot be used: .* Check STUDIO_MODEL\./s);
  });

  it("is tried again by the next photo, once it was put right", async () => {
    await put("isnet-mine.onnx", whole.subarray(0, 300));
    const { run } = engineWith("isnet-mine.onnx");
    await expect(run()).rejects.toMatchObject({ kind: "lasting" });
    await put("isnet-mine.onnx", bandNetwork({ side: 320, centre: 120 / 220 - 0.5, slope: 2, most: 1 }));
    expect(foundAt(await run())).toBeCloseTo(left, 2);
  });
});
