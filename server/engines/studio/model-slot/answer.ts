// From a network's first output to probabilities: its shape, the sigmoid, the stretch, and refusals in words.
import type { Tensor } from "onnxruntime-node";
import { type NetworkSpec, Unfit } from "./spec.ts";

/** How far beyond 0 and 1 arithmetic alone carries a probability. */
const slack = 0.01;
/**
 * The least range that is stretched, for answers that should be probabilities: in a look that shows product alone, or none, stretching
 * would make a product out of noise.
 */
const minStretchRange = 0.5;

export interface Probabilities {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** @throws Unfit where the output is no plane of probabilities */
export function readAnswer(output: Tensor, { sigmoid, stretch }: Pick<NetworkSpec, "sigmoid" | "stretch">): Probabilities {
  const { data, dims } = output;
  if (!(data instanceof Float32Array)) throw new Unfit(`its first output holds ${output.type} values: 32-bit floats are needed`);
  const [height, width, ...others] = dims.filter((size) => size !== 1);
  if (height === undefined || width === undefined || others.length > 0)
    throw new Unfit(`its first output is ${dims.join(" x ")}: one plane of probabilities, 1 x 1 x height x width, is needed`);
  const values = sigmoid ? data.map((logit) => 1 / (1 + Math.exp(-logit))) : data;
  return { data: stretch ? stretched(values) : checked(values), width, height };
}

function checked(values: Float32Array): Float32Array {
  const { least, most } = rangeOf(values);
  if (least < -slack || most > 1 + slack)
    throw new Unfit(
      `its answer runs from ${least.toFixed(2)} to ${most.toFixed(2)}, which are no probabilities: say "sigmoid": true (for logits) or "stretch": true in its side file`,
    );
  return values;
}

function stretched(values: Float32Array): Float32Array {
  const { least, most } = rangeOf(values);
  const range = most - least;
  return range < minStretchRange ? values.map((value) => Math.min(1, Math.max(0, value))) : values.map((value) => (value - least) / range);
}

function rangeOf(values: Float32Array): { least: number; most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  // By index: an iterator over a million floats makes as many objects.
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    // NaN is neither below nor above anything.
    if (Number.isNaN(value)) throw new Unfit("its answer holds values that are no numbers: it overflows on this photo");
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
