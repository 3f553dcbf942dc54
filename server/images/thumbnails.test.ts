// Scaled copies: never larger than the picture, upright, clean.
import { describe, expect, it } from "vitest";
import { sharp } from "./libvips.ts";
import { scaledCopy } from "./thumbnails.ts";

const photo = () => sharp({ create: { width: 300, height: 200, channels: 3, background: "#a64" } });
const sizeOf = async (data: Buffer) => {
  const { width, height } = await sharp(data).metadata();
  return [width, height];
};

describe("scaledCopy", () => {
  it("gives back a file that it read itself, and leaves one that it was given", async () => {
    const [given, read] = [await photo().jpeg().toBuffer(), Buffer.from(new Uint8Array(await photo().jpeg().toBuffer()).buffer)];
    expect((await scaledCopy(async () => read, { width: 150 })).data).toEqual((await scaledCopy(given, { width: 150 })).data);
    expect(read).toHaveLength(0);
    expect(given.length).toBeGreaterThan(0);
  });

  it("fits inside the box and keeps the shape", async () => {
    expect(await sizeOf((await scaledCopy(await photo().jpeg().toBuffer(), { width: 150, height: 150 })).data)).toEqual([150, 100]);
  });

  it("never enlarges", async () => {
    expect(await sizeOf((await scaledCopy(await photo().jpeg().toBuffer(), { width: 900 })).data)).toEqual([300, 200]);
  });

  it("turns a photo upright and drops its metadata", async () => {
    const copy = await scaledCopy(await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer(), { height: 150 });
    expect(await sizeOf(copy.data)).toEqual([100, 150]);
    expect((await sharp(copy.data).metadata()).exif).toBeUndefined();
  });

  it("keeps alpha unless the format has none", async () => {
    const clear = await sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    expect((await scaledCopy(clear, { width: 20 })).mimeType).toBe("image/png");
    const jpeg = await scaledCopy(clear, { width: 20, format: "JPEG" });
    expect([...(await sharp(jpeg.data).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it.each([0, -5, 1.5, 100_000])("refuses a width of %s", async (width) => {
    await expect(scaledCopy(await photo().png().toBuffer(), { width })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});
