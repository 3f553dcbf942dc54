// Gentle exposure and white balance: what several witnesses of the photo's light agree on is taken out, and no more.
import type { Picture } from "../../images/picture.ts";
import { type Cast, type Light, linearOf, luminanceOf, measureLight, wantedSamples } from "./light.ts";

/** One table a channel: 8-bit in, 8-bit out. */
export type ToneCurve = readonly [Uint8Array, Uint8Array, Uint8Array];

/** How much of a cast that is made out is taken out. */
const castStrength = 0.95;
/** Taken off a cast (powers of two) where the witnesses differ by `fullSpread` or more: something in the photo is painted so. */
const doubt: Cast = { warm: 0.2, pink: 0.06 };
const fullSpread = 0.3;
/** The same from which a grey product is heard against them. */
const paintSpread = 0.2;
/** A product that is cooler than grey by the first (powers of two) may be grey itself; from the second on it is blue and says nothing. */
const blueProduct = [0.15, 0.45] as const;
/** Casts beyond these (powers of two) are taken out only so far: their weakest channel holds too little to be brought back. */
const mostWarm = 1.4;
const mostCool = 0.5;
const mostPink = 0.6;
/** Linear light that the photo's white is brought up to. Photos that reach it are left as bright as they are. */
const whiteTarget = 0.68;
/** Powers of two: what lacks less is brought up in part only, for it may be meant so. */
const slightLack = 0.6;
const slightShare = 0.4;
/** Most that light is multiplied with. */
const maxExposure = 3.2;
/** On ground darker than the first figure (linear light) a photo may be dark because things are black: so much at most; in full from the second on. */
const darkGround = [0.04, 0.1] as const;
const maxExposureOnDark = 1.4;
/** All but the brightest hundredth of the product stays below this (linear light) in every channel. */
const productCeiling = 0.9;
/** Shares of the product whose green is cut off: below the first it is well exposed, from the second on its middle tones are darkened in full. */
const overexposed = [0.003, 0.05] as const;
const overexposedGamma = 0.25;
/** A byte's value, 0 to 1, from which tones are compressed instead of multiplied. */
const shoulder = 0.8;
/** The same where a channel is darkened: from there it bends back, or clipped white would turn coloured. */
const bend = 0.85;
/** Bytes: nothing above it is told apart. */
const clippedByte = 253;
/** Alpha from which a pixel is wholly product. */
const solidAlpha = 250;

export interface ToneScene {
  /** The whole photo, small. */
  readonly photo: Picture;
  /** The product's share of each of its pixels, 0 to 1; null where the whole photo is kept. */
  readonly cover: Float32Array | null;
  /** Its RGB bytes at any size; without alpha all of them are product. */
  readonly product: { readonly colors: Buffer; readonly alpha: Buffer | null };
}

export function measureTone({ photo, cover, product }: ToneScene): ToneCurve {
  const light = measureLight(photo, cover);
  if (light === null) return [curveOf(1, 1), curveOf(1, 1), curveOf(1, 1)];
  const levels = measureProduct(product);
  const casts = castGains(agreedCast(light));
  const exposure = exposureOf(light, levels, casts);
  const over = Math.min(1, Math.max(0, (levels.cutOff - overexposed[0]) / (overexposed[1] - overexposed[0])));
  const [red, green, blue] = casts.map((gain) => curveOf(gain * exposure, 1 + overexposedGamma * over)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  return [red, green, blue];
}

/**
 * Wood, linen and skin look like warm light: the least warm witness is believed. Few things are blue: of those that see cool light, the second.
 */
function agreedCast({ witnesses, product }: Light): Cast {
  const warms = witnesses.map(({ warm }) => warm).toSorted((one, other) => one - other) as [number, number, number];
  const pinks = witnesses.map(({ pink }) => pink).toSorted((one, other) => one - other) as [number, number, number];
  const trust = 1 - greyDoubt(warms[0], product) * Math.min(1, (warms[2] - warms[0]) / paintSpread);
  const warm = warms[0] > 0 ? warms[0] * trust : Math.min(0, warms[1]);
  const pink = (pinks[0] > 0 ? pinks[0] : Math.min(0, pinks[2])) * trust;
  const certain = (value: number, spread: number, most: number): number =>
    Math.sign(value) * Math.max(0, Math.abs(value) - most * Math.min(1, spread / fullSpread)) * castStrength;
  const sure = { warm: certain(warm, warms[2] - warms[0], doubt.warm), pink: certain(pink, pinks[2] - pinks[0], doubt.pink) };
  // Both parts are cut by one factor, or what is left would be of another colour than the light.
  const share = Math.min(1, (sure.warm > 0 ? mostWarm : mostCool) / Math.max(mostCool, Math.abs(sure.warm)));
  return { warm: sure.warm * share, pink: Math.min(mostPink, Math.max(-mostPink, sure.pink * share)) };
}

/** Under warm light a grey product is warm: one that is not, on a ground that is, stands on wood. */
function greyDoubt(warm: number, product: Cast | null): number {
  if (warm <= 0 || product === null || product.warm >= warm) return 0;
  if (product.warm >= 0) return 1 - product.warm / warm;
  return 1 - Math.min(1, Math.max(0, (-product.warm - blueProduct[0]) / (blueProduct[1] - blueProduct[0])));
}

/** Factors of linear light that turn the cast into a grey of the same luminance. */
function castGains({ warm, pink }: Cast): readonly [number, number, number] {
  const red = 2 ** (pink + warm);
  const blue = 2 ** (pink - warm);
  const grey = luminanceOf(red, 1, blue);
  return [grey / red, grey, grey / blue];
}

function exposureOf({ white, ground }: Light, { brightest }: ProductLevels, casts: readonly [number, number, number]): number {
  const balanced = (levels: readonly [number, number, number]): number =>
    Math.max(levels[0] * casts[0], levels[1] * casts[1], levels[2] * casts[2]);
  const lack = Math.log2(whiteTarget / Math.max(0.01, balanced(white)));
  if (lack <= 0) return 1;
  const wanted = lack < slightLack ? lack * (slightShare + (1 - slightShare) * (lack / slightLack)) : lack;
  const trust = Math.min(1, Math.max(0, (ground - darkGround[0]) / (darkGround[1] - darkGround[0])));
  const most = maxExposureOnDark + (maxExposure - maxExposureOnDark) * trust;
  return Math.min(2 ** wanted, most, Math.max(1, productCeiling / Math.max(0.01, balanced(brightest))));
}

interface ProductLevels {
  /** Linear light, 0 to 1, that all but the brightest hundredth stays below, channel by channel. */
  readonly brightest: readonly [number, number, number];
  /** Share whose green is at its end: green is closest to what the eye calls light, and no coloured light cuts it off alone. */
  readonly cutOff: number;
}

function measureProduct({ colors, alpha }: ToneScene["product"]): ProductLevels {
  const histograms = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;
  let count = 0;
  const [red, green, blue] = histograms;
  const pixels = colors.length / 3;
  const step = Math.max(1, Math.floor(pixels / wantedSamples));
  for (let at = 0; at < pixels; at += step) {
    if (alpha !== null && alpha[at]! < solidAlpha) continue;
    red[colors[at * 3]!]!++;
    green[colors[at * 3 + 1]!]!++;
    blue[colors[at * 3 + 2]!]!++;
    count++;
  }
  const top = (histogram: Uint32Array): number => {
    let byte = 255;
    for (let above = histogram[byte]!; byte > 0 && above < count / 100; above += histogram[byte]!) byte--;
    return linearOf[byte]!;
  };
  const cutOff = histograms[1].subarray(clippedByte).reduce((sum, each) => sum + each, 0);
  return { brightest: [top(histograms[0]), top(histograms[1]), top(histograms[2])], cutOff: cutOff / Math.max(1, count) };
}

/** A gain of linear light that keeps black and never reaches past white: a shoulder above it, or a bend back up to white below. */
function curveOf(gain: number, gamma: number): Uint8Array {
  const end = encode(gain);
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const share = (byte / 255) ** gamma;
    const value = encode(decode(share) * gain);
    return Math.round(255 * (gain > 1 ? shouldered(value, end) : value + (1 - end) * (Math.max(0, share - bend) / (1 - bend)) ** 2));
  });
}

function shouldered(value: number, end: number): number {
  if (value <= shoulder) return value;
  const steepness = (end - shoulder) / (1 - shoulder);
  return shoulder + (1 - shoulder) * (1 - (1 - (value - shoulder) / (end - shoulder)) ** steepness);
}

/** sRGB's own curve, 0 to 1, and past 1 where a gain leads there. */
const encode = (linear: number): number => (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
const decode = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** Applies the curve to RGB bytes, in place. */
export function applyTone(colors: Buffer, [red, green, blue]: ToneCurve): void {
  for (let at = 0; at < colors.length; at += 3) {
    colors[at] = red[colors[at]!]!;
    colors[at + 1] = green[colors[at + 1]!]!;
    colors[at + 2] = blue[colors[at + 2]!]!;
  }
}
