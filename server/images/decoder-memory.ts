// What decoding a photo takes in memory: most kinds are read row by row, some only as a whole, many times their size on the disk.
import type { Metadata } from "sharp";
import { limitExceeded } from "../errors.ts";
import { say } from "../say.ts";

/** Bytes; stops files of a few hundred kilobytes that hold a gigabyte and more while they are decoded. */
export const maxDecoderBytes = 500_000_000;

/** Bytes a pixel, as measured on photos of 25 and 100 megapixels: dav1d and libheif hold several copies of a whole AVIF. */
const avifBytes = 20;
const deepAvifBytes = 26;
const gifBytes = 5.5;
/** Only lossless WebP is held whole, but its header is not told apart. */
const webpBytes = 4.5;
/** A progressive JPEG's coefficients, for each sample; half as many samples where chroma is halved both ways. */
const coefficientBytes = 2.1;

const titles: Readonly<Record<string, string>> = {
  heif: "AVIF",
  gif: "GIF",
  webp: "WebP",
  png: "interlaced PNG",
  jpeg: "progressive JPEG",
};

/** Bytes that the decoder holds for each pixel; 0 for kinds that are read row by row. */
function wholeBytesPerPixel({ format, depth, channels, isProgressive, chromaSubsampling }: Metadata): number {
  if (format === "heif") return depth === "uchar" ? avifBytes : deepAvifBytes;
  if (format === "gif") return gifBytes;
  if (format === "webp") return webpBytes;
  if (!isProgressive) return 0;
  if (format === "png") return channels * (depth === "uchar" ? 1 : 2) + 1;
  return coefficientBytes * channels * (chromaSubsampling === "4:2:0" ? 0.5 : 1);
}

/** Bytes that decoding will hold at once, beyond a few rows. */
export const decoderBytes = (meta: Metadata): number => wholeBytesPerPixel(meta) * meta.width * meta.height;

/** @throws UserError LIMIT_EXCEEDED saying how large a photo of this kind may be and what else to do. */
export function checkDecoderMemory(meta: Metadata): void {
  if (decoderBytes(meta) <= maxDecoderBytes) return;
  const megapixels = Math.floor(maxDecoderBytes / wholeBytesPerPixel(meta) / 1e6);
  throw limitExceeded(
    say("PHOTO_TOO_LARGE_OF_KIND", {
      megapixels: Math.round((meta.width * meta.height) / 1e6),
      kind: titles[meta.format] ?? meta.format,
      most: megapixels,
    }),
  );
}
