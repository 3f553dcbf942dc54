// The finished file: exact, within its bytes, white where it must be, and proven by decoding it.
import { describe, expect, it } from "vitest";
import { encodePicture } from "./encode.ts";
import { sharp } from "./libvips.ts";
import { imageFormats, type OutputSpec, type Picture, whiteRecipe } from "./picture.ts";
import { presets, resolveOutput } from "./presets.ts";
import { verifyEncoded } from "./verify.ts";

const output: OutputSpec = { preset: null, width: 200, height: 160, format: "JPEG", quality: 90, maxBytes: null };

function picture(paint: (x: number, y: number) => readonly number[], channels: 3 | 4 = 3): Picture {
  const data = Buffer.alloc(200 * 160 * channels);
  for (let y = 0; y < 160; y++) for (let x = 0; x < 200; x++) data.set(paint(x, y), (y * 200 + x) * channels);
  return { data, width: 200, height: 160, channels };
}

const noisy = picture((x, y) => [(x * 7919 + y * 31) % 256, (x * 31 + y * 7919) % 256, (x * y) % 256]);
const whiteFramed = picture((x, y) => (x > 20 && x < 180 && y > 20 && y < 140 ? [180, 40, 30] : [255, 255, 255]));

describe("encodePicture", () => {
  it.each(imageFormats)("makes %s of the exact size, without metadata, that passes its own check", async (format) => {
    const spec = { ...output, format };
    const encoded = await encodePicture(whiteFramed, spec);
    expect(encoded).toMatchObject({ width: 200, height: 160, quality: 90 });
    await expect(verifyEncoded(encoded.data, spec, null)).resolves.toBeUndefined();
  });

  it("lowers the quality until the bytes fit", async () => {
    const free = await encodePicture(noisy, output);
    const maxBytes = Math.round(free.data.length * 0.6);
    const bound = await encodePicture(noisy, { ...output, maxBytes });
    expect(bound.data.length).toBeLessThanOrEqual(maxBytes);
    expect(bound.quality).toBeLessThan(90);
  });

  it("refuses what cannot fit, saying what to change", async () => {
    await expect(encodePicture(noisy, { ...output, maxBytes: 10_000 })).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringContaining("fewer pixels"),
    });
  });

  it("refuses a picture of another size", async () => {
    await expect(encodePicture(noisy, { ...output, width: 100 })).rejects.toThrow(RangeError);
  });

  it("lays transparency onto white in a JPEG and keeps it in a PNG", async () => {
    const clear = picture(() => [10, 20, 30, 0], 4);
    const jpeg = await encodePicture(clear, output);
    expect([...(await sharp(jpeg.data).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
    const png = await encodePicture(clear, { ...output, format: "PNG" });
    expect((await sharp(png.data).metadata()).hasAlpha).toBe(true);
  });
});

describe("verifyEncoded refuses", () => {
  const preset: OutputSpec = { ...output, preset: "square-master" };

  it("a ring that is not pure white, on a white preset only", async () => {
    const dirty = picture((x, y) => (x === 0 && y === 80 ? [240, 240, 240] : [255, 255, 255]));
    const { data } = await encodePicture(dirty, { ...output, format: "PNG" });
    const spec = { ...preset, format: "PNG" } as const;
    await expect(verifyEncoded(data, spec, whiteRecipe)).rejects.toThrow(/outermost ring/);
    await expect(verifyEncoded(data, spec, { ...whiteRecipe, colors: ["#eeeeee"] })).resolves.toBeUndefined();
    await expect(verifyEncoded(data, { ...spec, preset: "ozon" }, whiteRecipe)).resolves.toBeUndefined();
  });

  it("another size, another format, too many bytes, a file cut short", async () => {
    const { data } = await encodePicture(whiteFramed, output);
    await expect(verifyEncoded(data, { ...output, width: 201 }, null)).rejects.toThrow(/width/);
    await expect(verifyEncoded(data, { ...output, format: "PNG" }, null)).rejects.toThrow(/format/);
    await expect(verifyEncoded(data, { ...output, maxBytes: data.length - 1 }, null)).rejects.toThrow(/bytes/);
    await expect(verifyEncoded(data.subarray(0, data.length >> 1), output, null)).rejects.toThrow(/premature|end of|truncated|VipsJpeg/i);
  });

  it("nothing that a JPEG of a white-framed picture holds, whatever its quality", async () => {
    for (const quality of [100, 90, 75, 60, 40]) {
      const spec = { ...preset, quality };
      const { data } = await encodePicture(whiteFramed, spec);
      await expect(verifyEncoded(data, spec, whiteRecipe), `quality ${quality}`).resolves.toBeUndefined();
    }
  });
});

describe("resolveOutput", () => {
  it("takes the square master where nothing is asked", () => {
    expect(resolveOutput({})).toMatchObject({ preset: "square-master", width: 2200, height: 2200, format: "JPEG" });
  });
  it("lays fields over a preset", () => {
    expect(resolveOutput({ preset: "amazon-main", format: "PNG" })).toMatchObject({ preset: "amazon-main", width: 2000, format: "PNG" });
  });
  it("takes a size of one's own for no preset", () => {
    expect(resolveOutput({ width: 640, height: 480 })).toMatchObject({ preset: null, width: 640, height: 480 });
  });
  it.each([
    [{ preset: "nowhere" }, /output\.preset.*square-master/],
    [{ width: 0 }, /output\.width.*between 32 and 8000/],
    [{ height: 9000 }, /output\.height/],
    [{ quality: 101 }, /output\.quality.*between 1 and 100/],
    [{ maxBytes: 5 }, /output\.maxBytes/],
  ])("refuses %j, naming the field and what is allowed", (input, message) => {
    expect(() => resolveOutput(input)).toThrow(message);
  });
  it("knows every preset by a fill that leaves a margin", () => {
    for (const preset of presets) {
      expect(preset.fill).toBeLessThan(0.95);
      expect(resolveOutput({ preset: preset.name })).toEqual(preset.output);
    }
  });
});
