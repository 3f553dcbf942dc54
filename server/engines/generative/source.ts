// The photo and the mask as providers take them: upright, sRGB, opaque, no larger than they look at.
import { decodePhoto, fromGrey, fromPicture, uprightSize } from "../../images/decode.ts";
import { say } from "../../say.ts";
import { EngineError } from "../engine.ts";
import { checkMask, readPaint } from "../mask.ts";

/** Pixels of the longer side: models look at no more, and the request stays under every provider's limit on bytes. */
const maxSourceSide = 2048;
/** High enough that the model sees the photo and not the encoder. */
const sourceQuality = 95;

export interface SentSource {
  readonly bytes: Buffer;
  readonly mimeType: string;
  /** Pixels, as sent. */
  readonly width: number;
  readonly height: number;
  /** The upright photo's own size, pixels. */
  readonly original: { readonly width: number; readonly height: number };
}

/** @param asPng without loss, as providers want it beside a mask. @throws UserError for what does not decode, or the signal's reason */
export async function prepareSource(photo: Buffer, { asPng, signal }: { asPng: boolean; signal: AbortSignal }): Promise<SentSource> {
  const original = await uprightSize(photo);
  const scale = Math.min(1, maxSourceSide / Math.max(original.width, original.height));
  const maxPixels = Math.max(1, Math.floor(original.width * scale) * Math.floor(original.height * scale));
  const picture = await decodePhoto(photo, { maxPixels, signal });
  const opaque = fromPicture(picture).flatten({ background: "#ffffff" });
  const encoded = asPng ? opaque.png({ compressionLevel: 6 }) : opaque.jpeg({ quality: sourceQuality, chromaSubsampling: "4:4:4" });
  const bytes = await encoded.toBuffer();
  signal.throwIfAborted();
  return { bytes, mimeType: asPng ? "image/png" : "image/jpeg", width: picture.width, height: picture.height, original };
}

export interface SentMask {
  /** A PNG of the sent source's size. */
  readonly bytes: Buffer;
  /** The share of the picture that may be painted, above 0 to 1. */
  readonly share: number;
}

/**
 * White in `mask` is where may be painted: it becomes transparent, or stays white on black. What is transparent counts as black.
 * @throws EngineError `input` when the mask does not decode, is no PNG of the photo's size, or leaves nothing to paint
 */
export async function prepareMask(mask: Buffer, source: SentSource, style: "transparent" | "white"): Promise<SentMask> {
  const { width, height } = source;
  await checkMask(mask, source.original);
  const grey = Buffer.from((await readPaint(mask, { width, height })).white);
  let white = 0;
  for (const level of grey) if (level >= 128) white++;
  if (white === 0) {
    throw new EngineError("input", say("MASK_NOTHING_FREE"));
  }
  const share = white / grey.length;
  if (style === "white") return { bytes: await fromGrey(grey, source).png().toBuffer(), share };
  const rgba = Buffer.alloc(width * height * 4);
  for (let pixel = 0; pixel < grey.length; pixel++) rgba[pixel * 4 + 3] = 255 - grey[pixel]!;
  return { bytes: await fromPicture({ data: rgba, width, height, channels: 4 }).png().toBuffer(), share };
}
