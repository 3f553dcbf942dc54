// The tone as an SVG filter can show it: the same curves as the server's, given as tables of values from 0 to 1.
import type { Tone } from "./edit.ts";

/** Points of each table; between them it is straight. */
const tableSize = 65;
/** How far red and blue move apart at full warmth, as a share of the value. */
const warmthReach = 0.18;
/** Blur at sharpness -1, as a share of the longer side. */
const blurReach = 1 / 500;
/** Of what sharpening takes away, at sharpness 1. */
const sharpenReach = 1.6;

const table = (of: (value: number) => number): string =>
  Array.from({ length: tableSize }, (_, index) => of(index / (tableSize - 1)).toFixed(4)).join(" ");

/** A power for brightness, then an S about the middle for contrast; black and white stay. */
export function toneCurve({ brightness, contrast }: Pick<Tone, "brightness" | "contrast">, value: number): number {
  const steepness = 2 ** contrast;
  const light = value ** (2 ** -brightness);
  return light < 0.5 ? 0.5 * (2 * light) ** steepness : 1 - 0.5 * (2 * (1 - light)) ** steepness;
}

export interface ToneTables {
  readonly curve: string;
  readonly saturate: number;
  readonly red: string;
  readonly blue: string;
  /** Screen pixels: above 0 blurred. */
  readonly blur: number;
  /** How much of the difference to a blurred picture is added. */
  readonly sharpen: number;
}

/** @param shownSide the longer side of the picture as it is shown, screen pixels */
export function toneTables(tone: Tone, shownSide: number): ToneTables {
  // The server fades the warmth by the pixel's light; a table knows one channel, which is near enough to judge by.
  const warm = (way: 1 | -1) => (value: number) =>
    Math.min(1, Math.max(0, value * (1 + way * warmthReach * tone.warmth * (1 - value ** 4))));
  return {
    curve: table((value) => toneCurve(tone, value)),
    saturate: 1 + tone.saturation,
    red: table(warm(1)),
    blue: table(warm(-1)),
    blur: tone.sharpness < 0 ? -tone.sharpness * shownSide * blurReach : 0,
    sharpen: tone.sharpness > 0 ? tone.sharpness * sharpenReach : 0,
  };
}
