// How large the product becomes and where it stands in the picture.
import type { OutputSpec, Recipe } from "../../images/picture.ts";
import { findPreset } from "../../images/presets.ts";
import type { Box, Size } from "./planes.ts";

/** Pixels: a product this close to the edge would let the encoder's 8-pixel blocks dirty a white picture's outermost ring. */
const minRing = 10;

/** The area that the product is fitted into, pixels: a preset's fill decides, else the recipe's margin. */
export function productArea(output: OutputSpec, recipe: Recipe): Size {
  const fill = (output.preset === null ? undefined : findPreset(output.preset)?.fill) ?? 1 - 2 * recipe.margin;
  const shrink = (side: number): number =>
    Math.max(1, Math.min(Math.round(side * fill), side - 2 * Math.min(minRing, Math.floor(side / 3))));
  return { width: shrink(output.width), height: shrink(output.height) };
}

/** The factor that fits a box into an area. */
export function fitScale(box: Box, area: Size): number {
  return Math.min(area.width / (box.x1 - box.x0), area.height / (box.y1 - box.y0));
}

/** How much of the picture's width or height, whichever is more, a box fills once it is scaled: 0 to 1. */
export function filledShare(box: Box, scale: number, { width, height }: OutputSpec): number {
  return Math.min(1, Math.max(((box.x1 - box.x0) * scale) / width, ((box.y1 - box.y0) * scale) / height));
}
