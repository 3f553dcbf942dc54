// Opens a photo of any accepted format as upright 8-bit sRGB pixels.
import type { Metadata, Sharp } from "sharp";
import { badUserInput, limitExceeded, messageOf, UserError } from "../errors.ts";
import { say } from "../say.ts";
import { checkDecoderMemory } from "./decoder-memory.ts";
import { maxPhotoPixels, sharp } from "./libvips.ts";
import type { Picture } from "./picture.ts";
import { sniffFormat } from "./sniff.ts";

/** Pixels: a part of the upright photo after it was scaled. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The upright size after scaling, and the part of it that is wanted. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly region?: Region;
}

export const noPhoto = say("PHOTO_UNKNOWN");

/** A reader of untrusted bytes. @throws UserError BAD_USER_INPUT when the first bytes are no accepted format's. */
function read(bytes: Buffer): Sharp {
  if (sniffFormat(bytes) === null) throw badUserInput(noPhoto);
  return sharp(bytes, { failOn: "warning", limitInputPixels: maxPhotoPixels, sequentialRead: true });
}

/**
 * What a photo's head says; nothing is decoded.
 * @throws UserError BAD_USER_INPUT when the first bytes are no accepted format's; libvips' own error where the head cannot be read.
 */
export const readMetadata = async (bytes: Buffer): Promise<Metadata> => read(bytes).metadata();

/**
 * A pipeline over untrusted bytes: upright, first page, sRGB, damaged files refused instead of shown with grey rows.
 * @param meta of these bytes, where they were read already
 * @throws as `readMetadata` does
 */
export async function openPhoto(bytes: Buffer, meta?: Metadata): Promise<Sharp> {
  const upright = read(bytes).autoOrient().toColourspace("srgb");
  // 8 bits and at most four channels: none of what follows is about a JPEG, and its head need not be read apart.
  if (sniffFormat(bytes) === "jpeg") return upright;
  const { depth, icc, channels, space } = meta ?? (await readMetadata(bytes));
  // sharp works on 16-bit pictures that have a profile in Display P3, and gives out those values as if they were sRGB's.
  if (depth !== "uchar" && icc !== undefined) upright.withIccProfile("srgb", { attach: false });
  // A TIFF's spot colours and saved selections: none of them is sure to be transparency.
  if (channels > 4 && space !== "cmyk") upright.removeAlpha();
  return upright;
}

/** Turns libvips' complaint about a file into an error that its owner can act on. Errors that are already so pass through. */
export function photoError(cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const text = messageOf(cause);
  if (/pixel limit|dimensions? (is|are) too|too (large|big|wide|high)|exceeds/i.test(text)) {
    return limitExceeded(say("PHOTO_TOO_LARGE", { megapixels: maxPhotoPixels / 1e6 }));
  }
  if (/support for this compression|not been built in|no decod|unsupported (codec|feature)/i.test(text)) {
    return badUserInput(say("PHOTO_UNDECODABLE"));
  }
  return new UserError("BAD_USER_INPUT", say("PHOTO_DAMAGED"), { cause });
}

/** Upright size of a photo that can be decoded within bounded memory; nothing is decoded. @throws UserError BAD_USER_INPUT or LIMIT_EXCEEDED. */
export async function uprightSize(bytes: Buffer): Promise<{ width: number; height: number }> {
  try {
    const meta = await readMetadata(bytes);
    checkDecoderMemory(meta);
    return meta.autoOrient;
  } catch (error) {
    throw photoError(error);
  }
}

/**
 * The whole photo, scaled down only where it has more than `maxPixels`.
 * @throws UserError BAD_USER_INPUT or LIMIT_EXCEEDED, or the signal's reason.
 */
export async function decodePhoto(bytes: Buffer, options: { maxPixels?: number; signal?: AbortSignal } = {}): Promise<Picture> {
  options.signal?.throwIfAborted();
  const size = await uprightSize(bytes);
  const scale = Math.min(1, Math.sqrt((options.maxPixels ?? maxPhotoPixels) / (size.width * size.height)));
  const view = { width: Math.max(1, Math.floor(size.width * scale)), height: Math.max(1, Math.floor(size.height * scale)) };
  const picture = await decodeView(bytes, view);
  options.signal?.throwIfAborted();
  return picture;
}

/**
 * The photo scaled to the view's size, cut to its region; only the region is ever held in memory.
 * @throws UserError BAD_USER_INPUT or LIMIT_EXCEEDED.
 */
export async function decodeView(bytes: Buffer, view: View): Promise<Picture> {
  try {
    const scaled = (await openPhoto(bytes)).resize(view.width, view.height, { fit: "fill", kernel: "lanczos3" });
    const cut = view.region === undefined ? scaled : scaled.extract(view.region);
    const { data, info } = await cut.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return pictureOf(data, info);
  } catch (error) {
    throw photoError(error);
  }
}

/** Wraps raw sRGB bytes; one-channel and grey-with-alpha rows are widened, so that all else sees RGB or RGBA. */
export function pictureOf(data: Buffer, size: { width: number; height: number; channels: number }): Picture {
  const { width, height, channels } = size;
  if (channels === 3 || channels === 4) return { data, width, height, channels };
  const wide = channels === 2 ? 4 : 3;
  const widened = Buffer.allocUnsafe(width * height * wide);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const grey = data[pixel * channels] ?? 0;
    widened.fill(grey, pixel * wide, pixel * wide + 3);
    if (wide === 4) widened[pixel * 4 + 3] = data[pixel * channels + 1] ?? 255;
  }
  return { data: widened, width, height, channels: wide };
}

/** A sharp pipeline over decoded pixels. */
export function fromPicture(picture: Picture): Sharp {
  return sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: picture.channels } });
}

/** A sharp pipeline over one byte a pixel; call `extractChannel(0)` before reading it back, for sharp widens grey to RGB. */
export function fromGrey(plane: Buffer, size: { width: number; height: number }): Sharp {
  return sharp(plane, { raw: { width: size.width, height: size.height, channels: 1 } });
}
