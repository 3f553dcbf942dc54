// The product's own colours at its edge, freed of the old background (blur fusion: Forte 2021, arxiv.org/abs/2006.14970).
import { boxMean, type Size } from "./planes.ts";

/** Reach of the first, coarse estimate and of the second, fine one, as shares of the longer side. */
const reaches = [1 / 40, 1 / 240] as const;
/** Keeps divisions finite where a window holds nothing of one side. */
const tiny = 1e-4;

type Colors = readonly [Float32Array, Float32Array, Float32Array];

/** Smooth estimates for each pixel, red, green and blue from 0 to 1. */
export interface TwoSides extends Size {
  readonly product: Colors;
  readonly ground: Colors;
}

/** @param alpha 0 to 1. */
export function estimateSides(colors: Colors, alpha: Float32Array, size: Size): TwoSides {
  const longer = Math.max(size.width, size.height);
  let product = colors;
  let ground = colors;
  for (const [index, reach] of reaches.entries()) {
    const smooth = smoothSides({ product, ground, alpha }, { ...size, radius: Math.max(2, Math.round(longer * reach)) });
    const isLast = index === reaches.length - 1;
    product = isLast ? smooth.product : fuse({ colors, alpha, smooth, side: "product" });
    ground = isLast ? smooth.ground : fuse({ colors, alpha, smooth, side: "ground" });
  }
  return { ...size, product, ground };
}

interface Sides {
  readonly product: Colors;
  readonly ground: Colors;
  readonly alpha: Float32Array;
}

/** Means of either side's colours, each pixel counting by its share of that side. */
function smoothSides({ product, ground, alpha }: Sides, shape: Size & { radius: number }): { product: Colors; ground: Colors } {
  const scratch = new Float32Array(alpha.length);
  const share = new Float32Array(alpha.length);
  boxMean(alpha, share, scratch, shape);
  const mean = (color: Float32Array, isProduct: boolean): Float32Array => {
    const target = new Float32Array(color.length);
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
function fuse(parts: {
  colors: Colors;
  alpha: Float32Array;
  smooth: { product: Colors; ground: Colors };
  side: "product" | "ground";
}): Colors {
  const { colors, alpha, smooth, side } = parts;
  const one = (channel: 0 | 1 | 2): Float32Array => {
    const target = new Float32Array(alpha.length);
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
