// Arithmetic of comparison: where pictures lie in a frame, how zoom and pan move them. Boxes are in pixels from the top left.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point, Size {}

/** The source's box in the result's pixels, turned clockwise about its centre by degrees. */
export interface Placement extends Box {
  readonly rotation: number;
}

/** Scale 1 fits the frame; `x` and `y` move the middle of the picture, in pixels of the screen. */
export interface View extends Point {
  readonly scale: number;
}

export const fitView: View = { scale: 1, x: 0, y: 0 };
/** A picture may be shown at up to this many screen pixels per pixel of its own. */
const largestPixel = 8;

/** The largest box of the content's ratio within the frame, in its middle. */
export function contain(content: Size, frame: Size): Box {
  if (content.width <= 0 || content.height <= 0) return { x: 0, y: 0, width: frame.width, height: frame.height };
  const scale = Math.min(frame.width / content.width, frame.height / content.height);
  const width = content.width * scale;
  const height = content.height * scale;
  return { x: (frame.width - width) / 2, y: (frame.height - height) / 2, width, height };
}

/** Where to draw the source, as fractions of the result's frame, so that its product covers the result's. */
export function aligned(placement: Placement, result: Size): Placement {
  return {
    x: placement.x / result.width,
    y: placement.y / result.height,
    width: placement.width / result.width,
    height: placement.height / result.height,
    rotation: placement.rotation,
  };
}

/** The same as CSS has it, within the frame. */
export function placed({
  x,
  y,
  width,
  height,
  rotation,
}: Placement): Readonly<Record<"left" | "top" | "width" | "height" | "rotate", string>> {
  const percent = (fraction: number): string => `${fraction * 100}%`;
  return { left: percent(x), top: percent(y), width: percent(width), height: percent(height), rotate: `${rotation}deg` };
}

/** Where to draw a source whose product is not known, as fractions of the result's frame: whole, in the middle. */
export function unaligned(source: Size, result: Size): Placement {
  const box = contain(source, result);
  return aligned({ ...box, rotation: 0 }, result);
}

/** The frame's box within the viewport under a view. */
export function viewed(fitted: Box, view: View): Box {
  const width = fitted.width * view.scale;
  const height = fitted.height * view.scale;
  return { x: fitted.x + (fitted.width - width) / 2 + view.x, y: fitted.y + (fitted.height - height) / 2 + view.y, width, height };
}

/** Keeps a picture larger than the viewport over all of it, and a smaller one in its middle. */
export function clampView(view: View, fitted: Box, viewport: Size): View {
  const beyondX = Math.max(0, (fitted.width * view.scale - viewport.width) / 2);
  const beyondY = Math.max(0, (fitted.height * view.scale - viewport.height) / 2);
  return { scale: view.scale, x: clamp(view.x, -beyondX, beyondX), y: clamp(view.y, -beyondY, beyondY) };
}

/** Zooms about a point of the viewport, which stays where it is. `actual` is the scale of 100 %. */
export function zoomAt(view: View, point: Point, factor: number, frame: { fitted: Box; viewport: Size; actual: number }): View {
  const { fitted, viewport, actual } = frame;
  const scale = clamp(view.scale * factor, 1, Math.max(1, actual * largestPixel));
  const grown = scale / view.scale;
  const middle = { x: fitted.x + fitted.width / 2, y: fitted.y + fitted.height / 2 };
  const x = point.x - middle.x - (point.x - middle.x - view.x) * grown;
  const y = point.y - middle.y - (point.y - middle.y - view.y) * grown;
  return clampView({ scale, x, y }, fitted, viewport);
}

export interface Pinch {
  /** Above 1 where the fingers go apart. */
  readonly factor: number;
  /** Between the fingers, where they are now. */
  readonly middle: Point;
  /** How far that has gone. */
  readonly by: Point;
}

/** What two fingers mean that went from two points to two others. */
export function pinched(from: readonly [Point, Point], to: readonly [Point, Point]): Pinch {
  const apart = ([one, other]: readonly [Point, Point]): number => Math.hypot(one.x - other.x, one.y - other.y);
  const between = ([one, other]: readonly [Point, Point]): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  const middle = between(to);
  const before = between(from);
  return { factor: apart(to) / Math.max(1, apart(from)), middle, by: { x: middle.x - before.x, y: middle.y - before.y } };
}

/** The part of a box that lies within the viewport. */
export function visible(box: Box, viewport: Size): Box {
  const x = clamp(box.x, 0, viewport.width);
  const y = clamp(box.y, 0, viewport.height);
  return {
    x,
    y,
    width: Math.max(0, clamp(box.x + box.width, 0, viewport.width) - x),
    height: Math.max(0, clamp(box.y + box.height, 0, viewport.height) - y),
  };
}

/** Where a pointer puts the divider, from 0 (left edge of the box) to 1. */
export const dividerAt = (x: number, box: Box): number => (box.width <= 0 ? 0.5 : clamp((x - box.x) / box.width, 0, 1));

export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
