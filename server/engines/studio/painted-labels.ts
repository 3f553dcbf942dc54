// Labels where a person painted: what was painted stands, and only a narrow band along its edge follows the photo.
import type { Picture } from "../../images/picture.ts";
import { type Paint, paintedSide } from "../mask.ts";
import { refineLabels } from "./labels.ts";
import { boxMean, type Size } from "./planes.ts";

/** How far the edge may move from where it was painted, as a share of the longer side: brushes are coarse, but not blind. */
const bandShare = 1 / 85;
/** Pixels: no band is narrower, for the edge is solved within such a reach. */
const leastBand = 2;
/** Bands around a pixel within which the network is compared with the paint. */
const trustReach = 3;
/** The share of sure pixels, product's or ground's, whichever is worse, that the network tells right there: below the first it is not heard, from the second on it is. */
const trustRange = [0.75, 0.95] as const;
/** Weight of the network against the photo's edges, where it is followed in full: either alone errs more (thin leaves, clear glass). */
const mostTrust = 0.6;
/** What a pixel's step costs besides its change of colour (0 to 1): of two edges the nearer, and none at all leaves the edge where it was painted. */
const stepCost = 0.012;
/** Changes of colour below this are grain. */
const grain = 0.012;
/** Passes over the band: paths that wind more often do not exist in one. */
const sweeps = 3;

export interface PaintedLabels {
  readonly labels: Float32Array;
  /** 1 product, -1 ground, 0 where the edge or the engine decides. */
  readonly pins: Int8Array;
}

/** @param prior the network's own belief, as `refineLabels` takes it */
export function refinePainted(picture: Picture, prior: Float32Array, paint: Paint): PaintedLabels {
  const band = markBand(paint);
  const snapped = snapToEdges(picture, anchorsOf(band, prior), band);
  const trust = trustInPrior(prior, band);
  const told = (belief: Float32Array): Float32Array =>
    belief.map((value, at) => {
      if (band.pins[at] !== 0) return (band.pins[at]! + 1) / 2;
      return band.isBand[at] === 0 ? value : trust[at]! * value + (1 - trust[at]!) * snapped[at]!;
    });
  return { labels: told(refineLabels(picture, told(prior))), pins: band.pins };
}

interface Band extends Size {
  readonly pins: Int8Array;
  /** 1 where the edge may move. */
  readonly isBand: Uint8Array;
  /** Pixels. */
  readonly reach: number;
}

/** Certain is what lies deeper than the band, and the middle of strokes too thin for that. */
function markBand(paint: Paint): Band {
  const { width, height } = paint;
  const reach = Math.max(leastBand, Math.round(Math.max(width, height) * bandShare));
  const sides = Int8Array.from(paint.white, (_, at) => paintedSide(paint, at));
  const distance = distanceToOther(sides, paint);
  const pins = new Int8Array(sides.length);
  const isBand = new Uint8Array(sides.length);
  for (let at = 0; at < sides.length; at++) {
    if (sides[at] !== 0 && (distance[at]! > reach || isRidge(distance, at, width))) pins[at] = sides[at]!;
    else if (distance[at]! <= reach) isBand[at] = 1;
  }
  return { width, height, pins, isBand, reach };
}

/** Pixels, roughly (a chamfer), to the nearest pixel that is painted otherwise. */
function distanceToOther(sides: Int8Array, { width, height }: Size): Float32Array {
  const distance = new Float32Array(sides.length).fill(width + height);
  forEachNeighbour({ width, height }, (at, beside, length) => {
    const through = sides[at] === sides[beside] ? distance[beside]! + length : length;
    if (through < distance[at]!) distance[at] = through;
  });
  return distance;
}

/** Two sweeps, down and up: each pixel with the four of its eight neighbours that were visited before. */
function forEachNeighbour({ width, height }: Size, visit: (at: number, beside: number, length: number) => void): void {
  for (const direction of [1, -1]) {
    for (let row = 0; row < height; row++) {
      const y = direction === 1 ? row : height - 1 - row;
      for (let column = 0; column < width; column++) {
        const x = direction === 1 ? column : width - 1 - column;
        const at = y * width + x;
        const before = x - direction >= 0 && x - direction < width;
        const after = x + direction >= 0 && x + direction < width;
        if (before) visit(at, at - direction, 1);
        if (row === 0) continue;
        const above = at - direction * width;
        visit(at, above, 1);
        if (before) visit(at, above - direction, Math.SQRT2);
        if (after) visit(at, above + direction, Math.SQRT2);
      }
    }
  }
}

function isRidge(distance: Float32Array, at: number, width: number): boolean {
  for (const step of [1, -1, width, -width, width + 1, width - 1, 1 - width, -1 - width]) {
    if ((distance[at + step] ?? 0) > distance[at]!) return false;
  }
  return true;
}

/** What the band lies between: the pins, and beyond the paint what the network believes. */
function anchorsOf({ pins, isBand }: Band, prior: Float32Array): Int8Array {
  return pins.map((pin, at) => (pin !== 0 || isBand[at] !== 0 ? pin : prior[at]! > 0.5 ? 1 : -1));
}

/** For each pixel of the band the belief that it is product, by which side is reached over the smaller change of colour; the anchors elsewhere. */
function snapToEdges(picture: Picture, anchors: Int8Array, { isBand }: Band): Float32Array {
  const toProduct = pathCosts(
    picture,
    anchors.map((anchor) => (anchor === 1 ? 1 : 0)),
    isBand,
  );
  const toGround = pathCosts(
    picture,
    anchors.map((anchor) => (anchor === -1 ? 1 : 0)),
    isBand,
  );
  return toGround.map((ground, at) => {
    const product = toProduct[at]!;
    if (!Number.isFinite(ground)) return 1;
    return Number.isFinite(product) ? ground / Math.max(ground + product, stepCost) : 0;
  });
}

/** The cheapest way to a pixel from any anchor of one side, through the band alone. */
function pathCosts(picture: Picture, starts: Int8Array, isBand: Uint8Array): Float32Array {
  const costs = new Float32Array(starts.length).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at < costs.length; at++) if (starts[at] === 1) costs[at] = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    forEachNeighbour(picture, (at, beside, length) => {
      if (isBand[at] === 0 || costs[beside] === Number.POSITIVE_INFINITY) return;
      const through = costs[beside]! + length * stepCost + Math.max(0, differenceBetween(picture, at, beside) - grain);
      if (through < costs[at]!) costs[at] = through;
    });
  }
  return costs;
}

function differenceBetween({ data, channels }: Picture, one: number, other: number): number {
  let square = 0;
  for (let channel = 0; channel < 3; channel++) square += (data[one * channels + channel]! - data[other * channels + channel]!) ** 2;
  return Math.sqrt(square / 3) / 255;
}

/** How far the network may be followed along the painted edge: as far as it agrees with what is certain on both sides of it. */
function trustInPrior(prior: Float32Array, band: Band): Float32Array {
  const shape = { width: band.width, height: band.height, radius: band.reach * trustReach };
  const scratch = new Float32Array(prior.length);
  const near = (value: (at: number) => number): Float32Array => {
    const plane = Float32Array.from(prior, (_, at) => value(at));
    boxMean(plane, plane, scratch, shape);
    return plane;
  };
  const isSide = (at: number, side: number): number =>
    band.pins[at] === side || (band.pins[at] === 0 && band.isBand[at] === 0 && prior[at]! > 0.5 === (side === 1)) ? 1 : 0;
  const agrees = (at: number, side: number): number => (prior[at]! > 0.5 === (side === 1) ? isSide(at, side) : 0);
  const [product, ground] = [1, -1].map((side) => ({ all: near((at) => isSide(at, side)), right: near((at) => agrees(at, side)) }));
  const share = ({ all, right }: { all: Float32Array; right: Float32Array }, at: number): number =>
    all[at]! < 1e-6 ? 1 : right[at]! / all[at]!;
  const [low, high] = trustRange;
  const trustAt = (at: number): number => (Math.min(share(product!, at), share(ground!, at)) - low) / (high - low);
  return prior.map((_, at) => mostTrust * Math.min(1, Math.max(0, trustAt(at))));
}
