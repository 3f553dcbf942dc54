// The last look: decodes what was encoded and compares it with what was asked for.
import { type DigitalSource, disclosureXmp } from "./disclosure.ts";
import { outputMimeTypes } from "./encode.ts";
import { type DecodedFile, decodeFile, type OpenedFile, openFile } from "./opened-file.ts";
import type { OutputSpec, Recipe } from "./picture.ts";
import { wantsWhiteRing } from "./presets.ts";
import { mimeTypes, sniffFormat } from "./sniff.ts";

/** An encoded file is not what was asked for; our own fault, never the user's. */
export class EncodingFault extends Error {
  override name = "EncodingFault";
}

/**
 * Checks format, size, mode and bytes, and for a white preset that the outermost ring is pure white unless the recipe paints otherwise.
 * @param recipe what the picture was painted by; null leaves the ring unchecked.
 * @param disclosure what the file must say of its making, and nothing else; null: it must carry no metadata.
 * @throws EncodingFault naming what differs; the decoder's error for what cannot be decoded at all.
 */
export async function verifyEncoded(
  data: Buffer,
  output: OutputSpec,
  recipe: Recipe | null,
  disclosure: DigitalSource | null = null,
): Promise<void> {
  const { picture } = await decodeVerified(data, output, disclosure);
  if (recipe !== null && wantsWhiteRing(output, recipe)) expectWhiteRing(picture.data, picture);
}

/** The same without the ring, and the file as it was decoded for it. @throws as `verifyEncoded` does */
export const decodeVerified = async (data: Buffer, output: OutputSpec, disclosure: DigitalSource | null): Promise<DecodedFile> =>
  decodeFile(await openVerified(data, output, disclosure));

/** The same of the head alone, for a caller who decodes the file himself. @throws as `verifyEncoded` does */
export async function openVerified(data: Buffer, output: OutputSpec, disclosure: DigitalSource | null): Promise<OpenedFile> {
  const format = sniffFormat(data);
  const mimeType = format === null ? "unknown" : mimeTypes[format];
  expectSame("format", mimeType, outputMimeTypes[output.format]);
  if (output.maxBytes !== null && data.length > output.maxBytes) {
    throw new EncodingFault(`The encoded file has ${data.length} bytes, more than the ${output.maxBytes} allowed.`);
  }
  const opened = await openFile(data);
  const { meta } = opened;
  expectSame("width", meta.width, output.width);
  expectSame("height", meta.height, output.height);
  expectSame("colour space", meta.space, "srgb");
  expectSame("depth", meta.depth, "uchar");
  expectSame("orientation", meta.orientation ?? 1, 1);
  expectSame("disclosure", meta.xmpAsString, disclosure === null ? undefined : disclosureXmp(disclosure));
  const carried = [meta.exif, meta.iptc, meta.icc, meta.tifftagPhotoshop, meta.comments].filter((each) => each !== undefined);
  if (carried.length > 0) throw new EncodingFault("The encoded file still carries metadata.");
  return opened;
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new EncodingFault(`The encoded file's ${what} is ${String(actual)}, not ${String(expected)}.`);
}

function expectWhiteRing(pixels: Buffer, size: { width: number; height: number; channels: number }): void {
  const dirty = countDirtyRing(pixels, size);
  if (dirty > 0) throw new EncodingFault(`${dirty} pixels of the encoded file's outermost ring are not pure white.`);
}

/** How many pixels of the outermost ring are not 255, 255, 255 (and opaque). */
export function countDirtyRing(pixels: Buffer, { width, height, channels }: { width: number; height: number; channels: number }): number {
  let dirty = 0;
  const check = (x: number, y: number): void => {
    const at = (y * width + x) * channels;
    for (let channel = 0; channel < channels; channel++) {
      if (pixels[at + channel] !== 255) {
        dirty++;
        return;
      }
    }
  };
  for (let x = 0; x < width; x++) {
    check(x, 0);
    if (height > 1) check(x, height - 1);
  }
  for (let y = 1; y < height - 1; y++) {
    check(0, y);
    if (width > 1) check(width - 1, y);
  }
  return dirty;
}
