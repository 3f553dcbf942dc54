// The soft shadow where a product stands or lies: it follows its feet, darkest where they touch, and is gone before the picture's edge.
import { type Footprint, findFootprint, type Part, type Silhouette } from "./footprint.ts";
import { type Box, boxMean, resizePlane, type Size } from "./planes.ts";

/** Pixels on the longer side where shadows are made: they hold nothing fine. */
const shadowSide = 560;
/** Layers under each foot. Sizes are shares of the part's longer side: rise above and drop below the foot, blur across and down. */
const footLayers = [
  { rise: 0.012, drop: 0.004, across: 0.008, down: 0.004, strength: 1.1 },
  { rise: 0.05, drop: 0.012, across: 0.055, down: 0.016, strength: 1.1 },
] as const;
/** The ground between a part's feet, which gets less light than that around it. */
const between = { across: 0.06, down: 0.03, strength: 0.32 } as const;
/** Layers around what lies: blur, and how far the light from above moves them down. Shares of the product's longer side. */
const lyingLayers = [
  { drop: 0.004, across: 0.006, down: 0.006, strength: 0.75 },
  { drop: 0.012, across: 0.022, down: 0.022, strength: 0.6 },
] as const;
/** No pixel gets darker than this share of the recipe's strength allows. */
const maxDarkness = 0.85;
/** Shares of the picture's side: nothing within the first from the edge, full from the second on. */
const fadeFrom = 0.012;
const fadeTo = 0.055;

/** How the product rests: told from its outline, or known. */
export type Rest = "auto" | "standing" | "lying";

export interface ShadowInput {
  /** One byte a pixel: the product at its place in the picture. */
  readonly alpha: Buffer;
  readonly alphaSize: Size;
  /** Where its left top corner lies in the picture, pixels. */
  readonly left: number;
  readonly top: number;
  readonly canvas: Size;
  /** 0 to 1. */
  readonly strength: number;
  readonly rest: Rest;
}

/** Darkness for each pixel of a small copy of the picture, 0 to 1; enlarge it bilinearly. */
export interface Shadow extends Size {
  readonly darkness: Float32Array;
}

export function castShadow(input: ShadowInput): Shadow {
  const silhouette = silhouetteOf(input);
  const { width, height } = silhouette;
  const darkness = new Float32Array(width * height);
  const footprint = findFootprint(silhouette);
  if (footprint === null) return { width, height, darkness };
  const lay: Lay = (plane, { x0, y0, x1, y1 }, strength) => {
    for (let y = y0, from = 0; y < y1; y++)
      for (let at = y * width + x0; at < y * width + x1; at++, from++)
        darkness[at] = 1 - (1 - darkness[at]!) * (1 - Math.min(1, plane[from]! * strength * input.strength));
  };
  const isLying = input.rest === "auto" ? footprint.isLying : input.rest === "lying";
  if (isLying) layAround(silhouette, footprint, lay);
  else for (const part of footprint.parts) layUnder(part, silhouette, lay);
  fadeOut(darkness, silhouette, input.strength);
  return { width, height, darkness };
}

/** The product's cover of each pixel of the small picture. */
function silhouetteOf({ alpha, alphaSize, left, top, canvas }: ShadowInput): Silhouette {
  const scale = Math.min(1, shadowSide / Math.max(canvas.width, canvas.height));
  const width = Math.max(2, Math.round(canvas.width * scale));
  const height = Math.max(2, Math.round(canvas.height * scale));
  const cover = new Float32Array(width * height);
  const share = ((width / canvas.width) * (height / canvas.height)) / 255;
  const columns = Int32Array.from({ length: alphaSize.width }, (_, x) => Math.floor(((x + left + 0.5) * width) / canvas.width));
  for (let y = Math.max(0, -top); y < Math.min(alphaSize.height, canvas.height - top); y++) {
    const row = Math.min(height - 1, Math.floor(((y + top + 0.5) * height) / canvas.height)) * width;
    for (let x = Math.max(0, -left); x < Math.min(alphaSize.width, canvas.width - left); x++)
      cover[row + columns[x]!]! += alpha[y * alphaSize.width + x]! * share;
  }
  return { cover, width, height };
}

/** Darkens a part of the small picture. */
type Lay = (plane: Float32Array, view: Box, strength: number) => void;

function layUnder(part: Part, size: Size, lay: Lay): void {
  for (const layer of footLayers) {
    const spread = { across: layer.across * part.extent, down: layer.down * part.extent };
    const view = viewAround(part, size, { across: spread.across, down: spread.down + (layer.rise + layer.drop) * part.extent });
    lay(blurred(drawFeet(part, view, layer), view, spread), view, layer.strength);
  }
  const spread = { across: between.across * part.extent, down: between.down * part.extent };
  const view = viewAround(part, size, spread);
  lay(blurred(drawBetween(part, view), view, spread), view, between.strength);
}

/** The part of the picture that a blur of a part's feet reaches: three box means, each as far as its radius. */
function viewAround({ rows, weights }: Part, size: Size, spread: { across: number; down: number }): Box {
  const feet = [...rows].filter((_, x) => weights[x]! > 0);
  const first = weights.findIndex((weight) => weight > 0);
  const last = weights.findLastIndex((weight) => weight > 0);
  const [across, down] = [3 * spread.across + 5, 3 * spread.down + 5];
  if (first < 0) return { x0: 0, y0: 0, x1: 0, y1: 0 };
  return {
    x0: Math.max(0, Math.floor(first - across)),
    x1: Math.min(size.width, Math.ceil(last + across)),
    y0: Math.max(0, Math.floor(Math.min(...feet) - down)),
    y1: Math.min(size.height, Math.ceil(Math.max(...feet) + down)),
  };
}

function layAround({ cover, ...size }: Silhouette, { extent }: Footprint, lay: Lay): void {
  const view = { x0: 0, y0: 0, x1: size.width, y1: size.height };
  for (const layer of lyingLayers) {
    const plane = new Float32Array(cover.length);
    const drop = Math.round(layer.drop * extent) * size.width;
    plane.set(cover.subarray(0, cover.length - drop), drop);
    lay(blurred(plane, view, { across: layer.across * extent, down: layer.down * extent }), view, layer.strength);
  }
}

function drawFeet({ rows, weights, extent }: Part, view: Box, layer: { rise: number; drop: number }): Float32Array {
  const width = view.x1 - view.x0;
  const plane = new Float32Array(width * (view.y1 - view.y0));
  for (let x = view.x0; x < view.x1; x++) {
    const weight = weights[x]!;
    if (weight > 0) drawColumn(plane, view, { x, from: rows[x]! - layer.rise * extent, to: rows[x]! + layer.drop * extent, weight });
  }
  return plane;
}

/** Rows that are reached in part count in part, or the shadow would step from column to column. */
function drawColumn(plane: Float32Array, view: Box, column: { x: number; from: number; to: number; weight: number }): void {
  const { x, from, to, weight } = column;
  for (let y = Math.max(view.y0, Math.floor(from)); y < Math.min(view.y1, Math.ceil(to)); y++)
    plane[(y - view.y0) * (view.x1 - view.x0) + x - view.x0] = weight * Math.min(1, Math.min(y + 1, to) - Math.max(y, from));
}

/** The area within the outermost feet: from the foremost ones' line up to the hindmost ones'. */
function drawBetween({ rows, weights }: Part, view: Box): Float32Array {
  const plane = new Float32Array((view.x1 - view.x0) * (view.y1 - view.y0));
  const feet = [...rows.entries()].filter(([x]) => weights[x]! >= 0.5);
  const front = hull(feet, 1);
  const back = hull(feet, -1);
  for (let x = feet[0]?.[0] ?? 0; x <= (feet.at(-1)?.[0] ?? -1); x++)
    drawColumn(plane, view, { x, from: heightAt(back, x), to: heightAt(front, x), weight: 1 });
  return plane;
}

type Vertex = readonly [x: number, y: number];

/** One side of the convex hull of points in rising order of x: 1 the lower in the picture, -1 the upper. */
function hull(points: readonly Vertex[], side: 1 | -1): Vertex[] {
  const kept: Vertex[] = [];
  for (const point of points) {
    while (kept.length > 1 && side * cross(kept.at(-2)!, kept.at(-1)!, point) >= 0) kept.pop();
    kept.push(point);
  }
  return kept;
}

const cross = (a: Vertex, b: Vertex, c: Vertex): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

function heightAt(line: readonly Vertex[], x: number): number {
  const next = Math.max(
    1,
    line.findIndex(([at]) => at >= x),
  );
  const from = line[next - 1]!;
  const to = line[next] ?? from;
  return to[0] === from[0] ? from[1] : from[1] + ((to[1] - from[1]) * (x - from[0])) / (to[0] - from[0]);
}

/** Three box means come close to a Gaussian. */
function blurred(plane: Float32Array, { x0, y0, x1, y1 }: Box, { across, down }: { across: number; down: number }): Float32Array {
  const scratch = new Float32Array(plane.length);
  const window = { width: x1 - x0, height: y1 - y0, radius: Math.max(1, Math.round(across)), radiusDown: Math.max(1, Math.round(down)) };
  for (let pass = 0; pass < 3 && plane.length > 0; pass++) boxMean(plane, plane, scratch, window);
  return plane;
}

function fadeOut(darkness: Float32Array, size: Size, strength: number): void {
  const side = Math.min(size.width, size.height);
  const limit = maxDarkness * Math.min(1, strength * 2);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const edge = Math.min(x, y, size.width - 1 - x, size.height - 1 - y) / side;
      const share = Math.min(1, Math.max(0, (edge - fadeFrom) / (fadeTo - fadeFrom)));
      darkness[y * size.width + x] = Math.min(limit, darkness[y * size.width + x]! * share * share * (3 - 2 * share));
    }
  }
}

/** The shadow enlarged to the picture's rows, one row at a time, so that no full-size plane is held. */
export function shadowRows(shadow: Shadow, canvas: Size): (y: number) => Float32Array {
  const wide = resizePlane(shadow.darkness, shadow, { width: canvas.width, height: shadow.height });
  const row = new Float32Array(canvas.width);
  return (y) => {
    const at = Math.min(shadow.height - 1, Math.max(0, ((y + 0.5) * shadow.height) / canvas.height - 0.5));
    const first = Math.floor(at) * canvas.width;
    const second = Math.min(shadow.height - 1, Math.floor(at) + 1) * canvas.width;
    const weight = at - Math.floor(at);
    for (let x = 0; x < canvas.width; x++) row[x] = wide[first + x]! * (1 - weight) + wide[second + x]! * weight;
    return row;
  };
}
