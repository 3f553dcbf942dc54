// Sharpens the finished piece: its brightness alone, by how much it was scaled, not its grain and never its outline.
import type { Size } from "./planes.ts";

/** What the finest detail is strengthened by at full amount: a photo that was shrunk by half or more bears more than one at its own size. */
const [shrunkGain, ownGain] = [2, 1.4];
/** Result pixels per pixel of the photo at which these hold, and from which on nothing is sharpened: enlarged pixels hold no finer detail. */
const [shrunkScale, ownScale, enlargedScale] = [0.5, 1, 1.5];
/** Levels of detail that are left alone at least, and in units of the grain's own deviation. */
const leastDetail = 1;
const grainShare = 2.5;
/** Levels that no pixel is changed by more than: edges that are hard already would get seams. */
const mostChange = 12;
/** Pixels from the outline within which nothing is sharpened, and the alpha from which a pixel is inside it. */
const rim = 2;
const solidAlpha = 250;
/** Weights of neighbours up to two pixels away, both ways: close to a Gaussian with a deviation of one pixel. */
const [near, next, far] = [6 / 16, 4 / 16, 1 / 16];
const reach = 2;
/** Which share of the pixels is taken for flat, and below how many deviations that share of a normal distribution's absolute values lies. */
const flatShare = 0.2;
const flatDeviations = 0.2533;
/** Steps to a level in which detail is counted. */
const steps = 16;

export interface Finished extends Size {
  /** RGB, 3 bytes a pixel; changed in place. */
  readonly colors: Buffer;
  /** One byte a pixel. */
  readonly alpha: Buffer;
}

/** @param amount 0 to 1 @param scale result pixels per pixel of the photo */
export function sharpen(piece: Finished, { amount, scale }: { amount: number; scale: number }): void {
  const gain = amount * gainAt(scale);
  if (gain <= 0 || piece.width <= 2 * reach || piece.height <= 2 * reach) return;
  const least = Math.max(leastDetail, grainShare * grainOf(piece));
  eachDetail(piece, (at, detail) => {
    const excess = Math.abs(detail) - least;
    if (excess <= 0) return;
    const wanted = gain * excess;
    const change = (Math.sign(detail) * wanted) / (1 + wanted / mostChange);
    for (let channel = at * 3; channel < at * 3 + 3; channel++)
      piece.colors[channel] = Math.min(255, Math.max(0, Math.round(piece.colors[channel]! + change)));
  });
}

function gainAt(scale: number): number {
  if (scale >= ownScale) return ownGain * Math.max(0, (enlargedScale - scale) / (enlargedScale - ownScale));
  const share = Math.max(0, (scale - shrunkScale) / (ownScale - shrunkScale));
  return shrunkGain + (ownGain - shrunkGain) * share;
}

/** Deviation of the grain, levels, by the flattest pixels; of a product that is texture all over it is overstated, and it gets less. */
function grainOf(piece: Finished): number {
  const histogram = new Uint32Array(256 * steps);
  let count = 0;
  eachDetail(piece, (_at, detail) => {
    histogram[Math.min(histogram.length - 1, Math.round(Math.abs(detail) * steps))]!++;
    count++;
  });
  let step = 0;
  for (let seen = histogram[0]!; seen < count * flatShare && step < histogram.length - 1; seen += histogram[++step]!);
  return step / steps / flatDeviations;
}

/** Tells, for each pixel well inside the outline, how much brighter it is than its surroundings, levels; a few rows are held at a time. */
function eachDetail({ colors, alpha, width, height }: Finished, tell: (at: number, detail: number) => void): void {
  const luma = Array.from({ length: 2 * reach + 1 }, () => new Float32Array(width));
  const soft = Array.from({ length: 2 * reach + 1 }, () => new Float32Array(width));
  for (let y = 0; y < height; y++) {
    readRow(colors, y, { luma: luma[y % luma.length]!, soft: soft[y % soft.length]! });
    const middle = y - reach;
    if (middle < reach) continue;
    const [above2, above, own, below, below2] = [-2, -1, 0, 1, 2].map((step) => soft[(middle + step) % soft.length]!) as Rows;
    const bright = luma[middle % luma.length]!;
    for (let x = reach; x < width - reach; x++) {
      const at = middle * width + x;
      if (!isInside(alpha, at, width)) continue;
      tell(at, bright[x]! - near * own[x]! - next * (above[x]! + below[x]!) - far * (above2[x]! + below2[x]!));
    }
  }
}

type Rows = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

function isInside(alpha: Buffer, at: number, width: number): boolean {
  for (let row = at - rim * width; row <= at + rim * width; row += rim * width)
    if (alpha[row - rim]! < solidAlpha || alpha[row]! < solidAlpha || alpha[row + rim]! < solidAlpha) return false;
  return true;
}

/** The row's brightness (Rec. 601), and the same smoothed along it; its two pixels at each end are left as they are. */
function readRow(colors: Buffer, y: number, { luma, soft }: { luma: Float32Array; soft: Float32Array }): void {
  const { length } = luma;
  for (let x = 0, at = y * length * 3; x < length; x++, at += 3)
    luma[x] = 0.299 * colors[at]! + 0.587 * colors[at + 1]! + 0.114 * colors[at + 2]!;
  soft.set(luma);
  for (let x = reach; x < length - reach; x++)
    soft[x] = near * luma[x]! + next * (luma[x - 1]! + luma[x + 1]!) + far * (luma[x - 2]! + luma[x + 2]!);
}
