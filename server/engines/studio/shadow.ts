// The soft shadow where a product stands: follows its foot, darkest where it touches, gone before the picture's edge.
import { boxMean, resizePlane, type Size } from "./planes.ts";

/** Pixels on the longer side where shadows are made: they hold nothing fine. */
const shadowSide = 560;
/** Share of the product's height, from its lowest point up, within which a column's lowest pixel rests on the ground. */
const restingShare = 0.14;
/** The two layers. Sizes are shares of the product's longer side: rise above and drop below the foot, blur across and down. */
const tight = { rise: 0.012, drop: 0.004, across: 0.008, down: 0.004, strength: 1.15 };
const soft = { rise: 0.05, drop: 0.012, across: 0.055, down: 0.016, strength: 1.2 };
/** No pixel gets darker than this share of the recipe's strength allows. */
const maxDarkness = 0.85;
/** Shares of the picture's side: nothing within the first from the edge, full from the second on. */
const fadeFrom = 0.012;
const fadeTo = 0.045;

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
}

/** Darkness for each pixel of a small copy of the picture, 0 to 1; enlarge it bilinearly. */
export interface Shadow extends Size {
  readonly darkness: Float32Array;
}

export function castShadow(input: ShadowInput): Shadow {
  const scale = Math.min(1, shadowSide / Math.max(input.canvas.width, input.canvas.height));
  const size = { width: Math.max(2, Math.round(input.canvas.width * scale)), height: Math.max(2, Math.round(input.canvas.height * scale)) };
  const feet = findFeet(input, size);
  const darkness = new Float32Array(size.width * size.height);
  if (feet === null) return { ...size, darkness };
  for (const layer of [tight, soft]) {
    const plane = drawLayer(feet, size, layer);
    for (let at = 0; at < darkness.length; at++)
      darkness[at] = 1 - (1 - darkness[at]!) * (1 - Math.min(1, plane[at]! * layer.strength * input.strength));
  }
  fadeOut(darkness, size, input.strength);
  return { ...size, darkness };
}

interface Feet {
  /** For each column of the small picture the lowest product row, or -1. */
  readonly rows: Float32Array;
  /** How firmly it rests there, 0 to 1. */
  readonly weights: Float32Array;
  /** The product's longer side in the small picture. */
  readonly extent: number;
}

function findFeet({ alpha, alphaSize, left, top, canvas }: ShadowInput, size: Size): Feet | null {
  const rows = new Float32Array(size.width).fill(-1);
  const scale = size.width / canvas.width;
  let lowest = -1;
  let highest = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let x = 0; x < size.width; x++) {
    const column = Math.round((x + 0.5) / scale - left);
    if (column < 0 || column >= alphaSize.width) continue;
    let row = alphaSize.height - 1;
    while (row >= 0 && alpha[row * alphaSize.width + column]! < 128) row--;
    if (row < 0) continue;
    rows[x] = (row + 1 + top) * scale;
    lowest = Math.max(lowest, rows[x]!);
    highest = Math.min(highest, top * scale);
    count++;
  }
  if (count === 0) return null;
  const height = lowest - highest;
  const weights = rows.map((row) => {
    if (row < 0) return 0;
    const share = Math.max(0, 1 - (lowest - row) / (height * restingShare));
    return share * share * (3 - 2 * share);
  });
  return { rows, weights, extent: Math.max(height, count) };
}

function drawLayer(feet: Feet, size: Size, layer: typeof tight): Float32Array {
  const plane = new Float32Array(size.width * size.height);
  for (let x = 0; x < size.width; x++) {
    const weight = feet.weights[x]!;
    if (weight === 0) continue;
    const from = feet.rows[x]! - layer.rise * feet.extent;
    const to = feet.rows[x]! + layer.drop * feet.extent;
    for (let y = Math.max(0, Math.floor(from)); y < Math.min(size.height, Math.ceil(to)); y++) {
      // Rows that are reached in part count in part, or the shadow would step from column to column.
      plane[y * size.width + x] = weight * Math.min(1, Math.min(y + 1, to) - Math.max(y, from));
    }
  }
  const scratch = new Float32Array(plane.length);
  const window = {
    ...size,
    radius: Math.max(1, Math.round(layer.across * feet.extent)),
    radiusDown: Math.max(1, Math.round(layer.down * feet.extent)),
  };
  // Three box means come close to a Gaussian.
  for (let pass = 0; pass < 3; pass++) boxMean(plane, plane, scratch, window);
  return plane;
}

function fadeOut(darkness: Float32Array, size: Size, strength: number): void {
  const side = Math.min(size.width, size.height);
  const limit = maxDarkness * Math.min(1, strength * 2);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const edge = Math.min(x, y, size.width - 1 - x, size.height - 1 - y) / side;
      const share = Math.min(1, Math.max(0, (edge - fadeFrom) / (fadeTo - fadeFrom)));
      darkness[y * size.width + x] = Math.min(limit, darkness[y * size.width + x]! * share);
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
