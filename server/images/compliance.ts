// How a finished file stands against a marketplace's rules, measured on the encoded bytes; what cannot be measured is never passed.
import type { Metadata } from "sharp";
import { type Sentence, say } from "../say.ts";
import { photoError } from "./decode.ts";
import { type Fill, measureFill } from "./fill.ts";
import { readProfileName } from "./icc.ts";
import { estimateJpegQuality } from "./jpeg-quality.ts";
import { type DecodedFile, decodeFile, openFile } from "./opened-file.ts";
import { ringOffsets } from "./operations/canvas.ts";
import type { Picture } from "./picture.ts";
import {
  type FileFormat,
  isMeasured,
  limitsOf,
  type MeasuredRule,
  maxEnlargement,
  megabytes,
  type PresetLimits,
  percent,
  rulesOf,
  timesTold,
} from "./preset-rules.ts";
import type { OutputPreset } from "./presets.ts";
import type { PhotoFormat } from "./sniff.ts";

export const verdicts = ["PASSED", "FAILED", "NOT_CHECKED"] as const;
export type Verdict = (typeof verdicts)[number];

export interface RuleOutcome {
  readonly rule: string;
  readonly verdict: Verdict;
  /** What the rule wants. */
  readonly expected: Sentence;
  /** What the file has; null where it was not looked at. */
  readonly actual: Sentence | null;
}

/** What the file itself cannot tell. */
export interface ComplianceFacts {
  readonly upscaled: boolean;
  /** Result pixels per source pixel; null or left out where it is not known. */
  readonly enlargement?: number | null;
  /** The file's name, for its extension; left out: not looked at. */
  readonly name?: string;
  /** The product's share of the frame's width or height, whichever is larger, where its engine knows it; left out: told from the picture. */
  readonly fill?: number | undefined;
}

/** Share by which a ratio may be off: rounding to whole pixels. */
const ratioTolerance = 0.005;

/** @throws UserError BAD_USER_INPUT or LIMIT_EXCEEDED for a file that does not decode. */
export async function measureCompliance(file: Buffer, preset: Pick<OutputPreset, "name">, facts: ComplianceFacts): Promise<RuleOutcome[]> {
  try {
    return judgeFile(await decodeFile(await openFile(file)), preset, facts);
  } catch (error) {
    throw photoError(error);
  }
}

/** Every rule of the preset, the measured ones first. */
export function judgeFile(opened: DecodedFile, preset: Pick<OutputPreset, "name">, facts: ComplianceFacts): RuleOutcome[] {
  const rules = rulesOf(preset.name);
  const limits = limitsOf(preset.name) as PresetLimits;
  const measured = look(opened, facts);
  return rules.map(({ name, expected }) => {
    if (!isMeasured(name)) return { rule: name, verdict: "NOT_CHECKED", expected, actual: null };
    const [verdict, actual] = checks[name](measured, limits);
    return { rule: name, verdict, expected, actual };
  });
}

interface Measured extends Omit<ComplianceFacts, "fill"> {
  readonly bytes: number;
  readonly format: PhotoFormat | null;
  readonly meta: Metadata;
  /** As stored: before any orientation tag is applied. */
  readonly width: number;
  readonly height: number;
  /** Border pixels that are not pure white: among all, and among those that are not clear. */
  readonly border: { readonly total: number; readonly notWhite: number; readonly notWhiteNorClear: number };
  readonly fill: Fill | null;
  readonly jpegQuality: number | null;
}

function look({ file, format, meta, picture }: DecodedFile, facts: ComplianceFacts): Measured {
  return {
    ...facts,
    bytes: file.length,
    format,
    meta,
    width: meta.width,
    height: meta.height,
    border: lookAtBorder(picture),
    fill: facts.fill === undefined ? measureFill(picture) : { share: facts.fill },
    jpegQuality: format === "jpeg" ? estimateJpegQuality(file) : null,
  };
}

function lookAtBorder(picture: Picture): Measured["border"] {
  const { data, channels } = picture;
  let total = 0;
  let notWhite = 0;
  let notWhiteNorClear = 0;
  for (const at of ringOffsets(picture)) {
    total++;
    const isClear = channels === 4 && data[at + 3] === 0;
    const isWhite = data[at] === 255 && data[at + 1] === 255 && data[at + 2] === 255 && (channels === 3 || data[at + 3] === 255);
    if (isWhite) continue;
    notWhite++;
    if (!isClear) notWhiteNorClear++;
  }
  return { total, notWhite, notWhiteNorClear };
}

type Check = (measured: Measured, limits: PresetLimits) => readonly [Verdict, Sentence];

const judged = (holds: boolean, actual: Sentence): readonly [Verdict, Sentence] => [holds ? "PASSED" : "FAILED", actual];

const checks: Readonly<Record<MeasuredRule, Check>> = {
  "width and height": ({ width, height }, { size }) => {
    const { min, max, minLongest, maxPixels } = size;
    const isLarge = (min === undefined || (width >= min[0] && height >= min[1])) && Math.max(width, height) >= (minLongest ?? 0);
    const isSmall =
      (max === undefined || (width <= max[0] && height <= max[1])) && width * height <= (maxPixels ?? Number.POSITIVE_INFINITY);
    return judged(isLarge && isSmall, say("HAS_SIZE", { width, height }));
  },
  ratio: ({ width, height }, { ratio = [width, height] }) => {
    const wanted = ratio[0] / ratio[1];
    return judged(
      Math.abs(width / height / wanted - 1) <= ratioTolerance,
      say("HAS_RATIO", { ratio: ratioText(width, height), width, height }),
    );
  },
  bytes: ({ bytes }, { maxBytes = Number.POSITIVE_INFINITY }) =>
    judged(bytes <= maxBytes, say("HAS_BYTES", { megabytes: megabytes(bytes), bytes })),
  format: ({ format, name }, { formats }) => {
    const title = format === null ? ("an unknown format" as const) : formatTitles[format];
    const isAllowed = formats === undefined || formats.some((each) => each === title);
    const extension = name === undefined ? null : (/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "");
    const isNamedSo = extension === null || (format !== null && extensions[format].includes(extension));
    return judged(
      isAllowed && isNamedSo,
      extension === null
        ? say("HAS_FORMAT", { format: title })
        : extension === ""
          ? say("HAS_FORMAT_UNNAMED", { format: title })
          : say("HAS_FORMAT_NAMED", { format: title, extension }),
    );
  },
  sRGB: ({ meta }) => {
    const profile = meta.icc === undefined ? null : readProfileName(meta.icc);
    const isSrgb = (meta.space === "srgb" || meta.space === "rgb16") && (profile === null || profile === "sRGB");
    const space = spaceTitles[meta.space] ?? meta.space;
    return judged(isSrgb, profile === null ? say("HAS_NO_PROFILE", { space }) : say("HAS_PROFILE", { space, profile }));
  },
  "8-bit": ({ meta }) => judged(meta.depth === "uchar", bitsOf(meta.depth)),
  "no alpha": ({ meta }) => judged(!meta.hasAlpha, say(meta.hasAlpha ? "HAS_ALPHA" : "HAS_NO_ALPHA")),
  "white border": ({ border }, { alpha }) => {
    const dirty = alpha ? border.notWhiteNorClear : border.notWhite;
    return judged(dirty === 0, say("HAS_BORDER", { dirty, total: border.total }));
  },
  fill: ({ fill }, { fill: wanted }) => {
    if (fill === null) return ["NOT_CHECKED", say("HAS_UNKNOWN_FILL")];
    const holds = wanted === undefined || (fill.share >= wanted.min && fill.share <= (wanted.max ?? 1));
    return judged(holds, say("HAS_FILL", { percent: percent(fill.share) }));
  },
  upscaled: ({ upscaled, enlargement }) => {
    if (!upscaled) return ["PASSED", say("HAS_NOT_ENLARGED")];
    if (enlargement === null || enlargement === undefined) return ["NOT_CHECKED", say("HAS_ENLARGED_SOMEHOW")];
    return judged(enlargement <= maxEnlargement, say("HAS_ENLARGED", { times: timesTold(enlargement) }));
  },
  "JPEG quality": ({ format, jpegQuality }, { minQuality = 0 }) => {
    if (format === "png" || format === "tiff") return ["PASSED", say("HAS_NO_LOSS")];
    if (jpegQuality === null) return ["NOT_CHECKED", say("HAS_UNKNOWN_QUALITY")];
    return judged(jpegQuality >= minQuality, say("HAS_QUALITY", { quality: jpegQuality }));
  },
  "orientation tag": ({ meta }) => {
    const tag = meta.orientation ?? 1;
    return judged(tag === 1, tag === 1 ? say("HAS_NO_TAG") : say("HAS_TAG", { tag }));
  },
};

const formatTitles: Readonly<Record<PhotoFormat, FileFormat | "HEIC">> = {
  jpeg: "JPEG",
  png: "PNG",
  webp: "WebP",
  avif: "AVIF",
  heic: "HEIC",
  tiff: "TIFF",
  gif: "GIF",
};

const extensions: Readonly<Record<PhotoFormat, readonly string[]>> = {
  jpeg: ["jpg", "jpeg"],
  png: ["png"],
  webp: ["webp"],
  avif: ["avif"],
  heic: ["heic", "heif"],
  tiff: ["tif", "tiff"],
  gif: ["gif"],
};

const spaceTitles: Readonly<Record<string, string>> = { srgb: "RGB", rgb16: "RGB", cmyk: "CMYK", "b-w": "Greyscale", grey16: "Greyscale" };

function bitsOf(depth: string): Sentence {
  if (depth === "uchar" || depth === "char") return say("HAS_BITS", { bits: 8 });
  return depth === "ushort" || depth === "short" ? say("HAS_BITS", { bits: 16 }) : say("HAS_MANY_BITS");
}

function ratioText(width: number, height: number): string {
  const divisor = greatestCommonDivisor(width, height);
  const [across, down] = [width / divisor, height / divisor];
  return Math.max(across, down) <= 20 ? `${across}:${down}` : `${(width / height).toFixed(3)}:1`;
}

const greatestCommonDivisor = (one: number, other: number): number => (other === 0 ? one : greatestCommonDivisor(other, one % other));
