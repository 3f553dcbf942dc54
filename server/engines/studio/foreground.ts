// The product's own colours at its edge, freed of the old background (blur fusion: Forte 2021, arxiv.org/abs/2006.14970).
import type { Picture } from "../../images/picture.ts";
import { splitColors } from "./guided-filter.ts";
import { boxMean, type Shelf, type Size, type TakePlane } from "./planes.ts";
import { keepRows, rowsOf, stripsOf } from "./strips.ts";

/** Reach of the first, coarse estimate and of the second, fine one, as shares of the longer side. */
const reaches = [1 / 40, 1 / 240] as const;
/** Keeps divisions finite where a window holds nothing of one side. */
const tiny = 1e-4;

type Colors = readonly [Float32Array, Float32Array, Float32Array];
type ColorBytes = readonly [Uint8Array, Uint8Array, Uint8Array];

/** Smooth estimates for each pixel: red, green and blue bytes, apart. */
export interface TwoSides extends Size {
  readonly product: ColorBytes;
  readonly ground: ColorBytes;
}

/** @param alpha 0 to 1 for each pixel of the picture */
export function estimateSides(picture: Picture, alpha: Float32Array, shelf: Shelf): TwoSides {
  const { width, height } = picture;
  const [coarse, fine] = radiiOf(picture);
  const bytes = (): Uint8Array => new Uint8Array(width * height);
  const product: ColorBytes = [bytes(), bytes(), bytes()];
  const ground: ColorBytes = [bytes(), bytes(), bytes()];
  for (const strip of stripsOf(picture, coarse + fine)) {
    shelf.giveBack();
    const colors = splitColors(rowsOf(picture, strip), shelf.take);
    const part = { colors, alpha: alpha.subarray(strip.from * width, strip.to * width) };
    const sides = estimatePart(part, { width, height: strip.to - strip.from, coarse, fine, take: shelf.take });
    for (const channel of [0, 1, 2] as const) {
      keepRows(toBytes(sides.product[channel]), product[channel], strip, width);
      keepRows(toBytes(sides.ground[channel]), ground[channel], strip, width);
    }
  }
  return { width, height, product, ground };
}

/** Pixels that either estimate reaches. */
function radiiOf({ width, height }: Size): [coarse: number, fine: number] {
  const longer = Math.max(width, height);
  const radius = (reach: number): number => Math.max(2, Math.round(longer * reach));
  return [radius(reaches[0]), radius(reaches[1])];
}

/** Pixels of the longest strip that the sides are estimated in: what a shelf's planes should hold from the start. */
export function sidesStripLength(size: Size): number {
  const [coarse, fine] = radiiOf(size);
  return Math.max(...stripsOf(size, coarse + fine).map(({ from, to }) => (to - from) * size.width));
}

/** Rounds and clamps, in place: what is kept of it are bytes. */
function toBytes(plane: Float32Array): Float32Array {
  for (let at = 0; at < plane.length; at++) plane[at] = Math.min(255, Math.max(0, plane[at]! * 255 + 0.5));
  return plane;
}

function estimatePart(
  { colors, alpha }: { colors: Colors; alpha: Float32Array },
  { width, height, coarse, fine, take }: Size & { coarse: number; fine: number; take: TakePlane },
): { product: Colors; ground: Colors } {
  const smooth = smoothSides({ product: colors, ground: colors, alpha }, { width, height, radius: coarse, take });
  const product = fuse({ colors, alpha, smooth, side: "product" }, take);
  const ground = fuse({ colors, alpha, smooth, side: "ground" }, take);
  return smoothSides({ product, ground, alpha }, { width, height, radius: fine, take });
}

interface Sides {
  readonly product: Colors;
  readonly ground: Colors;
  readonly alpha: Float32Array;
}

/** Means of either side's colours, each pixel counting by its share of that side. */
function smoothSides(
  { product, ground, alpha }: Sides,
  shape: Size & { radius: number; take: TakePlane },
): { product: Colors; ground: Colors } {
  const { take } = shape;
  const scratch = take(alpha.length);
  const share = take(alpha.length);
  boxMean(alpha, share, scratch, shape);
  const mean = (color: Float32Array, isProduct: boolean): Float32Array => {
    const target = take(color.length);
    for (let at = 0; at < target.length; at++) target[at] = color[at]! * (isProduct ? alpha[at]! : 1 - alpha[at]!);
    boxMean(target, target, scratch, shape);
    for (let at = 0; at < target.length; at++) target[at]! /= Math.max(tiny, isProduct ? share[at]! : 1 - share[at]!);
    return target;
  };
  return {
    product: [mean(product[0], true), mean(product[1], true), mean(product[2], true)],
    ground: [mean(ground[0], false), mean(ground[1], false), mean(ground[2], false)],
  };
}

/** What the photo leaves unexplained goes to the side that is asked for, by its share. */
function fuse(
  parts: {
    colors: Colors;
    alpha: Float32Array;
    smooth: { product: Colors; ground: Colors };
    side: "product" | "ground";
  },
  take: TakePlane,
): Colors {
  const { colors, alpha, smooth, side } = parts;
  const one = (channel: 0 | 1 | 2): Float32Array => {
    const target = take(alpha.length);
    for (let at = 0; at < target.length; at++) {
      const a = alpha[at]!;
      const left = colors[channel][at]! - a * smooth.product[channel][at]! - (1 - a) * smooth.ground[channel][at]!;
      const value = smooth[side][channel][at]! + (side === "product" ? a : 1 - a) * left;
      target[at] = Math.min(1, Math.max(0, value));
    }
    return target;
  };
  return [one(0), one(1), one(2)];
}
