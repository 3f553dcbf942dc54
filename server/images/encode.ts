// Turns a finished picture into the file that was asked for: exact size, sRGB, no metadata but a disclosure, within its bytes.
import type { Sharp } from "sharp";
import { limitExceeded } from "../errors.ts";
import { say } from "../say.ts";
import { fromPicture } from "./decode.ts";
import { type DigitalSource, disclosureXmp } from "./disclosure.ts";
import { createGate } from "./gate.ts";
import type { ImageFormat, OutputSpec, Picture } from "./picture.ts";

/** Quality below which no preset's picture is fit to be sold from; a file that is still too large is refused instead. */
export const qualityFloor = 60;
/** How much quality is given up between two tries. */
const qualityStep = 6;
/** Encoders at once; each holds a whole picture several times over. */
const maxAtOnce = 4;

const gate = createGate(maxAtOnce);

export interface Encoded {
  readonly data: Buffer;
  readonly mimeType: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The quality that was reached; below the one asked for where the bytes demanded it. */
  readonly quality: number;
}

export const outputMimeTypes: Readonly<Record<ImageFormat, string>> = {
  JPEG: "image/jpeg",
  PNG: "image/png",
  WEBP: "image/webp",
  AVIF: "image/avif",
};

/**
 * Encodes at the quality asked for, then lower step by step until the bytes fit.
 * @param disclosure written into the file; null: the file carries no metadata.
 * @throws RangeError when the picture has not the output's size; UserError LIMIT_EXCEEDED when the bytes cannot be kept.
 */
export async function encodePicture(picture: Picture, output: OutputSpec, disclosure: DigitalSource | null = null): Promise<Encoded> {
  if (picture.width !== output.width || picture.height !== output.height) {
    throw new RangeError(
      `The picture has ${picture.width} x ${picture.height} pixels, but ${output.width} x ${output.height} were asked for.`,
    );
  }
  return gate(async () => {
    const { width, height } = output;
    for (const quality of qualities(output)) {
      const data = await encodeAt(disclosing(fromPicture(picture), disclosure), output.format, quality);
      if (output.maxBytes === null || data.length <= output.maxBytes) {
        return { data, mimeType: outputMimeTypes[output.format], width, height, quality };
      }
    }
    throw limitExceeded(
      say("PICTURE_TOO_HEAVY", {
        bytes: output.maxBytes ?? 0,
        format: output.format,
        width,
        height,
        quality: Math.min(qualityFloor, output.quality),
      }),
    );
  });
}

/** The asked quality first, then down to the floor; PNG without loss has only one. */
function qualities({ format, quality }: OutputSpec): number[] {
  if (format === "PNG") return [quality];
  const steps = [quality];
  for (let next = quality - qualityStep; next > qualityFloor; next -= qualityStep) steps.push(next);
  if (quality > qualityFloor) steps.push(qualityFloor);
  return steps;
}

/** The pipeline's file will carry the disclosure, where there is one. */
export const disclosing = (pixels: Sharp, disclosure: DigitalSource | null): Sharp =>
  disclosure === null ? pixels : pixels.withXmp(disclosureXmp(disclosure));

/** Full chroma (4:4:4): halved chroma frays the coloured edges of a product on white. */
export function encodeAt(pixels: Sharp, format: ImageFormat, quality: number): Promise<Buffer> {
  if (format === "JPEG") {
    const opaque = pixels.flatten({ background: "#ffffff" });
    return opaque.jpeg({ quality, chromaSubsampling: "4:4:4", progressive: true, optimiseCoding: true }).toBuffer();
  }
  if (format === "PNG") return pixels.png({ compressionLevel: 7, adaptiveFiltering: true }).toBuffer();
  if (format === "WEBP") return pixels.webp({ quality, alphaQuality: 100, smartSubsample: true, effort: 3 }).toBuffer();
  return pixels.avif({ quality, chromaSubsampling: "4:4:4", effort: 3 }).toBuffer();
}
