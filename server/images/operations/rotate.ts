// Rotate: turns the picture clockwise. Right angles move pixels and lose nothing; all others enlarge the canvas and fill its corners.
import { badUserInput } from "../../errors.ts";
import { fromPicture, pictureOf } from "../decode.ts";
import { sharp } from "../libvips.ts";
import type { Picture } from "../picture.ts";
import { checkCanvas, roomColor } from "./canvas.ts";
import { normalDegrees, type Point, turnOf } from "./frame.ts";

/** @returns degrees from 0 (included) to 360. @throws UserError BAD_USER_INPUT. */
export function parseRotate(field: string, degrees: number): number {
  if (Number.isFinite(degrees)) return normalDegrees(degrees);
  throw badUserInput(`Expected ${field} to be a number of degrees but received ${degrees}: give any finite angle, clockwise.`);
}

/** @param degrees clockwise. @throws UserError LIMIT_EXCEEDED when the canvas would become too large. */
export async function rotate(picture: Picture, degrees: number): Promise<Picture> {
  if (degrees === 0) return picture;
  const size = turnedSize(picture, degrees);
  checkCanvas("rotate", size);
  if (degrees % 90 === 0) {
    const { data, info } = await fromPicture(picture).rotate(degrees).raw().toBuffer({ resolveWithObject: true });
    return pictureOf(data, info);
  }
  return picture.channels === 4 ? straight(await turn(premultiplied(picture), degrees)) : turn(picture, degrees);
}

/**
 * Where the picture's centre lies after the turn, pixels. libvips turns about the middle of the first pixel and cuts the canvas at the
 * nearest whole pixel.
 */
export function turnedCentre(picture: Picture, degrees: number): Point {
  const { sin, cos } = turnOf(degrees);
  const { width, height } = picture;
  if (degrees % 90 === 0) {
    const size = turnedSize(picture, degrees);
    return { x: size.width / 2, y: size.height / 2 };
  }
  const left = Math.round(Math.min(0, width * cos, -height * sin, width * cos - height * sin));
  const top = Math.round(Math.min(0, width * sin, height * cos, width * sin + height * cos));
  const x = width / 2 - 0.5;
  const y = height / 2 - 0.5;
  return { x: x * cos - y * sin + 0.5 - left, y: x * sin + y * cos + 0.5 - top };
}

function turnedSize({ width, height }: Picture, degrees: number): { width: number; height: number } {
  const { sin, cos } = turnOf(degrees);
  return {
    width: Math.round(width * Math.abs(cos) + height * Math.abs(sin)),
    height: Math.round(width * Math.abs(sin) + height * Math.abs(cos)),
  };
}

async function turn(picture: Picture, degrees: number): Promise<Picture> {
  const { sin, cos } = turnOf(degrees);
  const turned = fromPicture(picture).affine([cos, -sin, sin, cos], {
    background: roomColor(picture),
    interpolator: sharp.interpolators.bicubic,
  });
  const { data, info } = await turned.raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}

/** Colours weighed by their alpha: else those of clear pixels would bleed into the outline. */
function premultiplied(picture: Picture): Picture {
  return mapPixels(picture, (value, alpha) => (value * alpha) / 255);
}

function straight(picture: Picture): Picture {
  return mapPixels(picture, (value, alpha) => (alpha === 0 ? 0 : Math.min(255, (value * 255) / alpha)));
}

function mapPixels(picture: Picture, change: (value: number, alpha: number) => number): Picture {
  const data = Buffer.from(picture.data);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]!;
    for (let channel = 0; channel < 3; channel++) data[at + channel] = change(data[at + channel]!, alpha) + 0.5;
  }
  return { ...picture, data };
}
