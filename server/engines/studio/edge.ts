// The product's edge, solved where labels meet the photo's own edges: a guided filter, in the tiles that the outline crosses.
import type { Picture } from "../../images/picture.ts";
import { type Coefficients, createGuide, fitToGuide, type Reach } from "./guided-filter.ts";
import { faintBelief } from "./labels.ts";
import { pinSolution } from "./pins.ts";
import { type Box, cropPlane, resizePlane, type Shelf, type Size } from "./planes.ts";
import { isConstant, keepTile, tilesOf } from "./tiles.ts";

/** Window of the guided filter as a share of the longer side, and the colour variance that counts as an edge. */
const edgeReach = 1 / 300;
const edgeEpsilon = 1e-4;
/** How many times the grain's own variance is smoothed over besides, or the outline of a grainy photo frays. */
const grainWeight = 4;
/** Contrast of the labels before the edge is solved: beliefs beyond these are certain. */
const labelRange = [faintBelief, 1 - faintBelief] as const;

export interface Edge {
  /** Alpha as a function of the photo's colours, before the range is applied; holds for larger copies of the photo too. */
  readonly solution: Coefficients & Reach;
  /** 0 to 1 for each pixel of the picture. */
  readonly alpha: Float32Array;
}

/** Probability of product at a smaller or equal size, and where a person was certain: 1 product, -1 ground, else 0. */
export interface Labels {
  readonly plane: Float32Array;
  readonly size: Size;
  readonly pins?: Int8Array | null;
}

/**
 * @param range alpha that becomes nothing, and that becomes full
 * @param shelf whose planes are used for the tiles
 */
export function solveEdge(picture: Picture, labels: Labels, { range, shelf }: { range: readonly [number, number]; shelf: Shelf }): Edge {
  const { width, height } = picture;
  const count = width * height;
  const radius = Math.max(2, Math.round(Math.max(width, height) * edgeReach));
  const epsilon = edgeEpsilon + grainWeight * grainVariance(picture);
  const certain = resizePlane(labels.plane, labels.size, picture);
  stretch(certain, labelRange);
  const planes = Array.from({ length: 4 }, () => new Float32Array(count)) as [Float32Array, Float32Array, Float32Array, Float32Array];
  // Means of means: a pixel depends on those within twice the window's radius.
  for (const tile of tilesOf(picture, 2 * radius)) {
    if (isConstant(certain, picture, tile.around)) {
      // No outline near: whatever the colours are, the labels stand.
      fill(planes[3], picture, tile.own, certain[tile.own.y0 * width + tile.own.x0]!);
      continue;
    }
    shelf.giveBack();
    const guide = createGuide(picture, { radius, epsilon, part: tile.around }, shelf.take);
    const { slopes, intercept } = fitToGuide(guide, cropPlane(certain, picture, tile.around, shelf.take), shelf.take);
    for (const [index, part] of [...slopes, intercept].entries()) keepTile(part, planes[index]!, tile, picture);
  }
  const [red, green, blue, intercept] = planes;
  const solution = { width, height, radius, epsilon, slopes: [red, green, blue], intercept } as const;
  if (labels.pins) pinSolution(solution, labels.pins, labels.size);
  return { solution, alpha: applyTo(picture, solution, { target: certain, range }) };
}

function fill(plane: Float32Array, { width }: Size, { x0, y0, x1, y1 }: Box, value: number): void {
  for (let y = y0; y < y1; y++) plane.fill(value, y * width + x0, y * width + x1);
}

function applyTo(
  { data, channels }: Picture,
  { slopes: [red, green, blue], intercept }: Coefficients,
  { target, range }: { target: Float32Array; range: readonly [number, number] },
): Float32Array {
  for (let at = 0, from = 0; at < target.length; at++, from += channels) {
    const colored = red[at]! * data[from]! + green[at]! * data[from + 1]! + blue[at]! * data[from + 2]!;
    target[at] = intercept[at]! + colored / 255;
  }
  stretch(target, range);
  return target;
}

/** In place: what was at or under the range is 0, at or over it 1. */
function stretch(plane: Float32Array, [low, high]: readonly [number, number]): void {
  for (let at = 0; at < plane.length; at++) plane[at] = Math.min(1, Math.max(0, (plane[at]! - low) / (high - low)));
}

/** Variance of the photo's grain (colours 0 to 1): the median second difference along rows, which edges do not move. */
function grainVariance({ data, width, height }: Picture): number {
  const histogram = new Uint32Array(1021);
  for (let y = 0; y < height; y += 2) {
    for (let x = 1; x < width - 1; x++) {
      const at = (y * width + x) * 3 + 1;
      histogram[Math.abs(2 * data[at]! - data[at - 3]! - data[at + 3]!)]!++;
    }
  }
  const half = (Math.ceil(height / 2) * (width - 2)) / 2;
  let median = 0;
  for (let seen = histogram[0]!; seen < half && median < 1020; seen += histogram[++median]!);
  // A normal distribution's median absolute value is 0.6745 of its deviation; the difference sums six variances.
  const deviation = median / 0.6745 / Math.sqrt(6) / 255;
  return deviation * deviation;
}
