// What each preset's picture is measured by, as figures, and the sentences that say so: both come from the same table.
// The figures are those of the marketplaces' own pages where they could be read; see `source` and `confirmed` in presets.ts.
import { type Sentence, say, type Word } from "../say.ts";

export type FileFormat = "JPEG" | "PNG" | "WebP" | "AVIF" | "TIFF" | "GIF";

/** Pixels. */
export interface SizeLimits {
  readonly min?: readonly [width: number, height: number];
  readonly max?: readonly [width: number, height: number];
  /** Of the longer side alone. */
  readonly minLongest?: number;
  /** Width times height. */
  readonly maxPixels?: number;
  /** What is advised beyond the limits; never measured. */
  readonly advice?: Sentence;
}

export interface PresetLimits {
  readonly size: SizeLimits;
  /** Width to height; left out: any. */
  readonly ratio?: readonly [number, number];
  /** Left out: any, as long as the extension tells it. */
  readonly formats?: readonly FileFormat[];
  /** Left out: no figure is known. */
  readonly maxBytes?: number;
  /** Of JPEG files, 1 to 100. */
  readonly minQuality?: number;
  /** The product's share of the frame. */
  readonly fill?: { readonly min: number; readonly max?: number };
  /** Whether the outermost ring of pixels must be pure white. */
  readonly whiteBorder: boolean;
  /** Whether the picture may be transparent; clear border pixels then count as white. */
  readonly alpha: boolean;
  /** What no program here can see. */
  readonly unseen: readonly Rule[];
}

const megabyte = 1_000_000;
const noWords: Rule = { name: "text and watermark", expected: say("WANTS_NO_WORDS") };
const noBorder: Rule = { name: "text and watermark", expected: say("WANTS_NO_BORDER") };
const oneProduct: Rule = { name: "one product", expected: say("WANTS_ONE_PRODUCT") };
const atMost = (pictures: number): Rule => ({ name: "number of pictures", expected: say("WANTS_AT_MOST_PICTURES", { pictures }) });
const atLeast = (pictures: number): Rule => ({ name: "number of pictures", expected: say("WANTS_AT_LEAST_PICTURES", { pictures }) });

const advised = (side: number): Sentence => say("ADVISED", { width: side, height: side });
const clothing = { width: 900, height: 1200, leastWidth: 700, leastHeight: 900 };

const limits: Readonly<Record<string, PresetLimits>> = {
  "square-master": {
    size: { min: [2200, 2200], max: [2200, 2200] },
    ratio: [1, 1],
    formats: ["JPEG"],
    maxBytes: 5 * megabyte,
    // 87 % is aimed at; soft outlines and shadows are measured to within two points.
    fill: { min: 0.85, max: 0.9 },
    whiteBorder: true,
    alpha: false,
    unseen: [noWords, oneProduct],
  },
  "portrait-master": {
    size: { min: [1200, 1600], max: [1200, 1600] },
    ratio: [3, 4],
    formats: ["JPEG"],
    maxBytes: 10 * megabyte,
    whiteBorder: true,
    alpha: false,
    unseen: [noWords, oneProduct],
  },
  ozon: {
    size: { min: [200, 200], max: [4320, 7680], advice: say("ADVISED_CLOTHING", clothing) },
    ratio: [3, 4],
    formats: ["JPEG", "PNG"],
    maxBytes: 10 * megabyte,
    whiteBorder: false,
    alpha: false,
    unseen: [noWords, atMost(30)],
  },
  wildberries: {
    size: { min: [700, 900], max: [8000, 8000] },
    ratio: [3, 4],
    formats: ["JPEG", "PNG", "WebP"],
    maxBytes: 32 * megabyte,
    minQuality: 65,
    whiteBorder: false,
    alpha: false,
    unseen: [noWords, atMost(30)],
  },
  "yandex-market": {
    size: { min: [300, 300], max: [8000, 8000], advice: say("ADVISED_SIDE", { pixels: 1000, mostPixels: 2000 }) },
    ratio: [3, 4],
    maxBytes: 10 * megabyte,
    fill: { min: 0.66 },
    whiteBorder: true,
    alpha: true,
    unseen: [noWords, atMost(30)],
  },
  "amazon-main": {
    size: { minLongest: 1000, max: [10_000, 10_000], advice: say("ADVISED_LONGEST_TO", { pixels: 1600, mostPixels: 2000 }) },
    formats: ["JPEG", "PNG", "TIFF"],
    maxBytes: 10 * megabyte,
    fill: { min: 0.85 },
    whiteBorder: true,
    alpha: false,
    unseen: [noBorder, oneProduct],
  },
  walmart: {
    size: { min: [1500, 1500], advice: advised(2200) },
    ratio: [1, 1],
    formats: ["JPEG", "PNG"],
    maxBytes: 5 * megabyte,
    whiteBorder: true,
    alpha: false,
    unseen: [noWords, atLeast(4)],
  },
  ebay: {
    size: { minLongest: 500, advice: say("ADVISED_LONGEST", { pixels: 1600 }) },
    maxBytes: 12 * megabyte,
    minQuality: 90,
    whiteBorder: false,
    alpha: false,
    unseen: [noBorder, atMost(24)],
  },
  google: {
    size: { min: [500, 500], maxPixels: 64_000_000, advice: advised(1500) },
    maxBytes: 16 * megabyte,
    fill: { min: 0.75, max: 0.9 },
    whiteBorder: false,
    alpha: false,
    unseen: [{ name: "text and watermark", expected: say("WANTS_NO_PROMOTION") }, atMost(11)],
  },
  shopify: {
    size: { max: [5000, 5000], advice: advised(2048) },
    maxBytes: 20 * megabyte,
    whiteBorder: false,
    alpha: true,
    unseen: [atMost(250)],
  },
  taobao: {
    size: { min: [800, 800] },
    ratio: [1, 1],
    whiteBorder: false,
    alpha: false,
    unseen: [noWords],
  },
};

export const measuredRules = [
  "width and height",
  "ratio",
  "bytes",
  "format",
  "sRGB",
  "8-bit",
  "no alpha",
  "white border",
  "fill",
  "upscaled",
  "JPEG quality",
  "orientation tag",
] as const satisfies readonly Word[];
export type MeasuredRule = (typeof measuredRules)[number];

/** Times; enlarged further than this a photo looks soft. */
export const maxEnlargement = 3;
/** Tenths: what floating point may add to a figure that is even. */
const rounding = 1e-6;
/** How many times something was enlarged, as it is told: rounded up to tenths, or 3.04 would be refused as 3.0 times. */
export const timesTold = (enlargement: number): number => Math.ceil(enlargement * 10 - rounding) / 10;

/** What no program here can see: listed, never passed. */
export const unseenRules = ["text and watermark", "one product", "number of pictures"] as const satisfies readonly Word[];

export interface Rule {
  readonly name: MeasuredRule | (typeof unseenRules)[number];
  /** What is wanted. */
  readonly expected: Sentence;
}

export const isMeasured = (name: Rule["name"]): name is MeasuredRule => measuredRules.some((each) => each === name);

export const limitsOf = (preset: string): PresetLimits | undefined => limits[preset];

/** Every rule of a preset that exists, the measured ones first. @throws TypeError for a name that is no preset's. */
export function rulesOf(preset: string): Rule[] {
  const of = limits[preset];
  if (of === undefined) throw new TypeError(`There are no rules for a preset ${preset}`);
  const measured = measuredRules.flatMap((name) => {
    const expected = sentences[name](of);
    return expected === null ? [] : [{ name, expected }];
  });
  return [...measured, ...of.unseen];
}

/** The rules in words, as a preset shows them. */
export const ruleSentences = (preset: string): string[] => rulesOf(preset).map(({ expected }) => expected);

export const megabytes = (bytes: number): number => Number((bytes / megabyte).toFixed(bytes < megabyte ? 3 : 1));
export const percent = (share: number): number => Math.round(share * 100);

/** Null where the preset has no such rule. */
const sentences: Readonly<Record<MeasuredRule, (of: PresetLimits) => Sentence | null>> = {
  "width and height": ({ size }) => sizeSentence(size),
  ratio: ({ ratio }) => (ratio === undefined ? null : say("WANTS_RATIO", { ratio: ratio.join(":") })),
  bytes: ({ maxBytes }) => (maxBytes === undefined ? null : say("WANTS_BYTES", { megabytes: megabytes(maxBytes) })),
  format: ({ formats }) => (formats === undefined ? say("WANTS_ANY_FORMAT") : say("WANTS_FORMAT", { formats })),
  sRGB: () => say("WANTS_SRGB"),
  "8-bit": () => say("WANTS_8_BIT"),
  "no alpha": ({ alpha }) => (alpha ? null : say("WANTS_NO_ALPHA")),
  "white border": ({ whiteBorder, alpha }) => (whiteBorder ? say(alpha ? "WANTS_WHITE_OR_CLEAR_BORDER" : "WANTS_WHITE_BORDER") : null),
  fill: ({ fill }) => {
    if (fill === undefined) return null;
    const least = percent(fill.min);
    return fill.max === undefined
      ? say("WANTS_FILL", { percent: least })
      : say("WANTS_FILL_BETWEEN", { percent: least, mostPercent: percent(fill.max) });
  },
  upscaled: () => say("WANTS_LITTLE_ENLARGEMENT", { times: maxEnlargement }),
  "JPEG quality": ({ minQuality }) => (minQuality === undefined ? null : say("WANTS_QUALITY", { quality: minQuality })),
  "orientation tag": () => say("WANTS_UPRIGHT"),
};

function sizeSentence({ advice, ...wanted }: SizeLimits): Sentence {
  const size = sizeOf(wanted);
  return advice === undefined ? say("WANTS_SIZE", { size }) : say("WANTS_SIZE_ADVISED", { size, advice });
}

/** A pair of limits that no preset has yet is given its own sentence when one has. */
function sizeOf({ min, max, minLongest, maxPixels }: SizeLimits): Sentence {
  const most = max && { maxWidth: max[0], maxHeight: max[1] };
  if (minLongest !== undefined)
    return most === undefined ? say("SIZE_LONGEST", { pixels: minLongest }) : say("SIZE_LONGEST_TO", { pixels: minLongest, ...most });
  if (min === undefined) return say("SIZE_TO", { width: max?.[0] ?? 0, height: max?.[1] ?? 0 });
  const least = { width: min[0], height: min[1] };
  if (maxPixels !== undefined) return say("SIZE_FROM_MEGAPIXELS", { ...least, megapixels: maxPixels / 1e6 });
  if (most === undefined) return say("SIZE_FROM", least);
  return most.maxWidth === least.width && most.maxHeight === least.height
    ? say("SIZE_EXACT", least)
    : say("SIZE_FROM_TO", { ...least, ...most });
}
