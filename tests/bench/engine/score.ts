// How close a cut-out comes to the exact matte: overlap, alpha error and outline.
import { sharp } from "../../../server/images/libvips.ts";
import type { Picture, Placement } from "../../../server/images/picture.ts";

/** A pixel belongs to the product from here on, alpha 0 to 255. */
const half = 128;
/** How far an outline may be off and still count as met, as a share of the product's longer side: 2 pixels of 1000. */
const outlineTolerance = 0.002;

export interface Score {
  /** Intersection over union of product and matte at half alpha. */
  readonly overlap: number;
  /** Mean absolute difference of alpha over the photo, 0 to 1. */
  readonly alphaError: number;
  /** Harmonic mean of the outline's precision and recall. */
  readonly outline: number;
}

interface Plane {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** @param made a transparent result without shadow, not turned. @param matte of the upright source's size. */
export async function scoreCutOut(made: { picture: Picture; placement: Placement }, matte: Buffer): Promise<Score> {
  const mine = alphaOf(made.picture);
  const truth = await layMatte(matte, made.placement, mine);
  let both = 0;
  let either = 0;
  let difference = 0;
  for (let at = 0; at < mine.data.length; at++) {
    const a = mine.data[at]!;
    const b = truth.data[at]!;
    if (a >= half && b >= half) both++;
    if (a >= half || b >= half) either++;
    difference += Math.abs(a - b) / 255;
  }
  const area = made.placement.width * made.placement.height;
  return { overlap: either === 0 ? 0 : both / either, alphaError: difference / area, outline: compareOutlines(mine, truth) };
}

function alphaOf({ data, width, height, channels }: Picture): Plane {
  if (channels !== 4) throw new TypeError("The result has no alpha: run with a TRANSPARENT background.");
  const alpha = new Uint8Array(width * height);
  for (let at = 0; at < alpha.length; at++) alpha[at] = data[at * 4 + 3]!;
  return { data: alpha, width, height };
}

/** The matte where its photo lies in the result. Photos that reach beyond the result are cut there. */
async function layMatte(matte: Buffer, placement: Placement, { width, height }: Plane): Promise<Plane> {
  const { data, info } = await sharp(matte).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const placed = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const v = ((y + 0.5 - placement.y) / placement.height) * info.height - 0.5;
    if (v <= -1 || v >= info.height) continue;
    for (let x = 0; x < width; x++) {
      const u = ((x + 0.5 - placement.x) / placement.width) * info.width - 0.5;
      if (u > -1 && u < info.width) placed[y * width + x] = bilinear({ data, width: info.width, height: info.height }, u, v);
    }
  }
  return { data: placed, width, height };
}

function bilinear({ data, width, height }: Plane, u: number, v: number): number {
  const left = Math.max(0, Math.floor(u));
  const top = Math.max(0, Math.floor(v));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const across = Math.max(0, u - left);
  const down = Math.max(0, v - top);
  const upper = data[top * width + left]! * (1 - across) + data[top * width + right]! * across;
  const lower = data[bottom * width + left]! * (1 - across) + data[bottom * width + right]! * across;
  return Math.round(upper * (1 - down) + lower * down);
}

/** F-score of two outlines: the shares of each that have the other one near. */
function compareOutlines(mine: Plane, truth: Plane): number {
  const own = outlineOf(mine);
  const exact = outlineOf(truth);
  const reach = Math.max(1, Math.round(outlineTolerance * extentOf(truth)));
  const precision = shareNear(own, exact, { ...mine, reach });
  const recall = shareNear(exact, own, { ...mine, reach });
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Pixels of the product beside one that is not; indices. */
function outlineOf({ data, width, height }: Plane): number[] {
  const outline: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (data[at]! < half) continue;
      if (data[at - 1]! < half || data[at + 1]! < half || data[at - width]! < half || data[at + width]! < half) outline.push(at);
    }
  }
  return outline;
}

function extentOf({ data, width, height }: Plane): number {
  let [x0, x1, y0, y1] = [width, 0, height, 0];
  for (let at = 0; at < data.length; at++) {
    if (data[at]! < half) continue;
    const x = at % width;
    const y = Math.floor(at / width);
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x + 1), Math.min(y0, y), Math.max(y1, y + 1)];
  }
  return Math.max(1, x1 - x0, y1 - y0);
}

function shareNear(
  outline: readonly number[],
  other: readonly number[],
  { width, height, reach }: { width: number; height: number; reach: number },
): number {
  if (outline.length === 0) return 0;
  const near = new Uint8Array(width * height);
  for (const at of other) {
    const x = at % width;
    const y = Math.floor(at / width);
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++)
      near.fill(1, v * width + Math.max(0, x - reach), v * width + Math.min(width - 1, x + reach) + 1);
  }
  return outline.reduce((count, at) => count + near[at]!, 0) / outline.length;
}
