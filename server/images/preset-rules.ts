// What each preset's picture is measured by, as figures, and the sentences that say so: both come from the same table.
// The figures are those of the marketplaces' own pages where they could be read; see `source` and `confirmed` in presets.ts.

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
  readonly advice?: string;
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
const noWords: Rule = { name: "text and watermark", expected: "No text, logo or watermark." };
const noBorder: Rule = { name: "text and watermark", expected: "No text, border or watermark." };
const oneProduct: Rule = { name: "one product", expected: "One product, nothing that does not come with it." };
const count = (expected: string): Rule => ({ name: "number of pictures", expected: `${expected} pictures of one product.` });
const atMost = (pictures: number): Rule => count(`At most ${pictures}`);

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
    size: { min: [200, 200], max: [4320, 7680], advice: "900 x 1200 and up is advised, clothing needs 700 x 900" },
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
    size: { min: [300, 300], max: [8000, 8000], advice: "1000 to 2000 is advised" },
    ratio: [3, 4],
    maxBytes: 10 * megabyte,
    fill: { min: 0.66 },
    whiteBorder: true,
    alpha: true,
    unseen: [noWords, atMost(30)],
  },
  "amazon-main": {
    size: { minLongest: 1000, max: [10_000, 10_000], advice: "1600 to 2000 on the longest side is advised" },
    formats: ["JPEG", "PNG", "TIFF"],
    maxBytes: 10 * megabyte,
    fill: { min: 0.85 },
    whiteBorder: true,
    alpha: false,
    unseen: [noBorder, oneProduct],
  },
  walmart: {
    size: { min: [1500, 1500], advice: "2200 x 2200 is advised" },
    ratio: [1, 1],
    formats: ["JPEG", "PNG"],
    maxBytes: 5 * megabyte,
    whiteBorder: true,
    alpha: false,
    unseen: [noWords, count("At least 4")],
  },
  ebay: {
    size: { minLongest: 500, advice: "1600 on the longest side is advised" },
    maxBytes: 12 * megabyte,
    minQuality: 90,
    whiteBorder: false,
    alpha: false,
    unseen: [noBorder, atMost(24)],
  },
  google: {
    size: { min: [500, 500], maxPixels: 64_000_000, advice: "1500 x 1500 is advised" },
    maxBytes: 16 * megabyte,
    fill: { min: 0.75, max: 0.9 },
    whiteBorder: false,
    alpha: false,
    unseen: [{ name: "text and watermark", expected: "No promotional text or watermark." }, atMost(11)],
  },
  shopify: {
    size: { max: [5000, 5000], advice: "2048 x 2048 is advised" },
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
] as const;
export type MeasuredRule = (typeof measuredRules)[number];

/** Times; enlarged further than this a photo looks soft. */
export const maxEnlargement = 3;

/** What no program here can see: listed, never passed. */
export const unseenRules = ["text and watermark", "one product", "number of pictures"] as const;

export interface Rule {
  readonly name: MeasuredRule | (typeof unseenRules)[number];
  /** What is wanted, a sentence. */
  readonly expected: string;
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

export const megabytes = (bytes: number): string => `${Number((bytes / megabyte).toFixed(bytes < megabyte ? 3 : 1))} MB`;
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Null where the preset has no such rule. */
const sentences: Readonly<Record<MeasuredRule, (of: PresetLimits) => string | null>> = {
  "width and height": ({ size }) => sizeSentence(size),
  ratio: ({ ratio }) => (ratio && `Width to height ${ratio[0]}:${ratio[1]}.`) || null,
  bytes: ({ maxBytes }) => (maxBytes === undefined ? null : `At most ${megabytes(maxBytes)}.`),
  format: ({ formats }) => `${formats === undefined ? "Any common format" : listOf(formats)}, and the file's extension says so.`,
  sRGB: () => "sRGB colours.",
  "8-bit": () => "8 bits a channel.",
  "no alpha": ({ alpha }) => (alpha ? null : "No transparency (alpha channel)."),
  "white border": ({ whiteBorder, alpha }) =>
    whiteBorder ? `Every pixel of the border is pure white (255, 255, 255)${alpha ? " or clear" : ""}.` : null,
  fill: ({ fill }) =>
    (fill &&
      `The product fills ${fill.max ? `${percent(fill.min)} to ${percent(fill.max)}` : `at least ${percent(fill.min)}`} of the frame.`) ||
    null,
  upscaled: () => `The photo's pixels are not enlarged more than ${maxEnlargement} times.`,
  "JPEG quality": ({ minQuality }) => (minQuality === undefined ? null : `JPEG quality of at least ${minQuality}.`),
  "orientation tag": () => "No orientation tag: the pixels stand upright as they are.",
};

function sizeSentence({ min, max, minLongest, maxPixels, advice }: SizeLimits): string {
  const isExact = min !== undefined && max !== undefined && min[0] === max[0] && min[1] === max[1];
  if (isExact) return `${min[0]} x ${min[1]} pixels.`;
  const parts = [
    min && `at least ${min[0]} x ${min[1]} pixels`,
    minLongest && `at least ${minLongest} pixels on the longest side`,
    max && `at most ${max[0]} x ${max[1]} pixels`,
    maxPixels && `at most ${maxPixels / 1e6} megapixels`,
  ].filter((part) => part !== undefined && part !== 0);
  const text = `${parts.join(", ")}${advice ? `; ${advice}` : ""}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const listOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
