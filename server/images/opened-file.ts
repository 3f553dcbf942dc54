// A finished file as it is looked at: its head, and its pixels as any viewer decodes them.
import type { Metadata } from "sharp";
import { openPhoto, pictureOf, readMetadata } from "./decode.ts";
import type { Picture } from "./picture.ts";
import { type PhotoFormat, sniffFormat } from "./sniff.ts";

export interface OpenedFile {
  readonly file: Buffer;
  readonly format: PhotoFormat | null;
  readonly meta: Metadata;
}

export interface DecodedFile extends OpenedFile {
  /** Upright, whatever the head says of turning. */
  readonly picture: Picture;
}

/** The head alone. @throws UserError for what is no photo at all; libvips' own error for a head that cannot be read. */
export const openFile = async (file: Buffer): Promise<OpenedFile> => ({
  file,
  format: sniffFormat(file),
  meta: await readMetadata(file),
});

/** @throws libvips' own error for what does not decode. */
export async function decodeFile(opened: OpenedFile): Promise<DecodedFile> {
  const pixels = await openPhoto(opened.file, opened.meta);
  const { data, info } = await pixels.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return { ...opened, picture: pictureOf(data, info) };
}
