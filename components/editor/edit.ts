// An edit as a value: what is done to a picture, how each action changes it, and the operations that the API is sent.
import type { EditOperationInput } from "../api/generated/graphql.ts";
import { cropOf, type Frame, fitted, largest, type Size, whole } from "./geometry.ts";

export const toneNames = ["brightness", "contrast", "saturation", "warmth", "sharpness"] as const;
export type ToneName = (typeof toneNames)[number];
/** Each from -1 to 1; 0 changes nothing. */
export type Tone = Readonly<Record<ToneName, number>>;

/** Width by height; `free` is any. */
export const ratios = { free: undefined, "1:1": 1, "3:4": 3 / 4, "4:3": 4 / 3, "9:16": 9 / 16 } as const;
export type RatioName = keyof typeof ratios;

/** A CSS hex colour, or none. */
export type Ground = "transparent" | `#${string}`;

export interface Edit {
  /** Mirrored first, then turned. */
  readonly mirrored: { readonly sides: boolean; readonly ends: boolean };
  /** Quarter turns, clockwise, 0 to 3. */
  readonly quarters: number;
  /** Degrees, clockwise, within `straightenMost`. */
  readonly straighten: number;
  readonly ratio: RatioName;
  /** The frame as it was last set: turning may hold it smaller, and gives it back. */
  readonly wanted: Frame;
  readonly tone: Tone;
  /** Undefined leaves what is there. */
  readonly ground: Ground | undefined;
}

/** Decimals of a degree that the dial knows; sums of them grow others. */
const dialDecimals = 1;
/** Degrees that the dial goes to either side. */
export const straightenMost = 15;

const plainTone: Tone = { brightness: 0, contrast: 0, saturation: 0, warmth: 0, sharpness: 0 };

export const untouched = (picture: Size): Edit => ({
  mirrored: { sides: false, ends: false },
  quarters: 0,
  straighten: 0,
  ratio: "free",
  wanted: whole(picture),
  tone: plainTone,
  ground: undefined,
});

export const degreesOf = ({ quarters, straighten }: Edit): number => quarters * 90 + straighten;

/** The frame that is cut out: what is wanted, as far as the turned picture reaches. */
export const frameOf = (edit: Edit, picture: Size): Frame => fitted(edit.wanted, picture, degreesOf(edit));

export function withRatio(edit: Edit, ratio: RatioName, picture: Size): Edit {
  const value = ratios[ratio];
  if (value === undefined) return { ...edit, ratio, wanted: frameOf(edit, picture) };
  return { ...edit, ratio, wanted: largest(value, picture, { degrees: degreesOf(edit), about: edit.wanted }) };
}

/** A quarter turn of what is seen; the frame turns with it. */
export function quarterTurned(edit: Edit, way: 1 | -1, picture: Size): Edit {
  const { x, y, width, height } = edit.wanted;
  const wanted: Frame = { x: way === 1 ? -y : y, y: way === 1 ? x : -x, width: height, height: width };
  const next: Edit = { ...edit, quarters: (edit.quarters + way + 4) % 4, wanted };
  const kept = ratios[edit.ratio];
  // A ratio that was chosen stands upright again.
  return kept === undefined || kept === 1 ? next : withRatio(next, edit.ratio, picture);
}

/** Mirrors what is seen, its turn included. */
export function mirrored(edit: Edit, axis: "sides" | "ends"): Edit {
  const { x, y } = edit.wanted;
  return {
    ...edit,
    mirrored: { ...edit.mirrored, [axis]: !edit.mirrored[axis] },
    quarters: (4 - edit.quarters) % 4,
    // Minus nothing is nothing.
    straighten: edit.straighten === 0 ? 0 : -edit.straighten,
    wanted: { ...edit.wanted, x: axis === "sides" ? -x : x, y: axis === "ends" ? -y : y },
  };
}

/**
 * What the API is asked for, in this order: the tone of the picture before its ground is painted, so that the ground has the colour that
 * was chosen; then what moves pixels. Empty where nothing is changed.
 */
export function operationsOf(edit: Edit, picture: Size): EditOperationInput[] {
  const operations: EditOperationInput[] = [];
  if (toneNames.some((name) => edit.tone[name] !== 0)) operations.push({ tone: edit.tone });
  if (edit.ground !== undefined) {
    const { ground } = edit;
    operations.push({ background: ground === "transparent" ? { kind: "TRANSPARENT" } : { kind: "COLOR", colors: [ground] } });
  }
  if (edit.mirrored.sides) operations.push({ flip: "HORIZONTAL" });
  if (edit.mirrored.ends) operations.push({ flip: "VERTICAL" });
  const degrees = degreesOf(edit);
  if (degrees !== 0) operations.push({ rotate: Number(((degrees + 360) % 360).toFixed(dialDecimals)) });
  const crop = cropOf(frameOf(edit, picture), picture, degrees);
  if (crop !== undefined) operations.push({ crop });
  return operations;
}
