// Whatever comes in, what goes on is upright 8-bit sRGB.
import { describe, expect, it } from "vitest";
import { decodePhoto } from "./decode.ts";
import { sharp } from "./libvips.ts";

const orange = () => sharp({ create: { width: 60, height: 40, channels: 3, background: "#c86432" } });

describe("decodePhoto", () => {
  it.each([
    ["16-bit PNG", () => orange().toColourspace("rgb16").png().toBuffer(), 2],
    ["Display P3", () => orange().withIccProfile("p3").png().toBuffer(), 3],
    ["CMYK", () => orange().withIccProfile("cmyk").jpeg({ quality: 100 }).toBuffer(), 40],
  ])("brings %s to 8-bit sRGB of the same colour", async (_, make, tolerance) => {
    const picture = await decodePhoto(await make());
    expect(picture).toMatchObject({ width: 60, height: 40, channels: 3 });
    for (const [at, value] of [200, 100, 50].entries()) expect(Math.abs(picture.data[at]! - value)).toBeLessThanOrEqual(tolerance);
  });

  it("widens grey to RGB and keeps alpha", async () => {
    expect((await decodePhoto(await orange().toColourspace("b-w").png().toBuffer())).channels).toBe(3);
    expect((await decodePhoto(await orange().ensureAlpha(0.5).png().toBuffer())).channels).toBe(4);
  });

  it("turns a photo upright", async () => {
    expect(await decodePhoto(await orange().withMetadata({ orientation: 8 }).jpeg().toBuffer())).toMatchObject({ width: 40, height: 60 });
  });

  it("stays under the pixels asked for", async () => {
    const { width, height } = await decodePhoto(await orange().png().toBuffer(), { maxPixels: 600 });
    expect(width * height).toBeLessThanOrEqual(600);
    expect(width / height).toBeCloseTo(1.5, 1);
  });
});
