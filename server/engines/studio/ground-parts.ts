// Parts that the network took for product although they run on into the ground: same colours, no edge between, a clear edge to the product.
import type { Picture } from "../../images/picture.ts";
import { labelBlobs } from "./blobs.ts";
import { weighColors } from "./color-evidence.ts";

/** Log odds below which a pixel's colour speaks for the ground. */
const groundEvidence = -0.7;
/** Parts smaller than this share of the product are left to the neighbours. */
const minShare = 0.004;
/** Difference of colours (0 to 1) across the border to the ground, below which there is no edge. */
const noEdge = 0.018;
/** How far a colour between two like ones may stray: more is a drawn line, such as the outline of clear glass before a plain wall. */
const noLine = 0.03;
/** How many times stronger the edge to the product must be. */
const edgeRatio = 3;
/** Length of the border to the ground, against the square root of the part's area: less says nothing. */
const minBorder = 0.5;
/** Pixels beyond a border, and inside it, between which colours are compared. */
const reach = 4;
const inset = 2;
/** What such a part is believed to be product with afterwards. */
const refuted = 0.05;

/** Colour differences along a part's borders, 0 to 1. */
interface Borders {
  readonly ground: number[];
  /** How far the way to the ground strays from a smooth passage. */
  readonly lines: number[];
  readonly product: number[];
}

/** @returns the prior with refuted parts lowered; the same array where there is none. */
export function withoutGround(picture: Picture, belief: { labels: Float32Array; prior: Float32Array }): Float32Array {
  const { labels, prior } = belief;
  const { logOdds } = weighColors(picture, labels, prior);
  let product = 0;
  const suspect = new Float32Array(labels.length);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at]! <= 0.5) continue;
    product++;
    if (logOdds[at]! < groundEvidence) suspect[at] = 1;
  }
  const labelling = labelBlobs(suspect, picture, 0.5);
  const large = new Set(labelling.blobs.filter((blob) => blob.area >= minShare * product).map((blob) => blob.label));
  if (large.size === 0) return prior;
  const borders = measureBorders(picture, { labels, parts: labelling.labels, large });
  const area = new Map(labelling.blobs.map((blob) => [blob.label, blob.area] as const));
  const isGround = (label: number): boolean => {
    const at = borders.get(label);
    if (at === undefined || at.product.length === 0 || at.ground.length < minBorder * Math.sqrt(area.get(label) ?? 1)) return false;
    const contrast = median(at.ground);
    return contrast < noEdge && median(at.lines) < noLine && median(at.product) > edgeRatio * contrast;
  };
  const ground = new Set([...large].filter(isGround));
  if (ground.size === 0) return prior;
  return prior.map((value, at) => (ground.has(labelling.labels[at]!) ? Math.min(value, refuted) : value));
}

/** For each large part the colour differences along its border, to the ground and to the rest of the product. */
function measureBorders(
  picture: Picture,
  marks: { labels: Float32Array; parts: Int32Array; large: ReadonlySet<number> },
): Map<number, Borders> {
  const { width, height } = picture;
  const { labels, parts, large } = marks;
  const borders = new Map<number, Borders>();
  for (let y = reach; y < height - reach; y++) {
    for (let x = reach; x < width - reach; x++) {
      const at = y * width + x;
      const part = parts[at]!;
      if (part === 0 || !large.has(part)) continue;
      for (const step of [1, -1, width, -width]) {
        if (parts[at + step] === part) continue;
        const beyond = at + reach * step;
        const border = borders.get(part) ?? { ground: [], lines: [], product: [] };
        borders.set(part, border);
        const isGround = labels[beyond]! < 0.5 && labels[at + step]! < 0.5;
        if (!isGround && labels[beyond]! < 0.5) continue;
        if (!isGround) {
          border.product.push(colorDistance(picture, at, beyond));
          continue;
        }
        border.ground.push(colorDistance(picture, at - inset * step, beyond));
        border.lines.push(lineBetween(picture, at, step));
      }
    }
  }
  return borders;
}

/** The middle one: a border to the ground may well cross something else here and there. */
const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

/** The largest difference, on the way across a border, from a straight passage between its two ends. */
function lineBetween({ data, channels }: Picture, at: number, step: number): number {
  const from = (at - inset * step) * channels;
  const to = (at + reach * step) * channels;
  let most = 0;
  for (let pixel = 1 - inset; pixel < reach; pixel++) {
    const share = (pixel + inset) / (reach + inset);
    const on = (at + pixel * step) * channels;
    let square = 0;
    for (let channel = 0; channel < 3; channel++) {
      const smooth = data[from + channel]! * (1 - share) + data[to + channel]! * share;
      square += (data[on + channel]! - smooth) ** 2;
    }
    most = Math.max(most, square);
  }
  return Math.sqrt(most) / 441.7;
}

function colorDistance({ data, channels }: Picture, one: number, other: number): number {
  const a = one * channels;
  const b = other * channels;
  const red = data[a]! - data[b]!;
  const green = data[a + 1]! - data[b + 1]!;
  const blue = data[a + 2]! - data[b + 2]!;
  return Math.sqrt(red * red + green * green + blue * blue) / 441.7;
}
