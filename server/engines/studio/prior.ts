// Where the product is, roughly: the network on the whole photo, then again, closer, on the box it found (see model card).
import { fromPicture } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import type { Sentence } from "../../say.ts";
import { layOver, type Paint, paintedSide } from "../mask.ts";
import { eraseBlobs, labelBlobs } from "./blobs.ts";
import type { Network } from "./network.ts";
import { type Box, boundsAbove } from "./planes.ts";

/** Probability above which a pixel belongs to a blob. */
const blobThreshold = 0.35;
/** Blobs with less than this share of the best one's score are other objects. */
const blobShare = 0.2;
/** How fast a blob's score falls off with its distance from the centre, as a fraction of the side. */
const centrality = 0.35;
/** Probability above which a pixel counts for the box of the second pass. */
const boxThreshold = 0.4;
/** Weight of the first closer look against the look at the whole photo. */
const secondWeight = 0.65;
/** Air around the box in the closer looks, as shares of its longer side: the network errs differently with each. */
const lookMargins = [0.08, 0.16, 0.3] as const;
/** Air around the box that everything after works in. */
const boxMargin = 0.16;
/** Weight of the closer looks together against the first one. */
const closeWeight = 0.75;
/** Pixels of the probe: fewer than this are no product. */
const minProductPixels = 30;
/** Probability that at least so many must reach: blank walls and table tops stay below it. */
const sureThreshold = 0.75;

export interface Prior {
  /** Probability of product for each pixel of the probe, 0 to 1. */
  readonly probability: Float32Array;
  /** The product with air around it, in the probe's pixels. */
  readonly box: Box;
  /** How much each look agrees with all of them together, the worst, as intersection over union, 0 to 1. */
  readonly agreement: number;
  /** Other things that looked like products and were dropped. */
  readonly otherObjects: number;
  /** Left out: no person painted over it. */
  readonly painted?: Painted;
}

export interface Painted {
  /** The probability before. */
  readonly unpainted: Float32Array;
  /** The share of the product, by either, that the person decided, 0 to 1. */
  readonly decided: number;
  readonly warnings: readonly Sentence[];
}

/**
 * @param probe RGB, about 768 pixels on the longer side.
 * @param paint of its size, where a person chose among what looks like products: the belief stays the network's own.
 * @returns null where no product is found.
 */
export async function findProduct(network: Network, probe: Picture, paint?: Paint): Promise<Prior | null> {
  const shown = (plane: Float32Array): Float32Array => (paint === undefined ? plane : layOver(plane, paint));
  const first = await network.predict(probe);
  const otherObjects = keepMainBlobs(first, probe, paint);
  const found = boundsAbove(shown(first), probe, boxThreshold);
  if (found === null || countAbove(shown(first), boxThreshold) < minProductPixels) return null;
  const second = await lookCloser(network, probe, widen(found, probe, boxMargin));
  const both = blend(first, [second], secondWeight);
  keepMainBlobs(both, probe, paint);
  const hasTime = network.looks === "many";
  const looks = hasTime ? await lookAround(network, probe, boundsAbove(shown(both), probe, boxThreshold) ?? found) : [second];
  const probability = hasTime ? blend(both, looks, closeWeight) : both;
  keepMainBlobs(probability, probe, paint);
  const confirmed = boundsAbove(shown(probability), probe, boxThreshold);
  if (confirmed === null || countAbove(shown(probability), sureThreshold) < minProductPixels) return null;
  const agreement = Math.min(overlap(first, probability), ...looks.map((look) => overlap(look, probability)));
  return { probability, box: widen(confirmed, probe, boxMargin), agreement, otherObjects };
}

/** @param box by two looks: the first one's often takes in neighbours that the second no longer does */
async function lookAround(network: Network, probe: Picture, box: Box): Promise<Float32Array[]> {
  const looks: Float32Array[] = [];
  for (const margin of lookMargins) looks.push(await lookCloser(network, probe, widen(box, probe, margin)));
  return looks;
}

/** The network's belief within the box, 0 elsewhere. */
async function lookCloser(network: Network, probe: Picture, box: Box): Promise<Float32Array> {
  const width = box.x1 - box.x0;
  const height = box.y1 - box.y0;
  const data = await fromPicture(probe).extract({ left: box.x0, top: box.y0, width, height }).raw().toBuffer();
  const close = await network.predict({ data, width, height, channels: probe.channels });
  const whole = new Float32Array(probe.width * probe.height);
  for (let y = 0; y < height; y++) whole.set(close.subarray(y * width, (y + 1) * width), (box.y0 + y) * probe.width + box.x0);
  return whole;
}

function blend(first: Float32Array, looks: readonly Float32Array[], weight: number): Float32Array {
  const blended = new Float32Array(first.length);
  for (const look of looks) for (let at = 0; at < blended.length; at++) blended[at]! += (weight * look[at]!) / looks.length;
  for (let at = 0; at < blended.length; at++) blended[at]! += (1 - weight) * first[at]!;
  return blended;
}

/** Zeroes what is much less product-like (area x confidence x centrality) than the best blob; returns how many went that had some size. */
function keepMainBlobs(plane: Float32Array, size: Picture, paint?: Paint): number {
  const labelling = labelBlobs(paint === undefined ? plane : layOver(plane, paint), size, blobThreshold);
  const chosen = new Set(paint === undefined ? [] : labelling.labels.filter((_, at) => paintedSide(paint, at) === 1));
  const score = new Map(
    labelling.blobs.map((blob) => {
      const distance = Math.hypot(blob.centreX / size.width - 0.5, blob.centreY / size.height - 0.5);
      return [blob.label, blob.mass * Math.exp(-((distance / centrality) ** 2))] as const;
    }),
  );
  const best = Math.max(0, ...score.values());
  const bestMass = Math.max(0, ...labelling.blobs.map((blob) => blob.mass));
  let dropped = 0;
  eraseBlobs(plane, labelling, (blob) => {
    const isKept = chosen.has(blob.label) || (score.get(blob.label) ?? 0) >= blobShare * best;
    if (!isKept && blob.mass > 0.1 * bestMass) dropped++;
    return isKept;
  });
  return dropped;
}

/** The product with as much air as everything after works in. */
export function boxAround(probability: Float32Array, probe: Picture): Box {
  const found = boundsAbove(probability, probe, boxThreshold);
  return found === null ? { x0: 0, y0: 0, x1: probe.width, y1: probe.height } : widen(found, probe, boxMargin);
}

function widen(found: Box, size: Picture, margin: number): Box {
  const air = margin * Math.max(found.x1 - found.x0, found.y1 - found.y0) + 6;
  return {
    x0: Math.floor(Math.max(0, found.x0 - air)),
    y0: Math.floor(Math.max(0, found.y0 - air)),
    x1: Math.floor(Math.min(size.width, found.x1 + air)),
    y1: Math.floor(Math.min(size.height, found.y1 + air)),
  };
}

function countAbove(plane: Float32Array, threshold: number): number {
  let count = 0;
  for (let at = 0; at < plane.length; at++) if (plane[at]! > threshold) count++;
  return count;
}

function overlap(one: Float32Array, other: Float32Array): number {
  let both = 0;
  let either = 0;
  for (let at = 0; at < one.length; at++) {
    const a = one[at]! > 0.5;
    const b = other[at]! > 0.5;
    if (a && b) both++;
    if (a || b) either++;
  }
  return either === 0 ? 0 : both / either;
}
