// The light that a photo was taken in, as far as the photo itself bears witness: its colour and how far it was exposed.
import type { Picture } from "../../images/picture.ts";

/** Samples taken of a photo, evenly spread: the light next door is the same. */
export const wantedSamples = 60_000;
/** Linear light, 0 to 1, from which a channel may have been cut off, so that the pixel's colour lies. */
const clippedFrom = 0.93;
/** Linear light below which grain and compression make the colour. */
const darkBelow = 0.004;
/** The product's share of a pixel up to which it is ground. */
const groundUpTo = 0.02;
/** The same from which it is product. */
const productFrom = 0.9;
/** Share of the samples that must be ground: a product that fills the frame could be of any colour under any light. */
const leastGround = 0.02;
/** Ranks by light of the samples that count as bright; those above may be lamps. */
const brightRanks = [0.95, 0.999] as const;
/** Minkowski norm of shades of grey, which leans to the bright but asks all (Finlayson and Trezzi 2004). */
const norm = 6;
/** Rank by light of what stands for white in each channel. */
const whiteRank = 0.99;
/** Cells of a histogram of linear light, and of casts between minus and plus `castReach`. */
const lightCells = 1024;
const castCells = 800;
const castReach = 4;
/** Keeps logarithms finite. */
const tiny = 1e-4;

type Channels = readonly [red: number, green: number, blue: number];

/** A light's colour in powers of two: red against blue (halved), and both against green. Grey is 0, 0. */
export interface Cast {
  /** 0.3 is about 5000 K in a photo balanced for 6500 K, 1.2 is 3200 K, -0.3 is 9000 K. */
  readonly warm: number;
  /** Below 0 is green. */
  readonly pink: number;
}

export interface Light {
  /** What the bright pixels, all pixels and the ground say of the light's colour. */
  readonly witnesses: readonly [Cast, Cast, Cast];
  /** The product's own median colour; null where none is known. */
  readonly product: Cast | null;
  /** Linear light, 0 to 1, that all but the brightest hundredth stays below, channel by channel. */
  readonly white: Channels;
  /** Median luminance of the ground, linear, 0 to 1. */
  readonly ground: number;
}

/** Linear light, 0 to 1, of each sRGB byte. */
export const linearOf: Float64Array = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Rec. 709 luminance of linear light. */
export const luminanceOf = (red: number, green: number, blue: number): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

export function castOf([red, green, blue]: Channels): Cast {
  const redness = Math.log2((red + tiny) / (green + tiny));
  const blueness = Math.log2((blue + tiny) / (green + tiny));
  return { warm: (redness - blueness) / 2, pink: (redness + blueness) / 2 };
}

/**
 * @param photo the whole photo, small. @param cover the product's share of each of its pixels, 0 to 1; null: unknown, all counts as ground.
 * @returns null where there is too little ground to tell light from paint.
 */
export function measureLight(photo: Picture, cover: Float32Array | null): Light | null {
  const samples = takeSamples(photo, cover);
  const ground = medianCast(samples.ground);
  if (ground === null || samples.ground.count < leastGround * samples.count) return null;
  const { channels } = samples;
  return {
    witnesses: [brightCast(samples), normCast(samples), ground],
    product: medianCast(samples.product),
    white: [linearAt(channels[0], whiteRank), linearAt(channels[1], whiteRank), linearAt(channels[2], whiteRank)],
    ground: rankIn(samples.ground.light, 0.5) / (lightCells - 1),
  };
}

/** Counts of what one side, ground or product, shows. */
interface Tally {
  count: number;
  readonly light: Uint32Array;
  readonly warm: Uint32Array;
  readonly pink: Uint32Array;
}

const emptyTally = (): Tally => ({
  count: 0,
  light: new Uint32Array(lightCells),
  warm: new Uint32Array(castCells + 1),
  pink: new Uint32Array(castCells + 1),
});

interface Samples {
  count: number;
  readonly ground: Tally;
  readonly product: Tally;
  /** Counts of each byte. */
  readonly channels: readonly [Uint32Array, Uint32Array, Uint32Array];
  /** Linear light of those whose colour can be believed. */
  believed: number;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  /** Their luminance, counted. */
  readonly light: Uint32Array;
}

function takeSamples({ data, width, height, channels }: Picture, cover: Float32Array | null): Samples {
  const stride = Math.max(1, Math.floor(Math.sqrt((width * height) / wantedSamples)));
  const most = Math.ceil(width / stride) * Math.ceil(height / stride);
  const samples: Samples = {
    count: 0,
    ground: emptyTally(),
    product: emptyTally(),
    channels: [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)],
    believed: 0,
    red: new Float32Array(most),
    green: new Float32Array(most),
    blue: new Float32Array(most),
    light: new Uint32Array(lightCells),
  };
  for (let y = 0; y < height; y += stride) {
    for (let x = 0; x < width; x += stride) {
      const at = (y * width + x) * channels;
      if (channels === 4 && data[at + 3]! < 255) continue;
      const share = cover === null ? 0 : cover[y * width + x]!;
      const tally = share < groundUpTo ? samples.ground : share > productFrom ? samples.product : null;
      addSample(samples, tally, data.subarray(at, at + 3));
    }
  }
  return samples;
}

function addSample(samples: Samples, tally: Tally | null, bytes: Uint8Array): void {
  const { channels } = samples;
  channels[0][bytes[0]!]!++;
  channels[1][bytes[1]!]!++;
  channels[2][bytes[2]!]!++;
  samples.count++;
  const red = linearOf[bytes[0]!]!;
  const green = linearOf[bytes[1]!]!;
  const blue = linearOf[bytes[2]!]!;
  const luminance = luminanceOf(red, green, blue);
  const cell = Math.round(luminance * (lightCells - 1));
  if (tally !== null) {
    tally.count++;
    tally.light[cell]!++;
  }
  if (luminance < darkBelow || Math.max(red, green, blue) > clippedFrom) return;
  const at = samples.believed++;
  samples.red[at] = red;
  samples.green[at] = green;
  samples.blue[at] = blue;
  samples.light[cell]!++;
  if (tally === null) return;
  const { warm, pink } = castOf([red, green, blue]);
  tally.warm[castCell(warm)]!++;
  tally.pink[castCell(pink)]!++;
}

const castCell = (cast: number): number =>
  Math.round(((Math.min(castReach, Math.max(-castReach, cast)) + castReach) / (2 * castReach)) * castCells);

/** Highlights and white things show the light's own colour. */
function brightCast({ believed, light, red, green, blue }: Samples): Cast {
  const [low, high] = [rankIn(light, brightRanks[0]), rankIn(light, brightRanks[1])];
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < believed; at++) {
    const cell = Math.round(luminanceOf(red[at]!, green[at]!, blue[at]!) * (lightCells - 1));
    if (cell < low || cell > high) continue;
    sums[0] += red[at]!;
    sums[1] += green[at]!;
    sums[2] += blue[at]!;
  }
  const most = Math.max(...sums);
  return castOf([sums[0] / most, sums[1] / most, sums[2] / most]);
}

function normCast({ believed, red, green, blue }: Samples): Cast {
  const mean = (plane: Float32Array): number => {
    let sum = 0;
    for (let at = 0; at < believed; at++) sum += plane[at]! ** norm;
    return (sum / believed) ** (1 / norm);
  };
  return castOf([mean(red), mean(green), mean(blue)]);
}

/** Null where nothing was counted whose colour can be believed. */
function medianCast({ warm, pink }: Tally): Cast | null {
  const [warmCell, pinkCell] = [rankIn(warm, 0.5), rankIn(pink, 0.5)];
  if (warmCell < 0) return null;
  const castAt = (cell: number): number => (cell / castCells) * 2 * castReach - castReach;
  return { warm: castAt(warmCell), pink: castAt(pinkCell) };
}

/** The cell that a share of the counts does not exceed; -1 where there are none. */
function rankIn(histogram: Uint32Array, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return -1;
  let seen = 0;
  return histogram.findIndex((count) => {
    seen += count;
    return seen >= share * total;
  });
}

const linearAt = (bytes: Uint32Array, share: number): number => linearOf[rankIn(bytes, share)]!;
