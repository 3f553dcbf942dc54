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
/** How many times stronger the edge to the product must be. */
const edgeRatio = 3;
/** Length of the border to the ground, against the square root of the part's area: less says nothing. */
const minBorder = 0.5;
/** Pixels to either side of a border between which colours are compared. */
const reach = 4;
/** What such a part is believed to be product with afterwards. */
const refuted = 0.05;

/** Colour differences along a border. */
type Border = number[];

/** @returns the prior with refuted parts lowered; the same array where there is none. */
export function withoutGround(picture: Picture, belief: { labels: Float32Array; prior: Float32Array }): Float32Array {
  const { labels, prior } = belief;
  const { logOdds } = weighColors(picture, labels, prior);
  let product = 0;
  const suspect = labels.map((label, at) => {
    if (label > 0.5) product++;
    return label > 0.5 && logOdds[at]! < groundEvidence ? 1 : 0;
  });
  const labelling = labelBlobs(suspect, picture, 0.5);
  const large = new Set(labelling.blobs.filter((blob) => blob.area >= minShare * product).map((blob) => blob.label));
  if (large.size === 0) return prior;
  const borders = measureBorders(picture, { labels, parts: labelling.labels, large });
  const area = new Map(labelling.blobs.map((blob) => [blob.label, blob.area] as const));
  const isGround = (label: number): boolean => {
    const at = borders.get(label);
    if (at === undefined || at.product.length === 0 || at.ground.length < minBorder * Math.sqrt(area.get(label) ?? 1)) return false;
    const contrast = median(at.ground);
    return contrast < noEdge && median(at.product) > edgeRatio * contrast;
  };
  const ground = new Set([...large].filter(isGround));
  if (ground.size === 0) return prior;
  return prior.map((value, at) => (ground.has(labelling.labels[at]!) ? Math.min(value, refuted) : value));
}

/** For each large part the colour differences along its border, to the ground and to the rest of the product. */
function measureBorders(
  picture: Picture,
  marks: { labels: Float32Array; parts: Int32Array; large: ReadonlySet<number> },
): Map<number, { ground: Border; product: Border }> {
  const { width, height } = picture;
  const { labels, parts, large } = marks;
  const borders = new Map<number, { ground: Border; product: Border }>();
  for (let y = reach; y < height - reach; y++) {
    for (let x = reach; x < width - reach; x++) {
      const at = y * width + x;
      const part = parts[at]!;
      if (part === 0 || !large.has(part)) continue;
      for (const step of [1, -1, width, -width]) {
        if (parts[at + step] === part) continue;
        const beyond = at + reach * step;
        const border = borders.get(part) ?? { ground: [], product: [] };
        borders.set(part, border);
        const isGround = labels[beyond]! < 0.5 && labels[at + step]! < 0.5;
        if (!isGround && labels[beyond]! < 0.5) continue;
        if (isGround) border.ground.push(colorDistance(picture, at - 2 * step, beyond));
        else border.product.push(colorDistance(picture, at, beyond));
      }
    }
  }
  return borders;
}

/** The middle one: a border to the ground may well cross something else here and there. */
const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

function colorDistance({ data, channels }: Picture, one: number, other: number): number {
  const a = one * channels;
  const b = other * channels;
  const red = data[a]! - data[b]!;
  const green = data[a + 1]! - data[b + 1]!;
  const blue = data[a + 2]! - data[b + 2]!;
  return Math.sqrt(red * red + green * green + blue * blue) / 441.7;
}
