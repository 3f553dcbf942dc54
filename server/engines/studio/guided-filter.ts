// Guided filter with a colour guide: a plane takes on the edges of the photo (He, Sun, Tang 2013, kaiminghe.github.io/eccv10).
import type { Picture } from "../../images/picture.ts";
import { type Box, boxMean, newPlane, type Size, type TakePlane } from "./planes.ts";
import { sizeOf, splitColors } from "./tiles.ts";

/** A photo prepared as guide: its means and inverse covariances are computed once for many planes. */
export interface Guide extends Size {
  readonly radius: number;
  /** Red, green and blue, 0 to 1. */
  readonly colors: readonly [Float32Array, Float32Array, Float32Array];
  readonly means: readonly [Float32Array, Float32Array, Float32Array];
  /** Inverse of the regularised covariance: rr, rg, rb, gg, gb, bb. */
  readonly inverse: readonly Float32Array[];
}

export interface Reach {
  /** Pixels of the window. */
  readonly radius: number;
  /** Variance (of colours 0 to 1) below which a window counts as flat and is smoothed. */
  readonly epsilon: number;
}

/** @param part of the picture that is the guide; left out: the whole */
export function createGuide(
  picture: Picture,
  { radius, epsilon, part }: Reach & { readonly part?: Box },
  take: TakePlane = newPlane,
): Guide {
  const box = part ?? { x0: 0, y0: 0, x1: picture.width, y1: picture.height };
  const { width, height } = sizeOf(box);
  const colors = splitColors(picture, box, take);
  const shape = { width, height, radius };
  const scratch = take(width * height);
  const mean = (plane: Float32Array): Float32Array => {
    const target = take(plane.length);
    boxMean(plane, target, scratch, shape);
    return target;
  };
  const means = [mean(colors[0]), mean(colors[1]), mean(colors[2])] as const;
  const product = take(width * height);
  const moments = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 1],
    [1, 2],
    [2, 2],
  ].map(([first, second]) => {
    const one = colors[first!]!;
    const other = colors[second!]!;
    for (let at = 0; at < product.length; at++) product[at] = one[at]! * other[at]!;
    return mean(product);
  });
  invertCovariances(moments, means, epsilon);
  return { width, height, radius, colors, means, inverse: moments };
}

/** Turns second moments into inverse covariances, in place. */
function invertCovariances(moments: readonly Float32Array[], means: readonly Float32Array[], epsilon: number): void {
  const [mrr, mrg, mrb, mgg, mgb, mbb] = moments as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const [mr, mg, mb] = means as [Float32Array, Float32Array, Float32Array];
  for (let at = 0; at < mrr.length; at++) {
    const r = mr[at]!;
    const g = mg[at]!;
    const b = mb[at]!;
    const rr = mrr[at]! - r * r + epsilon;
    const rg = mrg[at]! - r * g;
    const rb = mrb[at]! - r * b;
    const gg = mgg[at]! - g * g + epsilon;
    const gb = mgb[at]! - g * b;
    const bb = mbb[at]! - b * b + epsilon;
    const crr = gg * bb - gb * gb;
    const crg = gb * rb - rg * bb;
    const crb = rg * gb - gg * rb;
    const share = 1 / (rr * crr + rg * crg + rb * crb);
    mrr[at] = crr * share;
    mrg[at] = crg * share;
    mrb[at] = crb * share;
    mgg[at] = (rr * bb - rb * rb) * share;
    mgb[at] = (rb * rg - rr * gb) * share;
    mbb[at] = (rr * gg - rg * rg) * share;
  }
}

/** A plane as a linear function of the guide's colours, pixel by pixel; can be applied to a larger copy of the guide. */
export interface Coefficients extends Size {
  readonly slopes: readonly [Float32Array, Float32Array, Float32Array];
  readonly intercept: Float32Array;
}

/** The plane, smoothed where the guide is flat and sharp where the guide has edges; values may slightly leave 0 to 1. */
export function guidedFilter(guide: Guide, plane: Float32Array, take: TakePlane = newPlane): Float32Array {
  const { slopes, intercept } = fitToGuide(guide, plane, take);
  const [red, green, blue] = guide.colors;
  for (let at = 0; at < intercept.length; at++) {
    intercept[at] = intercept[at]! + slopes[0][at]! * red[at]! + slopes[1][at]! * green[at]! + slopes[2][at]! * blue[at]!;
  }
  return intercept;
}

/** The mean linear function of each pixel's windows. */
export function fitToGuide(guide: Guide, plane: Float32Array, take: TakePlane = newPlane): Coefficients {
  const { width, height, radius, colors, means, inverse } = guide;
  const count = width * height;
  const shape = { width, height, radius };
  const scratch = take(count);
  const meanPlane = take(count);
  boxMean(plane, meanPlane, scratch, shape);
  const slope = (color: Float32Array): Float32Array => {
    const product = take(count);
    for (let at = 0; at < count; at++) product[at] = color[at]! * plane[at]!;
    boxMean(product, product, scratch, shape);
    return product;
  };
  const slopes: [Float32Array, Float32Array, Float32Array] = [slope(colors[0]), slope(colors[1]), slope(colors[2])];
  solveSlopes({ slopes, means, meanPlane, inverse });
  for (const part of [...slopes, meanPlane]) boxMean(part, part, scratch, shape);
  return { width, height, slopes, intercept: meanPlane };
}

/** Turns correlations into slopes and the plane's mean into the intercept, in place. */
function solveSlopes(parts: {
  slopes: Float32Array[];
  means: readonly Float32Array[];
  meanPlane: Float32Array;
  inverse: readonly Float32Array[];
}): void {
  const [cr, cg, cb] = parts.slopes as [Float32Array, Float32Array, Float32Array];
  const [mr, mg, mb] = parts.means as [Float32Array, Float32Array, Float32Array];
  const [irr, irg, irb, igg, igb, ibb] = parts.inverse as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const mean = parts.meanPlane;
  for (let at = 0; at < mean.length; at++) {
    const p = mean[at]!;
    const r = cr[at]! - mr[at]! * p;
    const g = cg[at]! - mg[at]! * p;
    const b = cb[at]! - mb[at]! * p;
    const ar = irr[at]! * r + irg[at]! * g + irb[at]! * b;
    const ag = irg[at]! * r + igg[at]! * g + igb[at]! * b;
    const ab = irb[at]! * r + igb[at]! * g + ibb[at]! * b;
    cr[at] = ar;
    cg[at] = ag;
    cb[at] = ab;
    mean[at] = p - ar * mr[at]! - ag * mg[at]! - ab * mb[at]!;
  }
}
