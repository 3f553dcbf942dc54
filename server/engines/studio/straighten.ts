// How far a standing product leans, where its outline leaves no doubt: the middles of its rows lie on one line, and its base at right angles to it.
import type { Size } from "./planes.ts";

/** Pixels on the longer side that the outline is measured at, about, and the rows it must have. */
const outlineSide = 512;
const leastRows = 40;
/** Times that the lean is measured, each time set up by what was found. */
const turns = 3;
/** Alpha, 0 to 255, at which the outline runs. */
const edgeAlpha = 128;
/** Degrees: less is not seen, more is a pose and no oversight. */
const leastLean = 1;
const mostLean = 5;
/** Degrees that a product is turned by at most. */
const mostTurn = 4;
/** Degrees that axis and base may differ by: perspective, and things that lie or lean against something, make more. */
const mostDisagreement = 1;
/** Pixels, as a share of the height, that the middle of a row may lie off the axis. */
const axisTolerance = 0.0035;
/** Share of the rows whose middles must lie on it: a mug's handle takes a third away, a plant or a bag half and more. */
const axisShare = 0.62;
const loneAxisShare = 0.85;
/** Share of the rows, at the top and at the bottom, that say nothing for they are round. */
const endShare = 0.06;
/** Share of the height, from below, within which a row may be part of the foot, and the middle part of the foot whose base is measured. */
const footShare = 0.15;
const baseShare = 0.8;
/** How far the base may lie off its curve, as a share of its width, and the share of it that must not. */
const baseTolerance = 0.012;
const baseAgreement = 0.72;
/** Most that a base may be hollow, by its curve's second coefficient times its width: a cushion stands on its corners. */
const mostHollow = 0.08;
/** Rows that lines, and points of the base that curves, are tried through. */
const anchors = 28;
const baseAnchors = 12;
/** Times that a fit is made again from those that lie on it. */
const refits = 3;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Degrees, clockwise, that set the product upright, at most 4 either way; 0 where that is not sure.
 * @param alpha one byte a pixel
 */
export function measureLean(alpha: Buffer, size: Size): number {
  const small = shrink(alpha, size);
  let lean = 0;
  // The rows of a leaning product cross it askew, which understates how far it leans: so it is measured again set up by what was found.
  for (let turn = 0; turn < turns; turn++) {
    const found = leanOf(turned(small, lean));
    if (found === null || Math.abs(lean + found) > mostLean + leastLean) return 0;
    lean += found;
  }
  if (Math.abs(lean) < leastLean || Math.abs(lean) > mostLean) return 0;
  return Math.round(Math.min(mostTurn, Math.max(-mostTurn, lean)) * 100) / 100;
}

/** What the outline says at once; null where it says nothing, or axis and base contradict each other. */
function leanOf({ data, ...size }: Mask): number | null {
  const rows = takeRows(data, size);
  if (rows.length < leastRows) return null;
  const axis = fitAxis(rows);
  if (axis.share < axisShare) return null;
  // An axis that runs to the right on its way down leans to the left; a base that runs down to the right leans to the right.
  const byAxis = degreesOf(axis.slope);
  const base = fitBase(takeBase(data, size, { rows, axis }));
  const byBase = base === null || base.hollow > mostHollow ? Number.NaN : -degreesOf(base.slope);
  if (Math.abs(byAxis - byBase) <= mostDisagreement) return (byAxis + byBase) / 2;
  // A base that a rest of the old shadow lies at tells nothing: then both sides must mirror each other almost all the way up.
  return axis.share >= loneAxisShare ? byAxis : null;
}

interface Mask extends Size {
  readonly data: Buffer;
}

/** Means of whole squares of pixels. */
function shrink(alpha: Buffer, size: Size): Mask {
  const step = Math.max(1, Math.floor(Math.max(size.width, size.height) / outlineSide));
  const width = Math.max(1, Math.floor(size.width / step));
  const height = Math.max(1, Math.floor(size.height / step));
  const data = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = y * step; row < Math.min(size.height, (y + 1) * step); row++)
        for (let column = x * step; column < Math.min(size.width, (x + 1) * step); column++) sum += alpha[row * size.width + column]!;
      data[y * width + x] = sum / (step * step) + 0.5;
    }
  }
  return { data, width, height };
}

/** Turned clockwise about its middle, with room for its corners; bilinear, nothing outside. */
function turned(mask: Mask, degrees: number): Mask {
  if (degrees === 0) return mask;
  const radians = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const room = Math.ceil((Math.max(mask.width, mask.height) / 2) * Math.abs(sin)) + 1;
  const width = mask.width + 2 * room;
  const height = mask.height + 2 * room;
  const data = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const offX = x - (width - 1) / 2;
      const offY = y - (height - 1) / 2;
      const from = { x: offX * cos + offY * sin + (mask.width - 1) / 2, y: offY * cos - offX * sin + (mask.height - 1) / 2 };
      data[y * width + x] = sampleAt(mask, from) + 0.5;
    }
  }
  return { data, width, height };
}

function sampleAt({ data, width, height }: Mask, { x, y }: Point): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height ? 0 : data[row * width + column]!;
  const u = x - left;
  const v = y - top;
  return (at(left, top) * (1 - u) + at(left + 1, top) * u) * (1 - v) + (at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u) * v;
}

const degreesOf = (slope: number): number => (Math.atan(slope) * 180) / Math.PI;

/** The longest run of product in a row: of a mug with its handle, the mug. */
interface Row {
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

function takeRows(alpha: Buffer, { width, height }: Size): Row[] {
  const rows: Row[] = [];
  for (let y = 0; y < height; y++) {
    const row = alpha.subarray(y * width, (y + 1) * width);
    const [first, last] = longestRun(row);
    if (last < first) continue;
    rows.push({ y, left: first - beyond(row, first, first - 1), right: last + beyond(row, last, last + 1) });
  }
  return rows;
}

function longestRun(row: Buffer): [first: number, last: number] {
  let best: [number, number] = [0, -1];
  let start = -1;
  for (let x = 0; x <= row.length; x++) {
    const isProduct = x < row.length && row[x]! >= edgeAlpha;
    if (isProduct && start < 0) start = x;
    if (isProduct || start < 0) continue;
    if (x - 1 - start > best[1] - best[0]) best = [start, x - 1];
    start = -1;
  }
  return best;
}

/** How far, 0 to 1, the outline lies beyond the last pixel that is product, towards its neighbour. */
function beyond(line: Buffer, inside: number, outside: number): number {
  const within = line[inside]!;
  const without = line[outside] ?? 0;
  return within === without ? 0 : (within - edgeAlpha) / (within - without);
}

interface Line {
  /** x at y = 0, and x a row. */
  readonly start: number;
  readonly slope: number;
}

interface Axis extends Line {
  /** Share of the rows whose middles lie on it. */
  readonly share: number;
  /** Pixels. */
  readonly tolerance: number;
}

function fitAxis(rows: readonly Row[]): Axis {
  const height = rows.at(-1)!.y - rows[0]!.y;
  const tolerance = Math.max(0.6, axisTolerance * height);
  const middles = rows
    .filter(({ y }) => y >= rows[0]!.y + endShare * height && y <= rows.at(-1)!.y - endShare * height)
    .map(({ y, left, right }) => ({ x: (left + right) / 2, y }));
  const near = (line: Line): Point[] => middles.filter(({ x, y }) => Math.abs(x - line.start - line.slope * y) <= tolerance);
  let line = bestLine(middles, near);
  for (let round = 0; round < refits; round++) line = lineThrough(near(line));
  return { ...line, share: near(line).length / middles.length, tolerance };
}

/** Of the lines through two middles far apart, the one that most others lie on. */
function bestLine(middles: readonly Point[], near: (line: Line) => Point[]): Line {
  const tried = Array.from({ length: anchors }, (_, index) => middles[Math.floor(((index + 0.5) / anchors) * middles.length)]!);
  let best: Line = { start: middles[0]!.x, slope: 0 };
  let most = -1;
  for (const [index, upper] of tried.entries()) {
    for (const lower of tried.slice(index + Math.ceil(anchors / 5))) {
      const slope = (lower.x - upper.x) / (lower.y - upper.y);
      const line = { start: upper.x - slope * upper.y, slope };
      const { length } = near(line);
      if (length <= most) continue;
      most = length;
      best = line;
    }
  }
  return best;
}

/** Least squares of x over y. */
function lineThrough(points: readonly Point[]): Line {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, { y }) => sum + (y - meanY) ** 2, 0);
  const slope = spread === 0 ? 0 : points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { start: meanX - slope * meanY, slope };
}

/** The lowest product pixels under the foot's middle part, from the axis, as shares of the foot's width. */
function takeBase(alpha: Buffer, { width, height }: Size, { rows, axis }: { rows: readonly Row[]; axis: Axis }): Point[] {
  const lowest = rows.at(-1)!.y;
  const foot = rows.filter(
    ({ y, left, right }) =>
      y > lowest - footShare * (lowest - rows[0]!.y) && Math.abs((left + right) / 2 - axis.start - axis.slope * y) <= 3 * axis.tolerance,
  );
  const footWidth = Math.max(0, ...foot.map(({ left, right }) => right - left));
  const centre = axis.start + axis.slope * lowest;
  const points: Point[] = [];
  const last = Math.min(width - 1, centre + (footWidth * baseShare) / 2);
  for (let x = Math.max(0, Math.ceil(centre - (footWidth * baseShare) / 2)); x <= last; x++) {
    let y = height - 1;
    while (y >= 0 && alpha[y * width + x]! < edgeAlpha) y--;
    if (y < 0) continue;
    const within = alpha[y * width + x]!;
    const without = y + 1 < height ? alpha[(y + 1) * width + x]! : 0;
    points.push({ x: (x - centre) / footWidth, y: (y + (within - edgeAlpha) / Math.max(1, within - without)) / footWidth });
  }
  return points;
}

/** The base's slope under the axis, and how hollow it is; null where it is no smooth curve. */
function fitBase(points: readonly Point[]): { slope: number; hollow: number } | null {
  if (points.length < leastRows / 4) return null;
  const near = ([constant, linear, square]: Parabola): Point[] =>
    points.filter(({ x, y }) => Math.abs(y - constant - linear * x - square * x * x) <= baseTolerance);
  let curve = bestCurve(points, near);
  for (let round = 0; round < refits; round++) {
    const found = near(curve);
    if (found.length < baseAgreement * points.length) return null;
    curve = parabolaThrough(found);
  }
  return { slope: curve[1], hollow: curve[2] };
}

/** Of the curves through three points far apart, the one that most others lie on: a rest of the old shadow bends one through all. */
function bestCurve(points: readonly Point[], near: (curve: Parabola) => Point[]): Parabola {
  const tried = Array.from({ length: baseAnchors }, (_, index) => points[Math.floor(((index + 0.5) / baseAnchors) * points.length)]!);
  let best: Parabola = [0, 0, 0];
  let most = -1;
  for (let left = 0; left < baseAnchors; left++) {
    for (let middle = left + 2; middle < baseAnchors; middle++) {
      for (let right = middle + 2; right < baseAnchors; right++) {
        const curve = parabolaThrough([tried[left]!, tried[middle]!, tried[right]!]);
        const { length } = near(curve);
        if (length <= most) continue;
        most = length;
        best = curve;
      }
    }
  }
  return best;
}

type Parabola = readonly [constant: number, linear: number, square: number];

/** Least squares of y over x, by the normal equations. */
function parabolaThrough(points: readonly Point[]): Parabola {
  const moment = (power: number): number => points.reduce((sum, { x }) => sum + x ** power, 0);
  const product = (power: number): number => points.reduce((sum, { x, y }) => sum + y * x ** power, 0);
  const [m0, m1, m2, m3, m4] = [points.length, moment(1), moment(2), moment(3), moment(4)];
  const [p0, p1, p2] = [product(0), product(1), product(2)];
  const determinant = (a: Parabola, b: Parabola, c: Parabola): number =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  const whole = determinant([m0, m1, m2], [m1, m2, m3], [m2, m3, m4]);
  return [
    determinant([p0, m1, m2], [p1, m2, m3], [p2, m3, m4]) / whole,
    determinant([m0, p0, m2], [m1, p1, m3], [m2, p2, m4]) / whole,
    determinant([m0, m1, p0], [m1, m2, p1], [m2, m3, p2]) / whole,
  ];
}
