// What the operations know of a canvas: how large it may be, its colours, what stands at its border.
import { limitExceeded } from "../../errors.ts";
import { fromPicture, pictureOf } from "../decode.ts";
import type { Picture } from "../picture.ts";

/** Pixels; stops chains of turns and enlargements from filling memory: a picture is held two or three times at once. */
export const maxEditPixels = 64_000_000;
/** Pixels; what every output format takes (WebP ends at 16,383). */
export const maxEditSide = 16_000;

export type Color = readonly [red: number, green: number, blue: number];

/** @throws UserError LIMIT_EXCEEDED naming the operation. */
export function checkCanvas(operation: string, { width, height }: { width: number; height: number }): void {
  if (width * height <= maxEditPixels && Math.max(width, height) <= maxEditSide) return;
  throw limitExceeded(
    `${operation} would make a picture of ${width} x ${height} pixels: ${maxEditPixels / 1e6} megapixels and ${maxEditSide} on a side are the most. ` +
      "Crop or resize first.",
  );
}

/** `#rgb` or `#rrggbb`; null for anything else. */
export function parseColor(text: string): Color | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex === undefined) return null;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const channel = (at: number): number => Number.parseInt(full.slice(at, at + 2), 16);
  return [channel(0), channel(2), channel(4)];
}

/** Offsets in `data` of the outermost ring's pixels, each once. */
export function* ringOffsets({ width, height, channels }: { width: number; height: number; channels: number }): Generator<number> {
  for (let x = 0; x < width; x++) {
    yield x * channels;
    if (height > 1) yield ((height - 1) * width + x) * channels;
  }
  for (let y = 1; y < height - 1; y++) {
    yield y * width * channels;
    if (width > 1) yield (y * width + width - 1) * channels;
  }
}

/** The median colour of the outermost ring: a product that touches the edge does not tint it. */
export function borderColor(picture: Picture): Color {
  const counts = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;
  let total = 0;
  for (const at of ringOffsets(picture)) {
    for (let channel = 0; channel < 3; channel++) counts[channel]![picture.data[at + channel]!]!++;
    total++;
  }
  const median = (histogram: Uint32Array): number => {
    let seen = 0;
    return histogram.findIndex((count) => {
      seen += count;
      return seen * 2 >= total;
    });
  };
  return [median(counts[0]), median(counts[1]), median(counts[2])];
}

/** What fills room that a picture gains: nothing where it has alpha, else its own border's colour. As sharp takes it. */
export function roomColor(picture: Picture): { r: number; g: number; b: number; alpha: number } {
  if (picture.channels === 4) return { r: 0, g: 0, b: 0, alpha: 0 };
  const [r, g, b] = borderColor(picture);
  return { r, g, b, alpha: 1 };
}

/** An alpha channel that hides nothing is dropped, so that a JPEG stays one. */
export async function dropFullAlpha(picture: Picture): Promise<Picture> {
  if (picture.channels === 3) return picture;
  for (let at = 3; at < picture.data.length; at += 4) if (picture.data[at] !== 255) return picture;
  const { data, info } = await fromPicture(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}
