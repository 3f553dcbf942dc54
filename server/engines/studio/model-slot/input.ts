// What a network's file says of its input, and the square that pictures are brought to for it.
import type { InferenceSession } from "onnxruntime-node";
import { type NetworkSpec, Unfit } from "./spec.ts";

type Metadata = InferenceSession.ValueMetadata;

/**
 * Pixels of the square that the network is given.
 * @param inputs as the session tells them
 * @throws Unfit where pictures cannot be given to it: it wants one input of 1 x 3 x side x side 32-bit floats
 */
export function inputSideOf(inputs: readonly Metadata[], { inputSide, usualSide }: NetworkSpec): number {
  const wanted = "one input of 1 x 3 x side x side 32-bit floats is needed";
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) throw new Unfit(`it has ${inputs.length} inputs and not one: ${wanted}`);
  if (!input.isTensor || input.type !== "float32")
    throw new Unfit(`its input holds ${input.isTensor ? `${input.type} values` : "no tensor"}: ${wanted}`);
  // No shape at all is one that the file leaves open.
  const shape = input.shape.length === 0 ? ["batch", 3, "height", "width"] : input.shape;
  const [batch, channels, height, width] = shape;
  const takesOne = isOpenOr(1, batch) && isOpenOr(3, channels);
  if (shape.length !== 4 || !takesOne) throw new Unfit(`its input is ${sizes(shape)}: ${wanted}`);
  const fixed = [height, width].filter((side) => typeof side === "number");
  if (fixed.length === 2 && fixed[0] !== fixed[1]) throw new Unfit(`its input is ${sizes(shape)}, which is no square: ${wanted}`);
  const side = inputSide ?? fixed[0] ?? usualSide;
  if (fixed.some((each) => each !== side))
    throw new Unfit(`its side file says inputSize ${side}, but the file itself is made for ${sizes(shape)}: leave inputSize out`);
  return side;
}

/** A dimension with a name in place of a number takes any. */
const isOpenOr = (size: number, dimension: number | string | undefined): boolean => typeof dimension === "string" || dimension === size;

const sizes = (shape: readonly (number | string)[]): string =>
  shape.map((dimension) => (dimension === "" ? "any" : String(dimension))).join(" x ");
