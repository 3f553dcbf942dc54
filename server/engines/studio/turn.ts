// Turns pixels by a few degrees and scales them in one resampling: rows first, then columns, so that nothing is blurred twice.
import { turnOf } from "../../images/operations/frame.ts";
import type { Box, Size } from "./planes.ts";
import { type KernelName, kernels, type Pixels } from "./resample.ts";

/** Steps between two pixels that weights are kept for: finer ones change no byte. */
const phases = 256;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How a picture lies in another: about which of its points it is turned, clockwise, and result pixels per pixel of its own. */
export interface Turn {
  readonly degrees: number;
  readonly scale: number;
  /** The point of the source, pixels, that lies at the result's left top corner. */
  readonly corner: Point;
}

/** Clockwise about another point. */
export function turnPoint(point: Point, degrees: number, about: Point): Point {
  const { sin, cos } = turnOf(degrees);
  const x = point.x - about.x;
  const y = point.y - about.y;
  return { x: about.x + x * cos - y * sin, y: about.y + x * sin + y * cos };
}

/** The box, upright once turned, around all pixels of at least that alpha; null where there are none. */
export function turnedBounds({ alpha, width, height }: Size & { alpha: Buffer }, degrees: number, leastAlpha: number): Box | null {
  const about = { x: width / 2, y: height / 2 };
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let y = 0; y < height; y++) {
    let first = 0;
    while (first < width && alpha[y * width + first]! < leastAlpha) first++;
    if (first === width) continue;
    let last = width - 1;
    while (alpha[y * width + last]! < leastAlpha) last--;
    for (const [column, line] of [
      [first, y],
      [last + 1, y],
      [first, y + 1],
      [last + 1, y + 1],
    ] as const) {
      const turned = turnPoint({ x: column, y: line }, degrees, about);
      [x0, y0, x1, y1] = [Math.min(x0, turned.x), Math.min(y0, turned.y), Math.max(x1, turned.x), Math.max(y1, turned.y)];
    }
  }
  return x1 > x0 ? { x0, y0, x1, y1 } : null;
}

/**
 * One byte a channel, in and out; for a few degrees only. Beyond the source its border goes on, or with `isClear` nothing is.
 * The shear to each side is a plain resampling of rows, then of columns (Catmull and Smith 1980), with the same kernel as without a turn.
 */
export function resampleTurned(
  pixels: Pixels,
  { degrees, scale, corner }: Turn,
  to: Size & { readonly kernel: KernelName; readonly isClear: boolean },
): Buffer {
  const { sin, cos } = turnOf(degrees);
  const { channels } = pixels;
  const across = weightsFor(to.kernel, 1 / (scale * cos));
  const down = weightsFor(to.kernel, cos / scale);
  const result = Buffer.allocUnsafeSlow(to.width * to.height * channels);
  const rows = new Map<number, Float32Array>();
  /** Rows that are done with, to be filled again: thousands of fresh ones would wait for the collector. */
  const spare: Float32Array[] = [];
  const rowAt = (place: number): Float32Array => {
    const known = rows.get(place);
    if (known !== undefined) return known;
    const start = corner.x + 0.5 / (scale * cos) + (place + 0.5 - corner.y) * (sin / cos) - 0.5;
    const made = spare.pop() ?? new Float32Array(to.width * channels);
    shearRow(pixels, place, { ...to, start, weights: across, sheared: made });
    rows.set(place, made);
    return made;
  };
  const taps: Float32Array[] = [];
  for (let y = 0; y < to.height; y++) {
    // Where the row's first pixel lies in the source; each next one lies higher by a constant, or lower.
    const start = corner.y + (-0.5 * sin + (y + 0.5) * cos) / scale - 0.5;
    const rise = -sin / scale;
    const lowest = Math.floor(Math.min(start, start + rise * (to.width - 1))) - down.count;
    for (const [place, row] of rows) if (place < lowest && rows.delete(place)) spare.push(row);
    let held = Number.NaN;
    for (let x = 0; x < to.width; x++) {
      const at = start + rise * x;
      const first = Math.floor(at);
      if (first !== held) for (let tap = 0; tap < down.count; tap++) taps[tap] = rowAt(first + tap - down.before);
      held = first;
      const phase = Math.round((at - first) * phases) * down.count;
      const target = (y * to.width + x) * channels;
      if (channels === 3) blendColor({ taps, weights: down.values, phase }, x * 3, { result, target });
      else result[target] = blendGrey({ taps, weights: down.values, phase }, x);
    }
  }
  return result;
}

interface Column {
  readonly taps: readonly Float32Array[];
  readonly weights: Float32Array;
  readonly phase: number;
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);

function blendGrey({ taps, weights, phase }: Column, at: number): number {
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap++) sum += weights[phase + tap]! * taps[tap]![at]!;
  return toByte(sum);
}

/** Unrolled: this is where a turn spends its time. */
function blendColor({ taps, weights, phase }: Column, at: number, { result, target }: { result: Buffer; target: number }): void {
  let [red, green, blue] = [0, 0, 0];
  for (let tap = 0; tap < taps.length; tap++) {
    const weight = weights[phase + tap]!;
    const row = taps[tap]!;
    red += weight * row[at]!;
    green += weight * row[at + 1]!;
    blue += weight * row[at + 2]!;
  }
  result[target] = toByte(red);
  result[target + 1] = toByte(green);
  result[target + 2] = toByte(blue);
}

/** For each phase between two pixels what the pixels around it count; the first lies `before` pixels before it. */
interface Weights {
  readonly values: Float32Array;
  readonly count: number;
  readonly before: number;
  /** Source pixels per result pixel. */
  readonly step: number;
}

function weightsFor(kernel: KernelName, step: number): Weights {
  const { weigh, radius } = kernels[kernel];
  const stretch = Math.max(1, step);
  const before = Math.ceil(radius * stretch) - 1;
  const count = 2 * before + 2;
  const values = new Float32Array((phases + 1) * count);
  for (let phase = 0; phase <= phases; phase++) {
    const raw = Array.from({ length: count }, (_, tap) => weigh((tap - before - phase / phases) / stretch));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    for (const [tap, weight] of raw.entries()) values[phase * count + tap] = weight / total;
  }
  return { values, count, before, step };
}

function shearRow(
  { data, width, height, channels }: Pixels,
  place: number,
  to: { width: number; start: number; weights: Weights; isClear: boolean; sheared: Float32Array },
): void {
  const { values, count, before, step } = to.weights;
  const { sheared } = to;
  sheared.fill(0);
  if (to.isClear && (place < 0 || place >= height)) return;
  const row = Math.min(height - 1, Math.max(0, place)) * width;
  for (let x = 0; x < to.width; x++) {
    const at = to.start + step * x;
    const first = Math.floor(at);
    const phase = Math.round((at - first) * phases) * count;
    const left = first - before;
    if (channels === 3 && left >= 0 && left + count <= width) {
      let from = (row + left) * 3;
      let [red, green, blue] = [0, 0, 0];
      for (let tap = 0; tap < count; tap++, from += 3) {
        const weight = values[phase + tap]!;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
      }
      sheared[x * 3] = red;
      sheared[x * 3 + 1] = green;
      sheared[x * 3 + 2] = blue;
      continue;
    }
    for (let tap = 0; tap < count; tap++) {
      const column = left + tap;
      if (to.isClear && (column < 0 || column >= width)) continue;
      const from = (row + Math.min(width - 1, Math.max(0, column))) * channels;
      const weight = values[phase + tap]!;
      for (let channel = 0; channel < channels; channel++) sheared[x * channels + channel]! += weight * data[from + channel]!;
    }
  }
}
