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
  for (let y = 0; y < size.height; y++) {
    sum.fill(0.5);
    const first = y * down.count;
    for (const row of widened.keys()) if (row < down.places[first]!) widened.delete(row);
    for (let tap = first; tap < first + down.count; tap++) {
      const place = down.places[tap]!;
      const weight = down.weights[tap]!;
      if (weight === 0) continue;
      const row = widened.get(place) ?? widenRow(pixels, place, across);
      widened.set(place, row);
      for (let at = 0; at < rowLength; at++) sum[at] = sum[at]! + weight * row[at]!;
    }
    for (let at = 0; at < rowLength; at++) result[y * rowLength + at] = Math.min(255, Math.max(0, sum[at]!));
  }
  return result;
}

/** For each result pixel `count` places of the source in rising order, and what each counts. */
interface Taps {
  readonly count: number;
  readonly places: Int32Array;
  readonly weights: Float32Array;
}

function tapsFor(length: number, wanted: number, kernel: KernelName): Taps {
  const { weigh, radius } = kernels[kernel];
  const step = length / wanted;
  const stretch = Math.max(1, step);
  const count = Math.ceil(2 * radius * stretch) + 1;
  const places = new Int32Array(count * wanted);
  const weights = new Float32Array(count * wanted);
  for (let at = 0; at < wanted; at++) {
    const centre = (at + 0.5) * step - 0.5;
    const first = Math.ceil(centre - radius * stretch);
    const raw = Array.from({ length: count }, (_, tap) => weigh((first + tap - centre) / stretch));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    for (const [tap, weight] of raw.entries()) {
      places[at * count + tap] = Math.min(length - 1, Math.max(0, first + tap));
      weights[at * count + tap] = weight / total;
    }
  }
  return { count, places, weights };
}

function widenRow({ data, width, channels }: Pixels, row: number, taps: Taps): Float32Array {
  const length = taps.places.length / taps.count;
  const widened = new Float32Array(length * channels);
  for (let x = 0; x < length; x++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let tap = x * taps.count; tap < (x + 1) * taps.count; tap++)
        sum += taps.weights[tap]! * data[(row * width + taps.places[tap]!) * channels + channel]!;
      widened[x * channels + channel] = sum;
    }
  }
  return widened;
}
