// What a run would be asked for, from what is chosen in its dialog.
import type { ImageFormat, PairCellFragment, PairStatus, SkuRowFragment, SubmitJobInput } from "../api/generated/graphql.ts";
import type { OptionValues } from "../shared/options.ts";
import type { RunTarget } from "../shared/run-target.ts";

/** By the group's templates; by one template for all; by words written for this run. */
export type RunMode = "batch" | "template" | "own";

export interface RunPlan {
  readonly mode: RunMode;
  readonly template: string | undefined;
  readonly prompt: string;
  readonly includeDone: boolean;
  readonly engine: string | undefined;
  /** Undefined leaves it to the viewer's settings, or to the engine. */
  readonly model: string | undefined;
  readonly options: OptionValues | undefined;
  readonly preset: string | undefined;
  /** In place of the preset's own, pixels. */
  readonly size?: Size | undefined;
  /** Likewise. */
  readonly format?: ImageFormat | undefined;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Width by height. */
export const outputRatios = { "1:1": 1, "3:4": 3 / 4, "4:3": 4 / 3 } as const;
export type OutputRatio = keyof typeof outputRatios;
/** Shapes whose sides differ by less are one shape. */
const sameRatio = 0.01;

/** Undefined where the shape is none of those that can be chosen. */
export function ratioOf({ width, height }: Size): OutputRatio | undefined {
  return (Object.keys(outputRatios) as OutputRatio[]).find((name) => Math.abs(width / height - outputRatios[name]) < sameRatio);
}

/** In another shape, its longer side kept. */
export function shaped(size: Size, name: OutputRatio): Size {
  const ratio = outputRatios[name];
  const longer = Math.max(size.width, size.height);
  return ratio >= 1 ? { width: longer, height: Math.round(longer / ratio) } : { width: Math.round(longer * ratio), height: longer };
}

export type Thumb = NonNullable<SkuRowFragment["mainPair"]>;

const runsAgain: readonly PairStatus[] = ["READY", "APPROVED", "REJECTED", "FAILED"];
export const isRun = ({ status }: { readonly status: PairStatus }, includeDone: boolean): boolean =>
  status === "WAITING" || (includeDone && runsAgain.includes(status));

/** Photos that a run would take. */
export function photosOf(target: RunTarget, includeDone: boolean): number {
  if (target.kind === "pairs") return target.pairs.length;
  return target.skus.reduce(
    (sum, { counts }) => sum + counts.waiting + (includeDone ? counts.ready + counts.approved + counts.rejected + counts.failed : 0),
    0,
  );
}

/** The photos that are known, and the main one of each other SKU. */
export function photosToShow(target: RunTarget, known: readonly PairCellFragment[], includeDone: boolean): readonly Thumb[] {
  if (target.kind === "pairs") return target.pairs;
  const ids = new Set(known.map((pair) => pair.id));
  const others = target.skus.flatMap((sku) => (sku.mainPair === null || ids.has(sku.mainPair.id) ? [] : [sku.mainPair]));
  return [...known, ...others].filter((pair) => isRun(pair, includeDone));
}

/** Words of one's own go with named photos alone: with all of them known, else undefined. */
export function namedPhotos(target: RunTarget, known: readonly PairCellFragment[], includeDone: boolean): readonly string[] | undefined {
  if (target.kind === "pairs") return target.pairs.map(({ id }) => id);
  const ids = known.filter((pair) => isRun(pair, includeDone)).map(({ id }) => id);
  return ids.length === photosOf(target, includeDone) ? ids : undefined;
}

/** Undefined where something is still missing. */
export function inputOf(target: RunTarget, known: readonly PairCellFragment[], plan: RunPlan): SubmitJobInput | undefined {
  const { mode, template, prompt, includeDone, engine, model, options, preset, size, format } = plan;
  if (photosOf(target, includeDone) === 0) return undefined;
  const output = { ...(preset === undefined ? {} : { preset }), ...size, ...(format === undefined ? {} : { format }) };
  const how = {
    ...(engine === undefined ? {} : { engine }),
    ...(model === undefined ? {} : { model }),
    ...(options === undefined ? {} : { options }),
    ...(Object.keys(output).length === 0 ? {} : { output }),
  };
  if (mode === "own") {
    const pairs = namedPhotos(target, known, includeDone);
    return pairs === undefined || prompt.trim() === "" ? undefined : { mode: "CUSTOM", pairs: [...pairs], prompt: prompt.trim(), ...how };
  }
  if (mode === "template" && template === undefined) return undefined;
  const by = mode === "template" ? { template: template ?? null } : {};
  return target.kind === "skus"
    ? { mode: "BATCH", skus: target.skus.map((sku) => sku.code), includeDone, ...by, ...how }
    : { mode: "SINGLE", pairs: target.pairs.map((pair) => pair.id), ...by, ...how };
}
