// Cut-outs against exact mattes: overlap, alpha error and outline for each photo and kind, and whether the confidence tells the truth.
import type { Engine, EngineOutput } from "../../../server/engines/engine.ts";
import { type OutputSpec, type Recipe, whiteRecipe } from "../../../server/images/picture.ts";
import type { MeasuredPhoto } from "./photos.ts";
import { type Score, scoreCutOut } from "./score.ts";

/** Pixels: near the photos' own resolution, so that what is measured is the matte and no enlargement. */
const side = 1200;
/** What a cut-out must reach for the engine to be right in calling it sure. */
export const goodOverlap = 0.95;

const output: OutputSpec = { preset: null, width: side, height: side, format: "PNG", quality: 90, maxBytes: null };
const clear: Recipe = { ...whiteRecipe, background: "TRANSPARENT", shadow: 0, autoTone: false, sharpen: 0 };

export interface MeasuredCutOut {
  readonly photo: MeasuredPhoto;
  /** Null where the engine refused the photo. */
  readonly made: EngineOutput | null;
  readonly score: Score;
  /** Whether the engine gave no warning. */
  readonly isSure: boolean;
  readonly confidence: number;
  readonly warnings: readonly string[];
}

export async function measureCutOuts(engine: Engine, photos: readonly MeasuredPhoto[]): Promise<MeasuredCutOut[]> {
  const measured: MeasuredCutOut[] = [];
  for (const photo of photos) measured.push(await measureCutOut(engine, photo));
  return measured;
}

async function measureCutOut(engine: Engine, photo: MeasuredPhoto): Promise<MeasuredCutOut> {
  // The exact matte lies as the photo does.
  const options = engine.parseOptions({ straighten: false });
  const signal = new AbortController().signal;
  const usual = { prompt: null, model: null, options, output, signal, onStage: () => {} };
  const failed = { overlap: 0, alphaError: 1, outline: 0 };
  try {
    const made = await engine.run({ ...usual, source: photo.photo, recipe: clear });
    const { placement, picture, confidence, warnings } = made;
    if (placement === null) throw new TypeError("The studio engine told no placement.");
    const score = await scoreCutOut({ picture, placement }, photo.matte);
    return { photo, made, score, isSure: warnings.length === 0, confidence: confidence ?? 0, warnings };
  } catch (error) {
    return { photo, made: null, score: failed, isSure: false, confidence: 0, warnings: [String(error)] };
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const figure = (value: number): string => value.toFixed(3).replace(/^0/, "").padStart(5);

export function cutOutTable(measured: readonly MeasuredCutOut[]): string[] {
  const rows = measured.map(({ photo, score, confidence, warnings }) =>
    [
      photo.name.padEnd(12),
      photo.kind.padEnd(9),
      figure(score.overlap),
      score.alphaError.toFixed(4),
      figure(score.outline),
      confidence.toFixed(2),
      warnings.join(" "),
    ].join("  "),
  );
  return ["photo         kind         IoU  alpha    outline  sure  warnings", ...rows];
}

export function kindTable(measured: readonly MeasuredCutOut[]): string[] {
  const kinds = [...new Set(measured.map(({ photo }) => photo.kind))];
  const rows = [...kinds, "all"].map((kind) => {
    const scores = measured.filter(({ photo }) => kind === "all" || photo.kind === kind).map(({ score }) => score);
    const means = [
      figure(mean(scores.map(({ overlap }) => overlap))),
      mean(scores.map(({ alphaError }) => alphaError)).toFixed(4),
      figure(mean(scores.map(({ outline }) => outline))),
      figure(Math.min(...scores.map(({ overlap }) => overlap))),
    ];
    return `${kind.padEnd(12)}${String(scores.length).padStart(3)}    ${means.join("   ")}`;
  });
  return ["kind      photos   IoU    alpha    outline  worst IoU", ...rows];
}

/** What "sure" is worth: how many are called so, and how many of those are good. */
export function confidenceTable(measured: readonly MeasuredCutOut[]): string[] {
  const sure = measured.filter(({ isSure }) => isSure);
  const right = sure.filter(({ score }) => score.overlap > goodOverlap);
  const good = measured.filter(({ score }) => score.overlap > goodOverlap);
  const share = sure.length === 0 ? "none" : `${((100 * right.length) / sure.length).toFixed(0)} %`;
  const wrong = sure
    .filter(({ score }) => score.overlap <= goodOverlap)
    .map(({ photo, score }) => `${photo.name} ${figure(score.overlap)}`);
  return [
    `called sure (no warning)                ${sure.length} of ${measured.length}`,
    `of those above ${goodOverlap} IoU               ${right.length} (${share})`,
    `good, yet warned about                  ${good.filter(({ isSure }) => !isSure).length} of ${good.length}`,
    `sure and wrong                          ${wrong.join(", ") || "none"}`,
  ];
}
