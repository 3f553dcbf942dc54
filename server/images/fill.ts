// How much of the frame a product fills, told from the finished picture alone.
import { borderColor, ringOffsets } from "./operations/canvas.ts";
import type { Picture } from "./picture.ts";

/** Levels that a ring pixel may differ from the ring's median and still count as plain background. */
const plainTolerance = 16;
/** Share of the ring that may differ: a product or its shadow that touches the edge. */
const maxUneven = 0.25;
/** Levels between a pixel's strongest and weakest channel, beyond the background's own, from which it is coloured: shadows are not. */
const coloredFrom = 24;
/** Levels darker than the background from which a pixel is no soft shadow, save right at the foot. */
const darkFrom = 90;
/** Alpha from which a pixel of a cut-out counts. */
const solidFrom = 64;
/** Share of a row or column that must be product before it counts: specks do not. */
const leastShare = 0.002;

/** Null: the background is not plain, or nothing stands on it. */
export interface Fill {
  /** The product's box as a share of the frame's width or height, whichever is larger; 0 to 1. */
  readonly share: number;
}

/**
 * A pixel is the product's where it is coloured, much darker than the background, or changes too sharply for a shadow: the soft shadow is
 * grey, light and smooth, so it counts in none of these ways but in a band of a percent or two under the foot.
 */
export function measureFill(picture: Picture): Fill | null {
  const isProduct = picture.channels === 4 ? solidTest(picture) : contrastTest(picture);
  if (isProduct === null) return null;
  const { width, height } = picture;
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isProduct(x, y)) continue;
      columns[x]!++;
      rows[y]!++;
    }
  }
  const across = extentOf(columns, height);
  const down = extentOf(rows, width);
  return across === 0 || down === 0 ? null : { share: Math.max(across / width, down / height) };
}

function extentOf(counts: Uint32Array, length: number): number {
  const least = Math.max(1, Math.round(leastShare * length));
  const first = counts.findIndex((count) => count >= least);
  const last = counts.findLastIndex((count) => count >= least);
  return first < 0 ? 0 : last - first + 1;
}

const solidTest =
  ({ data, width }: Picture) =>
  (x: number, y: number): boolean =>
    data[(y * width + x) * 4 + 3]! >= solidFrom;

function contrastTest(picture: Picture): ((x: number, y: number) => boolean) | null {
  const { data, width, height } = picture;
  const behind = borderColor(picture);
  if (unevenShare(picture, behind) > maxUneven) return null;
  const light = luma(behind[0], behind[1], behind[2]);
  const tint = Math.max(...behind) - Math.min(...behind);
  // A shadow scales with the picture, and so does its steepness: the smaller the picture, the steeper.
  const steepFrom = Math.min(32, Math.max(14, 26_000 / Math.max(width, height)));
  const lightAt = (at: number): number => luma(data[at]!, data[at + 1]!, data[at + 2]!);
  return (x, y) => {
    const at = (y * width + x) * 3;
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > tint + coloredFrom) return true;
    const here = luma(red, green, blue);
    if (light - here > darkFrom) return true;
    const right = x + 2 < width ? Math.abs(here - lightAt(at + 6)) : 0;
    if (right > steepFrom) return true;
    return y + 2 < height && Math.abs(here - lightAt(at + 6 * width)) > steepFrom;
  };
}

function unevenShare(picture: Picture, behind: readonly number[]): number {
  let uneven = 0;
  let total = 0;
  for (const at of ringOffsets(picture)) {
    total++;
    if (behind.some((value, channel) => Math.abs(value - picture.data[at + channel]!) > plainTolerance)) uneven++;
  }
  return uneven / total;
}

const luma = (red: number, green: number, blue: number): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
