// Photos that no picture can be made of: each fails alone, with a sentence that says what to do, and the engine goes on.
import { afterAll, describe, expect, it } from "vitest";
import { flat, grain, mug } from "../../../tests/testkit/odd-photos.ts";
import { runStudio } from "../../../tests/testkit/studio-runs.ts";
import { messageOf } from "../../errors.ts";
import { sharp } from "../../images/libvips.ts";
import { whiteRecipe } from "../../images/picture.ts";
import { createLog } from "../../log.ts";
import { createEngines } from "../registry.ts";

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
const engine = engines.default;
afterAll(() => engines.close());

const photo = () => sharp(mug);
const refusal = (message: RegExp) => ({ name: "EngineError", kind: "input", message: expect.stringMatching(message) });

const files: readonly (readonly [name: string, make: () => Promise<Buffer>])[] = [
  ["JPEG", async () => mug],
  ["progressive JPEG", () => photo().jpeg({ progressive: true }).toBuffer()],
  ["PNG", () => photo().png().toBuffer()],
  ["PNG with a palette", () => photo().png({ palette: true }).toBuffer()],
  ["TIFF", () => photo().tiff({ compression: "lzw" }).toBuffer()],
  ["TIFF in tiles", () => photo().tiff({ compression: "deflate", tile: true }).toBuffer()],
  ["WebP", () => photo().webp().toBuffer()],
  ["lossless WebP", () => photo().webp({ lossless: true }).toBuffer()],
  ["AVIF", () => photo().avif({ effort: 0 }).toBuffer()],
  ["GIF", () => photo().gif().toBuffer()],
];

describe.each(files)("%s", (_, make) => {
  it("cut short is refused as damaged, wherever the cut is", async () => {
    const bytes = await make();
    for (const share of [0.05, 0.4, 0.8, 0.98]) {
      await expect(runStudio(engine, bytes.subarray(0, Math.floor(bytes.length * share))), `cut at ${share}`).rejects.toMatchObject(
        refusal(/damaged or incomplete.*upload it again/),
      );
    }
  });
});

describe("a file", () => {
  it.each([
    ["that is empty", Buffer.alloc(0)],
    ["of text", Buffer.from("just some words in a file")],
    ["of noise", Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251))],
    ["with a JPEG's first bytes and noise after them", Buffer.concat([mug.subarray(0, 20), Buffer.alloc(3000, 0x5a)])],
  ])("%s is refused", async (_, bytes) => {
    await expect(runStudio(engine, bytes)).rejects.toMatchObject(refusal(/no photo we can read|damaged or incomplete/));
  });

  it.each([
    ["PNG", () => photo().png().toBuffer()],
    ["TIFF", () => photo().tiff({ compression: "lzw" }).toBuffer()],
    ["GIF", () => photo().gif().toBuffer()],
  ])("whose pixels are overwritten (%s) is refused", async (_, make) => {
    const bytes = Buffer.from(await make());
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 400);
    await expect(runStudio(engine, bytes)).rejects.toMatchObject(refusal(/damaged or incomplete/));
  });
});

describe("a photo", () => {
  it.each([
    "#ffffff",
    "#000000",
    "#ff0000",
    "#00ff00",
    "#0000ff",
    "#808080",
    "#e8e8e8",
    "#7a4b22",
  ])("of nothing but %s has no product", async (color) => {
    await expect(runStudio(engine, await flat(700, 500, color).jpeg().toBuffer())).rejects.toMatchObject(
      refusal(/^No product found: the photo shows one even colour.*Take it again/),
    );
  });

  it("of one colour under uneven light has none either", async () => {
    const data = Buffer.alloc(600 * 400 * 3);
    for (let at = 0; at < 600 * 400; at++) {
      const light = 0.6 + 0.4 * ((at % 600) / 600) * (1 - at / 600 / 400 / 2);
      data.set([Math.round(240 * light), Math.round(30 * light), Math.round(40 * light)], at * 3);
    }
    const wall = await sharp(data, { raw: { width: 600, height: 400, channels: 3 } })
      .jpeg()
      .toBuffer();
    await expect(runStudio(engine, wall)).rejects.toMatchObject(refusal(/one even colour/));
  });

  it("of nothing but grain has no product", async () => {
    await expect(runStudio(engine, await grain(600, 600).png().toBuffer())).rejects.toMatchObject(refusal(/grain/));
    await expect(runStudio(engine, await grain(600, 600).blur(2).jpeg().toBuffer())).rejects.toMatchObject(refusal(/grain/));
  });

  it("that is transparent everywhere has none", async () => {
    for (const alpha of [0, 0.02]) {
      const clear = await sharp({ create: { width: 300, height: 300, channels: 4, background: { r: 255, g: 0, b: 0, alpha } } })
        .png()
        .toBuffer();
      await expect(runStudio(engine, clear)).rejects.toMatchObject(refusal(/transparent everywhere/));
    }
  });

  it.each([
    [1, 1],
    [2, 2],
    [5, 3],
    [1, 4000],
    [4000, 9],
  ])("of %s x %s pixels is too small", async (width, height) => {
    const tiny = await photo().resize(width, height, { fit: "fill" }).png().toBuffer();
    await expect(runStudio(engine, tiny)).rejects.toMatchObject(refusal(new RegExp(`only ${width} x ${height} pixels`)));
  });

  it("of one colour is kept where its background is to be kept", async () => {
    const made = await runStudio(engine, await flat(300, 200, "#ff0000").png().toBuffer(), {
      recipe: { ...whiteRecipe, background: "KEEP", autoTone: false },
    });
    expect([...made.picture.data.subarray(0, 3)]).toEqual([255, 0, 0]);
  });
});

/** A picture that a reviewer is warned of, or a refusal in words: either is right where a product is stretched to a line. */
async function outcomeOf(strip: Buffer): Promise<string> {
  try {
    const { picture, warnings } = await runStudio(engine, strip);
    return `done ${picture.width} x ${picture.height}${warnings.length > 0 ? ", with warnings" : ""}`;
  } catch (error) {
    return messageOf(error);
  }
}

describe("a strip", () => {
  it.each([
    [8000, 20],
    [20, 8000],
  ])("of %s x %s pixels is done with warnings or refused in words", async (width, height) => {
    const strip = await photo().resize(width, height, { fit: "fill" }).png().toBuffer();
    expect(await outcomeOf(strip)).toMatch(/^done 400 x 400, with warnings$|^No product found/);
  });
});

it("the engine goes on after all of them", async () => {
  await expect(runStudio(engine, mug)).resolves.toMatchObject({ costUsd: 0 });
});
