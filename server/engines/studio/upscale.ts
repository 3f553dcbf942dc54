// The enlarging network: twice the pixels, from a photo's own detail, tile by tile.
import { fileURLToPath } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { messageOf } from "../../errors.ts";
import type { Picture } from "../../images/picture.ts";

const builtInModel = fileURLToPath(new URL("./model/enlarge-2x.onnx", import.meta.url));

/**
 * Pixels of the input on a tile's side; bounds memory at about 25 MB a thread, and the time between two checkpoints. A third more is computed
 * than with tiles of 256, in the same time, since their layers stay in the processor's cache.
 */
const tileSide = 96;
/** Pixels around a tile that its result depends on: 7 of the convolutions, 6 of the correction, 1 of the bilinear enlargement. */
const tileMargin = 14;

export interface Enlarger {
  /** An RGB picture of twice the width and height. @throws whatever `checkpoint` throws, which is called between tiles */
  enlarge(picture: Picture, checkpoint: () => void): Promise<Picture>;
  close(): Promise<void>;
}

/** @returns null where the file is missing or is not such a network: enlarging then goes without */
export async function loadEnlarger(modelPath = builtInModel): Promise<Enlarger | null> {
  const session = await openSession(modelPath);
  if (session === null) return null;
  return {
    enlarge: (picture, checkpoint) => enlargeTiled(session, picture, { side: tileSide, checkpoint }),
    close: () => session.release(),
  };
}

async function openSession(modelPath: string): Promise<InferenceSession | null> {
  try {
    // An arena keeps its peak, which small tiles keep small. Without it the kernel clears every layer's memory anew: a third of a photo's time.
    const session = await InferenceSession.create(modelPath, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      enableCpuMemArena: true,
      enableMemPattern: false,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
    await infer(session, { data: Buffer.alloc(3 * 4 * 5), width: 4, height: 5 });
    return session;
  } catch (error) {
    // The caller takes null for "enlarge without"; whoever runs the process should know that it could be better.
    process.emitWarning(`Pictures are enlarged without the network, less sharp: ${modelPath} cannot be used (${messageOf(error)}).`);
    return null;
  }
}

interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

async function infer(session: InferenceSession, { data, width, height }: Pixels): Promise<Uint8Array> {
  const { enlarged } = await session.run({ pixels: new Tensor("uint8", data, [1, height, width, 3]) }, ["enlarged"]);
  if (!(enlarged?.data instanceof Uint8Array) || enlarged.data.length !== data.length * 4)
    throw new TypeError("The model does not answer with bytes at twice the size: it is not an enlarging network of ours.");
  return enlarged.data;
}

async function enlargeTiled(
  session: InferenceSession,
  picture: Picture,
  { side, checkpoint }: { side: number; checkpoint: () => void },
): Promise<Picture> {
  const enlarged = { data: Buffer.allocUnsafeSlow(picture.data.length * 4), width: picture.width * 2, height: picture.height * 2 };
  for (let top = 0; top < picture.height; top += side) {
    for (let left = 0; left < picture.width; left += side) {
      checkpoint();
      const tile = { left, top, width: Math.min(side, picture.width - left), height: Math.min(side, picture.height - top) };
      paste(await infer(session, takeTile(picture, tile)), tile, enlarged);
    }
  }
  return { ...enlarged, channels: 3 };
}

interface Tile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The tile with its margin; beyond the picture's edges the picture is mirrored. */
function takeTile(picture: Picture, tile: Tile): Pixels {
  const width = tile.width + 2 * tileMargin;
  const height = tile.height + 2 * tileMargin;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const row = mirrored(tile.top + y - tileMargin, picture.height) * picture.width;
    for (let x = 0; x < width; x++) {
      const from = (row + mirrored(tile.left + x - tileMargin, picture.width)) * 3;
      const to = (y * width + x) * 3;
      data[to] = picture.data[from]!;
      data[to + 1] = picture.data[from + 1]!;
      data[to + 2] = picture.data[from + 2]!;
    }
  }
  return { data, width, height };
}

/** Where a place beyond the edge lies once the picture is folded there, as often as it takes. */
function mirrored(at: number, length: number): number {
  const round = ((at % (2 * length)) + 2 * length) % (2 * length);
  return round < length ? round : 2 * length - 1 - round;
}

/** Copies an enlarged tile without its margin to its place. */
function paste(data: Uint8Array, tile: Tile, onto: Pixels): void {
  const stride = 2 * (tile.width + 2 * tileMargin) * 3;
  for (let y = 0; y < 2 * tile.height; y++) {
    const from = (2 * tileMargin + y) * stride + 2 * tileMargin * 3;
    const to = ((2 * tile.top + y) * onto.width + 2 * tile.left) * 3;
    onto.data.set(data.subarray(from, from + 2 * tile.width * 3), to);
  }
}
