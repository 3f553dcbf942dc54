// How long a gallery is tried that refuses or fails: one patience for syncs and for publications.
import { GalleryError } from "../galleries/gallery.ts";
import { type Sentence, say, type Word } from "../say.ts";

/** Tries in a row that get no further, before it is given up. */
const maxAttempts = 8;
/** Milliseconds before the second try; doubled before each further one. */
const firstRetryMs = 2_000;
/** Milliseconds that a gallery may ask to be left alone; one that wants more is asked again by a person or the schedule. */
const longestPatienceMs = 60 * 60_000;
/** Workers' deaths that one sync or publication may take part in. */
export const maxCrashes = 3;

export interface GalleryFault {
  readonly error: unknown;
  /** What is told of it; a gallery's own words count for more. */
  readonly why: Sentence;
  /** Tries before this one that got no further. */
  readonly attempts: number;
  /** What a person does once it has been given up. */
  readonly again: Extract<Word, "import again" | "publish again">;
}

/** `waitMs`, milliseconds, is null where it has ended. */
export interface NextTry {
  readonly error: string;
  readonly waitMs: number | null;
}

export function nextTry({ error, why: given, attempts, again }: GalleryFault): NextTry {
  const isKnown = error instanceof GalleryError;
  const why = isKnown ? error.message : given;
  if (isKnown && error.kind === "lasting") return { error: why, waitMs: null };
  if (attempts + 1 >= maxAttempts) return { error: say("GALLERY_GIVEN_UP", { why, count: maxAttempts, again }), waitMs: null };
  const waitMs = Math.max((isKnown ? error.retryAfterMs : null) ?? 0, firstRetryMs * 2 ** attempts);
  if (waitMs <= longestPatienceMs) return { error: say("GALLERY_GOES_ON", { why }), waitMs };
  return { error: say("GALLERY_LEFT_ALONE", { why, count: Math.ceil(waitMs / 60_000), again }), waitMs: null };
}
