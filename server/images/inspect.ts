// Looks a photo over before it is let in: what it is, how large, whether every row of it decodes.
import type { Metadata, Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { badUserInput, limitExceeded } from "../errors.ts";
import { say } from "../say.ts";
import { fromPicture, noPhoto, openPhoto, photoError, pictureOf, readMetadata } from "./decode.ts";
import { checkDecoderMemory, decoderBytes } from "./decoder-memory.ts";
import { createGate } from "./gate.ts";
import { readProfileName } from "./icc.ts";
import { findContainerDamage } from "./integrity.ts";
import { maxPhotoPixels } from "./libvips.ts";
import type { DecodedFile, OpenedFile } from "./opened-file.ts";
import type { Picture } from "./picture.ts";
import { mimeTypes, sniffFormat } from "./sniff.ts";

/** Bytes; stops uploads meant to fill memory: the file is held whole while it is decoded. */
export const maxPhotoBytes = 50_000_000;
/** Pixels; stops ribbons (1 x 100,000,000) that stay under the pixel limit and break every scaling after. */
export const maxPhotoSide = 30_000;
/** Bytes; photos whose decoding holds more are looked at one after the other, or a few uploads at once would fill memory. */
const heavyDecoderBytes = 100_000_000;
/** Pixels; ThumbHash works on copies no larger than this. */
const thumbHashSide = 100;

const oneAtATime = createGate(1);

export interface PhotoInfo {
  /** Pixels, upright: after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly mimeType: string;
  /** Of the bytes as given, lower-case hex. */
  readonly sha256: string;
  /** ThumbHash in base64: what to paint until the picture is there. */
  readonly thumbhash: string;
  /** EXIF orientation of the file, 1 to 8. */
  readonly orientation: number;
  /** Name of the embedded colour profile, such as "sRGB" or "Display P3"; null where the file has none. */
  readonly colorProfile: string | null;
}

/**
 * Decodes the whole photo, so that what is let in can be worked on later.
 * @throws UserError BAD_USER_INPUT for what is damaged or no photo, LIMIT_EXCEEDED for what is too large; the signal's reason.
 */
export async function inspectPhoto(bytes: Buffer, options: { signal?: AbortSignal } = {}): Promise<PhotoInfo> {
  options.signal?.throwIfAborted();
  if (bytes.length === 0) throw badUserInput(say("PHOTO_EMPTY"));
  if (bytes.length > maxPhotoBytes) {
    throw limitExceeded(say("PHOTO_TOO_HEAVY", { bytes: bytes.length, most: maxPhotoBytes }));
  }
  const format = sniffFormat(bytes);
  if (format === null) throw badUserInput(noPhoto);
  const damage = findContainerDamage(bytes, format);
  if (damage !== null) throw badUserInput(say("PHOTO_DAMAGED_AT", { damage }));
  try {
    const meta = await readMetadata(bytes);
    const { width, height } = meta.autoOrient;
    checkSize(width, height);
    checkDecoderMemory(meta);
    const turn = decoderBytes(meta) > heavyDecoderBytes ? oneAtATime : <T>(task: () => Promise<T>): Promise<T> => task();
    const small = await turn(() => decodeSmall(bytes, meta, options.signal));
    return {
      width,
      height,
      bytes: bytes.length,
      mimeType: mimeTypes[format],
      sha256: await sha256Of(bytes),
      thumbhash: thumbHashOf(small),
      orientation: meta.orientation ?? 1,
      colorProfile: meta.icc === undefined ? null : readProfileName(meta.icc),
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (format === "heic") throw badUserInput(say("PHOTO_HEIC"));
    throw photoError(error);
  }
}

/**
 * The same of a file whose head was found right already: a result of our own. Where nobody has decoded it yet, this does, every row.
 * @throws libvips' own error for what does not decode.
 */
export async function describeOpened(opened: OpenedFile | DecodedFile): Promise<PhotoInfo> {
  const { file, format, meta } = opened;
  if (format === null) throw new TypeError("A file of no known format was found right");
  const small = await shrink("picture" in opened ? fromPicture(opened.picture) : await openPhoto(file, meta));
  return {
    width: meta.autoOrient.width,
    height: meta.autoOrient.height,
    bytes: file.length,
    mimeType: mimeTypes[format],
    sha256: await sha256Of(file),
    thumbhash: thumbHashOf(small),
    orientation: meta.orientation ?? 1,
    colorProfile: meta.icc === undefined ? null : readProfileName(meta.icc),
  };
}

/** Scaling down reads every row: this is the decoding that proves the file whole. */
async function decodeSmall(bytes: Buffer, meta: Metadata, signal: AbortSignal | undefined): Promise<Picture> {
  signal?.throwIfAborted();
  const decoded = await shrink(await openPhoto(bytes, meta));
  signal?.throwIfAborted();
  return decoded;
}

async function shrink(photo: Sharp): Promise<Picture> {
  const small = photo.resize(thumbHashSide, thumbHashSide, { fit: "inside", withoutEnlargement: true });
  const { data, info } = await small.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}

const thumbHashOf = (small: Picture): string =>
  Buffer.from(rgbaToThumbHash(small.width, small.height, withAlpha(small))).toString("base64");

/** RGBA. Here and not in libvips, where it takes as long as the decoding. */
function withAlpha({ data, width, height, channels }: Picture): Buffer {
  if (channels === 4) return data;
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from] ?? 0;
    rgba[to + 1] = data[from + 1] ?? 0;
    rgba[to + 2] = data[from + 2] ?? 0;
  }
  return rgba;
}

function checkSize(width: number, height: number): void {
  if (width * height > maxPhotoPixels) {
    throw limitExceeded(say("PHOTO_TOO_MANY_PIXELS", { width, height, megapixels: maxPhotoPixels / 1e6 }));
  }
  if (Math.max(width, height) > maxPhotoSide) {
    throw limitExceeded(say("PHOTO_TOO_LONG", { width, height, pixels: maxPhotoSide }));
  }
}

/**
 * Off the main thread: 50 MB would hold up the event loop for longer than a request may wait. It takes its own copy at once; no file's memory is
 * shared between threads.
 */
async function sha256Of(bytes: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes as Buffer<ArrayBuffer>)).toString("hex");
}
