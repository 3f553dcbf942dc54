// Product or not, pixel by pixel at a small size: the network's belief, weighed against colours and the photo's own edges.
import type { Picture } from "../../images/picture.ts";
import { eraseBlobs, labelBlobs } from "./blobs.ts";
import { type ColorEvidence, weighColors } from "./color-evidence.ts";
import { withoutGround } from "./ground-parts.ts";
import { createGuide, type Guide, guidedFilter } from "./guided-filter.ts";
import { createShelf, type Shelf, type Size } from "./planes.ts";
import { openSeenThrough } from "./seen-through.ts";

/** Rounds of learning the colours anew and dropping parts of the ground, before the last one. */
const rounds = 1;
/** Times that neighbours are asked within a round. */
const neighbourRounds = 2;
/** Pixels and colour variance: who counts as a neighbour. */
const neighbourRadius = 3;
const neighbourEpsilon = 1e-3;
/** How much neighbours that agree can sway a pixel, in log odds. */
const neighbourWeight = 2;
/** Colours that tell less than the first share of known pixels right barely count; at the second they count in full. */
const poorAccuracy = 0.88;
const fullAccuracy = 0.97;
/** Weights of colours and network, where the colours are poor and where they are good. */
const colorWeights = [0.1, 1] as const;
const priorWeights = [1, 0.6] as const;
/** Nearest to 0 and 1 that the network is believed. */
const priorClamp = 0.005;
/** Parts of less than this share of the largest one's area x confidence are crumbs. */
const crumbShare = 0.03;
/** Belief from which a pixel may still show in the matte: crumbs are looked for down to it. */
export const faintBelief = 0.42;
/** Openings smaller than this share of the product are specks (a glint, a print); larger ones, such as handles, stay open. */
const speckShare = 0.0006;

/** @param prior the network's probability for each pixel of the picture, 0 to 1. @returns probability of product, 0 to 1. */
export function refineLabels(picture: Picture, prior: Float32Array): Float32Array {
  const guide = createGuide(picture, { radius: neighbourRadius, epsilon: neighbourEpsilon });
  const shelf = createShelf();
  let labels = prior;
  let belief = prior;
  for (let round = 0; round < rounds; round++) {
    labels = relabel({ guide, prior: belief, evidence: weighColors(picture, labels, belief) }, shelf);
    belief = withoutGround(picture, { labels, prior: belief });
  }
  labels = relabel({ guide, prior: belief, evidence: weighColors(picture, labels, belief) }, shelf);
  removeCrumbs(labels, picture);
  closeSpecks(labels, picture);
  openSeenThrough(picture, labels, prior);
  return labels;
}

function relabel({ guide, prior, evidence }: { guide: Guide; prior: Float32Array; evidence: ColorEvidence }, shelf: Shelf): Float32Array {
  const trust = Math.min(1, Math.max(0, (evidence.accuracy - poorAccuracy) / (fullAccuracy - poorAccuracy)));
  const colorWeight = mix(colorWeights, trust);
  const priorWeight = mix(priorWeights, trust);
  // Loops here and no callbacks: those box every number that they are given.
  const own = new Float32Array(prior.length);
  const belief = new Float32Array(prior.length);
  for (let at = 0; at < own.length; at++) {
    own[at] = priorWeight * logOddsOf(prior[at]!) + colorWeight * evidence.logOdds[at]!;
    belief[at] = probabilityOf(own[at]!);
  }
  for (let round = 0; round < neighbourRounds; round++) {
    shelf.giveBack();
    const around = guidedFilter(guide, belief, shelf.take);
    for (let at = 0; at < belief.length; at++) belief[at] = probabilityOf(own[at]! + neighbourWeight * (around[at]! * 2 - 1));
  }
  const labels = guidedFilter(guide, belief);
  for (let at = 0; at < labels.length; at++) labels[at] = Math.min(1, Math.max(0, labels[at]!));
  return labels;
}

const mix = ([poor, good]: readonly [number, number], share: number): number => poor + (good - poor) * share;
const probabilityOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

function logOddsOf(probability: number): number {
  const clamped = Math.min(1 - priorClamp, Math.max(priorClamp, probability));
  return Math.log(clamped / (1 - clamped));
}

function removeCrumbs(labels: Float32Array, size: Size): void {
  const labelling = labelBlobs(labels, size, faintBelief);
  const largest = Math.max(0, ...labelling.blobs.map((blob) => blob.mass));
  eraseBlobs(labels, labelling, (blob) => blob.mass >= crumbShare * largest);
}

function closeSpecks(labels: Float32Array, size: Size): void {
  const outside = new Float32Array(labels.length);
  let product = 0;
  for (let at = 0; at < labels.length; at++) {
    outside[at] = 1 - labels[at]!;
    product += labels[at]!;
  }
  const labelling = labelBlobs(outside, size, 0.5);
  eraseBlobs(outside, labelling, (blob) => blob.area >= speckShare * product);
  for (let at = 0; at < labels.length; at++) if (outside[at] === 0) labels[at] = 1;
}
