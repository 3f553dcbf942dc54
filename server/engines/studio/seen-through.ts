// Openings that the network is too coarse to see (slats, spokes, handles): inside the outline, coloured like the ground behind, sharply edged.
import type { Picture } from "../../images/picture.ts";
import { boxMean, type Size } from "./planes.ts";

/** Beliefs below which a pixel is ground for certain and teaches how the ground looks nearby. */
const sureLabel = 0.1;
const surePrior = 0.25;
/** Reaches over which the ground is looked up, as shares of the longer side (the box mean runs twice): the far one where none is near. */
const nearReach = 1 / 10;
const farReach = 1 / 4;
/** Share of sure ground in the window below which nothing is known of the ground there. */
const minGround = 0.004;
/** Deviation of the ground's colours (0 to 1) above which it is no plain ground, and likeness proves nothing. */
const maxDeviation = 0.05;
/** Difference to the ground from which an opening starts: sensor noise, or the ground's own deviation times this. */
const seedDifference = 0.016;
const seedDeviations = 1.2;
/** How far an opening grows: to this difference from the ground (shading), by steps no larger than this between neighbours. */
const growDifference = 0.09;
const growStep = 0.016;
/** Openings smaller than this share of the product are prints and glints. */
const minShare = 0.0012;
/** Pixels beyond an opening's border in which its edge must lie: a spoke is no wider. */
const reach = 4;
/** What part of an opening must match the ground as closely as a seed, and how far all of it may differ in the mean. */
const minMatched = 0.45;
const maxMeanDifference = 0.025;
/** How much of an opening's border may be open to the ground: a product's own pale part lies at its rim, an opening does not. */
const maxOpenBorder = 0.02;
/** A few openings (a handle, a ring) are larger than this share of the product; smaller ones are clear glass more often. */
const minLoneShare = 0.015;
/** Belief of the network above which one or a few openings are not believed: a label on a jar, a pale lid. */
const maxPrior = 0.95;
/** So many openings are slats, spokes or a grille, whatever the network thinks. */
const patternParts = 12;
/** Contrast of that edge, in the middle of the border and at its weakest quarter. Outlines of clear glass stay below it. */
const minContrast = 0.1;
const minWeakContrast = 0.045;
/** What an opening is believed to be product with afterwards. */
const refuted = 0.03;

interface Ground {
  /** Mean colours nearby, red, green and blue, 0 to 1; NaN where no ground is near. */
  readonly means: readonly Float32Array[];
  readonly deviation: Float32Array;
}

/** Lowers `labels` in place where the ground shows through. @returns the share of the product that was opened, 0 to 1. */
export function openSeenThrough(picture: Picture, labels: Float32Array, prior: Float32Array): number {
  const ground = learnGround(picture, labels, prior);
  const seeds = seedsOf(picture, labels, ground);
  const seen = new Uint8Array(labels.length);
  let product = 0;
  for (let at = 0; at < labels.length; at++) if (labels[at]! > 0.5) product++;
  const parts: number[][] = [];
  for (let seed = 0; seed < seeds.length; seed++) {
    if (seeds[seed] === 0 || seen[seed] !== 0) continue;
    const part = grow(picture, { labels, ground, seen }, seed);
    if (part.length < minShare * product || !isLikeGround(picture, part, { ground, seeds })) continue;
    if (isSharplyEdged(picture, part, labels)) parts.push(part);
  }
  const isPattern = parts.length >= patternParts;
  let opened = 0;
  for (const part of parts) {
    if (!isPattern && (part.length < minLoneShare * product || meanOf(part, prior) > maxPrior)) continue;
    for (const at of part) labels[at] = refuted;
    opened += part.length;
  }
  return product === 0 ? 0 : opened / product;
}

const meanOf = (part: readonly number[], plane: Float32Array): number => part.reduce((sum, at) => sum + plane[at]!, 0) / part.length;

/** A print or a white lid has the ground's colour by chance here and there, an opening all over. */
function isLikeGround(picture: Picture, part: readonly number[], { ground, seeds }: { ground: Ground; seeds: Uint8Array }): boolean {
  let matched = 0;
  let difference = 0;
  for (const at of part) {
    matched += seeds[at]!;
    difference += differenceTo(picture, ground, at);
  }
  return matched > minMatched * part.length && difference < maxMeanDifference * part.length;
}

function learnGround(picture: Picture, labels: Float32Array, prior: Float32Array): Ground {
  const share = new Float32Array(labels.length);
  for (let at = 0; at < share.length; at++) share[at] = labels[at]! < sureLabel && prior[at]! < surePrior ? 1 : 0;
  const near = meanGround(picture, share, nearReach);
  const far = meanGround(picture, share, farReach);
  for (let at = 0; at < share.length; at++) {
    if (!Number.isNaN(near.deviation[at]!)) continue;
    near.deviation[at] = far.deviation[at]!;
    for (const [channel, mean] of near.means.entries()) mean[at] = far.means[channel]![at]!;
  }
  return near;
}

/** @param share 1 where a pixel is ground, else 0. */
function meanGround({ data, width, height, channels }: Picture, share: Float32Array, reachShare: number): Ground {
  const shape = { width, height, radius: Math.max(2, Math.round(Math.max(width, height) * reachShare)) };
  const scratch = new Float32Array(share.length);
  const smooth = (plane: Float32Array): Float32Array => {
    for (let pass = 0; pass < 2; pass++) boxMean(plane, plane, scratch, shape);
    return plane;
  };
  const weighted = (value: (at: number) => number): Float32Array => {
    const plane = new Float32Array(share.length);
    for (let at = 0; at < plane.length; at++) if (share[at] !== 0) plane[at] = value(at);
    return smooth(plane);
  };
  const means = [0, 1, 2].map((channel) => weighted((at) => data[at * channels + channel]! / 255));
  const squares = weighted((at) => squareOf(data, at * channels));
  const known = smooth(share.slice());
  const deviation = new Float32Array(share.length);
  for (let at = 0; at < deviation.length; at++) {
    const weight = known[at]! < minGround ? Number.NaN : known[at]!;
    let square = 0;
    for (const mean of means) {
      mean[at]! /= weight;
      square += mean[at]! * mean[at]!;
    }
    deviation[at] = Math.sqrt(Math.max(0, squares[at]! / weight - square) / 3);
  }
  return { means, deviation };
}

/** Sum of the squared colours, 0 to 3. */
const squareOf = (data: Buffer, from: number): number => (data[from]! ** 2 + data[from + 1]! ** 2 + data[from + 2]! ** 2) / (255 * 255);

/** Root mean square difference of a pixel to the ground nearby, 0 to 1. */
function differenceTo({ data, channels }: Picture, { means }: Ground, at: number): number {
  let square = 0;
  for (let channel = 0; channel < 3; channel++) square += (data[at * channels + channel]! / 255 - means[channel]![at]!) ** 2;
  return Math.sqrt(square / 3);
}

/** 1 for each pixel within the product that looks like the ground nearby. */
function seedsOf(picture: Picture, labels: Float32Array, ground: Ground): Uint8Array {
  const seeds = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++) {
    const deviation = ground.deviation[at]!;
    // Not `>`: where no ground is near the deviation is NaN.
    if (labels[at]! <= 0.5 || !(deviation <= maxDeviation)) continue;
    if (differenceTo(picture, ground, at) < Math.max(seedDifference, seedDeviations * deviation)) seeds[at] = 1;
  }
  return seeds;
}

interface Field {
  readonly labels: Float32Array;
  readonly ground: Ground;
  /** Marked as it is visited. */
  readonly seen: Uint8Array;
}

/** The region around a seed whose colours pass smoothly and stay near the ground's. */
function grow(picture: Picture, { labels, ground, seen }: Field, seed: number): number[] {
  const part = [seed];
  seen[seed] = 1;
  for (let next = 0; next < part.length; next++) {
    const at = part[next]!;
    for (const beside of neighboursOf(at, picture)) {
      if (seen[beside] !== 0 || labels[beside]! <= 0.5) continue;
      if (differenceBetween(picture, at, beside) > growStep || !(differenceTo(picture, ground, beside) < growDifference)) continue;
      seen[beside] = 1;
      part.push(beside);
    }
  }
  return part;
}

function neighboursOf(at: number, { width, height }: Size): number[] {
  const x = at % width;
  const beside: number[] = [];
  if (x > 0) beside.push(at - 1);
  if (x < width - 1) beside.push(at + 1);
  if (at >= width) beside.push(at - width);
  if (at < width * (height - 1)) beside.push(at + width);
  return beside;
}

/** Closed in by the product, with an edge where that begins. */
function isSharplyEdged(picture: Picture, part: readonly number[], labels: Float32Array): boolean {
  const inside = new Set(part);
  const contrasts: number[] = [];
  let open = 0;
  for (const at of part) {
    for (const step of [1, -1, picture.width, -picture.width]) {
      if (inside.has(at + step)) continue;
      if ((labels[at + step] ?? 0) < 0.5) open++;
      else contrasts.push(contrastAlong(picture, at, step));
    }
  }
  if (open > maxOpenBorder * (open + contrasts.length)) return false;
  contrasts.sort((one, other) => one - other);
  const quantile = (share: number): number => contrasts[Math.floor(share * (contrasts.length - 1))] ?? 0;
  return quantile(0.5) > minContrast && quantile(0.25) > minWeakContrast;
}

function contrastAlong(picture: Picture, at: number, step: number): number {
  const last = picture.width * picture.height;
  let most = 0;
  for (let pixel = 1; pixel <= reach; pixel++) {
    const beyond = at + pixel * step;
    if (beyond >= 0 && beyond < last) most = Math.max(most, differenceBetween(picture, at, beyond));
  }
  return most;
}

function differenceBetween({ data, channels }: Picture, one: number, other: number): number {
  let square = 0;
  for (let channel = 0; channel < 3; channel++) square += (data[one * channels + channel]! - data[other * channels + channel]!) ** 2;
  return Math.sqrt(square / 3) / 255;
}
