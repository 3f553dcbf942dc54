// Where the whole source lies while its picture is edited: plain geometry, pixels, y downwards, degrees clockwise.
import type { Placement } from "../picture.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The source's box in the picture, and whether it lies there mirrored left to right before it is turned. Null: not known. */
export type Frame = { readonly box: Placement; readonly isMirrored: boolean } | null;

/** The whole picture is the source. */
export const wholeFrame = ({ width, height }: Size): Frame => ({ box: { x: 0, y: 0, width, height, rotation: 0 }, isMirrored: false });

/** A mirrored source cannot be laid over its result by a box and an angle: null then. */
export const placementOf = (frame: Frame): Placement | null => (frame === null || frame.isMirrored ? null : frame.box);

/** After the picture's left top corner moved to `left`, `top`. */
export function shiftFrame(frame: Frame, { left, top }: { left: number; top: number }): Frame {
  return frame && { ...frame, box: { ...frame.box, x: frame.box.x - left, y: frame.box.y - top } };
}

/** After the picture was scaled; the factors differ by no more than rounding to whole pixels. */
export function scaleFrame(frame: Frame, { across, down }: { across: number; down: number }): Frame {
  if (frame === null) return null;
  const { box } = frame;
  const { sin, cos } = turnOf(box.rotation);
  const width = box.width * Math.hypot(across * cos, down * sin);
  const height = box.height * Math.hypot(across * sin, down * cos);
  const centre = centreOf(box);
  return { ...frame, box: boxAround({ x: centre.x * across, y: centre.y * down }, { width, height, rotation: box.rotation }) };
}

/** After the picture was turned clockwise; `centre` is where its middle came to lie, pixels. */
export function turnFrame(frame: Frame, degrees: number, to: { before: Size; centre: Point }): Frame {
  if (frame === null) return null;
  const { sin, cos } = turnOf(degrees);
  const { x: boxX, y: boxY } = centreOf(frame.box);
  const x = boxX - to.before.width / 2;
  const y = boxY - to.before.height / 2;
  const turned = { x: x * cos - y * sin + to.centre.x, y: x * sin + y * cos + to.centre.y };
  return { ...frame, box: boxAround(turned, { ...frame.box, rotation: normalDegrees(frame.box.rotation + degrees) }) };
}

export function flipFrame(frame: Frame, axis: "HORIZONTAL" | "VERTICAL", { width, height }: Size): Frame {
  if (frame === null) return null;
  const { x, y } = centreOf(frame.box);
  const centre = axis === "HORIZONTAL" ? { x: width - x, y } : { x, y: height - y };
  // Top to bottom is left to right and half a turn.
  const rotation = normalDegrees((axis === "HORIZONTAL" ? 0 : 180) - frame.box.rotation);
  return { box: boxAround(centre, { ...frame.box, rotation }), isMirrored: !frame.isMirrored };
}

/** 0 (included) to 360. */
export const normalDegrees = (degrees: number): number => (((degrees % 360) + 360) % 360) + 0;

/** Exact at right angles, where the radians' rounding would leave crumbs. */
export function turnOf(degrees: number): { sin: number; cos: number } {
  const quarter = degrees / 90;
  if (Number.isInteger(quarter)) {
    const at = ((quarter % 4) + 4) % 4;
    return { sin: [0, 1, 0, -1][at]!, cos: [1, 0, -1, 0][at]! };
  }
  const radians = (degrees * Math.PI) / 180;
  return { sin: Math.sin(radians), cos: Math.cos(radians) };
}

const centreOf = ({ x, y, width, height }: Placement): Point => ({ x: x + width / 2, y: y + height / 2 });

function boxAround(centre: Point, { width, height, rotation }: Size & { rotation: number }): Placement {
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height, rotation };
}
