// Whatever colours a file is written in, the pixels that go on are those that a viewer shows, in sRGB.
import { beforeAll, describe, expect, it } from "vitest";
import { adobeRgbProfile, toAdobeRgb, withProfile } from "../../tests/testkit/odd-photos.ts";
import { convertPicture } from "./convert.ts";
import { decodePhoto } from "./decode.ts";
import { inspectPhoto } from "./inspect.ts";
import { sharp } from "./libvips.ts";
import { scaledCopy } from "./thumbnails.ts";

type Color = readonly [number, number, number];
/** Within reach of printing inks, so that CMYK can hold them too. */
const colors: readonly Color[] = [
  [180, 110, 70],
  [90, 120, 150],
  [120, 140, 90],
  [200, 200, 200],
];
const cell = 16;
const size = { width: cell * colors.length, height: cell };

/** A card of those colours, each given in the units of a depth. */
function card(bits: 8 | 16, levels: (color: Color) => readonly number[]): ReturnType<typeof sharp> {
  const most = bits === 8 ? 255 : 65_535;
  const samples = bits === 8 ? new Uint8Array(size.width * cell * 3) : new Uint16Array(size.width * cell * 3);
  for (let at = 0; at < size.width * cell; at++) {
    const color = colors[Math.floor((at % size.width) / cell)] ?? colors[0]!;
    samples.set(
      levels(color).map((level) => Math.round(level * most)),
      at * 3,
    );
  }
  const raw = sharp(samples, { raw: { ...size, channels: 3 } });
  return bits === 8 ? raw : raw.toColourspace("rgb16");
}
const inSrgb = (color: Color): number[] => color.map((level) => level / 255);
const card8 = () => card(8, inSrgb);
const card16 = () => card(16, inSrgb);

let srgb: Buffer;
beforeAll(async () => {
  srgb = (await sharp(await card8().withIccProfile("srgb").png().toBuffer()).metadata()).icc!;
});

/** The largest difference from the colours, in levels, over the middle of each field. */
function worst({ data, channels, width }: { data: Buffer; channels: number; width: number }): number {
  const off = colors.flatMap((color, field) => {
    const at = (Math.floor(cell / 2) * width + Math.round(((field + 0.5) * width) / colors.length)) * channels;
    return color.map((level, channel) => Math.abs(level - data[at + channel]!));
  });
  return Math.max(...off);
}

/** Levels; a printing profile's way there and its way back are no inverses of each other. A picture shown without it is off by a hundred. */
const inkTolerance = 26;

const noise = Buffer.from(Array.from({ length: 900 }, (_, at) => (at * 7919) % 251));

const kinds: readonly (readonly [name: string, make: () => Promise<Buffer> | Buffer, within: number])[] = [
  ["plain sRGB", () => card8().png().toBuffer(), 0],
  ["sRGB with its profile", () => card8().withIccProfile("srgb").png().toBuffer(), 1],
  ["16 bits a channel", () => card16().png().toBuffer(), 1],
  ["16 bits a channel with sRGB's profile", async () => withProfile(await card16().png().toBuffer(), srgb), 2],
  ["16-bit TIFF with a profile", () => card8().toColourspace("rgb16").withIccProfile("p3").tiff({ compression: "lzw" }).toBuffer(), 2],
  ["Display P3", () => card8().withIccProfile("p3").jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), 3],
  ["Display P3, 16 bits", () => card8().toColourspace("rgb16").withIccProfile("p3").png().toBuffer(), 2],
  ["Display P3 in WebP", () => card8().withIccProfile("p3").webp({ lossless: true }).toBuffer(), 2],
  ["Display P3 in AVIF", () => card8().withIccProfile("p3").avif({ lossless: true }).toBuffer(), 3],
  ["Adobe RGB", async () => withProfile(await card(8, toAdobeRgb).png().toBuffer(), adobeRgbProfile()), 2],
  ["Adobe RGB, 16 bits", async () => withProfile(await card(16, toAdobeRgb).png().toBuffer(), adobeRgbProfile()), 2],
  [
    "Adobe RGB in JPEG",
    async () => withProfile(await card(8, toAdobeRgb).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), adobeRgbProfile()),
    4,
  ],
  ["CMYK with a profile", () => card8().withIccProfile("cmyk").jpeg({ quality: 100 }).toBuffer(), inkTolerance],
  ["CMYK without one", () => card8().toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(), inkTolerance],
  ["CMYK in TIFF", () => card8().withIccProfile("cmyk").tiff({ compression: "lzw" }).toBuffer(), inkTolerance],
  ["Lab in TIFF", () => card8().toColourspace("lab").tiff().toBuffer(), 2],
  ["a palette", () => card8().png({ palette: true, colours: 8 }).toBuffer(), 1],
  ["GIF", () => card8().gif().toBuffer(), 1],
  ["12-bit AVIF", () => card8().avif({ bitdepth: 12, lossless: true }).toBuffer(), 2],
  ["a profile of nothing but noise, in JPEG", async () => withProfile(await card8().jpeg({ quality: 100 }).toBuffer(), noise), 3],
  ["a profile of nothing but noise, in PNG", async () => withProfile(await card8().png().toBuffer(), noise), 0],
  ["a profile cut short", async () => withProfile(await card8().png().toBuffer(), adobeRgbProfile().subarray(0, 300)), 0],
  ["a profile for inks in a picture of lights", async () => withProfile(await card8().png().toBuffer(), await inkProfile()), 0],
];

/** The profile of a CMYK picture. */
const inkProfile = async (): Promise<Buffer> => (await sharp(await card8().withIccProfile("cmyk").jpeg().toBuffer()).metadata()).icc!;

describe.each(kinds)("%s", (_, make, within) => {
  it("is shown in its own colours", async () => {
    expect(worst(await decodePhoto(await make()))).toBeLessThanOrEqual(within);
  });

  it("is let in", async () => {
    await expect(inspectPhoto(await make())).resolves.toMatchObject(size);
  });
});

it("shows a 16-bit photo in its own colours also in lists and downloads", async () => {
  const photo = await card8().toColourspace("rgb16").withIccProfile("p3").png().toBuffer();
  for (const copy of [(await scaledCopy(photo, { format: "PNG" })).data, await convertPicture(photo, "PNG")]) {
    const { data, info } = await sharp(copy).raw().toBuffer({ resolveWithObject: true });
    expect(worst({ data, ...info })).toBeLessThanOrEqual(2);
    expect((await sharp(copy).metadata()).icc).toBeUndefined();
  }
});

it("takes grey for grey, at 8 and 16 bits, with and without alpha", async () => {
  const grey = () => sharp({ create: { ...size, channels: 3, background: "#969696" } });
  const alpha = Buffer.alloc(size.width * size.height, 128);
  const join = { raw: { ...size, channels: 1 } } as const;
  const files = [
    await grey().toColourspace("b-w").png().toBuffer(),
    await grey().toColourspace("b-w").jpeg({ quality: 100 }).toBuffer(),
    await grey().toColourspace("grey16").png().toBuffer(),
    await sharp(await grey().toColourspace("b-w").raw().toBuffer(), join)
      .joinChannel(alpha, join)
      .png()
      .toBuffer(),
  ];
  for (const [index, file] of files.entries()) {
    const { data, channels } = await decodePhoto(file);
    expect(channels).toBe(index === 3 ? 4 : 3);
    for (let channel = 0; channel < 3; channel++) expect(Math.abs(data[channel]! - 150)).toBeLessThanOrEqual(1);
  }
});

it("leaves out a TIFF's spot colours and saved selections", async () => {
  const extra = Buffer.alloc(size.width * size.height, 77);
  const tiff = await card8()
    .joinChannel([extra, extra], { raw: { ...size, channels: 1 } })
    .tiff({ compression: "lzw" })
    .toBuffer();
  const picture = await decodePhoto(tiff);
  expect(picture.channels).toBe(3);
  expect(worst(picture)).toBe(0);
});
