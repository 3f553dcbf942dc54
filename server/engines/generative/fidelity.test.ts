// The fidelity figure on real photos: light and ground may change, shape and colour may not.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePhoto } from "../../images/decode.ts";
import { sharp } from "../../images/libvips.ts";
import { type Picture, whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import { createEngines } from "../registry.ts";
import { changedBelow, measureFidelity } from "./fidelity.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
afterAll(() => engines.close());

const photo = (name: string): Buffer => readFileSync(new URL(`../studio/fixtures/${name}.jpg`, import.meta.url));
const signal = new AbortController().signal;
const output = { preset: null, width: 700, height: 700, format: "PNG", quality: 90, maxBytes: null } as const;

/** What a good model would make of the photo: the product on white, seen again. */
async function onWhite(source: Buffer): Promise<Buffer> {
  const { picture } = await engines.default.run({
    source,
    prompt: null,
    recipe: { ...whiteRecipe, shadow: 0.5 },
    model: null,
    options: {},
    output,
    signal,
    onStage: () => {},
  });
  return sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .png()
    .toBuffer();
}

describe("fidelity", () => {
  const source = photo("mug-001-01");
  let good: Buffer;
  beforeAll(async () => {
    good = await onWhite(source);
  });
  const figure = async (picture: Buffer): Promise<number> =>
    (await measureFidelity(engines.default, { source, made: await decodePhoto(picture), signal })) ?? Number.NaN;

  it("is high for the same product on another ground, brighter or darker", async () => {
    expect(await figure(good)).toBeGreaterThan(changedBelow);
    expect(await figure(await sharp(good).linear(0.9, 0).toBuffer())).toBeGreaterThan(changedBelow);
  });

  it("is low for a squeezed product and for another one", async () => {
    expect(await figure(await sharp(good).resize(700, 540, { fit: "fill" }).toBuffer())).toBeLessThan(changedBelow);
    expect(await figure(await onWhite(photo("bag-004-02")))).toBeLessThan(changedBelow);
  });

  it("says nothing where there is no product to compare", async () => {
    const blank: Picture = { data: Buffer.alloc(300 * 300 * 3, 255), width: 300, height: 300, channels: 3 };
    expect(await measureFidelity(engines.default, { source, made: blank, signal })).toBeNull();
  });
});
