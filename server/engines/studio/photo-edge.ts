// Where a product meets the edge of its photo: it touches it, or runs out of it and is cut off.
import type { Cutout } from "./matte.ts";
import type { Box } from "./planes.ts";
import type { Side } from "./side.ts";

/** Share of the photo's longer side within which a product counts as touching the edge. */
const touchShare = 0.006;
/** Share of the product's own extent along an edge that must lie at it before it is cut off there: a tip that touches is not. */
const cutShare = 0.12;
/** Alpha from which a pixel counts. */
const solidAlpha = 128;

export interface AtEdge {
  readonly touching: readonly Side[];
  /** Those of them that the product runs out at. */
  readonly cut: readonly Side[];
}

/**
 * @param product the box of the cut-out's product. @param photo where the photo's own corners lie, in the cut-out's pixels
 */
export function meetEdges(cutout: Pick<Cutout, "alpha" | "width" | "height">, product: Box, photo: Box): AtEdge {
  const near = touchShare * Math.max(photo.x1 - photo.x0, photo.y1 - photo.y0);
  const touching: Side[] = [];
  if (product.x0 - photo.x0 <= near) touching.push("left");
  if (photo.x1 - product.x1 <= near) touching.push("right");
  if (product.y0 - photo.y0 <= near) touching.push("top");
  if (photo.y1 - product.y1 <= near) touching.push("bottom");
  return { touching, cut: touching.filter((side) => contactAt(cutout, product, side) >= cutShare) };
}

/** Share of the box's side along which product reaches it. */
function contactAt({ alpha, width }: Pick<Cutout, "alpha" | "width">, { x0, y0, x1, y1 }: Box, side: Side): number {
  const isAcross = side === "top" || side === "bottom";
  const line = side === "left" ? x0 : side === "right" ? x1 - 1 : side === "top" ? y0 : y1 - 1;
  const [from, to] = isAcross ? [x0, x1] : [y0, y1];
  let count = 0;
  for (let at = from; at < to; at++) if (alpha[isAcross ? line * width + at : at * width + line]! >= solidAlpha) count++;
  return count / (to - from);
}
