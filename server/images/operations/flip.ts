// Flip: mirrors the picture, left to right (HORIZONTAL) or top to bottom (VERTICAL).
import { badUserInput } from "../../errors.ts";
import { fromPicture, pictureOf } from "../decode.ts";
import type { Picture } from "../picture.ts";
import { type FlipAxis, flipAxes } from "./operation.ts";

/** @throws UserError BAD_USER_INPUT. */
export function parseFlip(field: string, axis: FlipAxis): FlipAxis {
  if (flipAxes.includes(axis)) return axis;
  throw badUserInput(
    `Expected ${field} to be one of ${flipAxes.join(", ")} but received ${String(axis)}: it says which sides change places.`,
  );
}

export async function flip(picture: Picture, axis: FlipAxis): Promise<Picture> {
  const pixels = fromPicture(picture);
  const flipped = axis === "HORIZONTAL" ? pixels.flop() : pixels.flip();
  const { data, info } = await flipped.raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}
