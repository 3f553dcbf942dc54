// Standing a product free for an edit: the studio engine finds it, the picture around it stays where it is.
import { z } from "zod";
import type { App } from "../app.ts";
import { EngineError } from "../engines/engine.ts";
import { badUserInput, engineUnavailable } from "../errors.ts";
import type { CutOut } from "../images/operations/cut-out.ts";
import { whiteRecipe } from "../images/picture.ts";
import type { EditRequest } from "../images/pictures.ts";
import type { CutOutFrom } from "../images/pictures.worker.ts";
import { isOfEnlarging, say } from "../say.ts";

/** Milliseconds; a request waits for it, and the slowest photos take a few seconds. */
const cutOutTimeoutMs = 60_000;
/** Free space around the engine's product, a fraction: room for its shadow, which ends before the engine's own edge. */
const margin = 0.1;
/** Pixels of a picture that is cut out at its own scale; the outline of a larger one is found in a smaller copy, to bound memory. */
const maxCutOutPixels = 16_000_000;

/** What is known of how a picture came to be, as far as a new background follows it. */
export interface Look {
  /** How dark a shadow is, 0 to 1. */
  readonly shadow: number;
  readonly autoTone: boolean;
  readonly cutOutFrom: CutOutFrom;
  /** The image that a person painted over the source; left out where there is none. */
  readonly mask?: string;
}

/** Of a photo as it came. */
export const sourceLook: Look = { shadow: whiteRecipe.shadow, autoTone: false, cutOutFrom: "PICTURE" };

const storedLook = z
  .object({ shadow: z.number(), autoTone: z.boolean(), background: z.string(), cutOutFrom: z.string(), mask: z.string() })
  .partial();

/** What a result tells of its making. */
interface Origin {
  readonly engine: string;
  readonly recipe: unknown;
  readonly jobItem: { readonly job: { readonly maskId: string | null } } | null;
}

/**
 * A result whose background the studio painted is cut out of its source once more: on the painted ground light edges and the old shadow would
 * be taken for the product's. Edits of such a result follow it, for they store the look.
 */
export function lookOf({ engine, recipe, jobItem }: Origin): Look {
  const stored = storedLook.safeParse(recipe).data ?? {};
  const isPainted = engine === "studio" && stored.background !== undefined && stored.background !== "KEEP";
  const mask = engine === "edit" ? stored.mask : isPainted ? jobItem?.job.maskId : null;
  return {
    shadow: stored.shadow ?? sourceLook.shadow,
    autoTone: stored.autoTone ?? false,
    cutOutFrom: isPainted || (engine === "edit" && stored.cutOutFrom === "SOURCE") ? "SOURCE" : "PICTURE",
    ...(mask ? { mask } : {}),
  };
}

type Question = Omit<Parameters<EditRequest["cutOut"]>[0], "file"> & {
  readonly file: Buffer;
  /** Painted over that file. */
  readonly mask: Buffer | null;
};

/**
 * The engine centres the product and makes it as large as fits; its placement tells where the picture lies in that, so that the product can be
 * put back. The canvas is chosen so that even a product as large as the picture is not made smaller.
 * @throws BAD_USER_INPUT where no product is found, ENGINE_UNAVAILABLE
 */
export async function cutOutWithStudio(app: App, { file, mask, width, height, shadow }: Question, look: Look): Promise<CutOut> {
  const engine = app.engines.get("studio");
  if (engine === undefined) throw unavailable("this server has none");
  if (!engine.availability.available) throw unavailable(engine.availability.reason);
  const scale = Math.min(1, Math.sqrt(maxCutOutPixels / (width * height)));
  const side = (pixels: number): number => Math.ceil((pixels * scale) / (1 - 2 * margin)) + 2;
  const signal = AbortSignal.timeout(cutOutTimeoutMs);
  try {
    const made = await engine.run({
      source: file,
      ...(mask === null ? {} : { mask }),
      prompt: null,
      recipe: {
        background: "TRANSPARENT",
        colors: [],
        shadow: shadow ? look.shadow : 0,
        margin,
        // The edge's colours must be those of the product that it is laid around.
        autoTone: look.cutOutFrom === "SOURCE" && look.autoTone,
        sharpen: 0,
      },
      model: null,
      // Only the outline is wanted: the picture around it keeps its grain, and what is put back smaller needs no network to enlarge it.
      options: engine.parseOptions({ denoise: false, enlarge: false, straighten: false, cutToEdge: false }),
      output: { preset: null, width: side(width), height: side(height), format: "PNG", quality: 100, maxBytes: null },
      signal,
      onStage: () => {},
    });
    if (made.placement === null || made.picture.channels !== 4) throw unavailable("it gave no cut-out that can be put back in its place");
    // The engine enlarges the product to its own frame; put back, it is not.
    const warnings = made.warnings.filter((warning) => !isOfEnlarging(warning));
    return { picture: made.picture, placement: made.placement, confidence: made.confidence, warnings };
  } catch (error) {
    if (signal.aborted) throw unavailable(`it took longer than ${cutOutTimeoutMs / 1000} seconds; try again, or resize the picture first`);
    if (error instanceof EngineError && error.kind === "input") throw badUserInput(say("EDIT_NO_BACKGROUND", { why: error.message }));
    if (error instanceof EngineError) throw unavailable(error.message);
    throw error;
  }
}

const unavailable = (reason: string): Error =>
  engineUnavailable(`background needs the studio engine to find the product: ${reason}.`.replace(/\.\.$/, "."));
