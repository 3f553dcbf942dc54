// The product's own colours at its edge, freed of the old background (blur fusion: Forte 2021, arxiv.org/abs/2006.14970).
import type { Picture } from "../../images/picture.ts";
import { type Box, boxMean, cropPlane, newPlane, resizePart, type Shelf, type Size, type TakePlane } from "./planes.ts";
import { isConstant, keepTile, sizeOf, splitColors, tilesOf, widen } from "./tiles.ts";

/** Reach of the first, coarse estimate and of the second, fine one, as shares of the longer side. */
const reaches = [1 / 40, 1 / 240] as const;
/** Pixels around the outline in which colours must be right: scaling the picture mixes them with the outline's. */
const mixingReach = 8;
/** Keeps divisions finite where a window holds nothing of one side. */
const tiny = 1e-4;

type Colors = readonly [Float32Array, Float32Array, Float32Array];
type ColorBytes = readonly [Uint8Array, Uint8Array, Uint8Array];

/** Smooth estimates for each pixel: red, green and blue bytes, apart. Away from the outline both are the photo itself. */
export interface TwoSides extends Size {
  readonly product: ColorBytes;
  readonly ground: ColorBytes;
}

/** @param alpha 0 to 1 for each pixel of the picture */
export function estimateSides(picture: Picture, alpha: Float32Array, shelf: Shelf): TwoSides {
  const { width, height } = picture;
  const rough = estimateRoughly(picture, alpha);
  const radius = radiusOf(picture, reaches[1]);
  const bytes = (): Uint8Array => new Uint8Array(width * height);
  const product: ColorBytes = [bytes(), bytes(), bytes()];
  const ground: ColorBytes = [bytes(), bytes(), bytes()];
  for (const tile of tilesOf(picture, radius)) {
    if (isConstant(alpha, picture, widen(tile.own, radius + mixingReach, picture))) {
      copyColors(picture, tile.own, product);
      copyColors(picture, tile.own, ground);
      continue;
    }
    shelf.giveBack();
    const sides = estimateTile({ picture, alpha, rough }, tile.around, { radius, take: shelf.take });
    for (const channel of [0, 1, 2] as const) {
      keepTile(toBytes(sides.product[channel]), product[channel], tile, picture);
      keepTile(toBytes(sides.ground[channel]), ground[channel], tile, picture);
    }
  }
  return { width, height, product, ground };
}

const radiusOf = ({ width, height }: Size, reach: number): number => Math.max(2, Math.round(Math.max(width, height) * reach));

function copyColors({ data, width, channels }: Picture, box: Box, [red, green, blue]: ColorBytes): void {
  for (let y = box.y0; y < box.y1; y++) {
    for (let at = y * width + box.x0; at < y * width + box.x1; at++) {
      red[at] = data[at * channels]!;
      green[at] = data[at * channels + 1]!;
      blue[at] = data[at * channels + 2]!;
    }
  }
}

interface RoughSides extends Size {
  readonly product: Colors;
  readonly ground: Colors;
}

/** Pixels on each side that the coarse estimate takes as one: its window is so wide that nothing is lost, and it takes a sixteenth of the memory. */
const coarseness = 4;

function estimateRoughly(picture: Picture, alpha: Float32Array): RoughSides {
  const size = { width: Math.ceil(picture.width / coarseness), height: Math.ceil(picture.height / coarseness) };
  const small = shrink(picture, alpha, size);
  const radius = radiusOf(size, reaches[0]);
  return {
    ...size,
    ...smoothSides({ product: small.colors, ground: small.colors, alpha: small.alpha }, { ...size, radius, take: newPlane }),
  };
}

/** Means of the pixels that are taken as one; at the right and the bottom the last one stands in for those that are missing. */
function shrink({ data, width, height, channels }: Picture, alpha: Float32Array, size: Size): { colors: Colors; alpha: Float32Array } {
  const count = size.width * size.height;
  const [red, green, blue, cover] = [newPlane(count), newPlane(count), newPlane(count), newPlane(count)];
  const all = coarseness * coarseness;
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, to++) {
      let sumRed = 0;
      let sumGreen = 0;
      let sumBlue = 0;
      let sumCover = 0;
      for (let down = y * coarseness; down < (y + 1) * coarseness; down++) {
        const row = Math.min(height - 1, down) * width;
        for (let across = x * coarseness; across < (x + 1) * coarseness; across++) {
          const at = row + Math.min(width - 1, across);
          sumCover += alpha[at]!;
          sumRed += data[at * channels]!;
          sumGreen += data[at * channels + 1]!;
          sumBlue += data[at * channels + 2]!;
        }
      }
      cover[to] = sumCover / all;
      red[to] = sumRed / (255 * all);
      green[to] = sumGreen / (255 * all);
      blue[to] = sumBlue / (255 * all);
    }
  }
  return { colors: [red, green, blue], alpha: cover };
}

function estimateTile(
  { picture, alpha, rough }: { picture: Picture; alpha: Float32Array; rough: RoughSides },
  box: Box,
  { radius, take }: { radius: number; take: TakePlane },
): { product: Colors; ground: Colors } {
  const colors = splitColors(picture, box, take);
  const part = cropPlane(alpha, picture, box, take);
  const enlarged = (plane: Float32Array): Float32Array => {
    const target = take(part.length);
    resizePart(plane, rough, { width: picture.width, height: picture.height, box, target });
    return target;
  };
  const all = (planes: Colors): Colors => [enlarged(planes[0]), enlarged(planes[1]), enlarged(planes[2])];
  const smooth = { product: all(rough.product), ground: all(rough.ground) };
  const product = fuse({ colors, alpha: part, smooth, side: "product" }, take);
  const ground = fuse({ colors, alpha: part, smooth, side: "ground" }, take);
  return smoothSides({ product, ground, alpha: part }, { ...sizeOf(box), radius, take });
}

/** Rounds and clamps, in place: what is kept of it are bytes. */
function toBytes(plane: Float32Array): Float32Array {
  for (let at = 0; at < plane.length; at++) plane[at] = Math.min(255, Math.max(0, plane[at]! * 255 + 0.5));
  return plane;
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
