// Crop: keeps a part of the picture, given in fractions of it.
import { badUserInput } from "../../errors.ts";
import { fromPicture, pictureOf, type Region } from "../decode.ts";
import type { Picture } from "../picture.ts";
import { type Frame, shiftFrame } from "./frame.ts";
import { type Crop, expectBetween } from "./operation.ts";

/** Fractions that are computed from pixels miss 1 by this much. */
const slack = 1e-6;
const why = "the crop must lie inside the picture.";

/** @throws UserError BAD_USER_INPUT naming the side at fault and its range. */
export function parseCrop(field: string, { x, y, width, height }: Crop): Crop {
  expectBetween(`${field}.x`, x, { least: 0, most: 1, why });
  expectBetween(`${field}.y`, y, { least: 0, most: 1, why });
  expectExtent(`${field}.width`, width, 1 - x);
  expectExtent(`${field}.height`, height, 1 - y);
  return { x, y, width: Math.min(width, 1 - x), height: Math.min(height, 1 - y) };
}

function expectExtent(field: string, value: number, room: number): void {
  if (value > 0 && value <= room + slack) return;
  const most = Number(room.toFixed(6));
  throw badUserInput(`Expected ${field} above 0 and at most ${most} but received ${value}: ${why}`);
}

/** @throws UserError BAD_USER_INPUT when not one pixel would be left. */
export async function crop(picture: Picture, params: Crop): Promise<Picture> {
  const region = cropRegion(picture, params);
  const { data, info } = await fromPicture(picture).extract(region).raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}

export function cropFrame(frame: Frame, picture: Picture, params: Crop): Frame {
  return shiftFrame(frame, cropRegion(picture, params));
}

/** Pixels. Both edges are rounded, not the extent, so that crops side by side neither overlap nor leave a gap. */
export function cropRegion(size: { width: number; height: number }, params: Crop): Region {
  const [left, width] = span("width", params.x, params.width, size.width);
  const [top, height] = span("height", params.y, params.height, size.height);
  return { left, top, width, height };
}

function span(side: "width" | "height", start: number, extent: number, pixels: number): [start: number, pixels: number] {
  const first = Math.round(start * pixels);
  const count = Math.min(pixels, Math.round((start + extent) * pixels)) - first;
  if (count >= 1) return [first, count];
  const least = (1 / pixels).toPrecision(3);
  throw badUserInput(
    `Expected crop.${side} of at least ${least} but received ${extent}: one of the picture's ${pixels} pixels must be left.`,
  );
}
