// From picture to finished file: encoded, decoded again, its white edge kept white, and held against its preset's rules before it counts as done.
import { type Sentence, say } from "../say.ts";
import { type ComplianceFacts, judgeFile, type RuleOutcome } from "./compliance.ts";
import type { DigitalSource } from "./disclosure.ts";
import { type Encoded, encodePicture } from "./encode.ts";
import { describeOpened, type PhotoInfo } from "./inspect.ts";
import type { DecodedFile } from "./opened-file.ts";
import type { OutputSpec, Picture, Recipe } from "./picture.ts";
import { findPreset, wantsWhiteRing } from "./presets.ts";
import { countDirtyRing, decodeVerified, openVerified } from "./verify.ts";

/**
 * How much better a file is made, try by try, whose encoder turned a white edge into 254s: which qualities do so follows from how their tables
 * divide, JPEG's from 41 to 45 for one, and not from how high they are. At the best of WebP and AVIF white stays white.
 */
const betterBy = [1, 2, 4, 7, 11] as const;
const bestQualities = [98, 100] as const;

export interface Finishing {
  readonly output: OutputSpec;
  /** What the picture was painted by. */
  readonly recipe: Recipe;
  /** Written into the file; null: it carries no metadata. */
  readonly disclosure: DigitalSource | null;
  /** What the file itself can not tell. */
  readonly facts: ComplianceFacts;
}

export interface Finished extends Encoded {
  readonly photo: PhotoInfo;
  /** Of the output's preset, what the file does not keep; empty without a preset. */
  readonly broken: readonly RuleOutcome[];
}

export type FinishPicture = (picture: Picture, finishing: Finishing) => Promise<Finished>;

/**
 * @throws UserError LIMIT_EXCEEDED when the bytes cannot be kept at a quality fit to sell from; EncodingFault and RangeError when the
 * picture or its encoder is at fault.
 */
export async function finishPicture(picture: Picture, finishing: Finishing): Promise<Finished> {
  const { output, recipe, disclosure, facts } = finishing;
  const preset = output.preset === null ? undefined : findPreset(output.preset);
  if (preset === undefined) {
    const encoded = await encodePicture(picture, output, disclosure);
    // No rule asks for its pixels: describing it decodes it.
    return { ...encoded, photo: await describeOpened(await openVerified(encoded.data, output, disclosure)), broken: [] };
  }
  const first = await encodeOnce(picture, finishing, output.quality);
  const { encoded, opened } = wantsWhiteRing(output, recipe) ? await whiten(picture, finishing, first) : first;
  const outcomes = judgeFile(opened, preset, facts);
  return { ...encoded, photo: await describeOpened(opened), broken: outcomes.filter(({ verdict }) => verdict === "FAILED") };
}

interface Try {
  readonly encoded: Encoded;
  readonly opened: DecodedFile;
}

async function encodeOnce(picture: Picture, { output, disclosure }: Finishing, quality: number): Promise<Try> {
  const encoded = await encodePicture(picture, { ...output, quality }, disclosure);
  return { encoded, opened: await decodeVerified(encoded.data, output, disclosure) };
}

/** The first try, or a better one whose edge is as white as the picture's; where none is, the rules will say so. */
async function whiten(picture: Picture, finishing: Finishing, first: Try): Promise<Try> {
  const own = countDirtyRing(picture.data, picture);
  const isAsWhite = ({ opened }: Try): boolean => countDirtyRing(opened.picture.data, opened.picture) <= own;
  if (isAsWhite(first)) return first;
  const { quality } = first.encoded;
  const better = [...betterBy.map((more) => quality + more), ...bestQualities].filter((each) => each > quality && each <= 100);
  for (const each of new Set(better)) {
    const next = await encodeOnce(picture, finishing, each);
    // Where the bytes allow no more than before, no try will be better.
    if (next.encoded.quality <= quality) return first;
    if (isAsWhite(next)) return next;
  }
  return first;
}

/** A rule that a file does not keep, as a reviewer reads it. */
export const brokenSentence = (preset: string, { rule, expected, actual }: RuleOutcome): Sentence =>
  say("RULE_BROKEN", { preset, rule, expected, actual: actual ?? "" });
