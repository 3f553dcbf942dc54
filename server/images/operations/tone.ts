// Tone: brightness, contrast, saturation, warmth and sharpness. Black stays black and white stays white under each of them, so that a
// product's pure white background outlives every setting.
import { fromPicture, pictureOf } from "../decode.ts";
import type { Picture } from "../picture.ts";
import { expectBetween, type Tone, toneNames } from "./operation.ts";

/** How far red and blue move apart at full warmth, as a share of the value. */
const warmthReach = 0.18;
/** Shares of red, green and blue in what the eye calls light (Rec. 709). */
const [redShare, greenShare, blueShare] = [0.2126, 0.7152, 0.0722];
/** Blur at sharpness -1: a share of the longer side, as a standard deviation. */
const blurReach = 1 / 500;

/** Left-out settings are 0. @throws UserError BAD_USER_INPUT naming the setting at fault. */
export function parseTone(field: string, given: { readonly [name in keyof Tone]?: number | null | undefined }): Tone {
  const read = (name: keyof Tone): number =>
    expectBetween(`${field}.${name}`, given[name] ?? 0, { least: -1, most: 1, why: "0 changes nothing, -1 and 1 are the ends." });
  return {
    brightness: read("brightness"),
    contrast: read("contrast"),
    saturation: read("saturation"),
    warmth: read("warmth"),
    sharpness: read("sharpness"),
  };
}

/** All at 0 answers the very same picture. */
export async function tone(picture: Picture, params: Tone): Promise<Picture> {
  const isIdle = (name: keyof Tone): boolean => params[name] === 0;
  const colored = toneNames.filter((name) => name !== "sharpness").every(isIdle) ? picture : recolor(picture, params);
  return isIdle("sharpness") ? colored : focus(colored, params.sharpness);
}

function recolor(picture: Picture, { brightness, contrast, saturation, warmth }: Tone): Picture {
  const curve = curveOf(brightness, contrast);
  const data = Buffer.from(picture.data);
  for (let at = 0; at < data.length; at += picture.channels) {
    let red = curve[data[at]!]!;
    let green = curve[data[at + 1]!]!;
    let blue = curve[data[at + 2]!]!;
    const light = redShare * red + greenShare * green + blueShare * blue;
    if (saturation !== 0) {
      red = light + (red - light) * (1 + saturation);
      green = light + (green - light) * (1 + saturation);
      blue = light + (blue - light) * (1 + saturation);
    }
    if (warmth !== 0) {
      // Fades out towards white; the fourth power is the flattest fade under which greys keep their order.
      const shift = warmthReach * warmth * (1 - light ** 4);
      red *= 1 + shift;
      blue *= 1 - shift;
    }
    data[at] = toByte(red);
    data[at + 1] = toByte(green);
    data[at + 2] = toByte(blue);
  }
  return { ...picture, data };
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value * 255)));

/** For each byte the value from 0 to 1: a power for brightness, then an S about the middle for contrast. Both keep 0 and 1. */
function curveOf(brightness: number, contrast: number): Float64Array {
  const steepness = 2 ** contrast;
  return Float64Array.from({ length: 256 }, (_, byte) => {
    const value = (byte / 255) ** (2 ** -brightness);
    return value < 0.5 ? 0.5 * (2 * value) ** steepness : 1 - 0.5 * (2 * (1 - value)) ** steepness;
  });
}

async function focus(picture: Picture, sharpness: number): Promise<Picture> {
  const longest = Math.max(picture.width, picture.height);
  const pixels = fromPicture(picture);
  const focused =
    sharpness > 0
      ? pixels.sharpen({ sigma: 1, m1: 0.6 * sharpness, m2: 3 * sharpness })
      : pixels.blur(Math.max(0.3, -sharpness * longest * blurReach));
  const { data, info } = await focused.raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}
