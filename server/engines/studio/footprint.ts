// Where a product rests on the ground, told from its outline: each part that stands, each leg of it; or that it lies, seen from above.
import { type Point, turnOf } from "../../images/operations/frame.ts";
import type { Size } from "./planes.ts";

/** Cover, 0 to 1, from which a pixel is the product's. */
const solid = 0.5;
/** Share of the product's pixels below which a loose part is a crumb of the matte. */
const leastPart = 0.01;
/** Parts, the largest ones: each costs time. */
const mostParts = 8;
/** Share of a part's columns that must see the ground, or it hangs over another part. */
const leastGrounded = 0.6;
/** How far above the product's lowest point a part may stand behind it, as a share of the product's longer side. */
const mostBehind = 0.35;
/** Share of a part's height (or of its width, where it is flat) within which its lower outline may rest on the ground. */
const restingShare = 0.24;
const flatness = 0.6;
/** Slopes of the lower outline: up to the first it lies on the ground in perspective, from the second on it bends away from it. */
const [restingSlope, risingSlope] = [0.45, 1];
/** How much further an outline may rise that goes on from a foot without a bend, as a sole or a box's edge does. */
const furtherReach = 2.2;
/** A leg, as shares of the part's height: at least so long, standing free of what is above its foot, and behind the foremost by at most so much. */
const [leastLeg, leastFree, mostLegRise] = [0.12, 0.035, 0.3];
/** Share of the part's width that a leg is at most wide. */
const mostLegWidth = 0.12;
/** What stands on less than this share of its height would topple, and so would what leans out of its feet by more than that share of its width. */
const leastSupport = 0.12;
const mostOverhang = 0.04;
/** Degrees from which a rectangle lies askew, the share of it that a thing must fill, and how much more that must be than of an upright one. */
const leastTurn = 4;
const [leastFill, leastGain] = [0.88, 0.08];
/** Weight from which a column counts as a foot. */
const footWeight = 0.35;

/** How much of each pixel is product, 0 to 1. */
export interface Silhouette extends Size {
  readonly cover: Float32Array;
}

/** One part that stands by itself. */
export interface Part {
  /** For each column the row, with fractions, of its lowest edge. */
  readonly rows: Float32Array;
  /** For each column how firmly it rests there, 0 to 1. */
  readonly weights: Float32Array;
  /** Pixels: its longer side. */
  readonly extent: number;
}

export interface Footprint {
  readonly parts: readonly Part[];
  /** Whether it is seen from above, and rests on what lies behind it. */
  readonly isLying: boolean;
  /** Pixels: the whole product's longer side. */
  readonly extent: number;
}

/** Null where there is no product. */
export function findFootprint(silhouette: Silhouette): Footprint | null {
  const blobs = findBlobs(silhouette);
  if (blobs.length === 0) return null;
  const total = blobs.reduce((sum, { area }) => sum + area, 0);
  const whole = blobs
    .filter(({ area }) => area >= leastPart * total)
    .toSorted((one, other) => other.area - one.area)
    .slice(0, mostParts);
  const lowest = Math.max(...whole.map(({ y1 }) => y1));
  const extent = Math.max(
    lowest - Math.min(...whole.map(({ y0 }) => y0)),
    Math.max(...whole.map(({ x1 }) => x1)) - Math.min(...whole.map(({ x0 }) => x0)),
  );
  const outline = lowerOutline(silhouette);
  const standing = whole.flatMap((blob) => {
    const rows = rowsOf(blob, outline);
    const grounded = rows.reduce((count, row) => count + (row < 0 ? 0 : 1), 0);
    if (grounded < leastGrounded * (blob.x1 - blob.x0) || lowest - blob.y1 > mostBehind * extent) return [];
    const weights = weigh(rows, blob, outline.runs);
    return [{ blob, part: { rows, weights, extent: Math.max(blob.x1 - blob.x0, blob.y1 - blob.y0) } }];
  });
  const lying = standing.filter(({ blob, part }) => liesTurned(blob) || wouldTopple(blob, part));
  const lyingArea = lying.reduce((sum, { blob }) => sum + blob.area, 0);
  return { parts: standing.map(({ part }) => part), isLying: standing.length === 0 || lyingArea > total / 2, extent };
}

/** A connected piece of the silhouette: its box, its pixels' middle, and the ends of its rows. */
interface Blob {
  readonly id: number;
  readonly area: number;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly middleX: number;
  readonly ends: readonly Point[];
  readonly ids: Int32Array;
}

function findBlobs({ cover, width, height }: Silhouette): Blob[] {
  const ids = new Int32Array(width * height);
  const stack: number[] = [];
  const blobs: Blob[] = [];
  for (let seed = 0; seed < ids.length; seed++) {
    if (ids[seed] !== 0 || cover[seed]! < solid) continue;
    const id = blobs.length + 1;
    const firsts = new Int32Array(height).fill(width);
    const lasts = new Int32Array(height).fill(-1);
    let area = 0;
    let sum = 0;
    ids[seed] = id;
    stack.push(seed);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = Math.floor(at / width);
      area++;
      sum += x + 0.5;
      firsts[y] = Math.min(firsts[y]!, x);
      lasts[y] = Math.max(lasts[y]!, x);
      for (let side = 0; side < 4; side++) {
        const isOut = side === 0 ? x === 0 : side === 1 ? x === width - 1 : side === 2 ? y === 0 : y === height - 1;
        const next = at + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        if (isOut || ids[next] !== 0 || cover[next]! < solid) continue;
        ids[next] = id;
        stack.push(next);
      }
    }
    blobs.push({ id, area, middleX: sum / area, ids, ...endsOf(firsts, lasts) });
  }
  return blobs;
}

/** The box, and the corners of each row's first and last pixel. */
function endsOf(firsts: Int32Array, lasts: Int32Array): Pick<Blob, "x0" | "x1" | "y0" | "y1" | "ends"> {
  const ends: Point[] = [];
  for (const [y, first] of firsts.entries()) {
    const last = lasts[y]!;
    if (last >= 0) ends.push({ x: first, y }, { x: first, y: y + 1 }, { x: last + 1, y }, { x: last + 1, y: y + 1 });
  }
  const y0 = lasts.findIndex((last) => last >= 0);
  return { x0: Math.min(...firsts), x1: Math.max(...lasts) + 1, y0, y1: lasts.findLastIndex((last) => last >= 0) + 1, ends };
}

interface Outline extends Size {
  /** For each column the lowest product row's lower edge, with fractions; -1 where there is none. */
  readonly rows: Float32Array;
  /** How many product rows stand upon it without a gap. */
  readonly runs: Int32Array;
}

function lowerOutline({ cover, width, height }: Silhouette): Outline {
  const rows = new Float32Array(width).fill(-1);
  const runs = new Int32Array(width);
  for (let x = 0; x < width; x++) {
    let y = height - 1;
    while (y >= 0 && cover[y * width + x]! < solid) y--;
    if (y < 0) continue;
    rows[x] = y + 1 + (y + 1 < height ? cover[(y + 1) * width + x]! : 0);
    let top = y;
    while (top >= 0 && cover[top * width + x]! >= solid) top--;
    runs[x] = y - top;
  }
  return { rows, runs, width, height };
}

/** Those of the outline's columns that are the blob's. */
function rowsOf({ ids, id, x0, x1 }: Blob, { rows, width }: Outline): Float32Array {
  const own = new Float32Array(width).fill(-1);
  for (let x = x0; x < x1; x++) {
    const row = rows[x]!;
    // The pixel above the edge: a fraction belongs to the row below it.
    if (row >= 1 && (ids[Math.floor(row - 1) * width + x] === id || ids[Math.max(0, Math.floor(row) - 2) * width + x] === id)) own[x] = row;
  }
  return own;
}

const smoothstep = (share: number): number => {
  const clamped = Math.min(1, Math.max(0, share));
  return clamped * clamped * (3 - 2 * clamped);
};

function weigh(rows: Float32Array, blob: Blob, runs: Int32Array): Float32Array {
  const height = blob.y1 - blob.y0;
  const reach = restingShare * Math.max(height, flatness * (blob.x1 - blob.x0));
  const step = Math.max(1, Math.round(0.012 * Math.max(height, blob.x1 - blob.x0)));
  const slopeTo = (x: number, other: number): number =>
    (rows[other] ?? -1) < 0 ? Number.POSITIVE_INFINITY : Math.abs(rows[other]! - rows[x]!) / step;
  const levels = rows.map((row, x) => {
    const slope = row < 0 ? Number.POSITIVE_INFINITY : Math.min(slopeTo(x, x - step), slopeTo(x, x + step));
    return slope === Number.POSITIVE_INFINITY ? 0 : 1 - smoothstep((slope - restingSlope) / (risingSlope - restingSlope));
  });
  const isGoingOn = goesOn(rows, levels);
  return rows.map((row, x) => {
    if (row < 0) return 0;
    const rise = blob.y1 - row;
    const near = smoothstep(1 - rise / (isGoingOn[x] === 1 ? reach * furtherReach : reach));
    const isLeg = near < 1 && rise <= mostLegRise * height && runs[x]! >= leastLeg * height && standsFree(rows, x, blob);
    return Math.max(isLeg ? 1 : 0, near) * levels[x]!;
  });
}

/** For each column whether the outline leads there from its lowest point without a bend upwards. */
function goesOn(rows: Float32Array, levels: Float32Array): Uint8Array {
  const reached = new Uint8Array(rows.length);
  const lowest = rows.indexOf(Math.max(...rows));
  for (const direction of [-1, 1]) for (let x = lowest; levels[x] !== undefined && levels[x]! > 0.3; x += direction) reached[x] = 1;
  return reached;
}

/** Whether the outline rises steeply on both sides of a narrow foot. */
function standsFree(rows: Float32Array, x: number, { y0, y1, x0, x1 }: Blob): boolean {
  const rise = leastFree * (y1 - y0);
  const width = Math.max(3, Math.round(mostLegWidth * (x1 - x0)));
  const isFree = (direction: -1 | 1): boolean => {
    for (let offset = 1; offset <= width; offset++) {
      const other = rows[x + direction * offset] ?? -1;
      if (other < 0 || other < rows[x]! - rise) return true;
      if (other > rows[x]! + rise) return false;
    }
    return false;
  };
  return isFree(-1) && isFree(1);
}

function supportOf({ weights }: Part): { from: number; to: number } | null {
  const from = weights.findIndex((weight) => weight >= footWeight);
  return from < 0 ? null : { from, to: weights.findLastIndex((weight) => weight >= footWeight) + 1 };
}

function wouldTopple(blob: Blob, part: Part): boolean {
  const support = supportOf(part);
  if (support === null) return true;
  const overhang = mostOverhang * (blob.x1 - blob.x0);
  if (blob.middleX < support.from - overhang || blob.middleX > support.to + overhang) return true;
  return support.to - support.from < leastSupport * (blob.y1 - blob.y0);
}

/** A book on a table, taken from above: it fills a rectangle that is turned, where what stands has its sides upright. */
function liesTurned({ area, ends }: Blob): boolean {
  const fills = Array.from({ length: 90 }, (_, degrees) => area / boxArea(ends, degrees));
  const fullest = Math.max(...fills);
  const degrees = fills.indexOf(fullest);
  return Math.min(degrees, 90 - degrees) >= leastTurn && fullest >= leastFill && fullest - fills[0]! >= leastGain;
}

/** Of the smallest rectangle around the points whose sides are turned by the angle. */
function boxArea(points: readonly Point[], degrees: number): number {
  const { sin, cos } = turnOf(degrees);
  let x0 = Number.POSITIVE_INFINITY;
  let x1 = Number.NEGATIVE_INFINITY;
  let y0 = Number.POSITIVE_INFINITY;
  let y1 = Number.NEGATIVE_INFINITY;
  for (const { x, y } of points) {
    const across = x * cos + y * sin;
    const down = y * cos - x * sin;
    if (across < x0) x0 = across;
    if (across > x1) x1 = across;
    if (down < y0) y0 = down;
    if (down > y1) y1 = down;
  }
  return (x1 - x0) * (y1 - y0);
}
