// Takes noise out of a product's colours: each detail shrinks by what of it is noise (after Mihçak, Kozintsev, Ramchandran 1999).
import { blueShare, greenOf, lumaOf, redShare } from "./chroma.ts";
import type { Noise } from "./noise.ts";
import type { Box, Size } from "./planes.ts";
import { detailLevels, detailReach, smoothAll, stepOf } from "./wavelet.ts";

/** Rows that are worked on at once: bounds memory, whatever the picture's size. */
const stripRows = 128;
/** How many times the noise's variance is taken out of a detail's, for nine neighbours tell that only roughly; chroma may lose more. */
const lumaWeight = 1.6;
const chromaWeight = 2.5;
/** Deviations that the finest chroma is cut by. */
const fineChromaWeight = 2.5;

export interface Noisy extends Size {
  /** RGB, 8-bit. */
  readonly colors: Buffer;
  /** One byte a pixel: nothing is done where it is 0; null: everywhere. */
  readonly alpha: Buffer | null;
}

/**
 * Cleans the colours, in place.
 * @param noise of the photo that they come from, at the same scale
 * @param checkpoint throws when the run was cancelled
 */
export function denoise(noisy: Noisy, noise: Noise, checkpoint: () => void): void {
  // Strips depend on their neighbours' rows as they were.
  const cleaned = Buffer.from(noisy.colors);
  for (let top = 0; top < noisy.height; top += stripRows) {
    const strip = stripOf(noisy, top);
    if (strip !== null) cleanStrip(noisy, cleaned, { noise, strip });
    checkpoint();
  }
  cleaned.copy(noisy.colors);
}

/** The part of some rows that holds product. */
function stripOf({ alpha, width, height }: Noisy, top: number): Box | null {
  const bottom = Math.min(height, top + stripRows);
  if (alpha === null) return { x0: 0, y0: top, x1: width, y1: bottom };
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y++) {
    const first = alpha.subarray(y * width, (y + 1) * width).findIndex((value) => value > 0);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, alpha.subarray(y * width, (y + 1) * width).findLastIndex((value) => value > 0) + 1);
  }
  return right > left ? { x0: left, y0: top, x1: right, y1: bottom } : null;
}

function cleanStrip(noisy: Noisy, cleaned: Buffer, { noise, strip }: { noise: Noise; strip: Box }): void {
  const { width, height } = noisy;
  // Halved chroma depends on twice as much around it, and is halved alike in every strip where they begin at even pixels.
  const box = {
    x0: Math.max(0, strip.x0 - 2 * detailReach) & ~1,
    y0: Math.max(0, strip.y0 - 2 * detailReach) & ~1,
    x1: Math.min(width, strip.x1 + 2 * detailReach),
    y1: Math.min(height, strip.y1 + 2 * detailReach),
  };
  const { size, luma, blue, red } = splitColors(noisy, box);
  const cleanLuma = withoutNoise(luma, size, { deviations: noise.luma, weight: lumaWeight, byLuma: noise.byLuma });
  const cleanBlue = cleanChroma(blue, size, noise);
  const cleanRed = cleanChroma(red, size, noise);
  for (let y = strip.y0; y < strip.y1; y++) {
    for (let x = strip.x0; x < strip.x1; x++) {
      const at = (y - box.y0) * size.width + x - box.x0;
      const to = (y * width + x) * 3;
      const r = cleanLuma[at]! + cleanRed[at]! / redShare;
      const b = cleanLuma[at]! + cleanBlue[at]! / blueShare;
      cleaned[to] = toByte(r);
      cleaned[to + 1] = toByte(greenOf(cleanLuma[at]!, r, b));
      cleaned[to + 2] = toByte(b);
    }
  }
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);

interface Parts {
  readonly size: Size;
  readonly luma: Float32Array;
  readonly blue: Float32Array;
  readonly red: Float32Array;
}

function splitColors({ colors, width }: Noisy, box: Box): Parts {
  const size = { width: box.x1 - box.x0, height: box.y1 - box.y0 };
  const plane = (): Float32Array => new Float32Array(size.width * size.height);
  const parts = { size, luma: plane(), blue: plane(), red: plane() };
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0, from = ((box.y0 + y) * width + box.x0) * 3; x < size.width; x++, at++, from += 3) {
      const luma = lumaOf(colors[from]!, colors[from + 1]!, colors[from + 2]!);
      parts.luma[at] = luma;
      parts.blue[at] = blueShare * (colors[from + 2]! - luma);
      parts.red[at] = redShare * (colors[from]! - luma);
    }
  }
  return parts;
}

/** Cleaned at half the size, where noise of colour is widest; of what is finer, edges stay. */
function cleanChroma(plane: Float32Array, size: Size, noise: Noise): Float32Array {
  const { half, halfSize } = halved(plane, size);
  const smallCleaned = withoutNoise(half, halfSize, { deviations: noise.chroma, weight: chromaWeight, byLuma: null });
  const before = doubled(half, halfSize, size);
  const after = doubled(smallCleaned, halfSize, size);
  const cut = fineChromaWeight * noise.fineChroma;
  for (let at = 0; at < after.length; at++) {
    const fine = plane[at]! - before[at]!;
    if (fine > cut) after[at]! += fine - cut;
    else if (fine < -cut) after[at]! += fine + cut;
  }
  return after;
}

interface Shrinkage {
  /** Of the noise in each level's detail. */
  readonly deviations: readonly number[];
  readonly weight: number;
  /** For each byte of the plane, how much of these there is; null: all. */
  readonly byLuma: Float32Array | null;
}

/** The plane's smoothest copy with its details laid over it again, each shrunk by the share that noise has in it and its neighbours. */
function withoutNoise(plane: Float32Array, size: Size, shrinkage: Shrinkage): Float32Array {
  if (shrinkage.deviations.every((deviation) => deviation === 0)) return plane;
  const planes = [plane.slice(), ...Array.from({ length: detailLevels }, () => new Float32Array(plane.length))];
  smoothAll(planes, size);
  const result = planes[detailLevels]!.slice();
  const smoothest = planes[detailLevels]!;
  for (let level = 0; level < detailLevels; level++) {
    const floor = 9 * shrinkage.weight * shrinkage.deviations[level]! ** 2;
    addDetail(
      { fine: planes[level]!, coarse: planes[level + 1]!, smoothest, result },
      { ...size, step: stepOf(level) },
      floorsOf(floor, shrinkage.byLuma),
    );
  }
  return result;
}

/** By the byte of brightness: what noise adds to the sum of nine squares. */
const floorsOf = (floor: number, byLuma: Float32Array | null): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => floor * (byLuma === null ? 1 : byLuma[byte]! ** 2));

function addDetail(
  { fine, coarse, smoothest, result }: Readonly<Record<"fine" | "coarse" | "smoothest" | "result", Float32Array>>,
  { width, height, step }: Size & { step: number },
  floors: Float32Array,
): void {
  const detail = fine;
  for (let at = 0; at < detail.length; at++) detail[at]! -= coarse[at]!;
  const columns = new Float32Array(width + 2 * step);
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - step) * width;
    const here = y * width;
    const below = Math.min(height - 1, y + step) * width;
    for (let x = 0; x < width; x++) columns[x + step] = detail[above + x]! ** 2 + detail[here + x]! ** 2 + detail[below + x]! ** 2;
    columns.fill(columns[step]!, 0, step);
    columns.fill(columns[width + step - 1]!, width + step);
    for (let x = 0; x < width; x++) {
      const energy = columns[x]! + columns[x + step]! + columns[x + 2 * step]!;
      const floor = floors[smoothest[here + x]! & 255]!;
      if (energy > floor) result[here + x]! += detail[here + x]! * (1 - floor / energy);
    }
  }
}

function halved(plane: Float32Array, { width, height }: Size): { half: Float32Array; halfSize: Size } {
  const halfSize = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const half = new Float32Array(halfSize.width * halfSize.height);
  for (let y = 0; y < halfSize.height; y++) {
    const one = 2 * y * width;
    const other = Math.min(height - 1, 2 * y + 1) * width;
    for (let x = 0; x < halfSize.width; x++) {
      const left = 2 * x;
      const right = Math.min(width - 1, 2 * x + 1);
      half[y * halfSize.width + x] = (plane[one + left]! + plane[one + right]! + plane[other + left]! + plane[other + right]!) * 0.25;
    }
  }
  return { half, halfSize };
}

/** Bilinear: pixels lie a quarter of a small pixel off its centre. */
function doubled(half: Float32Array, small: Size, { width, height }: Size): Float32Array {
  const target = new Float32Array(width * height);
  const line = new Float32Array(small.width);
  for (let y = 0; y < height; y++) {
    const near = (y >> 1) * small.width;
    const far = Math.min(small.height - 1, Math.max(0, (y >> 1) + (y & 1 ? 1 : -1))) * small.width;
    for (let x = 0; x < small.width; x++) line[x] = half[near + x]! * 0.75 + half[far + x]! * 0.25;
    for (let x = 0, at = y * width; x < small.width; x++, at += 2) {
      const here = line[x]! * 0.75;
      target[at] = here + line[x > 0 ? x - 1 : 0]! * 0.25;
      if (2 * x + 1 < width) target[at + 1] = here + line[x + 1 < small.width ? x + 1 : x]! * 0.25;
    }
  }
  return target;
}
