// Resampling about pixel centres: libvips enlarges about their corners, half a result pixel off at twofold, and with one kernel only.
import type { Size } from "./planes.ts";

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function mitchell(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (7 * t ** 3 - 12 * t ** 2 + 16 / 3) / 6;
  return t < 2 ? (-7 / 3) * (t ** 3 / 6) + 2 * t ** 2 - (20 * t) / 6 + 32 / 18 : 0;
}

/** Weights by distance in pixels, and the distance from which on they are 0. */
export const kernels = {
  lanczos3: { weigh: (x: number): number => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0), radius: 3 },
  mitchell: { weigh: mitchell, radius: 2 },
} as const;

export type KernelName = keyof typeof kernels;

export interface Pixels extends Size {
  readonly data: Uint8Array;
  readonly channels: number;
}

/** One byte a channel, in and out. */
export function resample(pixels: Pixels, size: Size, kernel: KernelName): Buffer {
  const across = tapsFor(pixels.width, size.width, kernel);
  const down = tapsFor(pixels.height, size.height, kernel);
  const rowLength = size.width * pixels.channels;
  const result = Buffer.allocUnsafeSlow(rowLength * size.height);
  const sum = new Float32Array(rowLength);
  // Each row of the source is widened once and forgotten when the kernel has passed it.
  const widened = new Map<number, Float32Array>();
  const spare: Float32Array[] = [];
  const padded = new Float32Array((pixels.width + 2 * across.reach) * pixels.channels);
  for (let y = 0; y < size.height; y++) {
    for (const [place, row] of widened) if (place < down.first[y]! && widened.delete(place)) spare.push(row);
    const rows: Float32Array[] = [];
    const weights: number[] = [];
    for (let tap = 0; tap < down.count; tap++) {
      const weight = down.weights[y * down.count + tap]!;
      if (weight === 0) continue;
      const place = Math.min(pixels.height - 1, Math.max(0, down.first[y]! + tap));
      let row = widened.get(place);
      if (row === undefined) {
        padRow(pixels, place, { padded, reach: across.reach });
        row = widenRow(padded, across, { target: spare.pop() ?? new Float32Array(rowLength), channels: pixels.channels });
        widened.set(place, row);
      }
      rows.push(row);
      weights.push(weight);
    }
    sumRows(rows, weights, sum);
    for (let at = 0, to = y * rowLength; at < rowLength; at++, to++) {
      const value = sum[at]! + 0.5;
      result[to] = value <= 0 ? 0 : value >= 255 ? 255 : value;
    }
  }
  return result;
}

/** The weighed sum of rows, three at a time: a kernel's half, and the sum is read and written half as often as rows are. */
function sumRows(rows: readonly Float32Array[], weights: readonly number[], sum: Float32Array): void {
  sum.fill(0);
  for (let index = 0; index < rows.length; index += 3) {
    const one = rows[index]!;
    const two = rows[index + 1] ?? one;
    const three = rows[index + 2] ?? one;
    const weightOne = weights[index]!;
    const weightTwo = weights[index + 1] ?? 0;
    const weightThree = weights[index + 2] ?? 0;
    for (let at = 0; at < sum.length; at++) sum[at]! += weightOne * one[at]! + weightTwo * two[at]! + weightThree * three[at]!;
  }
}

/** For each result pixel the first of `count` places of the source, which may lie beyond its border, and what each counts. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
  /** Places beyond either border that are asked for, at most. */
  readonly reach: number;
}

function tapsFor(length: number, wanted: number, kernel: KernelName): Taps {
  const { weigh, radius } = kernels[kernel];
  const step = length / wanted;
  const stretch = Math.max(1, step);
  const count = Math.ceil(2 * radius * stretch);
  const firsts = new Int32Array(wanted);
  const weights = new Float32Array(count * wanted);
  for (let at = 0; at < wanted; at++) {
    const centre = (at + 0.5) * step - 0.5;
    const first = Math.ceil(centre - radius * stretch);
    firsts[at] = first;
    let total = 0;
    for (let tap = 0; tap < count; tap++) total += weights[at * count + tap] = weigh((first + tap - centre) / stretch);
    for (let tap = 0; tap < count; tap++) weights[at * count + tap]! /= total;
  }
  return { count, first: firsts, weights, reach: count };
}

/** Fills `padded` with a row and its border going on to either side. */
function padRow({ data, width, channels }: Pixels, row: number, { padded, reach }: { padded: Float32Array; reach: number }): void {
  const start = row * width * channels;
  const end = start + width * channels;
  padded.set(data.subarray(start, end), reach * channels);
  for (let at = 0; at < reach * channels; at++) {
    padded[at] = data[start + (at % channels)]!;
    padded[(reach + width) * channels + at] = data[end - channels + (at % channels)]!;
  }
}

function widenRow(padded: Float32Array, taps: Taps, { target, channels }: { target: Float32Array; channels: number }): Float32Array {
  const { first, count, weights, reach } = taps;
  if (channels === 3) return widenColors(padded, taps, target);
  for (let x = 0; x < first.length; x++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let from = (first[x]! + reach) * channels + channel;
      for (let tap = x * count; tap < (x + 1) * count; tap++, from += channels) sum += weights[tap]! * padded[from]!;
      target[x * channels + channel] = sum;
    }
  }
  return target;
}

/** The same for three channels at once: each weight is read once for all of them, which halves the time. */
function widenColors(padded: Float32Array, { first, count, weights, reach }: Taps, target: Float32Array): Float32Array {
  for (let x = 0; x < first.length; x++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let from = (first[x]! + reach) * 3;
    for (let tap = x * count; tap < (x + 1) * count; tap++, from += 3) {
      const weight = weights[tap]!;
      red += weight * padded[from]!;
      green += weight * padded[from + 1]!;
      blue += weight * padded[from + 2]!;
    }
    target[x * 3] = red;
    target[x * 3 + 1] = green;
    target[x * 3 + 2] = blue;
  }
  return target;
}
