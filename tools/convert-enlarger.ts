// Makes server/engines/studio/model/enlarge-2x.onnx from WebSR's published weights:
//   npm pack @websr/websr@0.0.15 && tar xf websr-websr-0.0.15.tgz
//   node tools/convert-enlarger.ts package/weights/anime4k/cnn-2x-l-rl.json
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { elementTypes, OnnxGraph } from "./onnx-graph.ts";

const weightsSha256 = "4582f6d9efedce23d993be5ef99eb7e5f223a00a0c342a21994e50fa22c08c00";
const target = new URL("../server/engines/studio/model/enlarge-2x.onnx", import.meta.url);

/** Convolutions with 8 outputs each; their outputs and the negatives of them are both passed on. */
const layers = 7;
/** How much of what the network got wrong at the photo's own size is put right; 1 sharpens noise and JPEG blocks, 0 is soft. */
const correction = 0.5;

const layerSchema = z.object({ weights: z.array(z.number()), bias: z.array(z.number()) });
const schema = z.object({ layers: z.record(z.string(), z.unknown()) });
type Layers = z.infer<typeof schema>["layers"];
type Layer = z.infer<typeof layerSchema>;

async function readWeights(path: string): Promise<Layers> {
  const file = await readFile(path);
  const sha256 = createHash("sha256").update(file).digest("hex");
  if (sha256 !== weightsSha256)
    throw new Error(`${path} has the sha256 ${sha256}, not ${weightsSha256}: it is not cnn-2x-l-rl.json of 0.0.15.`);
  return schema.parse(JSON.parse(file.toString())).layers;
}

const layerOf = (from: Layers, name: string): Layer => layerSchema.parse(from[name]);

function valueAt(values: readonly number[], at: number): number {
  const value = values[at];
  if (value === undefined) throw new RangeError(`A layer has ${values.length} values, so none at ${at}: the network has another shape.`);
  return value;
}

/** WebSR keeps 4 x 4 matrices, column by column, for each group of 4 inputs and each of the kernel's 9 places, itself column by column. */
function kernelOf(weights: readonly number[], inputs: number): Float32Array {
  const kernel = new Float32Array(4 * inputs * 9);
  for (let input = 0; input < inputs; input++) {
    for (let place = 0; place < 9; place++) {
      const matrix = Math.floor(input / 4) * 9 + place;
      const turned = (place % 3) * 3 + Math.floor(place / 3);
      for (let out = 0; out < 4; out++) kernel[(out * inputs + input) * 9 + turned] = valueAt(weights, matrix * 16 + (input % 4) * 4 + out);
    }
  }
  return kernel;
}

/** The network itself: what it adds to a bilinear enlargement. @returns the name of its output */
function addNetwork(graph: OnnxGraph, from: Layers, image: string): string {
  let passed = image;
  const all: string[] = [];
  for (let at = 0; at < layers; at++) {
    const prefix = at === 0 ? "conv2d" : `conv2d_${at}`;
    const halves = [layerOf(from, `${prefix}_tf`), layerOf(from, `${prefix}_tf1`)];
    const inputs = at === 0 ? 3 : 16;
    const kernel = graph.constant(
      `kernel${at}`,
      [8, inputs, 3, 3],
      halves.flatMap(({ weights }) => [...kernelOf(weights, inputs)]),
    );
    const bias = graph.constant(
      `bias${at}`,
      [8],
      halves.flatMap((half) => half.bias),
    );
    const found = graph.node("Conv", `found${at}`, { inputs: [passed, kernel, bias], kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    const negative = graph.node("Neg", `negative${at}`, { inputs: [found] });
    const both = graph.node("Concat", `both${at}`, { inputs: [found, negative], axis: 1 });
    passed = graph.node("Relu", `passed${at}`, { inputs: [both] });
    all.push(passed);
  }
  const { kernel, bias } = lastKernel(from);
  const features = graph.node("Concat", "features", { inputs: all, axis: 1 });
  const last = [features, graph.constant("kernelLast", [12, 16 * layers, 1, 1], kernel), graph.constant("biasLast", [12], bias)];
  graph.node("Conv", "details", { inputs: last, kernel_shape: [1, 1] });
  graph.node("DepthToSpace", "detail", { inputs: ["details"], blocksize: 2, mode: "DCR" });
  const scales = graph.constant("scales", [4], [1, 1, 2, 2]);
  graph.node("Resize", "smooth", { inputs: [image, "", scales], mode: "linear", coordinate_transformation_mode: "half_pixel" });
  return graph.node("Add", "guess", { inputs: ["smooth", "detail"] });
}

/** 1 x 1, from all layers to three colours at four places; one of WebSR's layers per colour. */
function lastKernel(from: Layers): { kernel: Float32Array; bias: Float32Array } {
  const inputs = 16 * layers;
  const kernel = new Float32Array(12 * inputs);
  const bias = new Float32Array(12);
  for (const [color, name] of ["conv2d_last_tf", "conv2d_last_tf1", "conv2d_last_tf2"].entries()) {
    const layer = layerOf(from, name);
    for (let place = 0; place < 4; place++) {
      bias[place * 3 + color] = valueAt(layer.bias, place);
      for (let input = 0; input < inputs; input++) kernel[(place * 3 + color) * inputs + input] = valueAt(layer.weights, input * 4 + place);
    }
  }
  return { kernel, bias };
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (x: number): number => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

/** Weights of a separable kernel that sum to one. */
function square(taps: readonly number[]): number[] {
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.flatMap((down) => taps.map((across) => (down * across) / (sum * sum)));
}

/** Shrinks the guess to the photo's size, enlarges what differs from the photo, and adds a share of it: the result stays true to the photo. */
function addCorrection(graph: OnnxGraph, image: string, guess: string): string {
  const shrink = square(Array.from({ length: 12 }, (_, at) => lanczos((at - 5.5) / 2)));
  const shrinkKernel = graph.constant("shrink", [3, 1, 12, 12], [shrink, shrink, shrink].flat());
  const sampling = { kernel_shape: [12, 12], strides: [2, 2], pads: [5, 5, 5, 5], group: 3 };
  const shrunk = graph.node("Conv", "shrunk", { inputs: [guess, shrinkKernel], ...sampling });
  const missed = graph.node("Sub", "missed", { inputs: [image, shrunk] });
  const grow = enlargingKernels().map((tap) => tap * correction);
  const growKernel = graph.constant("grow", [12, 1, 7, 7], [grow, grow, grow].flat());
  graph.node("Conv", "corrections", { inputs: [missed, growKernel], kernel_shape: [7, 7], pads: [3, 3, 3, 3], group: 3 });
  graph.node("DepthToSpace", "correction", { inputs: ["corrections"], blocksize: 2, mode: "CRD" });
  return graph.node("Add", "corrected", { inputs: [guess, "correction"] });
}

/** Lanczos for each of the four pixels that one becomes, which lie a quarter of a pixel from its centre. */
function enlargingKernels(): number[] {
  const taps = (offset: number): number[] => {
    const raw = Array.from({ length: 7 }, (_, at) => lanczos(at - 3 - offset));
    const sum = raw.reduce((total, tap) => total + tap, 0);
    return raw.map((tap) => tap / sum);
  };
  const halves = [taps(-0.25), taps(0.25)];
  return halves.flatMap((down) => halves.flatMap((across) => down.flatMap((y) => across.map((x) => x * y))));
}

const path = process.argv[2];
if (path === undefined) throw new Error("Give the path of cnn-2x-l-rl.json: this file's first lines say where it comes from.");
const graph = new OnnxGraph();
graph.node("Cast", "floats", { inputs: ["pixels"], to: elementTypes.float });
graph.node("Transpose", "planes", { inputs: ["floats"], perm: [0, 3, 1, 2] });
graph.node("Div", "image", { inputs: ["planes", graph.constant("white", [1], [255])] });
const result = addCorrection(graph, "image", addNetwork(graph, await readWeights(path), "image"));
graph.node("Mul", "levels", { inputs: [result, "white"] });
graph.node("Clip", "clipped", { inputs: ["levels", graph.constant("lowest", [], [0]), graph.constant("highest", [], [255])] });
graph.node("Round", "rounded", { inputs: ["clipped"] });
graph.node("Transpose", "interleaved", { inputs: ["rounded"], perm: [0, 2, 3, 1] });
graph.node("Cast", "enlarged", { inputs: ["interleaved"], to: elementTypes.bytes });
const onnx = graph.encode(
  { name: "pixels", type: elementTypes.bytes, shape: [1, "height", "width", 3] },
  { name: "enlarged", type: elementTypes.bytes, shape: [1, "height2", "width2", 3] },
);
await writeFile(target, onnx);
console.log(`${onnx.length} bytes, sha256 ${createHash("sha256").update(onnx).digest("hex")}`);
