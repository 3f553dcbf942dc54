// From the rough place of the product to a sharp matte and clean colours at the working size.
import { fromPicture } from "../../images/decode.ts";
import { giveBack } from "../../images/give-back.ts";
import type { Picture } from "../../images/picture.ts";
import type { Paint } from "../mask.ts";
import { findBrokenLoops } from "./broken-loop.ts";
import { solveEdge } from "./edge.ts";
import { measureEdgeSupport } from "./edge-support.ts";
import { estimateSides, type TwoSides } from "./foreground.ts";
import type { Coefficients } from "./guided-filter.ts";
import { refineLabels } from "./labels.ts";
import { refinePainted } from "./painted-labels.ts";
import { createShelf, resizePlane, type Size, taps } from "./planes.ts";
import type { Side } from "./side.ts";

/** Pixels on the longer side where product and ground are told apart. */
const labelSide = 512;
/** Pixels on the longer side where the edge is solved; larger photos take over its solution, which bounds memory. */
const solveSide = 1200;
/** Alpha between which the edge ramps from nothing to full, at softness 0 and 1. */
const hardRange = [0.36, 0.64] as const;
const softRange = [0.02, 0.98] as const;

export interface MatteOptions {
  /** 0 (crisp) to 1 (soft). */
  readonly edgeSoftness: number;
  /** -1 trims the outline, 1 widens it. */
  readonly edgeShift: number;
  /** Whether the old background's colour is taken out of the outline. */
  readonly cleanEdges: boolean;
}

/** A product cut out: colours that hold beyond its edge, and how much of each pixel is product. */
export interface Cutout extends Size {
  /** RGB, 8-bit; product colours also where alpha is partial. */
  readonly colors: Buffer;
  /** One byte a pixel. */
  readonly alpha: Buffer;
  /** Probability of product at the size where it was decided, before its edge was sharpened. */
  readonly labels: Float32Array;
  readonly labelSize: Size;
  /** Share of the outline that lies on an edge of the photo, 0 to 1. */
  readonly edgeSupport: number;
  /** Sides at which a thin part may have broken, as seen from the product's centre. */
  readonly broken: readonly Side[];
}

/** Probability of product for each pixel of a smaller or equal copy of the picture, and what a person painted over it, at any size. */
export interface Belief {
  readonly plane: Float32Array;
  readonly size: Size;
  readonly paintAt: ((size: Size) => Promise<Paint>) | null;
}

/** @param picture overwritten where it has three channels: the clean colours take its place */
export async function cutOut(picture: Picture, prior: Belief, options: MatteOptions & { checkpoint: () => void }): Promise<Cutout> {
  const small = await scaleTo(picture, labelSide);
  const belief = resizePlane(prior.plane, prior.size, small);
  const { labels, pins } =
    prior.paintAt === null ? { labels: refineLabels(small, belief), pins: null } : refinePainted(small, belief, await prior.paintAt(small));
  options.checkpoint();
  const middle = await scaleTo(picture, solveSide);
  options.checkpoint();
  const range = rangeOf(options);
  const shelf = createShelf();
  const edge = solveEdge(middle, { plane: labels, size: small, pins }, { range, shelf });
  options.checkpoint();
  const sides = options.cleanEdges ? estimateSides(middle, edge.alpha, shelf) : null;
  options.checkpoint();
  shelf.clear();
  const alpha = applySolution(picture, edge.solution, range);
  const colors = sides === null ? await opaqueColors(picture) : cleanColors(picture, alpha, sides);
  const edgeSupport = measureEdgeSupport(small, labels);
  const broken = findBrokenLoops(belief, labels, small);
  giveBack(edge.alpha, edge.solution.intercept, ...edge.solution.slopes, ...(sides === null ? [] : [...sides.product, ...sides.ground]));
  giveBack(small.data, middle.data);
  return { width: picture.width, height: picture.height, alpha, colors, labels, labelSize: small, edgeSupport, broken };
}

async function scaleTo(picture: Picture, side: number): Promise<Picture> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const width = Math.max(2, Math.round(picture.width * scale));
  const height = Math.max(2, Math.round(picture.height * scale));
  const data = await fromPicture(picture).removeAlpha().resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
  return { data, width, height, channels: 3 };
}

function rangeOf({ edgeSoftness, edgeShift }: MatteOptions): readonly [number, number] {
  const low = hardRange[0] + (softRange[0] - hardRange[0]) * edgeSoftness;
  const high = hardRange[1] + (softRange[1] - hardRange[1]) * edgeSoftness;
  const shift = edgeShift * 0.3;
  // Beyond 0 and 1 the certain ground would show and the certain product would fade.
  return [Math.max(0, low - shift), Math.min(1, high - shift)];
}

/** The solution of the edge, carried over to the full size and its finer colours. */
function applySolution(picture: Picture, solution: Coefficients, range: readonly [number, number]): Buffer {
  const { width, height, data, channels } = picture;
  const alpha = Buffer.allocUnsafeSlow(width * height);
  const columns = taps(solution.width, width);
  const rows = taps(solution.height, height);
  const planes = [...solution.slopes, solution.intercept];
  const row = planes.map(() => new Float32Array(solution.width));
  const [sr, sg, sb, si] = row as [Float32Array, Float32Array, Float32Array, Float32Array];
  const gain = 255 / (range[1] - range[0]);
  for (let y = 0; y < height; y++) {
    const at = { top: rows.first[y]!, bottom: rows.second[y]!, weight: rows.weight[y]! };
    for (let index = 0; index < planes.length; index++) blendRows(planes[index]!, row[index]!, at);
    for (let x = 0; x < width; x++) {
      const one = columns.first[x]!;
      const two = columns.second[x]!;
      const u = columns.weight[x]!;
      const t = 1 - u;
      const from = (y * width + x) * channels;
      const colored =
        (sr[one]! * t + sr[two]! * u) * data[from]! +
        (sg[one]! * t + sg[two]! * u) * data[from + 1]! +
        (sb[one]! * t + sb[two]! * u) * data[from + 2]!;
      const value = (colored / 255 + si[one]! * t + si[two]! * u - range[0]) * gain;
      alpha[y * width + x] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
    }
  }
  return alpha;
}

function blendRows(plane: Float32Array, target: Float32Array, at: { top: number; bottom: number; weight: number }): void {
  const width = target.length;
  const top = at.top * width;
  const bottom = at.bottom * width;
  for (let x = 0; x < width; x++) target[x] = plane[top + x]! * (1 - at.weight) + plane[bottom + x]! * at.weight;
}

const opaqueColors = async (picture: Picture): Promise<Buffer> =>
  picture.channels === 3 ? picture.data : fromPicture(picture).removeAlpha().raw().toBuffer();

/** Where a pixel is mixed, the product's share of its colour; inside, the photo as it is. */
function cleanColors(picture: Picture, alpha: Buffer, sides: TwoSides): Buffer {
  const { width, height, data, channels } = picture;
  // A pixel depends on no other one's colours.
  const colors = channels === 3 ? data : Buffer.allocUnsafeSlow(width * height * 3);
  const columns = taps(sides.width, width);
  const rows = taps(sides.height, height);
  for (let y = 0; y < height; y++) {
    const top = rows.first[y]! * sides.width;
    const bottom = rows.second[y]! * sides.width;
    const v = rows.weight[y]!;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const share = alpha[at]! / 255;
      const isInside = share === 1;
      const left = columns.first[x]!;
      const right = columns.second[x]!;
      const u = columns.weight[x]!;
      for (let channel = 0; channel < 3; channel++) {
        const own = data[at * channels + channel]!;
        if (isInside) {
          colors[at * 3 + channel] = own;
          continue;
        }
        const product = sides.product[channel]!;
        const ground = sides.ground[channel]!;
        const front =
          (product[top + left]! * (1 - u) + product[top + right]! * u) * (1 - v) +
          (product[bottom + left]! * (1 - u) + product[bottom + right]! * u) * v;
        const back =
          (ground[top + left]! * (1 - u) + ground[top + right]! * u) * (1 - v) +
          (ground[bottom + left]! * (1 - u) + ground[bottom + right]! * u) * v;
        const value = front + share * (own - share * front - (1 - share) * back);
        colors[at * 3 + channel] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
      }
    }
  }
  return colors;
}
