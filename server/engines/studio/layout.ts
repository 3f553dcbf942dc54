// How large the product becomes and where it stands in the picture.
import type { OutputSpec, Recipe } from "../../images/picture.ts";
import { findPreset, wantsWhiteRing } from "../../images/presets.ts";
import type { Box, Size } from "./planes.ts";
import type { Side } from "./side.ts";

/** Pixels: a product this close to the edge would let the encoder's 8-pixel blocks dirty a white picture's outermost ring. */
const minRing = 10;
/** Pixels that a product that was cut off is drawn beyond the picture's edge, so that no light line is left along it. */
const overlap = 1;

/**
 * The area that the product is fitted into, pixels: a preset's fill decides, else the recipe's margin; between two edges that cut it off it
 * has no margin.
 */
export function productArea(output: OutputSpec, recipe: Recipe, cut: readonly Side[] = []): Size {
  const fill = (output.preset === null ? undefined : findPreset(output.preset)?.fill) ?? 1 - 2 * recipe.margin;
  const shrink = (side: number): number =>
    Math.max(1, Math.min(Math.round(side * fill), side - 2 * Math.min(minRing, Math.floor(side / 3))));
  const whole = (side: number): number => Math.max(1, side - 2 * insetOf(output, recipe));
  return {
    width: cut.includes("left") && cut.includes("right") ? whole(output.width) : shrink(output.width),
    height: cut.includes("top") && cut.includes("bottom") ? whole(output.height) : shrink(output.height),
  };
}

/** The factor that fits a box into an area. */
export function fitScale(box: Box, area: Size): number {
  return Math.min(area.width / (box.x1 - box.x0), area.height / (box.y1 - box.y0));
}

/** How much of the picture's width or height, whichever is more, a box fills once it is scaled: 0 to 1. */
export function filledShare(box: Box, scale: number, { width, height }: OutputSpec): number {
  return Math.min(1, Math.max(((box.x1 - box.x0) * scale) / width, ((box.y1 - box.y0) * scale) / height));
}

/**
 * Where a box of that size goes, its left top corner: the middle; a product that was cut off lies at the edge that it runs out at, or as near to
 * it as a white border lets it, for in the middle its cut side would hang in the air.
 */
export function placeBox(
  size: Size,
  cut: readonly Side[],
  { output, recipe }: { output: OutputSpec; recipe: Recipe },
): { left: number; top: number } {
  const inset = insetOf(output, recipe);
  const along = (free: number, isStart: boolean, isEnd: boolean): number =>
    isStart === isEnd ? free / 2 : isStart ? Math.floor(inset) : Math.ceil(free - inset);
  return {
    left: along(output.width - size.width, cut.includes("left"), cut.includes("right")),
    top: along(output.height - size.height, cut.includes("top"), cut.includes("bottom")),
  };
}

/** Pixels from the picture's edge to a side that was cut off. */
function insetOf(output: OutputSpec, recipe: Recipe): number {
  return wantsWhiteRing(output, recipe) ? Math.min(minRing, Math.floor(Math.min(output.width, output.height) / 3)) : -overlap;
}
