// What marketplaces ask of a picture: presets as a table, and the resolution of a request against them.
import { badUserInput } from "../errors.ts";
import { type ImageFormat, imageFormats, type OutputSpec, type Recipe } from "./picture.ts";

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

interface Row extends Pick<OutputPreset, "title" | "rules" | "source" | "confirmed" | "fill" | "whiteBackground"> {
  readonly size: readonly [width: number, height: number];
  readonly quality?: number;
  readonly maxBytes: number | null;
}

const rows: Readonly<Record<string, Row>> = {
  "square-master": {
    title: "Square master",
    size: [2200, 2200],
    maxBytes: 5 * megabyte,
    rules: [
      "2200 x 2200 pixels, square.",
      "Pure white background.",
      "The product fills 87 % of the frame.",
      "sRGB JPEG of at most 5 MB.",
      "Suits Amazon, Walmart, eBay and Google.",
    ],
    source: null,
    confirmed: true,
    fill: 0.87,
    whiteBackground: true,
  },
  "portrait-master": {
    title: "Portrait master",
    size: [1200, 1600],
    maxBytes: 10 * megabyte,
    rules: [
      "1200 x 1600 pixels, 3:4.",
      "Pure white background.",
      "sRGB JPEG of at most 10 MB.",
      "Suits Ozon, Wildberries and Yandex Market.",
    ],
    source: null,
    confirmed: true,
    fill: 0.87,
    whiteBackground: true,
  },
  ozon: {
    title: "Ozon",
    size: [1200, 1600],
    maxBytes: 10 * megabyte,
    rules: [
      "At least 200 x 200 pixels (clothing 700 x 900), at most 4320 x 7680; 900 x 1200 and up is advised.",
      "The search shows 3:4; other shapes are padded.",
      "JPEG or PNG of at most 10 MB.",
      "At most 30 pictures: 1 main and 29 more.",
    ],
    source: "https://docs.ozon.ru/global/en/products/requirements/product-images/",
    confirmed: false,
    fill: 0.87,
    whiteBackground: false,
  },
  wildberries: {
    title: "Wildberries",
    size: [1200, 1600],
    maxBytes: 32 * megabyte,
    rules: [
      "At least 700 x 900 pixels, at most 8000 on a side.",
      "3:4.",
      "JPEG, PNG or WebP of at most 32 MB, quality at least 65.",
      "At most 30 pictures.",
    ],
    source: "https://seller.wildberries.ru/",
    confirmed: false,
    fill: 0.87,
    whiteBackground: false,
  },
  "yandex-market": {
    title: "Yandex Market",
    size: [1200, 1600],
    maxBytes: 10 * megabyte,
    rules: [
      "At least 300 pixels on a side, at most 8000; 1000 to 2000 is advised.",
      "3:4, white or transparent background.",
      "The product fills at least two thirds of the frame.",
      "At most 10 MB; at most 30 pictures.",
    ],
    source: "https://yandex.ru/support/marketplace/",
    confirmed: false,
    fill: 0.85,
    whiteBackground: true,
  },
  "amazon-main": {
    title: "Amazon, main picture",
    size: [2000, 2000],
    maxBytes: 10 * megabyte,
    rules: [
      "The longest side has at least 1000 pixels for zoom; 1600 to 2000 is advised, at most 10000.",
      "Pure white background (255, 255, 255).",
      "The product fills at least 85 % of the frame.",
      "No text, no border.",
      "JPEG, PNG or TIFF of at most 10 MB; sRGB, no alpha.",
    ],
    source: "https://sellercentral.amazon.com/help/hub/reference/G1881",
    confirmed: false,
    fill: 0.88,
    whiteBackground: true,
  },
  walmart: {
    title: "Walmart",
    size: [2200, 2200],
    maxBytes: 5 * megabyte,
    rules: [
      "2200 x 2200 pixels; at least 1500 x 1500 for zoom.",
      "Square, background 255/255/255.",
      "JPEG or PNG of at most 5 MB, 8-bit RGB.",
      "At least 4 pictures.",
    ],
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
    rules: [
      "At least 500 pixels on the longest side; 1600 is advised.",
      "No border, text or watermark.",
      "JPEG quality of at least 90 is advised; at most 12 MB.",
      "At most 24 pictures.",
    ],
    source: "https://www.ebay.com/help/selling/listings/adding-pictures-listings?id=4148",
    confirmed: false,
    fill: 0.87,
    whiteBackground: false,
  },
  google: {
    title: "Google Merchant Center",
    size: [1500, 1500],
    maxBytes: 16 * megabyte,
    rules: [
      "At least 500 x 500 pixels (from 2027-01-31); 1500 x 1500 is advised, at most 64 megapixels.",
      "No promotional text.",
      "The product fills 75 to 90 % of the frame.",
      "At most 16 MB; the extension must match the format.",
    ],
    source: "https://support.google.com/merchants/answer/6324350",
    confirmed: false,
    fill: 0.85,
    whiteBackground: false,
  },
  shopify: {
    title: "Shopify",
    size: [2048, 2048],
    maxBytes: 20 * megabyte,
    rules: ["2048 x 2048 pixels is advised, at most 5000 x 5000.", "At most 20 MB; at most 250 pictures."],
    source: "https://help.shopify.com/en/manual/products/product-media/product-media-types",
    confirmed: false,
    fill: 0.85,
    whiteBackground: false,
  },
  taobao: {
    title: "Taobao",
    size: [800, 800],
    maxBytes: 3 * megabyte,
    rules: ["800 x 800 pixels, square.", "At most 3 MB (our own caution; no figure of the marketplace is known)."],
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
