// Gentle exposure and white balance: from the product's own light and the colour of what it stood on.

import type { Picture } from "../../images/picture.ts";
import type { Cutout } from "./matte.ts";

/** One table a channel: 8-bit in, 8-bit out. */
export type ToneCurve = readonly [Uint8Array, Uint8Array, Uint8Array];

/** Saturation (spread over maximum) up to which a background is taken for grey paper under a coloured light. */
const paperSaturation = 0.2;
/** How unevenly a background may be lit and still pass for paper: standard deviation of its luminance, 0 to 1. */
const paperUnevenness = 0.13;
/** How much of a measured cast is taken out, for paper and for anything else. */
const paperStrength = 0.85;
const sceneStrength = 0.25;
/** Bounds of a channel's gain; beyond these a correction invents colours. */
const maxPaperGain = 1.16;
const maxSceneGain = 1.05;
/** Luminance that paper, and the product's brightest parts, are brought to. */
const paperTarget = 0.86;
const highlightTarget = 0.8;
/** Bounds of the exposure's gain. */
const maxPaperExposure = 1.4;
const maxSceneExposure = 1.2;
/** The product's brightest hundredth stays below this, so that nothing clips. */
const highlightCeiling = 0.97;
/** From here on tones are compressed instead of multiplied. */
const shoulder = 0.75;

interface Light {
  /** Mean red, green and blue, 0 to 1. */
  readonly color: readonly [number, number, number];
  readonly luminance: number;
  readonly deviation: number;
}

/**
 * @param picture the photo around the product, of the cutout's size. @param cutout null where the whole photo is kept: then it is
 * its own ground and product.
 */
export function measureTone(picture: Picture, cutout: Pick<Cutout, "colors" | "alpha"> | null): ToneCurve {
  const ground = measureGround(picture, cutout?.alpha ?? null);
  const bright = brightestHundredth(cutout ?? { colors: picture.data, alpha: null });
  const isPaper =
    ground !== null && saturationOf(ground.color) <= paperSaturation && ground.deviation <= paperUnevenness && ground.luminance > 0.25;
  const casts =
    ground === null ? [1, 1, 1] : castGains(ground.color, isPaper ? [paperStrength, maxPaperGain] : [sceneStrength, maxSceneGain]);
  const wanted = isPaper ? paperTarget / ground.luminance : highlightTarget / bright;
  const ceiling = Math.max(1, highlightCeiling / bright);
  const exposure = Math.min(Math.max(1, wanted), ceiling, isPaper ? maxPaperExposure : maxSceneExposure);
  return [curveOf(exposure * casts[0]!), curveOf(exposure * casts[1]!), curveOf(exposure * casts[2]!)];
}

/** Where little or no product is: every fourth pixel will do. */
function measureGround(picture: Picture, alpha: Buffer | null): Light | null {
  const { data, channels } = picture;
  let count = 0;
  const sums = [0, 0, 0];
  let luminance = 0;
  let squares = 0;
  const pixels = picture.width * picture.height;
  for (let at = 0; at < pixels; at += 4) {
    if (alpha !== null && alpha[at]! > 2) continue;
    const from = at * channels;
    const light = luminanceOf(data[from]!, data[from + 1]!, data[from + 2]!);
    for (let channel = 0; channel < 3; channel++) sums[channel]! += data[from + channel]! / 255;
    luminance += light;
    squares += light * light;
    count++;
  }
  if (count < pixels / 100) return null;
  const mean = luminance / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { color: [sums[0]! / count, sums[1]! / count, sums[2]! / count], luminance: mean, deviation };
}

function brightestHundredth({ colors, alpha }: { colors: Buffer; alpha: Buffer | null }): number {
  const histogram = new Uint32Array(256);
  let count = 0;
  for (let at = 0; at < colors.length / 3; at++) {
    if (alpha !== null && alpha[at]! < 250) continue;
    histogram[Math.round(luminanceOf(colors[at * 3]!, colors[at * 3 + 1]!, colors[at * 3 + 2]!) * 255)]!++;
    count++;
  }
  let level = 255;
  for (let above = histogram[level]!; level > 1 && above < count / 100; above += histogram[level]!) level--;
  return level / 255;
}

const luminanceOf = (red: number, green: number, blue: number): number => (red * 0.299 + green * 0.587 + blue * 0.114) / 255;

const saturationOf = (color: readonly number[]): number => (Math.max(...color) - Math.min(...color)) / Math.max(0.01, ...color);

/** Gains that move a colour towards grey of the same luminance. */
function castGains(color: readonly [number, number, number], [strength, most]: readonly [number, number]): number[] {
  const grey = luminanceOf(color[0] * 255, color[1] * 255, color[2] * 255);
  return color.map((value) => Math.min(most, Math.max(1 / most, (grey / Math.max(0.02, value)) ** strength)));
}

/** A straight gain with a soft shoulder that ends in white. */
function curveOf(gain: number): Uint8Array {
  const table = new Uint8Array(256);
  for (let level = 0; level < 256; level++) {
    const value = (level / 255) * gain;
    const room = gain - shoulder;
    const soft =
      gain <= 1 || value <= shoulder ? value : shoulder + (1 - shoulder) * shoulderCurve((value - shoulder) / room, room / (1 - shoulder));
    table[level] = Math.round(255 * Math.min(1, Math.max(0, soft)));
  }
  return table;
}

/** From 0 to 1 with slope `steepness` at 0, flattening towards 1. */
const shoulderCurve = (share: number, steepness: number): number => 1 - (1 - share) ** steepness;

/** Applies the curve to RGB bytes, in place. */
export function applyTone(colors: Buffer, [red, green, blue]: ToneCurve): void {
  for (let at = 0; at < colors.length; at += 3) {
    colors[at] = red[colors[at]!]!;
    colors[at + 1] = green[colors[at + 1]!]!;
    colors[at + 2] = blue[colors[at + 2]!]!;
  }
}
