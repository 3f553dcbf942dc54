// Scaled copies for lists and comparison views.
import { badUserInput } from "../errors.ts";
import { openPhoto, photoError, readMetadata } from "./decode.ts";
import { createGate } from "./gate.ts";
import { giveBack } from "./give-back.ts";
import type { ImageFormat } from "./picture.ts";
import { imageFormats } from "./picture.ts";
import { sniffFormat } from "./sniff.ts";

/** Pixels; a larger copy would be no thumbnail. Stops requests that ask for gigapixels. */
export const maxCopySide = 4096;
/** Copies made at once; stops a page of a hundred thumbnails from holding a hundred decoded photos in memory. */
const maxAtOnce = 4;
/** Files held at once, for the same reason; more than are decoded, so that the next one is there when a decoder is free: else cores wait for the store. */
const maxFilesAtOnce = 8;
const copyQuality = 82;

const gate = createGate(maxAtOnce);
const fileGate = createGate(maxFilesAtOnce);

export interface ScaledCopy {
  readonly data: Buffer;
  readonly mimeType: string;
}

export interface CopySize {
  /** Pixels, 1 to `maxCopySide`; left out: the other one decides. */
  readonly width?: number | null;
  readonly height?: number | null;
  /** Left out: PNG for pictures with alpha, else JPEG. */
  readonly format?: ImageFormat | null;
}

/**
 * Fits inside the given box, never enlarges; sRGB, upright, without metadata, alpha kept where the format can.
 * @param photo its bytes, or what reads them once it is this copy's turn: those are given back
 * @throws UserError BAD_USER_INPUT; what `photo` throws.
 */
export async function scaledCopy(photo: Buffer | (() => Promise<Buffer>), size: CopySize): Promise<ScaledCopy> {
  const width = checkSide("width", size.width);
  const height = checkSide("height", size.height);
  if (size.format && !imageFormats.includes(size.format)) throw badUserInput(`format must be one of ${imageFormats.join(", ")}.`);
  const wanted = { width, height, format: size.format ?? null };
  if (Buffer.isBuffer(photo)) return gate(() => scale(photo, wanted));
  return fileGate(async () => {
    const bytes = await photo();
    return gate(() => scale(bytes, wanted)).finally(() => giveBack(bytes));
  });
}

interface WantedCopy {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly format: ImageFormat | null;
}

async function scale(bytes: Buffer, wanted: WantedCopy): Promise<ScaledCopy> {
  const { width, height } = wanted;
  try {
    const hasAlpha = sniffFormat(bytes) !== "jpeg" && (await readMetadata(bytes)).hasAlpha;
    const format = wanted.format ?? (hasAlpha ? "PNG" : "JPEG");
    const scaled = (await openPhoto(bytes)).resize({ width, height, fit: "inside", withoutEnlargement: true });
    if (format === "JPEG")
      return { mimeType: "image/jpeg", data: await scaled.flatten({ background: "#ffffff" }).jpeg({ quality: copyQuality }).toBuffer() };
    if (format === "PNG") return { mimeType: "image/png", data: await scaled.png({ compressionLevel: 6 }).toBuffer() };
    if (format === "WEBP") return { mimeType: "image/webp", data: await scaled.webp({ quality: copyQuality, effort: 2 }).toBuffer() };
    return { mimeType: "image/avif", data: await scaled.avif({ quality: 60, effort: 2 }).toBuffer() };
  } catch (error) {
    throw photoError(error);
  }
}

function checkSide(name: string, value: number | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (!Number.isInteger(value) || value < 1 || value > maxCopySide) {
    throw badUserInput(
      `Expected ${name} between 1 and ${maxCopySide} pixels but received ${value}: copies are made for viewing, the picture itself is larger.`,
    );
  }
  return value;
}
