// The light that a photo was taken in, as far as the photo itself bears witness: its colour and how far it was exposed.
import type { Picture } from "../../images/picture.ts";

/** Samples taken of a photo, evenly spread: the light next door is the same. */
export const wantedSamples = 150_000;
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
  if (samples.groundLevels.length < leastGround * samples.total || samples.count === 0 || samples.groundCasts.warm.length === 0)
    return null;
  return {
    witnesses: [brightCast(samples), normCast(samples), medianCast(samples.groundCasts)],
    product: samples.productCasts.warm.length === 0 ? null : medianCast(samples.productCasts),
    white: [rankIn(samples.histograms[0]), rankIn(samples.histograms[1]), rankIn(samples.histograms[2])],
    ground: medianOf(Float32Array.from(samples.groundLevels)),
  };
}

interface CastList {
  readonly warm: number[];
  readonly pink: number[];
}

interface Samples {
  /** All that were looked at. */
  total: number;
  /** Those whose colour can be believed, and their linear light. */
  count: number;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  readonly luminance: Float32Array;
  readonly groundCasts: CastList;
  readonly productCasts: CastList;
  readonly groundLevels: number[];
  /** Counts of each byte, of all samples. */
  readonly histograms: readonly [Uint32Array, Uint32Array, Uint32Array];
}

function takeSamples({ data, width, height, channels }: Picture, cover: Float32Array | null): Samples {
  const stride = Math.max(1, Math.floor(Math.sqrt((width * height) / wantedSamples)));
  const most = Math.ceil(width / stride) * Math.ceil(height / stride);
  const plane = (): Float32Array => new Float32Array(most);
  const samples: Samples = {
    total: 0,
    count: 0,
    red: plane(),
    green: plane(),
    blue: plane(),
    luminance: plane(),
    groundCasts: { warm: [], pink: [] },
    productCasts: { warm: [], pink: [] },
    groundLevels: [],
    histograms: [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)],
  };
  for (let y = 0; y < height; y += stride) {
    for (let x = 0; x < width; x += stride) {
      const at = (y * width + x) * channels;
      if (channels === 4 && data[at + 3]! < 255) continue;
      addSample(samples, data.subarray(at, at + 3), cover === null ? 0 : cover[y * width + x]!);
    }
  }
  return samples;
}

function addSample(samples: Samples, bytes: Uint8Array, cover: number): void {
  const [redByte, greenByte, blueByte] = [bytes[0]!, bytes[1]!, bytes[2]!];
  const red = linearOf[redByte]!;
  const green = linearOf[greenByte]!;
  const blue = linearOf[blueByte]!;
  const luminance = luminanceOf(red, green, blue);
  samples.total++;
  samples.histograms[0][redByte]!++;
  samples.histograms[1][greenByte]!++;
  samples.histograms[2][blueByte]!++;
  if (cover < groundUpTo) samples.groundLevels.push(luminance);
  if (luminance < darkBelow || Math.max(red, green, blue) > clippedFrom) return;
  const at = samples.count++;
  samples.red[at] = red;
  samples.green[at] = green;
  samples.blue[at] = blue;
  samples.luminance[at] = luminance;
  const list = cover < groundUpTo ? samples.groundCasts : cover > productFrom ? samples.productCasts : null;
  if (list === null) return;
  const { warm, pink } = castOf([red, green, blue]);
  list.warm.push(warm);
  list.pink.push(pink);
}

/** Highlights and white things show the light's own colour. */
function brightCast({ count, luminance, red, green, blue }: Samples): Cast {
  const sorted = luminance.slice(0, count).sort();
  const [low, high] = brightRanks.map((rank) => sorted[Math.floor(rank * (count - 1))]!) as [number, number];
  const sums: [number, number, number] = [0, 0, 0];
  let found = 0;
  for (let at = 0; at < count; at++) {
    if (luminance[at]! < low || luminance[at]! > high) continue;
    sums[0] += red[at]!;
    sums[1] += green[at]!;
    sums[2] += blue[at]!;
    found++;
  }
  return castOf([sums[0] / found, sums[1] / found, sums[2] / found]);
}

function normCast({ count, red, green, blue }: Samples): Cast {
  const mean = (plane: Float32Array): number => {
    let sum = 0;
    for (let at = 0; at < count; at++) sum += plane[at]! ** norm;
    return (sum / count) ** (1 / norm);
  };
  return castOf([mean(red), mean(green), mean(blue)]);
}

const medianCast = ({ warm, pink }: CastList): Cast => ({
  warm: medianOf(Float32Array.from(warm)),
  pink: medianOf(Float32Array.from(pink)),
});

const medianOf = (values: Float32Array): number => values.sort()[values.length >> 1]!;

function rankIn(histogram: Uint32Array): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const byte = histogram.findIndex((count) => {
    seen += count;
    return seen >= whiteRank * total;
  });
  return linearOf[byte]!;
}
