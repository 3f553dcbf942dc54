// The segmentation network: where in a picture is the product?
import { InferenceSession, Tensor } from "onnxruntime-node";
import { messageOf } from "../../errors.ts";
import { fromPicture } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import { readAnswer } from "./model-slot/answer.ts";
import { inputSideOf } from "./model-slot/input.ts";
import { type Model, ModelFault, type NetworkSpec, Unfit } from "./model-slot/spec.ts";
import { resizePlane, type Size } from "./planes.ts";

export interface Network {
  /** How many of them are worth their time. */
  readonly looks: NetworkSpec["looks"];
  /** Probability of product, 0 to 1, for each pixel of an RGB picture. @throws ModelFault */
  predict(picture: Picture): Promise<Float32Array>;
  close(): Promise<void>;
}

/** @param threads that one inference may use @throws ModelFault where the file is no network that tells product from ground */
export async function loadNetwork(model: Model, threads: number): Promise<Network> {
  const { spec } = model;
  const session = await openSession(model, threads).catch(blame(model));
  const close = (): Promise<void> => session.release();
  try {
    const look = createLook(session, spec, inputSideOf(session.inputMetadata, spec));
    // Photo and mirror image err in different places: their mean is better, where there is time for both.
    const predict = async (picture: Picture): Promise<Float32Array> => {
      const plane = spec.looks === "few" ? await look.once(picture) : await look.bothWays(picture);
      return resizePlane(plane.data, plane, picture);
    };
    return { looks: spec.looks, predict: (picture) => predict(picture).catch(blame(model)), close };
  } catch (error) {
    await close();
    return blame(model)(error);
  }
}

/** Gives the clause that came from within its subject. */
const blame =
  ({ name }: Model) =>
  (error: unknown): never => {
    throw error instanceof Unfit
      ? new ModelFault(`The model ${name} cannot be used: ${error.message}. Check STUDIO_MODEL.`, { cause: error })
      : error;
  };

async function openSession({ path, spec }: Model, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // An arena keeps its peak for ever. The built-in network's is small, and asking the system anew for each layer costs as much as a look;
      // a large network's would not fit.
      enableCpuMemArena: !spec.heavy,
      enableMemPattern: false,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new Unfit(`it is no ONNX file, or not a whole one, or one for a newer runtime (${messageOf(error)})`, { cause: error });
  }
}

interface Plane extends Size {
  readonly data: Float32Array;
}

interface Look {
  once(picture: Picture): Promise<Plane>;
  bothWays(picture: Picture): Promise<Plane>;
}

function createLook(session: InferenceSession, spec: NetworkSpec, side: number): Look {
  const input = session.inputNames[0]!;
  const output = session.outputNames[0]!;
  let hasAnswered = false;

  const shrink = (picture: Picture): Promise<Buffer> =>
    fromPicture(picture).removeAlpha().resize(side, side, { fit: "fill", kernel: spec.kernel }).raw().toBuffer();

  async function infer(planes: Float32Array): Promise<Plane> {
    const feeds = { [input]: new Tensor("float32", planes, [1, 3, side, side]) };
    // The first output alone: these networks have more, for training.
    const results = await session.run(feeds, [output]).catch((error: unknown) => {
      // What has answered before can answer: memory was short, perhaps.
      if (hasAnswered) throw error;
      throw new Unfit(`it fails on a picture of ${side} x ${side} pixels (${messageOf(error)})`, { cause: error });
    });
    const plane = readAnswer(results[output]!, spec);
    hasAnswered = true;
    return plane;
  }

  return {
    once: async (picture) => infer(inputOf(await shrink(picture), { spec, side, mirrored: false })),
    async bothWays(picture) {
      const small = await shrink(picture);
      const straight = await infer(inputOf(small, { spec, side, mirrored: false }));
      const mirrored = await infer(inputOf(small, { spec, side, mirrored: true }));
      return { ...straight, data: meanOfBoth(straight, mirrored) };
    },
  };
}

function meanOfBoth(straight: Plane, mirrored: Plane): Float32Array {
  const { width, height } = straight;
  const mean = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      mean[at] = (straight.data[at]! + mirrored.data[y * width + width - 1 - x]!) / 2;
    }
  }
  return mean;
}

/** RGB pixels as the planes that the network was trained on. */
function inputOf(pixels: Buffer, { spec, side, mirrored }: { spec: NetworkSpec; side: number; mirrored: boolean }): Float32Array {
  const count = side * side;
  const planes = new Float32Array(3 * count);
  // A black picture has nothing to be divided by.
  const scale = spec.scale === "maximum" ? Math.max(1, brightest(pixels)) : spec.scale;
  for (let channel = 0; channel < 3; channel++) {
    const values = Float32Array.from({ length: 256 }, (_, level) => (level / scale - spec.mean[channel]!) / spec.std[channel]!);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = (y * side + (mirrored ? side - 1 - x : x)) * 3 + channel;
        planes[channel * count + y * side + x] = values[pixels[from]!]!;
      }
    }
  }
  return planes;
}

function brightest(pixels: Buffer): number {
  let most = 0;
  for (let at = 0; at < pixels.length; at++) if (pixels[at]! > most) most = pixels[at]!;
  return most;
}
