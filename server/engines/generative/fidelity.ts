// How much a model changed the product itself: both pictures are cut out by the studio engine, laid over each other and compared.
import { fromPicture } from "../../images/decode.ts";
import type { OutputSpec, Picture, Recipe } from "../../images/picture.ts";
import type { Engine } from "../engine.ts";
import { compareProducts, type Likeness } from "./likeness.ts";

/** Pixels of the square in which the two are compared: shapes, colours and letters show, grain and sharpness do not. */
const compareSide = 384;
/** Pixels of the longer side of the made picture that is cut out; finding the product needs no more. */
const cutOutSide = 1024;
/** The engine's sureness of a cut-out, 0 to 1, below which a comparison would say more about the cut-out than about the product. */
const leastSure = 0.5;
/** A part that is less alike than this is named in the warning. */
const partChangedBelow = 0.9;

/** Below this the product is called changed; `fidelity.test.ts` shows what lies on either side. */
export const changedBelow = 0.85;

const recipe: Recipe = { background: "TRANSPARENT", colors: [], shadow: 0, margin: 0.02, autoTone: false, sharpen: 0 };
const output: OutputSpec = { preset: null, width: compareSide, height: compareSide, format: "PNG", quality: 90, maxBytes: null };

export interface Fidelity {
  /** 1: the same product, 0: another one. */
  readonly figure: number;
  /** In words for people, what the figure was lowered by; never empty. */
  readonly changed: readonly string[];
}

const words = { outline: "shape", colors: "colours", details: "details or texts" } as const satisfies Record<keyof Likeness, string>;
const parts = ["outline", "colors", "details"] as const;

/**
 * Position, size, light and the background do not count. Null where either cut-out is not sure.
 * @throws the signal's reason
 */
export async function measureFidelity(
  studio: Engine,
  { source, made, signal }: { source: Buffer; made: Picture; signal: AbortSignal },
): Promise<Fidelity | null> {
  const small = fromPicture(made).resize(cutOutSide, cutOutSide, { fit: "inside", withoutEnlargement: true });
  const [before, after] = [
    await standFree(studio, source, signal),
    await standFree(studio, await small.png({ compressionLevel: 1 }).toBuffer(), signal),
  ];
  return before === null || after === null ? null : fidelityOf(compareProducts(before, after));
}

function fidelityOf(likeness: Likeness): Fidelity {
  const least = Math.min(...parts.map((part) => likeness[part]));
  const changed = parts.filter((part) => likeness[part] < partChangedBelow || likeness[part] === least);
  const figure = likeness.outline * likeness.colors * likeness.details;
  return { figure: Math.round(figure * 100) / 100, changed: changed.map((part) => words[part]) };
}

async function standFree(studio: Engine, photo: Buffer, signal: AbortSignal): Promise<Picture | null> {
  try {
    // Both pictures are compared as they are.
    const options = studio.parseOptions({ denoise: false, enlarge: false, straighten: false, cutToEdge: false });
    const { picture, confidence } = await studio.run({
      source: photo,
      prompt: null,
      recipe,
      model: null,
      options,
      output,
      signal,
      onStage: () => {},
    });
    return picture.channels === 4 && (confidence ?? 0) >= leastSure ? picture : null;
  } catch {
    signal.throwIfAborted();
    // No product found, or the studio is not at hand: a picture that was paid for is not lost for want of a figure about it.
    return null;
  }
}
