// The finished file: its white edge stays white in every format, and what it does not keep of its preset is said.
import { describe, expect, it } from "vitest";
import { say } from "../say.ts";
import { brokenSentence, type Finishing, finishPicture } from "./finish.ts";
import { sharp } from "./libvips.ts";
import { type ImageFormat, imageFormats, type OutputSpec, type Picture, whiteRecipe } from "./picture.ts";
import { maxOutputBytes } from "./presets.ts";
import { countDirtyRing } from "./verify.ts";

const output: OutputSpec = { preset: "square-master", width: 200, height: 200, format: "JPEG", quality: 90, maxBytes: null };
const facts = { upscaled: false, enlargement: 1, name: "result.jpg" };
const usual: Finishing = { output, recipe: whiteRecipe, disclosure: null, facts };

/** White, with the hardest of products for an encoder, as near to the edge as engines put one. */
function whiteEdged(side = 200, gap = 10): Picture {
  const data = Buffer.alloc(side * side * 3, 255);
  for (let y = gap; y < side - gap; y++)
    for (let x = gap; x < side - gap; x++) data.set([(x * 31 + y * 17) % 256, (x * y) % 200, (x ^ y) % 256], (y * side + x) * 3);
  return { data, width: side, height: side, channels: 3 };
}

async function dirtyPixels(file: Buffer): Promise<number> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return countDirtyRing(data, info);
}

describe("a white edge", () => {
  it("is pure white at every quality of a JPEG, 254 at none", async () => {
    for (let quality = 1; quality <= 100; quality++) {
      const { data, quality: reached } = await finishPicture(whiteEdged(64), {
        ...usual,
        output: { ...output, width: 64, height: 64, quality },
      });
      expect(await dirtyPixels(data), `quality ${quality}`).toBe(0);
      expect(reached - quality).toBeLessThanOrEqual(11);
    }
  });

  it.each(["WEBP", "AVIF", "PNG"] as const)("is pure white in %s", async (format) => {
    for (const quality of [20, 60, 80, 90, 93]) {
      for (const side of [32, 64, 200]) {
        const { data } = await finishPicture(whiteEdged(side), {
          ...usual,
          output: { ...output, width: side, height: side, format, quality },
        });
        expect(await dirtyPixels(data), `quality ${quality} at ${side} pixels`).toBe(0);
      }
    }
  });

  it("is left as the encoder made it where more bytes would be needed than there may be, and that is said", async () => {
    const free = await finishPicture(whiteEdged(), { ...usual, output: { ...output, preset: null, format: "WEBP", quality: 70 } });
    expect(await dirtyPixels(free.data)).toBeGreaterThan(0);
    const bound = await finishPicture(whiteEdged(), {
      ...usual,
      output: { ...output, format: "WEBP", quality: 70, maxBytes: free.data.length },
    });
    expect(bound.data.length).toBeLessThanOrEqual(free.data.length);
    expect(bound.broken.map(({ rule }) => rule)).toContain("white border");
  });

  it("is not asked for where the recipe paints another colour or the picture itself is not white there", async () => {
    const grey: Picture = { data: Buffer.alloc(200 * 200 * 3, 0xee), width: 200, height: 200, channels: 3 };
    for (const recipe of [whiteRecipe, { ...whiteRecipe, colors: ["#eeeeee"] }]) {
      const made = await finishPicture(grey, { ...usual, recipe });
      expect(made.quality).toBe(90);
      expect(made.broken.find(({ rule }) => rule === "white border")).toMatchObject({
        actual: "796 of 796 border pixels are not pure white.",
      });
    }
  });
});

describe("what a file does not keep", () => {
  const brokenBy = async (change: Partial<OutputSpec>, more: Partial<Finishing> = {}): Promise<string[]> => {
    const wanted = { ...output, ...change };
    const made = await finishPicture(whiteEdged(wanted.width), { ...usual, ...more, output: wanted });
    return made.broken.map(({ rule }) => rule);
  };

  it.each<[string, Partial<OutputSpec>, string]>([
    ["too few pixels", { preset: "amazon-main", width: 400, height: 400 }, "width and height"],
    ["another ratio", { preset: "ozon", width: 800, height: 800 }, "ratio"],
    ["a quality that the marketplace does not take", { preset: "ebay", width: 600, height: 600, quality: 75 }, "JPEG quality"],
    ["another size than a master's", { width: 800, height: 800 }, "width and height"],
  ])("is said of %s", async (_, change, rule) => {
    expect(await brokenBy(change)).toContain(rule);
  });

  it("is said of a format that the marketplace does not take", async () => {
    const name = "result.webp";
    expect(await brokenBy({ preset: "amazon-main", width: 1200, height: 1200, format: "WEBP" }, { facts: { ...facts, name } })).toEqual([
      "format",
    ]);
  });

  it("is said of transparency, and of pixels enlarged too far", async () => {
    const clear: Picture = { data: Buffer.alloc(1200 * 1200 * 4), width: 1200, height: 1200, channels: 4 };
    const made = await finishPicture(clear, {
      ...usual,
      output: { ...output, preset: "amazon-main", width: 1200, height: 1200, format: "PNG" },
      recipe: { ...whiteRecipe, background: "TRANSPARENT" },
      facts: { upscaled: true, enlargement: 3.04, name: "result.png", fill: 0.6 },
    });
    expect(made.broken).toMatchObject([
      { rule: "no alpha" },
      { rule: "white border" },
      { rule: "fill", actual: "The product fills 60 % of the frame." },
      { rule: "upscaled", actual: "Enlarged 3.1 times." },
    ]);
  });

  it("takes the engine's word for the product's share, for a white product on white shows no box", async () => {
    const white: Picture = { data: Buffer.alloc(2200 * 2200 * 3, 255), width: 2200, height: 2200, channels: 3 };
    for (let y = 1000; y < 1200; y++) white.data.fill(20, (y * 2200 + 1000) * 3, (y * 2200 + 1200) * 3);
    const large = { ...output, width: 2200, height: 2200 };
    const seen = await finishPicture(white, { ...usual, output: large });
    expect(seen.broken.map(({ rule }) => rule)).toEqual(["fill"]);
    const known = await finishPicture(white, { ...usual, output: large, facts: { ...facts, fill: 0.87 } });
    expect(known.broken).toEqual([]);
  });

  it("is nothing where no preset was asked for", async () => {
    expect(await brokenBy({ preset: null, quality: 10 })).toEqual([]);
  });

  it("reads as a sentence that names the marketplace, the rule and the figures", () => {
    const broken = {
      rule: "ratio",
      verdict: "FAILED",
      expected: say("WANTS_RATIO", { ratio: "3:4" }),
      actual: say("HAS_RATIO", { ratio: "1:1", width: 800, height: 800 }),
    } as const;
    expect(brokenSentence("Ozon", broken)).toBe("Against the rules of Ozon, ratio: Width to height 3:4. This one: 1:1 (800 x 800 pixels).");
  });
});

describe("bytes", () => {
  /** One byte less than the last time, time after time, until that is refused. */
  async function stepDown(format: ImageFormat): Promise<{ qualities: number[]; refusal: unknown }> {
    const qualities: number[] = [];
    for (let maxBytes = maxOutputBytes; ; ) {
      const made = await finishPicture(whiteEdged(), {
        ...usual,
        output: { ...output, preset: null, format, quality: 94, maxBytes },
      }).catch((refusal: unknown) => ({ refusal }));
      if ("refusal" in made) return { qualities, refusal: made.refusal };
      qualities.push(made.data.length <= maxBytes ? made.quality : Number.NaN);
      maxBytes = made.data.length - 1;
    }
  }

  it.each(["JPEG", "WEBP", "AVIF"] as const)("of a %s are kept by steps of quality, down to a floor and no further", async (format) => {
    const { qualities, refusal } = await stepDown(format);
    expect(qualities).toEqual([94, 88, 82, 76, 70, 64, 60]);
    expect(refusal).toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringContaining("even at quality 60: allow more bytes") });
  });

  it("of a picture whose asked quality is under that floor are not kept by going lower", async () => {
    const spec = { ...output, preset: null, quality: 40 };
    const free = await finishPicture(whiteEdged(), { ...usual, output: spec });
    expect(free.quality).toBe(40);
    await expect(finishPicture(whiteEdged(), { ...usual, output: { ...spec, maxBytes: free.data.length - 1 } })).rejects.toThrow(
      /even at quality 40/,
    );
  });

  it("of a PNG, which has no quality to give up, are refused with what to do", async () => {
    await expect(finishPicture(whiteEdged(), { ...usual, output: { ...output, format: "PNG", maxBytes: 10_000 } })).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringMatching(/as PNG of 200 x 200 pixels.*choose JPEG or WEBP/),
    });
  });
});

describe.each(imageFormats)("%s", (format) => {
  it("carries nothing but pixels, seen in its bytes", async () => {
    const { data } = await finishPicture(whiteEdged(), { ...usual, output: { ...output, format } });
    const text = data.toString("latin1");
    for (const mark of [
      "Exif",
      "ICC_PROFILE",
      "iCCP",
      "ICCP",
      "Photoshop",
      "8BIM",
      "http://ns.adobe.com",
      "XMP",
      "tEXt",
      "iTXt",
      "eXIf",
      "prof",
    ])
      expect(text.includes(mark), mark).toBe(false);
    expect((await sharp(data).metadata()).hasAlpha).toBe(false);
  });
});
