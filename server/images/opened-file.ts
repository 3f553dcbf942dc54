// A finished file as it is looked at: its head, and its pixels as any viewer decodes them.
import type { Metadata } from "sharp";
import { openPhoto, pictureOf, readMetadata } from "./decode.ts";
import type { Picture } from "./picture.ts";
import { type PhotoFormat, sniffFormat } from "./sniff.ts";

export interface OpenedFile {
  readonly file: Buffer;
  readonly format: PhotoFormat | null;
  readonly meta: Metadata;
  /** Upright, whatever the head says of turning. */
  readonly picture: Picture;
}

/** @throws UserError for what is no photo at all; libvips' own error for what does not decode. */
export async function openFile(file: Buffer): Promise<OpenedFile> {
  const meta = await readMetadata(file);
  const { data, info } = await (await openPhoto(file, meta)).raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return { file, format: sniffFormat(file), meta, picture: pictureOf(data, info) };
}
