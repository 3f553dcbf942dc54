// Float planes (one value a pixel, rows top to bottom) and the box filters that everything in the matte is built from.

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

/** Planes that are taken one by one and given back all at once: fresh ones for every strip would wait by the dozen to be collected. */
export interface Shelf {
  readonly take: TakePlane;
  /** From here on what was taken before is taken again. */
  readonly giveBack: () => void;
}

/** @param least length that planes are made with, so that those of a longer strip later need not be made anew */
export function createShelf(least = 0): Shelf {
  const planes: Float32Array[] = [];
  let taken = 0;
  return {
    take(length) {
      const kept = planes[taken];
      const plane = kept !== undefined && kept.length >= length ? kept : new Float32Array(Math.max(least, length));
      planes[taken++] = plane;
      return plane.subarray(0, length);
    },
    giveBack: () => {
      taken = 0;
    },
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
  for (let y = 0; y < height; y++) meanRow(source, scratch, y * width, { width, radius: across });
  meanColumns(scratch, target, { width, height, radius: down });
}

function meanRow(source: Float32Array, target: Float32Array, start: number, shape: { width: number; radius: number }): void {
  const { width, radius } = shape;
  let sum = 0;
  for (let x = 0; x < Math.min(radius, width); x++) sum += source[start + x]!;
  for (let x = 0; x < width; x++) {
    if (x + radius < width) sum += source[start + x + radius]!;
    if (x - radius - 1 >= 0) sum -= source[start + x - radius - 1]!;
    target[start + x] = sum / (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
  }
}

function meanColumns(source: Float32Array, target: Float32Array, shape: Size & { radius: number }): void {
  const { width, height, radius } = shape;
  const sums = new Float64Array(width);
  const add = (row: number, sign: number): void => {
    const start = row * width;
    for (let x = 0; x < width; x++) sums[x]! += sign * source[start + x]!;
  };
  for (let y = 0; y < Math.min(radius, height); y++) add(y, 1);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) add(y + radius, 1);
    if (y - radius - 1 >= 0) add(y - radius - 1, -1);
    const share = 1 / (Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1);
    const start = y * width;
    for (let x = 0; x < width; x++) target[start + x] = sums[x]! * share;
  }
}

/** Bilinear sampling to another size; pixel centres are kept in place. Fine for smooth planes and for enlarging. */
export function resizePlane(source: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return source.slice();
  const target = new Float32Array(to.width * to.height);
  resizeRows(source, from, { ...to, target, first: 0, end: to.height });
  return target;
}

/** Some rows of the plane at another size. */
export interface Rows extends Size {
  /** Holds those rows alone. */
  readonly target: Float32Array;
  readonly first: number;
  /** One after the last. */
  readonly end: number;
}

/** The same for some rows. */
export function resizeRows(source: Float32Array, from: Size, { width, height, target, first, end }: Rows): void {
  const columns = taps(from.width, width);
  const rows = taps(from.height, height);
  for (let y = first; y < end; y++) {
    const top = rows.first[y]! * from.width;
    const bottom = rows.second[y]! * from.width;
    const v = rows.weight[y]!;
    const start = (y - first) * width;
    for (let x = 0; x < width; x++) {
      const left = columns.first[x]!;
      const right = columns.second[x]!;
      const u = columns.weight[x]!;
      const upper = source[top + left]! * (1 - u) + source[top + right]! * u;
      const lower = source[bottom + left]! * (1 - u) + source[bottom + right]! * u;
      target[start + x] = upper * (1 - v) + lower * v;
    }
  }
}

/** For each target pixel the two source pixels around it and the weight of the second. */
export function taps(from: number, to: number): { first: Int32Array; second: Int32Array; weight: Float32Array } {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let index = 0; index < to; index++) {
    const at = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5));
    first[index] = Math.floor(at);
    second[index] = Math.min(from - 1, Math.floor(at) + 1);
    weight[index] = at - Math.floor(at);
  }
  return { first, second, weight };
}

/** A copy of the part of a plane inside the box. */
export function cropPlane(source: Float32Array, size: Size, box: Box): Float32Array {
  const width = box.x1 - box.x0;
  const target = new Float32Array(width * (box.y1 - box.y0));
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
