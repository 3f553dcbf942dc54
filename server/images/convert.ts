// Converts a stored picture to another format, its size as it is.
import { openPhoto, photoError } from "./decode.ts";
import { readDisclosure } from "./disclosure.ts";
import { disclosing, encodeAt } from "./encode.ts";
import type { ImageFormat } from "./picture.ts";

/** High enough that a second encoding does not show. */
const convertQuality = 92;

/**
 * Upright, sRGB, without metadata but the picture's disclosure; transparency becomes white in JPEG.
 * @throws UserError when the picture can not be decoded
 */
export async function convertPicture(bytes: Buffer, format: ImageFormat): Promise<Buffer> {
  try {
    return await encodeAt(disclosing(await openPhoto(bytes), await readDisclosure(bytes)), format, convertQuality);
  } catch (error) {
    throw photoError(error);
  }
}
