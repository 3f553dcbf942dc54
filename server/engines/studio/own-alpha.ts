// Photos that come already cut out: their own transparency is the matte, and no network is asked.
import type { Picture } from "../../images/picture.ts";
import type { Cutout } from "./matte.ts";
import { resizePlane } from "./planes.ts";

/** Share of clear pixels above which a photo's transparency is meant as a cut-out. */
const clearShare = 0.02;
/** Pixels on the longer side of the labels that the confidence is judged by. */
const labelSide = 256;

export function isCutOutAlready(probe: Picture): boolean {
  if (probe.channels !== 4) return false;
  let clear = 0;
  for (let at = 3; at < probe.data.length; at += 4) if (probe.data[at]! < 8) clear++;
  return clear > clearShare * probe.width * probe.height;
}

/** Alpha of an RGBA picture, 0 to 1. */
export function alphaPlane(picture: Picture): Float32Array {
  const plane = new Float32Array(picture.width * picture.height);
  for (let at = 0; at < plane.length; at++) plane[at] = picture.data[at * 4 + 3]! / 255;
  return plane;
}

/** Pixels: how far beyond a pixel the kernels that scale a product reach. */
const kernelReach = 4;
/** Alpha below which a pixel's colour is too coarse to be the product's: whoever made the file multiplied and divided it. */
const leastColored = 16;

export function takeOwnAlpha(picture: Picture): Cutout {
  const { width, height } = picture;
  const colors = Buffer.allocUnsafeSlow(width * height * 3);
  const alpha = Buffer.allocUnsafeSlow(width * height);
  for (let at = 0; at < alpha.length; at++) {
    colors[at * 3] = picture.data[at * 4]!;
    colors[at * 3 + 1] = picture.data[at * 4 + 1]!;
    colors[at * 3 + 2] = picture.data[at * 4 + 2]!;
    alpha[at] = picture.data[at * 4 + 3]!;
  }
  spreadColors(colors, alpha, picture);
  const scale = Math.min(1, labelSide / Math.max(width, height));
  const labelSize = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return {
    width,
    height,
    colors,
    alpha,
    labels: resizePlane(alphaPlane(picture), picture, labelSize),
    labelSize,
    edgeSupport: 1,
    broken: [],
  };
}

/**
 * Carries the product's colours a few pixels over its outline: what stands under clear pixels, black most often, would be mixed into the edge
 * when the product is scaled and draw a dark line around it.
 */
function spreadColors(colors: Buffer, alpha: Buffer, { width, height }: Picture): void {
  const isKnown = new Uint8Array(alpha.length);
  for (let at = 0; at < alpha.length; at++) if (alpha[at]! >= leastColored) isKnown[at] = 1;
  let ring: number[] = [];
  for (let at = 0; at < alpha.length; at++) {
    if (isKnown[at] === 0 && (isKnown[at - 1] || isKnown[at + 1] || isKnown[at - width] || isKnown[at + width])) ring.push(at);
  }
  for (let reached = 0; reached < kernelReach; reached++) {
    for (const at of ring) {
      const from = neighbours(at, width, height).filter((next) => isKnown[next]);
      for (let channel = 0; channel < 3 && from.length > 0; channel++)
        colors[at * 3 + channel] = from.reduce((sum, next) => sum + colors[next * 3 + channel]!, 0) / from.length + 0.5;
    }
    for (const at of ring) isKnown[at] = 1;
    ring = [...new Set(ring.flatMap((at) => neighbours(at, width, height).filter((next) => !isKnown[next])))];
  }
}

/** The eight around a pixel, fewer at the picture's edge. */
function neighbours(at: number, width: number, height: number): number[] {
  const x = at % width;
  const y = (at - x) / width;
  const around: number[] = [];
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++)
      if (row !== y || column !== x) around.push(row * width + column);
  return around;
}
