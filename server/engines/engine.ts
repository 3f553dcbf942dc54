// What an engine is: pixels in, pixels out. It knows no database, no store and no job.
import type { DigitalSource } from "../images/disclosure.ts";
import type { OutputSpec, Picture, Placement, Recipe } from "../images/picture.ts";
import type { Sentence } from "../say.ts";

export interface EngineInput {
  /** The source file as uploaded, any accepted format, orientation not yet applied. It and the mask are given back once the run has answered. */
  readonly source: Buffer;
  /** PNG of the upright source's size; white where the engine may paint, black stays. Transparent: see docs/decisions/0006-masks.md. */
  readonly mask?: Buffer;
  /** Assembled; null where the run has none. */
  readonly prompt: string | null;
  readonly recipe: Recipe;
  readonly model: string | null;
  /** Already validated by `parseOptions`. */
  readonly options: unknown;
  readonly output: OutputSpec;
  /** Aborting makes `run` reject with the signal's reason, soon and without side effects. */
  readonly signal: AbortSignal;
  /** Told what the run is at, in a few words for people, e.g. "Finding the product". */
  readonly onStage: (stage: Sentence) => void;
  /**
   * Told what a provider's answer costs, US dollars, as soon as it is there: it has to be paid, and the provider is free for another picture,
   * whatever becomes of the run.
   */
  readonly onAnswered?: (usd: number) => void;
}

export interface EngineOutput {
  /**
   * Exactly `output.width` x `output.height`; with alpha only where the recipe's background is TRANSPARENT. Its memory is the caller's, who gives
   * it back once the file is made: no run hands over the same again.
   */
  readonly picture: Picture;
  readonly model: string | null;
  /** US dollars. */
  readonly costUsd: number;
  /** How sure the engine is of its cut-out, 0 to 1; null where it cannot tell. */
  readonly confidence: number | null;
  /** How much of the product is as in the source, 0 to 1; left out where the engine does not alter it, or nobody can tell. */
  readonly fidelity?: number;
  /** What a reviewer should look at first. */
  readonly warnings: readonly Sentence[];
  /** Null where the engine keeps no geometry. */
  readonly placement: Placement | null;
  /** Whether source pixels were enlarged. */
  readonly upscaled: boolean;
  /** The product's share of the picture's width or height, whichever is larger; left out where the engine cannot tell. */
  readonly fill?: number;
  /** What was really sent, where it is not the given prompt. */
  readonly promptSent?: string;
  /** What the picture's file says of its making; left out: nothing, for a photo that was only retouched. */
  readonly disclosure?: DigitalSource;
}

export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

export interface EngineLimits {
  /** Runs at once. */
  readonly concurrency: number;
  /** Runs started in any 60 seconds. */
  readonly requestsPerMinute: number;
}

export interface Engine {
  readonly name: string;
  readonly title: string;
  /** Whether it follows prompts; if not, the recipe decides. */
  readonly promptable: boolean;
  readonly acceptsMask: boolean;
  /** The default first. */
  readonly models: readonly string[];
  /** Whether other models than those may be named. */
  readonly anyModel?: true;
  /** How much may be asked of it, by all workers together; left out: whatever they can do. */
  readonly limits?: EngineLimits;
  /** JSON Schema (2020-12) of `options`. */
  readonly optionsSchema: Readonly<Record<string, unknown>>;
  readonly availability: Availability;
  /** US dollars for one picture; left out or null where nobody knows beforehand. */
  readonly pricePerImageUsd?: (model: string | null, run?: Pick<EngineInput, "options" | "output">) => number | null;
  /** @throws UserError BAD_USER_INPUT naming the field and the allowed values. */
  parseOptions(options: unknown): unknown;
  /** @throws EngineError, or the signal's reason. */
  run(input: EngineInput): Promise<EngineOutput>;
  close(): Promise<void>;
}

/**
 * Why a run failed, which decides what follows: `input` (the photo's fault) and `lasting` (bad key, refused content) fail the
 * item at once, `passing` (429, 5xx, network) is tried again, not before `retryAfterMs`.
 */
export class EngineError extends Error {
  override name = "EngineError";
  readonly kind: "input" | "passing" | "lasting";
  readonly retryAfterMs: number | null;
  constructor(kind: EngineError["kind"], message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
