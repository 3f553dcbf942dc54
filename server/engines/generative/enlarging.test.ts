// What a model paints smaller than the output is enlarged in its place, in its own colours, and said.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEngine, runGenerative, usualOutput } from "../../../tests/testkit/generative-runs.ts";
import { makePhoto } from "../../../tests/testkit/photos.ts";
import { answerPicture, type ProviderServer, startProviders } from "../../../tests/testkit/providers.ts";
import { sharp } from "../../images/libvips.ts";
import { whiteRecipe } from "../../images/picture.ts";
import type { Engine } from "../engine.ts";

let server: ProviderServer;
let engine: Engine;
let photo: Buffer;
beforeAll(async () => {
  server = await startProviders();
  engine = openEngine(server, "openai");
  photo = await makePhoto(320);
});
afterAll(async () => {
  await engine.close();
  await server.close();
});
beforeEach(() => server.reset());

const outputOf = (side: number, preset: string | null = null) => ({ ...usualOutput, preset, width: side, height: side });

describe("an enlarged picture", () => {
  it.each([300, 512, 700, 1000])("of %s pixels stands where the model painted it, not half a pixel off", async (side) => {
    const { picture, upscaled } = await runGenerative(engine, photo, {
      output: outputOf(side),
      recipe: { ...whiteRecipe, background: "KEEP" },
    });
    expect(upscaled).toBe(true);
    let worst = 0;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = (y * side + x) * 3;
        const mirrored = ((side - 1 - y) * side + (side - 1 - x)) * 3;
        worst = Math.max(worst, Math.abs(picture.data[at]! - picture.data[mirrored]!));
      }
    }
    // libvips' own enlargement, half a pixel off, differs by 200 levels and more at the square's edge.
    expect(worst).toBeLessThan(20);
  });

  it("keeps a white background pure white", async () => {
    const { picture } = await runGenerative(engine, photo, { output: outputOf(900, "amazon-main") });
    let notWhite = 0;
    // The square stands in the middle half; what lies well outside it is background.
    for (let y = 0; y < 900; y++) for (let x = 0; x < 180; x++) if (picture.data[(y * 900 + x) * 3] !== 255) notWhite++;
    expect(notWhite).toBe(0);
  });

  it("keeps the product's colours up to a clear background, whatever stands under it", async () => {
    const square = { create: { width: 100, height: 100, channels: 4, background: "#f0e0d0" } } as const;
    const bytes = await sharp({ create: { width: 200, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .composite([{ input: square }])
      .png()
      .toBuffer();
    server.behave = () => ({ kind: "picture", bytes });
    const recipe = { ...whiteRecipe, background: "TRANSPARENT" } as const;
    const { picture } = await runGenerative(engine, photo, { output: outputOf(640), recipe, model: "gpt-image-1.5" });
    expect(picture.channels).toBe(4);
    let darkest = 255;
    for (let at = 0; at < picture.data.length; at += 4) if (picture.data[at + 3]! >= 32) darkest = Math.min(darkest, picture.data[at]!);
    expect(darkest).toBeGreaterThan(230);
  });

  it("says so where it was enlarged far", async () => {
    const tiny = await answerPicture(100);
    server.behave = () => ({ kind: "picture", bytes: tiny });
    const far = await runGenerative(engine, photo, { output: outputOf(400) });
    expect(far.warnings.join()).toContain("enlarged 4.0 times");
    const near = await runGenerative(engine, photo, { output: outputOf(200) });
    expect(near.warnings).toEqual([]);
  });
});

it("an enlargement that nobody waits for any more ends, and the engine can be closed meanwhile", async () => {
  const closing = openEngine(server, "openai");
  const controller = new AbortController();
  const large = await answerPicture(1500);
  server.behave = () => ({ kind: "picture", bytes: large });
  const onStage = (stage: string): void => {
    if (stage === "Fitting the picture") setTimeout(() => controller.abort(new Error("The job was cancelled")), 300);
  };
  const input = { output: outputOf(3000), signal: controller.signal, onStage };
  await expect(runGenerative(closing, photo, input)).rejects.toThrow("The job was cancelled");
  const running = runGenerative(closing, photo, { output: outputOf(3000) });
  running.catch(() => {});
  await expect.poll(() => server.seen.length).toBe(2);
  await closing.close();
  await expect(running).rejects.toMatchObject({ kind: "passing" });
});

it("the product's share that a preset wants is asked for, and the recipe's margin where there is none", async () => {
  const asked = async (preset: string | null): Promise<string | undefined> =>
    (await runGenerative(engine, photo, { prompt: null, output: outputOf(300, preset) })).promptSent;
  expect(await asked("amazon-main")).toContain("about 88 percent");
  expect(await asked(null)).toContain("about 84 percent");
});
