// Tiny networks whose answers can be worked out by hand: what they say of a pixel is arithmetic on the values that they were given.
import { type OnnxModel, type OnnxNode, writeOnnx } from "./onnx.ts";

interface Common {
  /** Of the square input; a name: any side. */
  readonly side: number | string;
  readonly padTo?: number;
}

const square = (side: number | string) => [side, side];
const input = ({ side }: Common) => ({ name: "image", shape: [1, 3, ...square(side)] });
const output = (name: string, { side }: Common) => ({ name, shape: [1, 1, ...square(typeof side === "string" ? `${side}Out` : side)] });
const floats = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });
const padding = ({ padTo }: Common) => (padTo === undefined ? {} : { padTo });

/** The node that makes red * r + green * g + blue * b + bias of each pixel, and what it needs. */
function weigh([red, green, blue]: readonly [number, number, number], bias: number, to: string) {
  const node: OnnxNode = { op: "Conv", inputs: ["image", `${to}Weights`, `${to}Bias`], output: to };
  const constants = {
    [`${to}Weights`]: { shape: [1, 3, 1, 1], values: Float32Array.of(red, green, blue) },
    [`${to}Bias`]: floats(bias),
  };
  return { node, constants };
}

/** Says of each pixel the weighted sum of the three values that it was given. */
export function weighingNetwork({
  weights,
  bias = 0,
  ...common
}: Common & { weights: readonly [number, number, number]; bias?: number }): Buffer {
  const { node, constants } = weigh(weights, bias, "p");
  return writeOnnx({ inputs: [input(common)], outputs: [output("p", common)], nodes: [node], constants, ...padding(common) });
}

/**
 * Says `most` where the red value that it was given is `centre`, and ever less with the distance from it: most - slope * |red - centre|.
 * Where the value was scaled in another way, another grey is the product.
 */
export function bandNetwork({ centre, slope, most, ...common }: Common & { centre: number; slope: number; most: number }): Buffer {
  const { node, constants } = weigh([1, 0, 0], -centre, "offset");
  const model: OnnxModel = {
    inputs: [input(common)],
    outputs: [output("p", common)],
    nodes: [
      node,
      { op: "Abs", inputs: ["offset"], output: "distance" },
      { op: "Mul", inputs: ["distance", "slope"], output: "loss" },
      { op: "Sub", inputs: ["most", "loss"], output: "p" },
    ],
    constants: { ...constants, slope: floats(slope), most: floats(most) },
    ...padding(common),
  };
  return writeOnnx(model);
}

/** Takes any side, and says of each pixel a ten-thousandth of it. */
export function sideTellingNetwork(): Buffer {
  const { node, constants } = weigh([0, 0, 0], 0, "zero");
  return writeOnnx({
    inputs: [{ name: "image", shape: ["batch", 3, "height", "width"] }],
    outputs: [{ name: "p", shape: ["batch", 1, "height", "width"] }],
    nodes: [
      node,
      { op: "Shape", inputs: ["image"], output: "shape" },
      { op: "Gather", inputs: ["shape", "third"], output: "height" },
      { op: "Cast", inputs: ["height"], output: "side", attributes: { to: 1 } },
      { op: "Div", inputs: ["side", "tenThousand"], output: "share" },
      { op: "Add", inputs: ["zero", "share"], output: "p" },
    ],
    constants: { ...constants, third: { shape: [1], values: BigInt64Array.of(2n) }, tenThousand: floats(10_000) },
  });
}

/** Says 1 in the left half and 0 in the right, whatever it is given. */
export function leftNetwork(side: number): Buffer {
  const { node, constants } = weigh([0, 0, 0], 0, "zero");
  const halves = Float32Array.from({ length: side * side }, (_, at) => (at % side < side / 2 ? 1 : 0));
  return writeOnnx({
    inputs: [input({ side })],
    outputs: [output("p", { side })],
    nodes: [node, { op: "Add", inputs: ["zero", "halves"], output: "p" }],
    constants: { ...constants, halves: { shape: [1, 1, side, side], values: halves } },
  });
}
