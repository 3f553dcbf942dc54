// What marketplaces ask of a picture: presets as a table, and the resolution of a request against them.
import { badUserInput } from "../errors.ts";
import { type ImageFormat, imageFormats, type OutputSpec, type Recipe } from "./picture.ts";
import { ruleSentences } from "./preset-rules.ts";

/** Pixels; below this no margin can keep an encoder's 8-pixel blocks from dirtying a white edge. */
export const minOutputSide = 32;
/** Pixels; the largest side that any of the marketplaces takes. Stops requests for gigapixel canvases. */
export const maxOutputSide = 8000;
/** Bytes; less than this holds no picture worth having. */
export const minOutputBytes = 10_000;
/** Bytes; the largest file that can be uploaded again. */
export const maxOutputBytes = 50_000_000;

export interface OutputPreset {
  readonly name: string;
  readonly title: string;
  readonly output: OutputSpec;
  readonly rules: readonly string[];
  /** The marketplace's page; null for our own masters. */
  readonly source: string | null;
  readonly checkedAt: Date;
  /** Whether the figures were read on the marketplace's own page; if not, a secondary source says so. */
  readonly confirmed: boolean;
  /** The product's share of the frame's width or height, whichever is reached first; decides the margin. */
  readonly fill: number;
  /** Whether the background, and so the outermost ring of pixels, must be pure white. */
  readonly whiteBackground: boolean;
}

const checkedAt = new Date("2026-11-20T00:00:00Z");
const megabyte = 1_000_000;

interface Row extends Pick<OutputPreset, "title" | "source" | "confirmed" | "fill" | "whiteBackground"> {
  readonly size: readonly [width: number, height: number];
  readonly quality?: number;
  readonly maxBytes: number | null;
}

const rows: Readonly<Record<string, Row>> = {
  "square-master": {
    title: "Square master",
    size: [2200, 2200],
    maxBytes: 5 * megabyte,
    source: null,
    confirmed: true,
    fill: 0.87,
    whiteBackground: true,
  },
  "portrait-master": {
    title: "Portrait master",
    size: [1200, 1600],
    maxBytes: 10 * megabyte,
    source: null,
    confirmed: true,
    fill: 0.87,
    whiteBackground: true,
  },
  ozon: {
    title: "Ozon",
    size: [1200, 1600],
    maxBytes: 10 * megabyte,
    source: "https://docs.ozon.ru/global/en/products/requirements/product-images/",
    confirmed: false,
    fill: 0.87,
    whiteBackground: false,
  },
  wildberries: {
    title: "Wildberries",
    size: [1200, 1600],
    maxBytes: 32 * megabyte,
    source: "https://seller.wildberries.ru/",
    confirmed: false,
    fill: 0.87,
    whiteBackground: false,
  },
  "yandex-market": {
    title: "Yandex Market",
    size: [1200, 1600],
    maxBytes: 10 * megabyte,
    source: "https://yandex.ru/support/marketplace/",
    confirmed: false,
    fill: 0.85,
    whiteBackground: true,
  },
  "amazon-main": {
    title: "Amazon, main picture",
    size: [2000, 2000],
    maxBytes: 10 * megabyte,
    source: "https://sellercentral.amazon.com/help/hub/reference/G1881",
    confirmed: false,
    fill: 0.88,
    whiteBackground: true,
  },
  walmart: {
    title: "Walmart",
    size: [2200, 2200],
    maxBytes: 5 * megabyte,
    source:
      "https://marketplacelearn.walmart.com/guides/Item%20setup/Item%20content,%20imagery,%20and%20media/Product-detail-page:-Image-guidelines-&-requirements",
    confirmed: true,
    fill: 0.87,
    whiteBackground: true,
  },
  ebay: {
    title: "eBay",
    size: [1600, 1600],
    quality: 92,
    maxBytes: 12 * megabyte,
    source: "https://www.ebay.com/help/selling/listings/adding-pictures-listings?id=4148",
    confirmed: false,
    fill: 0.87,
    whiteBackground: false,
  },
  google: {
    title: "Google Merchant Center",
    size: [1500, 1500],
    maxBytes: 16 * megabyte,
    source: "https://support.google.com/merchants/answer/6324350",
    confirmed: false,
    fill: 0.85,
    whiteBackground: false,
  },
  shopify: {
    title: "Shopify",
    size: [2048, 2048],
    maxBytes: 20 * megabyte,
    source: "https://help.shopify.com/en/manual/products/product-media/product-media-types",
    confirmed: false,
    fill: 0.85,
    whiteBackground: false,
  },
  taobao: {
    title: "Taobao",
    size: [800, 800],
    maxBytes: 3 * megabyte,
    source: "https://www.taobao.com/",
    confirmed: false,
    fill: 0.85,
    whiteBackground: false,
  },
};

/** JPEG quality where a preset names none: no visible loss, edges clean. */
const usualQuality = 90;

export const presets: readonly OutputPreset[] = Object.entries(rows).map(([name, { size, quality, maxBytes, ...row }]) => ({
  ...row,
  name,
  rules: ruleSentences(name),
  output: { preset: name, width: size[0], height: size[1], format: "JPEG", quality: quality ?? usualQuality, maxBytes },
  checkedAt,
}));

/** Whether the outermost ring of the picture must be pure white: the preset demands white and the recipe does not paint otherwise. */
export const wantsWhiteRing = (output: OutputSpec, recipe: Recipe): boolean =>
  output.preset !== null && findPreset(output.preset)?.whiteBackground === true && isPlainWhite(recipe);

const isPlainWhite = ({ background, colors }: Recipe): boolean => background === "COLOR" && /^#(fff|ffffff)$/i.test(colors[0] ?? "#ffffff");

export const findPreset = (name: string): OutputPreset | undefined => presets.find((preset) => preset.name === name);

/** What is asked for where nobody asked for anything. */
export const defaultOutput: OutputSpec = presets[0]!.output;

export interface OutputInput {
  readonly preset?: string | null | undefined;
  readonly width?: number | null | undefined;
  readonly height?: number | null | undefined;
  readonly format?: ImageFormat | null | undefined;
  readonly quality?: number | null | undefined;
  readonly maxBytes?: number | null | undefined;
}

/**
 * A preset's output with the other fields laid over it. Without a preset the defaults are the base; a width or height of one's own
 * then stands for no preset, because no marketplace's margin was asked for.
 * @throws UserError BAD_USER_INPUT naming the field and the allowed values.
 */
export function resolveOutput(input: OutputInput, defaults: OutputSpec = defaultOutput): OutputSpec {
  const hasSize = (input.width ?? input.height ?? null) !== null;
  const base =
    input.preset === null || input.preset === undefined
      ? hasSize
        ? { ...defaults, preset: null }
        : defaults
      : requirePreset(input.preset).output;
  if (input.format && !imageFormats.includes(input.format)) {
    throw badUserInput(`output.format is "${input.format}": it must be one of ${imageFormats.join(", ")}.`);
  }
  return {
    preset: base.preset,
    width: wholeBetween("width", input.width, [minOutputSide, maxOutputSide]) ?? base.width,
    height: wholeBetween("height", input.height, [minOutputSide, maxOutputSide]) ?? base.height,
    format: input.format ?? base.format,
    quality: wholeBetween("quality", input.quality, [1, 100]) ?? base.quality,
    maxBytes: wholeBetween("maxBytes", input.maxBytes, [minOutputBytes, maxOutputBytes]) ?? base.maxBytes,
  };
}

function requirePreset(name: string): OutputPreset {
  const preset = findPreset(name);
  if (preset === undefined)
    throw badUserInput(`output.preset is "${name}": it must be one of ${presets.map((each) => each.name).join(", ")}.`);
  return preset;
}

function wholeBetween(field: string, value: number | null | undefined, [least, most]: readonly [number, number]): number | null {
  if (value === null || value === undefined) return null;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw badUserInput(`output.${field} is ${value}: it must be a whole number between ${least} and ${most}.`);
}
