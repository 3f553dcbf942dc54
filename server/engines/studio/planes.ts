// Float planes (one value a pixel, rows top to bottom) and the box filters that everything in the matte is built from.
import { giveBack } from "../../images/give-back.ts";

/** A rectangle in pixels: left and top inside, right and bottom outside. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A plane's size and the reach of a window around each pixel, in pixels. */
export interface Window extends Size {
  readonly radius: number;
  /** Left out: as `radius`. */
  readonly radiusDown?: number;
}

/** Where a plane comes from; what it holds is not said. */
export type TakePlane = (length: number) => Float32Array;

export const newPlane: TakePlane = (length) => new Float32Array(length);

/** Planes that are taken one by one and given back all at once: fresh ones for every tile would wait by the hundred to be collected. */
export interface Shelf {
  readonly take: TakePlane;
  /** From here on what was taken before is taken again. */
  readonly giveBack: () => void;
  /** The end of all that was taken. */
  readonly clear: () => void;
}

export function createShelf(): Shelf {
  const planes: Float32Array[] = [];
  let taken = 0;
  return {
    take(length) {
      const kept = planes[taken];
      const plane = kept !== undefined && kept.length >= length ? kept : new Float32Array(length);
      planes[taken++] = plane;
      return plane.subarray(0, length);
    },
    giveBack: () => {
      taken = 0;
    },
    clear: () => giveBack(...planes.splice(0)),
  };
}

/**
 * Mean over a window of side 2 * radius + 1, cut off at the borders; O(n) whatever the radius.
 * `target` may be `source`; `scratch` is of the same length and overwritten.
 */
export function boxMean(source: Float32Array, target: Float32Array, scratch: Float32Array, shape: Window): void {
  const { width, height } = shape;
  const across = Math.max(1, Math.min(shape.radius, width - 1));
  const down = Math.max(1, Math.min(shape.radiusDown ?? shape.radius, height - 1));
  const last = Math.max(0, height - 2);
  for (let y = 0; y < height; y += 2)
    meanRows(source, scratch, Math.min(y, last) * width, { width, radius: across, below: height > 1 ? width : 0 });
  meanColumns(scratch, target, { width, height, radius: down });
}

/** Two rows, the second of which starts `below` values on: each sum waits for the one before it, so that two at once take as long as one. */
function meanRows(
  source: Float32Array,
  target: Float32Array,
  start: number,
  { width, radius, below }: { width: number; radius: number; below: number },
): void {
  const end = start + width;
  let upper = 0;
  let lower = 0;
  for (let at = start; at < start + radius; at++) {
    upper += source[at]!;
    lower += source[at + below]!;
  }
  let count = radius;
  let at = start;
  let entering = start + radius;
  // Three loops, so that the longest of them, where the window is whole, compares and divides nothing.
  for (; at <= start + radius && entering < end; at++, entering++) {
    count++;
    upper += source[entering]!;
    lower += source[entering + below]!;
    target[at] = upper / count;
    target[at + below] = lower / count;
  }
  const share = 1 / count;
  for (let leaving = at - radius - 1; entering < end; at++, entering++, leaving++) {
    upper += source[entering]! - source[leaving]!;
    lower += source[entering + below]! - source[leaving + below]!;
    target[at] = upper * share;
    target[at + below] = lower * share;
  }
  for (; at < end; at++) {
    const leaving = at - radius - 1;
    if (leaving >= start) {
      upper -= source[leaving]!;
      lower -= source[leaving + below]!;
      count--;
    }
    target[at] = upper / count;
    target[at + below] = lower / count;
  }
}

function meanColumns(source: Float32Array, target: Float32Array, shape: Size & { radius: number }): void {
  const { width, height, radius } = shape;
  const sums = new Float64Array(width);
  for (let at = 0; at < radius * width; at += width) addRow(sums, source, at);
  for (let y = 0; y < height; y++) {
    const share = 1 / (Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1);
    const start = y * width;
    const entering = (y + radius) * width;
    const leaving = (y - radius - 1) * width;
    if (y + radius < height && leaving >= 0) {
      for (let x = 0; x < width; x++) {
        const sum = sums[x]! + source[entering + x]! - source[leaving + x]!;
        sums[x] = sum;
        target[start + x] = sum * share;
      }
      continue;
    }
    if (y + radius < height) addRow(sums, source, entering);
    if (leaving >= 0) for (let x = 0; x < width; x++) sums[x]! -= source[leaving + x]!;
    for (let x = 0; x < width; x++) target[start + x] = sums[x]! * share;
  }
}

function addRow(sums: Float64Array, source: Float32Array, start: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += source[start + x]!;
}

/** Bilinear sampling to another size; pixel centres are kept in place. Fine for smooth planes and for enlarging. */
export function resizePlane(source: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return source.slice();
  const target = new Float32Array(to.width * to.height);
  resizePart(source, from, { ...to, target, box: { x0: 0, y0: 0, x1: to.width, y1: to.height } });
  return target;
}

/** A part of the plane at another size. */
export interface Part extends Size {
  readonly box: Box;
  /** Holds the box alone. */
  readonly target: Float32Array;
}

/** The same for a part. */
export function resizePart(source: Float32Array, from: Size, { width, height, box, target }: Part): void {
  const columns = taps(from.width, width, box.x0, box.x1);
  const rows = taps(from.height, height, box.y0, box.y1);
  const across = box.x1 - box.x0;
  const firstUsed = columns.first[0]!;
  const row = new Float32Array(columns.second[across - 1]! + 1 - firstUsed);
  for (let y = 0, start = 0; y < box.y1 - box.y0; y++, start += across) {
    const top = rows.first[y]! * from.width + firstUsed;
    const bottom = rows.second[y]! * from.width + firstUsed;
    const v = rows.weight[y]!;
    for (let x = 0; x < row.length; x++) row[x] = source[top + x]! * (1 - v) + source[bottom + x]! * v;
    for (let x = 0; x < across; x++) {
      const u = columns.weight[x]!;
      target[start + x] = row[columns.first[x]! - firstUsed]! * (1 - u) + row[columns.second[x]! - firstUsed]! * u;
    }
  }
}

/** For each target pixel, of all or from `start` to before `end`, the two source pixels around it and the weight of the second. */
export function taps(from: number, to: number, start = 0, end = to): { first: Int32Array; second: Int32Array; weight: Float32Array } {
  const first = new Int32Array(end - start);
  const second = new Int32Array(end - start);
  const weight = new Float32Array(end - start);
  for (let index = 0; index < end - start; index++) {
    const at = Math.min(from - 1, Math.max(0, ((start + index + 0.5) * from) / to - 0.5));
    first[index] = Math.floor(at);
    second[index] = Math.min(from - 1, Math.floor(at) + 1);
    weight[index] = at - Math.floor(at);
  }
  return { first, second, weight };
}

/** A copy of the part of a plane inside the box. */
export function cropPlane(source: Float32Array, size: Size, box: Box, take: TakePlane = newPlane): Float32Array {
  const width = box.x1 - box.x0;
  const target = take(width * (box.y1 - box.y0));
  for (let y = box.y0; y < box.y1; y++) {
    target.set(source.subarray(y * size.width + box.x0, y * size.width + box.x1), (y - box.y0) * width);
  }
  return target;
}

/** The smallest box around all values above the threshold; null where there is none. */
export function boundsAbove(plane: Float32Array, size: Size, threshold: number): Box | null {
  let x0 = size.width;
  let y0 = size.height;
  let x1 = 0;
  let y1 = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      if (plane[y * size.width + x]! <= threshold) continue;
      if (x < x0) x0 = x;
      if (x >= x1) x1 = x + 1;
      if (y < y0) y0 = y;
      y1 = y + 1;
    }
  }
  return x1 > x0 ? { x0, y0, x1, y1 } : null;
}
