// Photos as they come from cameras, editors and shops that do things their own way; all made from one product photo of the fixtures.
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

/** A mug on a table, 800 x 800. */
export const mug: Buffer = readFileSync(new URL("../../server/engines/studio/fixtures/mug-001-01.jpg", import.meta.url));

/** An even picture. */
export const flat = (width: number, height: number, background: string): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** Nothing but grain, the same at every call. */
export function grain(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  let state = 12_345;
  for (let at = 0; at < data.length; at++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    data[at] = state >> 16;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The photo and, as a second page, a green one. */
export async function twoPages(photo: Buffer, side: number): Promise<Sharp> {
  const first = await sharp(photo).resize(side, side).raw().toBuffer();
  const second = await flat(side, side, "#00ff00").raw().toBuffer();
  return sharp(Buffer.concat([first, second]), { raw: { width: side, height: 2 * side, channels: 3, pageHeight: side } });
}

type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
export const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** A lossless file whose pixels lie as a camera in that position stores them, and whose tag says so: upright, all are the same picture. */
export async function storedTurned(photo: Buffer, orientation: Orientation): Promise<Buffer> {
  // What a viewer does for each tag, undone. https://www.cipa.jp/std/documents/e/DC-008-Translation-2019-E.pdf, 4.6.4 A
  const [degrees, mirror] = {
    1: [0, false],
    2: [0, true],
    3: [180, false],
    4: [180, true],
    5: [90, true],
    6: [270, false],
    7: [270, true],
    8: [90, false],
  }[orientation] as [number, boolean];
  // Two steps: in one, sharp would mirror before it turns.
  const turned = await sharp(photo).rotate(degrees).raw().toBuffer({ resolveWithObject: true });
  const stored = sharp(turned.data, { raw: turned.info });
  return (mirror ? stored.flop() : stored).withMetadata({ orientation }).png().toBuffer();
}

/** A PNG or JPEG with a colour profile put into it, whatever it is; the pixels stay as they are. */
export function withProfile(file: Buffer, profile: Buffer): Buffer {
  if (file[0] === 0xff) {
    const head = Buffer.from([0xff, 0xe2, 0, 0, ...Buffer.from("ICC_PROFILE\0", "latin1"), 1, 1]);
    head.writeUInt16BE(head.length - 2 + profile.length, 2);
    return Buffer.concat([file.subarray(0, 2), head, profile, file.subarray(2)]);
  }
  const body = Buffer.concat([Buffer.from("iCCPprofile\0\0", "latin1"), deflateSync(profile)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  const afterHeader = 33;
  return Buffer.concat([file.subarray(0, afterHeader), frame.subarray(0, 4), body, frame.subarray(4), file.subarray(afterHeader)]);
}

/** The profile of Adobe RGB (1998), made from its published figures: primaries as seen under D50, one gamma. ICC.1:2022, version 2 tags. */
export function adobeRgbProfile(): Buffer {
  const xyz = (...values: number[]): Buffer => {
    const tag = Buffer.alloc(20);
    tag.write("XYZ ", 0, "latin1");
    for (const [at, value] of values.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + at * 4);
    return tag;
  };
  const gamma = Buffer.from([...Buffer.from("curv", "latin1"), 0, 0, 0, 0, 0, 0, 0, 1, 0x02, 0x33, 0, 0]);
  const name = "Adobe RGB (1998)";
  const text = Buffer.alloc(92 + name.length);
  text.write("desc", 0, "latin1");
  text.writeUInt32BE(name.length + 1, 8);
  text.write(name, 12, "latin1");
  const rights = Buffer.from("text\0\0\0\0none\0\0\0\0", "latin1");
  return profileOf([
    ["desc", text],
    ["cprt", rights],
    ["wtpt", xyz(0.9642, 1, 0.8249)],
    ["rXYZ", xyz(0.60974, 0.31111, 0.01947)],
    ["gXYZ", xyz(0.20528, 0.62567, 0.06087)],
    ["bXYZ", xyz(0.14919, 0.06322, 0.74457)],
    ["rTRC", gamma],
    ["gTRC", gamma],
    ["bTRC", gamma],
  ]);
}

function profileOf(tags: readonly (readonly [name: string, body: Buffer])[]): Buffer {
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const bodies: Buffer[] = [];
  let offset = 128 + table.length;
  for (const [index, [name, body]] of tags.entries()) {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    table.write(name, 4 + index * 12, "latin1");
    table.writeUInt32BE(offset, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    bodies.push(padded);
    offset += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  header.write("acsp", 36, "latin1");
  for (const [at, value] of [0.9642, 1, 0.8249].entries()) header.writeInt32BE(Math.round(value * 65_536), 68 + at * 4);
  return Buffer.concat([header, table, ...bodies]);
}

/** What an sRGB colour is called in Adobe RGB, 0 to 1: the two share white, red and blue nearly, so the matrix is short. */
export function toAdobeRgb(color: readonly [number, number, number]): number[] {
  const [red, green, blue] = color.map((level) => {
    const value = level / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const linear = [0.71512 * red + 0.28488 * green, green, 0.04117 * green + 0.95883 * blue];
  return linear.map((value) => value ** (1 / 2.19921875));
}
