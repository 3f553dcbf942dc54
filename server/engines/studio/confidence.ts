// How far a cut-out can be trusted, and what a reviewer should look at first.
import { maxEnlargement, timesTold } from "../../images/preset-rules.ts";
import { type Sentence, say } from "../../say.ts";
import type { Cutout } from "./matte.ts";
import { type Side, sideOf, sides } from "./side.ts";

/**
 * The chance that a cut-out overlaps the exact one by more than 0.95, as a logistic regression over what can be seen without it. Fitted
 * on 86 photos with exact mattes (docs/models/product-seg-384.md says how it fared on products left out); `npm run bench:engine` measures it.
 */
const chance = { base: -5.85, doubt: -2.58, disagreement: -4.21, noEdge: -0.75, changed: -5.53, cutOff: -1.11, others: -0.42 } as const;
/** Keeps the logarithm finite for an outline without doubt. */
const leastDoubt = 0.01;
/** Disagreement beyond this says no more. */
const mostDisagreement = 0.3;
/** Below this a reviewer is asked to look: of those above it 19 of 20 are right. */
const doubtfulConfidence = 0.75;
/** Share of a side's outline pixels that are undecided, above which that side is named. */
const uncertainSide = 0.3;
/** Share of the photo: a product smaller than this is barely there. */
const tinyShare = 0.01;
const tinyFactor = 0.6;

export interface Evidence {
  readonly cutout: Cutout;
  /** Intersection over union of the network's two passes. */
  readonly agreement: number;
  /** Intersection over union of the network's belief and the final labels. */
  readonly priorAgreement: number;
  readonly otherObjects: number;
  /** Sides of the photo that the product touches. */
  readonly touching: readonly Side[];
  /** Those of them that it runs out at. */
  readonly cut: readonly Side[];
  /** The product's share of the photo, 0 to 1. */
  readonly share: number;
  /** How much source pixels were enlarged; 1 or less where not. */
  readonly enlargement: number;
  /** What a person decided with a mask; null where none was given. */
  readonly painted: { readonly decided: number; readonly warnings: readonly Sentence[] } | null;
}

export interface Judgement {
  /** 0 to 1. */
  readonly confidence: number;
  readonly warnings: readonly Sentence[];
}

export function judge(evidence: Evidence): Judgement {
  const doubt = measureDoubt(evidence.cutout);
  const alone = chanceOf(evidence, doubt) * (evidence.share < tinyShare ? tinyFactor : 1);
  // What a person decided is right.
  const decided = evidence.painted?.decided ?? 0;
  const confidence = decided + (1 - decided) * alone;
  return { confidence: Math.round(confidence * 100) / 100, warnings: warningsOf(evidence, doubt, confidence) };
}

function chanceOf(evidence: Evidence, doubt: Doubt): number {
  const logOdds =
    chance.base +
    chance.doubt * Math.log(doubt.overall + leastDoubt) +
    chance.disagreement * Math.min(mostDisagreement, 1 - evidence.agreement) +
    chance.noEdge * (1 - evidence.cutout.edgeSupport) +
    chance.changed * Math.min(mostDisagreement, 1 - evidence.priorAgreement) +
    (evidence.touching.length > 0 ? chance.cutOff : 0) +
    (evidence.otherObjects > 0 ? chance.others : 0);
  return 1 / (1 + Math.exp(-logOdds));
}

function warningsOf(evidence: Evidence, doubt: Doubt, confidence: number): Sentence[] {
  const warnings: Sentence[] = [...(evidence.painted?.warnings ?? [])];
  const uncertain = sides.filter((side) => doubt.bySide[side] > uncertainSide);
  if (confidence < doubtfulConfidence) {
    const isEverywhere = uncertain.length === 0 || uncertain.length === sides.length;
    warnings.push(isEverywhere ? say("CHECK_OUTLINE") : say("CHECK_OUTLINE_AT", { sides: uncertain }));
  }
  if (evidence.cutout.broken.length > 0) warnings.push(say("PART_BROKEN_AT", { sides: evidence.cutout.broken }));
  const grazed = evidence.touching.filter((side) => !evidence.cut.includes(side));
  if (evidence.cut.length > 0) warnings.push(say("CUT_OFF_AT", { sides: evidence.cut }));
  if (grazed.length > 0) warnings.push(say("TOUCHES_EDGE", { sides: grazed }));
  if (evidence.otherObjects > 0) warnings.push(say("SEVERAL_OBJECTS"));
  if (evidence.enlargement > maxEnlargement) warnings.push(say("PRODUCT_ENLARGED", { times: timesTold(evidence.enlargement) }));
  return warnings;
}

export interface Doubt {
  /** Undecided area as a share of the product's. */
  readonly overall: number;
  /** The same for the quarter of the picture towards each side. */
  readonly bySide: Readonly<Record<Side, number>>;
}

/** How undecided the labels are, overall and by side as seen from the product's centre. */
export function measureDoubt({ labels, labelSize }: Pick<Cutout, "labels" | "labelSize">): Doubt {
  const centre = centreOf(labels, labelSize);
  const doubt = { left: 0, right: 0, top: 0, bottom: 0 };
  const product = { left: 0, right: 0, top: 0, bottom: 0 };
  for (let at = 0; at < labels.length; at++) {
    const value = labels[at]!;
    if (value < 0.03) continue;
    const x = (at % labelSize.width) - centre.x;
    const y = Math.floor(at / labelSize.width) - centre.y;
    const side = sideOf(x, y);
    doubt[side] += 1 - Math.abs(2 * value - 1);
    product[side] += value;
  }
  const share = (side: Side): number => (product[side] === 0 ? 0 : doubt[side] / product[side]);
  const total = (from: Record<Side, number>): number => sides.reduce((sum, side) => sum + from[side], 0);
  return {
    overall: total(doubt) / Math.max(1, total(product)),
    bySide: { left: share("left"), right: share("right"), top: share("top"), bottom: share("bottom") },
  };
}

function centreOf(labels: Float32Array, { width }: { width: number }): { x: number; y: number } {
  let mass = 0;
  let x = 0;
  let y = 0;
  for (let at = 0; at < labels.length; at++) {
    mass += labels[at]!;
    x += labels[at]! * (at % width);
    y += labels[at]! * Math.floor(at / width);
  }
  return mass === 0 ? { x: 0, y: 0 } : { x: x / mass, y: y / mass };
}
