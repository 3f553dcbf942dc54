// What the colours say: how much more often a pixel's colour occurs in the product than around it.
import type { Picture } from "../../images/picture.ts";

/** Steps a channel is divided into; finer ones hold too few pixels to count. */
const steps = 16;
const cells = steps ** 3;
/** Share that every colour is granted, so that an unseen one speaks neither for nor against. */
const floorShare = 1e-5;
/** Natural logarithm of odds; a colour alone never decides against a sure network. */
const maxEvidence = 2.2;
/** Probabilities beyond which a pixel counts as known when the evidence is tested against the prior. */
const knownProduct = 0.8;
const knownGround = 0.2;

export interface ColorEvidence {
  /** Log odds of product for each pixel, -5 to 5. */
  readonly logOdds: Float32Array;
  /** The share of known pixels, product's or ground's, whichever is worse, that the colours tell right: 0 to 1. */
  readonly accuracy: number;
}

/** @param probability present belief that a pixel is product, 0 to 1; @param prior what the evidence is tested against. */
export function weighColors(picture: Picture, probability: Float32Array, prior: Float32Array): ColorEvidence {
  const cellOf = cellIndices(picture);
  const product = new Float32Array(cells);
  const ground = new Float32Array(cells);
  for (let at = 0; at < cellOf.length; at++) {
    const belief = probability[at]!;
    const cell = cellOf[at]!;
    if (belief > 0.5) product[cell]! += belief;
    else ground[cell]! += 1 - belief;
  }
  normalise(product);
  normalise(ground);
  const evidence = product.map((share, cell) => {
    const logOdds = Math.log((share + floorShare) / (ground[cell]! + floorShare));
    return Math.min(maxEvidence, Math.max(-maxEvidence, logOdds));
  });
  const logOdds = new Float32Array(cellOf.length);
  for (let at = 0; at < cellOf.length; at++) logOdds[at] = evidence[cellOf[at]!]!;
  return { logOdds, accuracy: accuracyOf(logOdds, prior) };
}

function cellIndices({ data, width, height, channels }: Picture): Uint16Array {
  const indices = new Uint16Array(width * height);
  for (let at = 0, from = 0; at < indices.length; at++, from += channels) {
    indices[at] = ((data[from]! >> 4) * steps + (data[from + 1]! >> 4)) * steps + (data[from + 2]! >> 4);
  }
  return indices;
}

/** Spreads counts over neighbouring colours, then makes their sum one. */
function normalise(counts: Float32Array): void {
  for (const stride of [1, steps, steps * steps]) spread(counts, stride);
  let sum = 0;
  for (const count of counts) sum += count;
  if (sum === 0) return;
  for (let cell = 0; cell < cells; cell++) counts[cell]! /= sum;
}

function spread(counts: Float32Array, stride: number): void {
  const before = counts.slice();
  for (let cell = 0; cell < cells; cell++) {
    const step = Math.floor(cell / stride) % steps;
    const lower = before[step > 0 ? cell - stride : cell]!;
    const upper = before[step < steps - 1 ? cell + stride : cell]!;
    counts[cell] = before[cell]! / 2 + (lower + upper) / 4;
  }
}

function accuracyOf(logOdds: Float32Array, prior: Float32Array): number {
  let product = 0;
  let productRight = 0;
  let ground = 0;
  let groundRight = 0;
  for (let at = 0; at < prior.length; at++) {
    if (prior[at]! > knownProduct) {
      product++;
      if (logOdds[at]! > 0) productRight++;
    } else if (prior[at]! < knownGround) {
      ground++;
      if (logOdds[at]! < 0) groundRight++;
    }
  }
  return product === 0 || ground === 0 ? 0 : Math.min(productRight / product, groundRight / ground);
}
