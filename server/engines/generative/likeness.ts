// How much one product looks like another, both cut out: laid over each other, then outline, colours and details apart.
import type { Picture } from "../../images/picture.ts";
import { type Layer, layersOf, register } from "./overlay.ts";

/** Pixels: an outline that strays no further is the same, for cut-outs are no better. */
const outlineReach = 3;
/** Alpha, 0 to 1, from which a pixel is wholly the product's. */
const solidFrom = 0.86;
/** Pixels: the side of the blocks in which colours and details are compared, and from one block to the next. */
const blockSide = 16;
const blockStep = 8;
/** Brightness that both share may differ by so much, as a factor: light may change. */
const mostGain = 1.7;
/** A cast of the light (as shares of luma), and levels by which light may fall from another side: up to them colours count as the same. */
const freeCast = 0.08;
const freeLight = 30;
/** Shares of luma: differences of colour, in the mean and for the worst twentieth, that leave nothing in common. */
const unlikeMean = 0.22;
const unlikeWorst = 0.55;
/** The same: a difference that the encoder and a narrower range of tones make. */
const freeColor = 0.03;
/** Levels: fine structure below this is grain. */
const grain = 3;
/** Pixels that a block may lie beside its place: models redraw, and cut-outs centre within a pixel or two. */
const slack = 3;
/** Likeness of structure from which a block is the same, and below which it is another. */
const sameStructure = 0.7;
const otherStructure = 0.2;
/** A changed text is a small part of a product: so much of its structure, the most changed, counts by this weight. */
const worstShare = 0.1;
const worstWeight = 0.3;

/** Each from 0 (another product) to 1 (the same). */
export interface Likeness {
  readonly outline: number;
  readonly colors: number;
  readonly details: number;
}

/** @param before, after RGBA, square and of one size, each product as large as it fits */
export function compareProducts(before: Picture, after: Picture): Likeness {
  const one = layersOf(before);
  const other = register(layersOf(after), one);
  const blocks = solidBlocks(one, other);
  return { outline: compareOutlines(one, other), colors: compareColors(one, other, blocks), details: compareDetails(one, other, blocks) };
}

function compareOutlines(one: Layer, other: Layer): number {
  const { side } = one;
  const differs = one.alpha.map((value, at) => (value > 0.5 === other.alpha[at]! > 0.5 ? 0 : 1));
  let union = 0;
  for (let at = 0; at < differs.length; at++) if (one.alpha[at]! > 0.5 || other.alpha[at]! > 0.5) union++;
  let thick = 0;
  for (let y = outlineReach; y < side - outlineReach; y++) {
    for (let x = outlineReach; x < side - outlineReach; x++) if (isWholly(differs, { x, y, side })) thick++;
  }
  return union === 0 ? 0 : Math.max(0, 1 - thick / union);
}

function isWholly(plane: Float32Array, { x, y, side }: { x: number; y: number; side: number }): boolean {
  const reach = outlineReach - 1;
  for (let v = y - reach; v <= y + reach; v++) for (let u = x - reach; u <= x + reach; u++) if (plane[v * side + u] === 0) return false;
  return true;
}

/** Left and top of the blocks that are the product's in both. */
function solidBlocks(one: Layer, other: Layer): { x: number; y: number }[] {
  const { side } = one;
  const blocks: { x: number; y: number }[] = [];
  for (let y = slack; y + blockSide + slack <= side; y += blockStep) {
    for (let x = slack; x + blockSide + slack <= side; x += blockStep) {
      let solid = 0;
      forBlock({ x, y, side }, (at) => {
        if (one.alpha[at]! >= solidFrom && other.alpha[at]! >= solidFrom) solid++;
      });
      if (solid === blockSide * blockSide) blocks.push({ x, y });
    }
  }
  return blocks;
}

function forBlock({ x, y, side }: { x: number; y: number; side: number }, visit: (at: number) => void): void {
  for (let v = y; v < y + blockSide; v++) for (let u = x; u < x + blockSide; u++) visit(v * side + u);
}

type Block = { readonly x: number; readonly y: number };

function meanIn(plane: Float32Array, block: Block, side: number): number {
  let sum = 0;
  forBlock({ ...block, side }, (at) => {
    sum += plane[at]!;
  });
  return sum / (blockSide * blockSide);
}

function compareColors(one: Layer, other: Layer, blocks: readonly Block[]): number {
  if (blocks.length === 0) return 0;
  const { side } = one;
  const pairs = blocks.map((block) => ({
    light: [meanIn(one.luma, block, side), meanIn(other.luma, block, side)] as const,
    blue: [meanIn(one.blue, block, side), meanIn(other.blue, block, side)] as const,
    red: [meanIn(one.red, block, side), meanIn(other.red, block, side)] as const,
  }));
  const sum = (of: (pair: (typeof pairs)[number]) => number): number => pairs.reduce((total, pair) => total + of(pair), 0);
  const gain = clamp(
    sum(({ light }) => light[0]) /
      Math.max(
        1,
        sum(({ light }) => light[1]),
      ),
    1 / mostGain,
    mostGain,
  );
  const cast = (of: "blue" | "red"): number => clamp(sum((pair) => pair[of][0] - pair[of][1]) / pairs.length, -freeCast, freeCast);
  const [blueCast, redCast] = [cast("blue"), cast("red")];
  const distances = pairs.map(({ light, blue, red }) => {
    const lighter = Math.max(0, Math.abs(light[0] - light[1] * gain) - freeLight) / 255;
    return Math.max(0, Math.hypot(lighter, blue[0] - blue[1] - blueCast, red[0] - red[1] - redCast) - freeColor);
  });
  const mean = distances.reduce((total, distance) => total + distance, 0) / distances.length;
  const worst = distances.toSorted((a, b) => a - b)[Math.floor(0.95 * (distances.length - 1))]!;
  return Math.max(0, 1 - mean / unlikeMean - worst / unlikeWorst);
}

/** Blocks that hold structure in either, each counting by how much; where there is none in either, nothing can have changed. */
function compareDetails(one: Layer, other: Layer, blocks: readonly Block[]): number {
  const matches = blocks
    .map((block) => ({ weight: weightOf(one, other, block), match: bestMatch(one, other, block) }))
    .filter(({ weight }) => weight > 0)
    .map(({ weight, match }) => ({ weight, match: clamp((match - otherStructure) / (sameStructure - otherStructure), 0, 1) }));
  const all = weightedMean(matches);
  if (all === null) return 1;
  const total = matches.reduce((sum, { weight }) => sum + weight, 0);
  let seen = 0;
  const worst = matches
    .toSorted((a, b) => a.match - b.match)
    .filter(({ weight }) => {
      seen += weight;
      return seen - weight < worstShare * total;
    });
  return (1 - worstWeight) * all + worstWeight * (weightedMean(worst) ?? all);
}

function weightedMean(matches: readonly { weight: number; match: number }[]): number | null {
  let weights = 0;
  let sum = 0;
  for (const { weight, match } of matches) {
    weights += weight;
    sum += weight * match;
  }
  return weights === 0 ? null : sum / weights;
}

const weightOf = (one: Layer, other: Layer, block: Block): number =>
  Math.max(0, Math.max(deviationIn(one, block), deviationIn(other, block)) - grain);

function deviationIn({ fine, side }: Layer, block: Block): number {
  let sum = 0;
  let squares = 0;
  forBlock({ ...block, side }, (at) => {
    sum += fine[at]!;
    squares += fine[at]! ** 2;
  });
  const count = blockSide * blockSide;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** The nearest first. */
const shifts: readonly Block[] = Array.from({ length: (2 * slack + 1) ** 2 }, (_, at) => ({
  x: (at % (2 * slack + 1)) - slack,
  y: Math.floor(at / (2 * slack + 1)) - slack,
})).toSorted((one, other) => Math.hypot(one.x, one.y) - Math.hypot(other.x, other.y));

/** Structural similarity (contrast and structure; Wang 2004) at the best of the places nearby. */
function bestMatch(one: Layer, other: Layer, block: Block): number {
  let best = 0;
  for (const shift of shifts) {
    best = Math.max(best, matchAt(one, other, { block, shift }));
    if (best >= sameStructure) break;
  }
  return best;
}

function matchAt(one: Layer, other: Layer, { block, shift }: { block: Block; shift: Block }): number {
  const { side } = one;
  const step = shift.y * side + shift.x;
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  forBlock({ ...block, side }, (at) => {
    const p = one.fine[at]!;
    const q = other.fine[at + step]!;
    a += p;
    b += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  });
  const count = blockSide * blockSide;
  const covariance = ab / count - (a / count) * (b / count);
  const variances = aa / count - (a / count) ** 2 + bb / count - (b / count) ** 2;
  return (2 * covariance + grain) / (variances + grain);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
