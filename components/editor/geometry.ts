// Arithmetic of the crop: a frame that stands upright over a picture that is turned under it.
// Lengths are pixels of the picture, points are from its middle, angles are clockwise degrees.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Its middle and its size. */
export interface Frame extends Point, Size {}

/** Fractions of the canvas that holds the whole turned picture. */
export interface Crop extends Point, Size {}

/** Which way a handle pulls: -1 left or up, 1 right or down, 0 not at all. */
export interface Pull {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

/** No frame is smaller, on either side. */
export const leastSide = 32;
/** Halvings in the search for the last frame that fits: finer than a thousandth of a pixel. */
const halvings = 24;
/** What floating point misses, in pixels. */
const slack = 1e-6;

interface Turn {
  readonly sin: number;
  readonly cos: number;
}

/** Exact at right angles, where Math.cos leaves dust. */
function turnOf(degrees: number): Turn {
  const quarter = degrees / 90;
  if (Number.isInteger(quarter)) {
    const step = ((quarter % 4) + 4) % 4;
    return { sin: [0, 1, 0, -1][step] ?? 0, cos: [1, 0, -1, 0][step] ?? 1 };
  }
  const radians = (degrees * Math.PI) / 180;
  return { sin: Math.sin(radians), cos: Math.cos(radians) };
}

/** The canvas that holds the whole turned picture, in whole pixels. */
export function turnedSize({ width, height }: Size, degrees: number): Size {
  const { sin, cos } = turnOf(degrees);
  return {
    width: Math.round(width * Math.abs(cos) + height * Math.abs(sin)),
    height: Math.round(width * Math.abs(sin) + height * Math.abs(cos)),
  };
}

/** A point of the turned picture in the picture's own axes. */
const turnedBack = ({ x, y }: Point, { sin, cos }: Turn): Point => ({ x: x * cos + y * sin, y: y * cos - x * sin });
const turned = ({ x, y }: Point, { sin, cos }: Turn): Point => ({ x: x * cos - y * sin, y: x * sin + y * cos });

/** Half of what an upright frame takes up along the picture's own axes. */
const reachOf = ({ width, height }: Size, { sin, cos }: Turn): Point => ({
  x: (width * Math.abs(cos) + height * Math.abs(sin)) / 2,
  y: (width * Math.abs(sin) + height * Math.abs(cos)) / 2,
});

/** Whether no corner of the frame lies outside of the turned picture. */
export function fits(frame: Frame, picture: Size, degrees: number): boolean {
  const turn = turnOf(degrees);
  const middle = turnedBack(frame, turn);
  const reach = reachOf(frame, turn);
  return Math.abs(middle.x) + reach.x <= picture.width / 2 + slack && Math.abs(middle.y) + reach.y <= picture.height / 2 + slack;
}

/** The frame that fits and is nearest to the one that is wanted: moved first, made smaller about its middle only where it must be. */
export function fitted(wanted: Frame, picture: Size, degrees: number): Frame {
  const turn = turnOf(degrees);
  const wants = reachOf(wanted, turn);
  const scale = Math.min(1, picture.width / 2 / wants.x, picture.height / 2 / wants.y);
  const size = { width: wanted.width * scale, height: wanted.height * scale };
  const reach = reachOf(size, turn);
  const middle = turnedBack(wanted, turn);
  const held = {
    x: clamp(middle.x, reach.x - picture.width / 2, picture.width / 2 - reach.x),
    y: clamp(middle.y, reach.y - picture.height / 2, picture.height / 2 - reach.y),
  };
  return { ...turned(held, turn), ...size };
}

/** The largest frame of a ratio (width by height) about the same middle, as near to it as it fits. */
export function largest(ratio: number, picture: Size, { degrees, about }: { degrees: number; about: Point }): Frame {
  const side = Math.max(picture.width, picture.height) * 2;
  return fitted({ ...about, width: ratio >= 1 ? side : side * ratio, height: ratio >= 1 ? side / ratio : side }, picture, degrees);
}

/** As far on the way from one frame that fits to another as frames fit. Frames that fit are convex, so the way is never left and met again. */
export function toward(from: Frame, to: Frame, { picture, degrees }: { picture: Size; degrees: number }): Frame {
  if (fits(to, picture, degrees)) return to;
  const at = (share: number): Frame => ({
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
    width: from.width + (to.width - from.width) * share,
    height: from.height + (to.height - from.height) * share,
  });
  let low = 0;
  let high = 1;
  for (let step = 0; step < halvings; step++) {
    const middle = (low + high) / 2;
    if (fits(at(middle), picture, degrees)) low = middle;
    else high = middle;
  }
  return at(low);
}

/**
 * The frame with one of its corners or sides moved, the opposite one standing still.
 * @param ratio width by height, kept; undefined leaves both free
 */
export function pulled(frame: Frame, pull: Pull, { by, ratio }: { by: Point; ratio: number | undefined }): Frame {
  let width = Math.max(leastSide, frame.width + by.x * pull.x);
  let height = Math.max(leastSide, frame.height + by.y * pull.y);
  if (ratio !== undefined) {
    // A side leads alone; of a corner's two ways the longer one leads.
    const isByWidth = pull.y === 0 || (pull.x !== 0 && width / frame.width > height / frame.height);
    if (isByWidth) height = width / ratio;
    else width = height * ratio;
    const short = Math.min(width, height);
    if (short < leastSide) {
      width *= leastSide / short;
      height *= leastSide / short;
    }
  }
  return { x: frame.x + ((width - frame.width) / 2) * pull.x, y: frame.y + ((height - frame.height) / 2) * pull.y, width, height };
}

/** The frame larger or smaller about its middle. */
export function scaled(frame: Frame, factor: number): Frame {
  const least = leastSide / Math.min(frame.width, frame.height);
  const by = Math.max(factor, Math.min(1, least));
  return { ...frame, width: frame.width * by, height: frame.height * by };
}

/** The frame in fractions of the turned canvas, as the API takes it; undefined where it holds all of it. */
export function cropOf(frame: Frame, picture: Size, degrees: number): Crop | undefined {
  const canvas = turnedSize(picture, degrees);
  const left = clamp((canvas.width / 2 + frame.x - frame.width / 2) / canvas.width, 0, 1);
  const top = clamp((canvas.height / 2 + frame.y - frame.height / 2) / canvas.height, 0, 1);
  const width = Math.min(frame.width / canvas.width, 1 - left);
  const height = Math.min(frame.height / canvas.height, 1 - top);
  const isWhole = width * canvas.width > canvas.width - 0.5 && height * canvas.height > canvas.height - 0.5;
  return isWhole ? undefined : { x: left, y: top, width, height };
}

export const whole = (picture: Size, degrees = 0): Frame => ({ x: 0, y: 0, ...turnedSize(picture, degrees) });

export const clamp = (value: number, least: number, most: number): number =>
  least > most ? (least + most) / 2 : Math.min(most, Math.max(least, value));
