// The photo and the mask as providers take them: upright, sRGB, opaque, no larger than they look at.
import { decodePhoto, fromPicture, openPhoto, photoError, uprightSize } from "../../images/decode.ts";
import { sharp } from "../../images/libvips.ts";
import { EngineError } from "../engine.ts";

/** Pixels of the longer side: models look at no more, and the request stays under every provider's limit on bytes. */
const maxSourceSide = 2048;
/** High enough that the model sees the photo and not the encoder. */
const sourceQuality = 95;

export interface SentSource {
  readonly bytes: Buffer;
  readonly mimeType: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** @param asPng without loss, as providers want it beside a mask. @throws UserError for what does not decode, or the signal's reason */
export async function prepareSource(photo: Buffer, { asPng, signal }: { asPng: boolean; signal: AbortSignal }): Promise<SentSource> {
  const size = await uprightSize(photo);
  const scale = Math.min(1, maxSourceSide / Math.max(size.width, size.height));
  const maxPixels = Math.max(1, Math.floor(size.width * scale) * Math.floor(size.height * scale));
  const picture = await decodePhoto(photo, { maxPixels, signal });
  const opaque = fromPicture(picture).flatten({ background: "#ffffff" });
  const encoded = asPng ? opaque.png({ compressionLevel: 6 }) : opaque.jpeg({ quality: sourceQuality, chromaSubsampling: "4:4:4" });
  const bytes = await encoded.toBuffer();
  signal.throwIfAborted();
  return { bytes, mimeType: asPng ? "image/png" : "image/jpeg", width: picture.width, height: picture.height };
}

/**
 * A PNG of the sent source's size. White in `mask` is where may be painted: it becomes transparent, or stays white on black.
 * @throws EngineError `input` when the mask does not decode
 */
export async function prepareMask(
  mask: Buffer,
  { width, height }: { width: number; height: number },
  style: "transparent" | "white",
): Promise<Buffer> {
  try {
    const grey = await (await openPhoto(mask))
      .flatten({ background: "#000000" })
      .greyscale()
      .resize(width, height, { fit: "fill" })
      .extractChannel(0)
      .raw()
      .toBuffer();
    if (style === "white")
      return await sharp(grey, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer();
    const rgba = Buffer.alloc(width * height * 4);
    for (let pixel = 0; pixel < grey.length; pixel++) rgba[pixel * 4 + 3] = 255 - grey[pixel]!;
    return await sharp(rgba, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
  } catch (error) {
    throw new EngineError("input", `The mask can not be read: ${photoError(error).message}`, { cause: error });
  }
}
