// A mask that a person painted on a photo: read at any size, refused with what to do. What its colours mean: docs/decisions/0006-masks.md.
import { openPhoto, photoError, type Region, uprightSize } from "../images/decode.ts";
import { sniffFormat } from "../images/sniff.ts";
import { say } from "../say.ts";
import { EngineError } from "./engine.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How much of each pixel was painted, one byte a pixel and colour; both together are 255 at most, the rest is transparent. */
export interface Paint extends Size {
  /** Where the engine may paint. */
  readonly white: Uint8Array;
  /** What is to stay. */
  readonly black: Uint8Array;
}

/** @throws EngineError `input` when the mask is no PNG of the upright photo's size; nothing is decoded */
export async function checkMask(mask: Buffer, photo: Size): Promise<void> {
  let own: Size;
  try {
    own = await uprightSize(mask);
  } catch (error) {
    throw unreadable(error);
  }
  if (sniffFormat(mask) !== "png") throw new EngineError("input", say("MASK_NO_PNG"));
  if (own.width === photo.width && own.height === photo.height) return;
  throw new EngineError(
    "input",
    say("MASK_OTHER_SIZE", { width: own.width, height: own.height, photoWidth: photo.width, photoHeight: photo.height }),
  );
}

/**
 * @param to the size wanted, pixels; @param region the part wanted, in the mask's own pixels; left out: all of it
 * @throws EngineError `input` when the mask does not decode
 */
export async function readPaint(mask: Buffer, to: Size, region?: Region): Promise<Paint> {
  try {
    const upright = await openPhoto(mask);
    const part = region === undefined ? upright : upright.extract(region);
    const scaled = part.ensureAlpha().resize(to.width, to.height, { fit: "fill", kernel: "linear" });
    return separate(await scaled.raw({ depth: "uchar" }).toBuffer(), to);
  } catch (error) {
    throw unreadable(error);
  }
}

/** RGBA by how light it is; what is half transparent is half painted. */
function separate(rgba: Buffer, { width, height }: Size): Paint {
  const white = new Uint8Array(width * height);
  const black = new Uint8Array(width * height);
  for (let at = 0; at < white.length; at++) {
    const light = 0.299 * rgba[at * 4]! + 0.587 * rgba[at * 4 + 1]! + 0.114 * rgba[at * 4 + 2]!;
    const painted = rgba[at * 4 + 3]!;
    white[at] = Math.round((light * painted) / 255);
    black[at] = painted - white[at]!;
  }
  return { width, height, white, black };
}

/** Paint, 0 to 255, from which a pixel counts as painted. */
const paintedFrom = 128;

/** 1 where black is painted, -1 where white is, else 0. */
export function paintedSide({ white, black }: Paint, at: number): -1 | 0 | 1 {
  const side = black[at]! > white[at]! ? 1 : -1;
  return white[at]! + black[at]! < paintedFrom ? 0 : side;
}

/** A belief, 0 to 1, with the paint laid over it: black is 1, white is 0. */
export function layOver(belief: Float32Array, { white, black }: Paint): Float32Array {
  return belief.map((value, at) => value * (1 - (white[at]! + black[at]!) / 255) + black[at]! / 255);
}

const unreadable = (cause: unknown): EngineError =>
  new EngineError("input", say("MASK_UNREADABLE", { why: photoError(cause).message }), { cause });
