// What the studio makes for a preset keeps that preset's rules, measured on the finished file, or says which it can not keep.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { runStudio } from "../../../tests/testkit/studio-runs.ts";
import { measureCompliance } from "../../images/compliance.ts";
import { fromPicture } from "../../images/decode.ts";
import { finishPicture } from "../../images/finish.ts";
import { type Recipe, whiteRecipe } from "../../images/picture.ts";
import { limitsOf, maxEnlargement } from "../../images/preset-rules.ts";
import { type OutputPreset, presets } from "../../images/presets.ts";
import { createLog } from "../../log.ts";
import type { EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("silent"));
afterAll(() => engines.close());

const photos = ["mug-001-01", "bag-004-02", "brd-006-03"];
/** Pixels of the photos' sides. */
const photoSide = 800;
const named = (...names: string[]): OutputPreset[] => presets.filter(({ name }) => names.includes(name));

interface Outcome {
  readonly made: EngineOutput;
  /** Rules that fail on the file alone, without what the engine says of it. */
  readonly failed: readonly string[];
  /** The product's share as it is seen in the file, 0 to 1. */
  readonly seenFill: number;
}

async function makeFor(preset: OutputPreset, source: Buffer, { recipe = whiteRecipe, side = photoSide } = {}): Promise<Outcome> {
  const { output } = preset;
  const made = await runStudio(engines.default, source, { recipe, output });
  const facts = { upscaled: made.upscaled, enlargement: (made.placement?.width ?? 0) / side, name: "result.jpg" };
  const file = await finishPicture(made.picture, { output, recipe, disclosure: null, facts: { ...facts, fill: made.fill } });
  const outcomes = await measureCompliance(file.data, preset, facts);
  const failed = outcomes.filter(({ verdict }) => verdict === "FAILED").map(({ rule }) => rule);
  expect(file.broken.map(({ rule }) => rule)).toEqual(failed);
  expect(file).toMatchObject({ width: output.width, height: output.height, quality: output.quality, mimeType: "image/jpeg" });
  const fill = outcomes.find(({ rule }) => rule === "fill")?.actual ?? "";
  return { made, failed, seenFill: Number(/(\d+) %/.exec(fill)?.[1] ?? Number.NaN) / 100 };
}

describe.each(presets.map((preset, at) => ({ preset, name: preset.name, photo: photos[at % photos.length]! })))("for $name", ({
  preset,
  photo,
}) => {
  it(`a real photo (${photo}) keeps every rule, save that a small photo is enlarged far, which it says`, async () => {
    const { made, failed } = await makeFor(preset, readFileSync(new URL(`./fixtures/${photo}.jpg`, import.meta.url)));
    const isFar = (made.placement?.width ?? 0) / photoSide > maxEnlargement;
    expect(failed).toEqual(isFar ? ["upscaled"] : []);
    expect(made.warnings.some((warning) => /enlarged \d+\.\d times/.test(warning))).toBe(isFar);
  });
});

/** Pixels of a side of the cut-outs below: enough that nothing is enlarged to speak of. */
const sheet = 2600;

/** A product of one colour, already cut out; shares of the sheet's side. */
async function product(width: number, height: number, color: readonly number[]): Promise<Buffer> {
  const data = Buffer.alloc(sheet * sheet * 4);
  const [left, top] = [Math.round((sheet * (1 - width)) / 2), Math.round((sheet * (1 - height)) / 2)];
  const row = Buffer.alloc(Math.round(sheet * width) * 4);
  for (let at = 0; at < row.length; at += 4) row.set([...color, 255], at);
  for (let y = top; y < sheet - top; y++) row.copy(data, (y * sheet + left) * 4);
  return fromPicture({ data, width: sheet, height: sheet, channels: 4 }).png({ compressionLevel: 1 }).toBuffer();
}

describe("the product's share of the frame", () => {
  it.each([
    ["long and thin", 0.012, 0.95],
    ["wide and flat", 0.96, 0.06],
    ["square", 0.93, 0.93],
  ])("is what each preset wants where the product is %s", async (_, width, height) => {
    const source = await product(width, height, [40, 80, 120]);
    for (const preset of presets.filter(({ name }) => limitsOf(name)?.fill !== undefined)) {
      const { made, failed, seenFill } = await makeFor(preset, source, { side: sheet });
      expect(failed, preset.name).toEqual([]);
      expect(made.fill, preset.name).toBeCloseTo(preset.fill, 2);
      // A foot's shadow counts for a point or two in what is seen.
      expect(Math.abs(seenFill - preset.fill), preset.name).toBeLessThanOrEqual(0.02);
    }
  });

  it("is kept under the strongest shadow, which is gone before the edge", async () => {
    const recipe: Recipe = { ...whiteRecipe, shadow: 1 };
    const source = await product(0.9, 0.5, [200, 60, 40]);
    for (const preset of named("amazon-main", "yandex-market"))
      expect((await makeFor(preset, source, { recipe, side: sheet })).failed).toEqual([]);
  });
});

describe("a recipe that can not keep a preset's rules", () => {
  it.each<[string, Partial<Recipe>, string]>([
    ["another colour", { colors: ["#f0f0f0"] }, "white border"],
    ["a gradient", { background: "GRADIENT", colors: ["#ffffff", "#dddddd"] }, "white border"],
    ["the photo's own background", { background: "KEEP" }, "white border"],
  ])("because it paints %s is followed, and the broken rule is named", async (_, change, rule) => {
    const photo = readFileSync(new URL("./fixtures/mug-001-01.jpg", import.meta.url));
    const [preset] = named("amazon-main");
    const { failed } = await makeFor(preset!, photo, { recipe: { ...whiteRecipe, ...change } });
    expect(failed).toContain(rule);
  });
});
