// What an edit is made of: its operations with their parameters, spelled as the API spells them, and the checks they share.
import { badUserInput } from "../../errors.ts";
import type { BackgroundKind } from "../picture.ts";

export const flipAxes = ["HORIZONTAL", "VERTICAL"] as const;
export type FlipAxis = (typeof flipAxes)[number];

export const fits = ["CONTAIN", "COVER", "INSIDE"] as const;
export type Fit = (typeof fits)[number];

/** Fractions of the picture's width and height, 0 to 1. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const toneNames = ["brightness", "contrast", "saturation", "warmth", "sharpness"] as const;
/** Each from -1 to 1; 0 changes nothing. */
export type Tone = Readonly<Record<(typeof toneNames)[number], number>>;

export interface Background {
  readonly kind: BackgroundKind;
  /** CSS hex colours: one for COLOR, two for GRADIENT (top, bottom), none for the others. */
  readonly colors: readonly string[];
}

/** Pixels. */
export interface Resize {
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
}

/** One operation, checked. What is stored with a result, so that it can be told and done again. */
export type EditOperation =
  | { readonly crop: Crop }
  /** Degrees, clockwise. */
  | { readonly rotate: number }
  | { readonly flip: FlipAxis }
  | { readonly tone: Tone }
  | { readonly background: Background }
  | { readonly resize: Resize };

type Maybe<T> = T | null | undefined;

/** One operation as it arrives: exactly one of the fields is meant. */
export interface EditOperationInput {
  readonly crop?: Maybe<Crop>;
  readonly rotate?: Maybe<number>;
  readonly flip?: Maybe<FlipAxis>;
  readonly tone?: Maybe<{ readonly [name in keyof Tone]?: Maybe<number> }>;
  readonly background?: Maybe<{ readonly kind: BackgroundKind; readonly colors?: Maybe<readonly string[]> }>;
  readonly resize?: Maybe<{ readonly width: number; readonly height: number; readonly fit?: Maybe<Fit> }>;
}

/** @throws UserError BAD_USER_INPUT naming the field, its range and what was received. */
export function expectBetween(field: string, value: number, range: { least: number; most: number; unit?: string; why: string }): number {
  const { least, most, unit, why } = range;
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw badUserInput(`Expected ${field} between ${least} and ${most}${unit ? ` ${unit}` : ""} but received ${value}: ${why}`);
}
