// How much a model changed the product itself: both pictures are cut out by the studio engine, laid over each other and compared.
import { fromPicture } from "../../images/decode.ts";
import type { OutputSpec, Picture, Recipe } from "../../images/picture.ts";
import type { Engine } from "../engine.ts";

/** Pixels of the square in which the two are compared: shapes, colours and large letters show, grain and sharpness do not. */
const compareSide = 192;
/** Pixels of the longer side of the made picture that is cut out; finding the product needs no more. */
const cutOutSide = 1024;
/** The engine's sureness of a cut-out, 0 to 1, below which a comparison would say more about the cut-out than about the product. */
const leastSure = 0.5;
/** Alpha from which a pixel is wholly the product's. */
const solidFrom = 220;
/** Levels: a mean difference of colours from which two products have nothing in common. */
const unlike = 70;

/** Below this the product is called changed; `fidelity.test.ts` shows what lies on either side. */
export const changedBelow = 0.8;

const recipe: Recipe = { background: "TRANSPARENT", colors: [], shadow: 0, margin: 0.02, autoTone: false, sharpen: 0 };
const output: OutputSpec = { preset: null, width: compareSide, height: compareSide, format: "PNG", quality: 90, maxBytes: null };

/**
 * 1: the same product, 0: another one. Position, size, light and the background do not count. Null where either cut-out is not sure.
 * @throws the signal's reason
 */
export async function measureFidelity(
  studio: Engine,
  { source, made, signal }: { source: Buffer; made: Picture; signal: AbortSignal },
): Promise<number | null> {
  const small = fromPicture(made).resize(cutOutSide, cutOutSide, { fit: "inside", withoutEnlargement: true });
  const [before, after] = [
    await standFree(studio, source, signal),
    await standFree(studio, await small.png({ compressionLevel: 1 }).toBuffer(), signal),
  ];
  return before === null || after === null ? null : likeness(before, after);
}

async function standFree(studio: Engine, photo: Buffer, signal: AbortSignal): Promise<Picture | null> {
  try {
    // Both pictures are compared as they are.
    const options = studio.parseOptions({ denoise: false, enlarge: false });
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

/** The outlines' overlap, times how near the colours are where both are solid. */
export function likeness(before: Picture, after: Picture): number {
  let both = 0;
  let either = 0;
  const solid: number[] = [];
  for (let at = 0; at < before.data.length; at += 4) {
    const [a, b] = [before.data[at + 3] ?? 0, after.data[at + 3] ?? 0];
    both += Math.min(a, b);
    either += Math.max(a, b);
    if (a >= solidFrom && b >= solidFrom) solid.push(at);
  }
  if (either === 0 || solid.length === 0) return 0;
  let difference = 0;
  for (let channel = 0; channel < 3; channel++) difference += channelDifference(before.data, after.data, solid, channel) / 3;
  return (both / either) * Math.max(0, 1 - difference / unlike);
}

/** Mean difference in levels, after the brightness that both share was evened out by at most a fifth: light may change, colour may not. */
function channelDifference(before: Buffer, after: Buffer, solid: readonly number[], channel: number): number {
  let sumBefore = 0;
  let sumAfter = 0;
  for (const at of solid) {
    sumBefore += before[at + channel]!;
    sumAfter += after[at + channel]!;
  }
  const gain = Math.min(1.2, Math.max(1 / 1.2, sumBefore / Math.max(1, sumAfter)));
  let difference = 0;
  for (const at of solid) difference += Math.abs(before[at + channel]! - Math.min(255, after[at + channel]! * gain));
  return difference / solid.length;
}
