// The segmentation network: where in a picture is the product?
import { InferenceSession, Tensor } from "onnxruntime-node";
import { fromPicture } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import { resizePlane } from "./planes.ts";

/** Pixels: the square that the network was trained on. */
const side = 384;

export interface Network {
  /** Probability of product, 0 to 1, for each pixel of an RGB picture. */
  predict(picture: Picture): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads an ONNX file with input `image` (1 x 3 x 384 x 384, RGB 0 to 1) and output `p` (1 x 1 x 384 x 384). */
export async function loadNetwork(modelPath: string): Promise<Network> {
  const session = await InferenceSession.create(modelPath, {
    // One thread each: several pictures are worked on at once. The arenas would keep every peak for ever.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: false,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  return {
    predict: (picture) => predictBothWays(session, picture),
    close: () => session.release(),
  };
}

/** The photo and its mirror image, averaged: the two err in different places. */
async function predictBothWays(session: InferenceSession, picture: Picture): Promise<Float32Array> {
  const small = await fromPicture(picture).removeAlpha().resize(side, side, { fit: "fill", kernel: "linear" }).raw().toBuffer();
  const straight = await infer(session, inputOf(small, false));
  const mirrored = await infer(session, inputOf(small, true));
  const mean = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side + x;
      mean[at] = (straight[at]! + mirrored[y * side + side - 1 - x]!) / 2;
    }
  }
  return resizePlane(mean, { width: side, height: side }, picture);
}

function inputOf(pixels: Buffer, mirrored: boolean): Float32Array {
  const count = side * side;
  const planes = new Float32Array(3 * count);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (y * side + (mirrored ? side - 1 - x : x)) * 3;
      const to = y * side + x;
      planes[to] = pixels[from]! / 255;
      planes[count + to] = pixels[from + 1]! / 255;
      planes[2 * count + to] = pixels[from + 2]! / 255;
    }
  }
  return planes;
}

async function infer(session: InferenceSession, planes: Float32Array): Promise<Float32Array> {
  const output = session.outputNames[0]!;
  const results = await session.run({ [session.inputNames[0]!]: new Tensor("float32", planes, [1, 3, side, side]) }, [output]);
  const probabilities = results[output]!.data;
  if (!(probabilities instanceof Float32Array))
    throw new TypeError("The model's output holds no 32-bit floats: it is not a segmentation model of ours.");
  return probabilities;
}
