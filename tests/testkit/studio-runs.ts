// Runs of the studio engine as its tests want them: a small picture, everything else as usual.
import type { Engine, EngineInput, EngineOutput } from "../../server/engines/engine.ts";
import { whiteRecipe } from "../../server/images/picture.ts";

export const smallOutput = { preset: null, width: 400, height: 400, format: "PNG", quality: 90, maxBytes: null } as const;
/** The product alone, nothing changed about it. */
export const cutOutRecipe = { ...whiteRecipe, background: "TRANSPARENT", shadow: 0, autoTone: false, sharpen: 0 } as const;

export const runStudio = (engine: Engine, source: Buffer, input: Partial<EngineInput> = {}): Promise<EngineOutput> =>
  engine.run({
    source,
    prompt: null,
    recipe: cutOutRecipe,
    model: null,
    options: engine.parseOptions({}),
    output: smallOutput,
    signal: new AbortController().signal,
    onStage: () => {},
    ...input,
  });

/** How alike two cut-outs of one size are: intersection over union of what is more than half there, and the mean colour difference within it, levels. */
export function compareCutOuts({ picture: one }: EngineOutput, { picture: other }: EngineOutput): { overlap: number; difference: number } {
  const level = (data: Buffer, at: number): number => data[at] ?? 0;
  let both = 0;
  let either = 0;
  let difference = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    const [isOne, isOther] = [level(one.data, at + 3) > 127, level(other.data, at + 3) > 127];
    if (isOne || isOther) either++;
    if (!(isOne && isOther)) continue;
    both++;
    for (let channel = 0; channel < 3; channel++)
      difference += Math.abs(level(one.data, at + channel) - level(other.data, at + channel)) / 3;
  }
  return { overlap: both / either, difference: difference / both };
}
