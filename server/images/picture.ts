// The words that engines, operations and encoders share: pictures, recipes, outputs.
import { z } from "zod";

/** Decoded pixels: 8-bit sRGB, rows top to bottom, no padding; 4 channels mean straight (not premultiplied) alpha. */
export interface Picture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

export const imageFormats = ["JPEG", "PNG", "WEBP", "AVIF"] as const;
export type ImageFormat = (typeof imageFormats)[number];

export const backgroundKinds = ["KEEP", "TRANSPARENT", "COLOR", "GRADIENT"] as const;
export type BackgroundKind = (typeof backgroundKinds)[number];

/** What an engine that follows no prompts does. */
export interface Recipe {
  readonly background: BackgroundKind;
  /** CSS hex colours: one for COLOR, two for GRADIENT (top, bottom). */
  readonly colors: readonly string[];
  /** Contact shadow, 0 (none) to 1. */
  readonly shadow: number;
  /** Free space around the product, as a fraction of the picture's side, 0 to 0.4. */
  readonly margin: number;
  /** Evens out exposure and colour cast, from the product alone. */
  readonly autoTone: boolean;
  /** 0 to 1. */
  readonly sharpen: number;
}

/** White, soft shadow, 8 % margin: what marketplaces want and what a workspace without prompts gets. */
export const whiteRecipe: Recipe = {
  background: "COLOR",
  colors: ["#ffffff"],
  shadow: 0.3,
  margin: 0.08,
  autoTone: true,
  sharpen: 0.3,
};

/** The finished file that is asked for; a preset is already resolved into the other fields. */
export interface OutputSpec {
  readonly preset: string | null;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** 1 to 100. */
  readonly quality: number;
  /** Bytes; null means no limit. */
  readonly maxBytes: number | null;
}

/** Where the whole source lies in the result's pixels, turned clockwise about its centre, degrees. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
}

const outputSpec = z.object({
  preset: z.string().nullable(),
  width: z.number(),
  height: z.number(),
  format: z.enum(imageFormats),
  quality: z.number(),
  maxBytes: z.number().nullable(),
});

/** Reads back what was stored as JSON. @throws ZodError when it is no output */
export const parseOutput = (stored: unknown): OutputSpec => outputSpec.parse(stored);
