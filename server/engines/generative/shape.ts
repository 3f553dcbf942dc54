// Which of a model's sizes or aspect ratios comes nearest to the output.
import type { OutputSpec } from "../../images/picture.ts";
import type { ModelSpec, Tier } from "./models.ts";

export type Size = `${number}x${number}`;
export type Ratio = `${number}:${number}`;

/** What is asked for; all null: the picture keeps the source's shape. */
export interface WantedShape {
  readonly size: Size | null;
  readonly ratio: Ratio | null;
  readonly tier: Tier | null;
}

/** Enlarging by this factor shows less than the next tier costs. */
const goodEnough = 1.25;

/** The nearest by the ratio of sides; among sizes of one ratio the smallest that suffices, else the largest. */
export function chooseShape({ shape }: ModelSpec, output: Pick<OutputSpec, "width" | "height">): WantedShape {
  if (shape.kind === "source") return { size: null, ratio: null, tier: null };
  if (shape.kind === "sizes") return { size: nearestSize(shape.sizes, output), ratio: null, tier: null };
  const ratio = nearest(shape.ratios, ":", output);
  const longSide = Math.max(output.width, output.height);
  const tier = shape.tiers?.find(({ side }) => side * goodEnough >= longSide) ?? shape.tiers?.at(-1) ?? null;
  return { size: null, ratio: `${ratio[0]}:${ratio[1]}`, tier };
}

function nearestSize(sizes: readonly string[], output: { width: number; height: number }): Size {
  const [width, height] = nearest(sizes, "x", output);
  const alike = sizes
    .map((size) => pairOf(size, "x"))
    .filter(([across, down]) => Math.abs(distance([across, down], output) - distance([width, height], output)) < 1e-6)
    .toSorted((a, b) => a[0] - b[0]);
  const [across, down] = alike.find((each) => each[0] * goodEnough >= output.width) ?? alike.at(-1) ?? [width, height];
  return `${across}x${down}`;
}

type Pair = readonly [across: number, down: number];

const pairOf = (text: string, separator: string): Pair => {
  const [across = 1, down = 1] = text.split(separator).map(Number);
  return [across, down];
};

const distance = ([across, down]: Pair, { width, height }: { width: number; height: number }): number =>
  Math.abs(Math.log(across / down / (width / height)));

function nearest(choices: readonly string[], separator: string, output: { width: number; height: number }): Pair {
  const pairs = choices.map((choice) => pairOf(choice, separator));
  return pairs.reduce((best, each) => (distance(each, output) < distance(best, output) ? each : best), pairs[0] ?? [1, 1]);
}
