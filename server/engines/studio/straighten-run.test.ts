// Real photos that were held askew come out upright, and the result tells by how much, so that the source can be laid over it.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { sharp } from "../../images/libvips.ts";
import { type OutputSpec, whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import type { EngineOutput } from "../engine.ts";
import { createEngines } from "../registry.ts";
import { turnPoint } from "./turn.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
const engine = engines.default;
afterAll(() => engines.close());

const recipe = { ...whiteRecipe, background: "TRANSPARENT", shadow: 0, autoTone: false, sharpen: 0 } as const;
const output: OutputSpec = { preset: null, width: 640, height: 640, format: "PNG", quality: 90, maxBytes: null };

/** The photo as a camera would have taken it that was held askew: turned clockwise, its empty corners cut away. */
async function heldAskew(name: string, degrees: number): Promise<Buffer> {
  const file = readFileSync(new URL(`./fixtures/${name}.jpg`, import.meta.url));
  const { width, height } = await sharp(file).metadata();
  const radians = (Math.abs(degrees) * Math.PI) / 180;
  const turned = await sharp(file).rotate(degrees).png({ compressionLevel: 0 }).toBuffer({ resolveWithObject: true });
  const share = Math.min(
    width / (width * Math.cos(radians) + height * Math.sin(radians)),
    height / (height * Math.cos(radians) + width * Math.sin(radians)),
  );
  const inner = { width: Math.floor(width * share), height: Math.floor(height * share) };
  const corner = { left: (turned.info.width - inner.width) >> 1, top: (turned.info.height - inner.height) >> 1 };
  return sharp(turned.data)
    .extract({ ...corner, ...inner })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

const run = (source: Buffer, options: Record<string, unknown> = {}): Promise<EngineOutput> =>
  engine.run({
    source,
    prompt: null,
    recipe,
    model: null,
    options: engine.parseOptions({ denoise: false, cleanEdges: false, ...options }),
    output,
    signal: new AbortController().signal,
    onStage: () => {},
  });

/** Mean difference of brightness, in levels, between the result's solid pixels and the source's where the placement says that they came from. */
async function misfit({ picture, placement }: EngineOutput, source: Buffer): Promise<number> {
  const { x, y, width, height, rotation } = placement!;
  const { data, info } = await sharp(source).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let error = 0;
  let count = 0;
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      const at = (row * picture.width + column) * 4;
      if (picture.data[at + 3]! < 255) continue;
      const middle = { x: x + width / 2, y: y + height / 2 };
      const point = turnPoint({ x: column + 0.5, y: row + 0.5 }, -rotation, middle);
      const from = Math.floor(((point.y - y) / height) * info.height) * info.width + Math.floor(((point.x - x) / width) * info.width);
      error += Math.abs(picture.data[at + 1]! - data[from * 3 + 1]!);
      count++;
    }
  }
  return error / count;
}

describe("a mug", () => {
  it.each([-3, 2])("in a photo held askew by %d degrees is set upright, and its photo can be laid over it", async (degrees) => {
    const source = await heldAskew("mug-001-01", degrees);
    const [made, left] = [await run(source), await run(source, { straighten: false })];
    expect(Math.abs(made.placement!.rotation + degrees)).toBeLessThan(1);
    expect(left.placement!.rotation).toBe(0);
    expect(await misfit(made, source)).toBeLessThan(1.1 * (await misfit(left, source)) + 0.3);
  });

  it("is enlarged and turned at once where it is small", async () => {
    const source = await sharp(await heldAskew("mug-001-01", 3))
      .resize(320)
      .png()
      .toBuffer();
    const made = await run(source);
    expect(made.upscaled).toBe(true);
    expect(Math.abs(made.placement!.rotation + 3)).toBeLessThan(1);
    expect(await misfit(made, source)).toBeLessThan(8);
  });

  it("that stands upright is left as it is", async () => {
    expect((await run(await heldAskew("mug-001-01", 0))).placement!.rotation).toBe(0);
  });

  it("that runs out of the photo is never turned", async () => {
    const source = await heldAskew("mug-001-01", 3);
    const { width, height } = await sharp(source).metadata();
    const cut = await sharp(source)
      .extract({ left: 0, top: 0, width, height: Math.round(height * 0.62) })
      .png()
      .toBuffer();
    const made = await run(cut);
    expect(made.placement!.rotation).toBe(0);
    expect(made.warnings.join(" ")).toContain("cut off at the bottom");
  });
});

it.each(["bag-004-02", "brd-006-03"])("%s, which does not stand upright by nature, is not turned", async (name) => {
  expect((await run(await heldAskew(name, 3))).placement!.rotation).toBe(0);
});
