// The thread's side of enlarging.ts: the studio's network where a picture is enlarged much, then Lanczos about pixel centres.
import { move, transferableSymbol, valueSymbol } from "piscina";
import { giveBack } from "../../images/give-back.ts";
import type { Picture } from "../../images/picture.ts";
import { resample } from "../studio/resample.ts";
import { isForNetwork } from "../studio/scale.ts";
import { type Enlarger, loadEnlarger } from "../studio/upscale.ts";

export interface EnlargeTask {
  readonly picture: Omit<Picture, "data"> & { readonly data: Uint8Array };
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** One number, shared: not 0 once nobody waits for the picture any more. */
  readonly cancelled: Int32Array;
}

class Cancelled extends Error {
  override name = "Cancelled";
}

let loading: Promise<Enlarger | null> | null = null;

/** What the pool calls by name. @returns the enlarged bytes, which change hands instead of being copied; null when it was cancelled */
export async function enlarge({ picture, width, height, cancelled }: EnlargeTask): Promise<ReturnType<typeof move> | null> {
  const checkpoint = (): void => {
    if (Atomics.load(cancelled, 0) !== 0) throw new Cancelled();
  };
  try {
    checkpoint();
    const own = { ...picture, data: Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength) };
    const data = own.channels === 4 ? enlargeClear(own, { width, height }) : await enlargeOpaque(own, { width, height, checkpoint });
    return move({ [transferableSymbol]: [data.buffer], [valueSymbol]: data });
  } catch (error) {
    if (error instanceof Cancelled) return null;
    throw error;
  }
}

async function enlargeOpaque(picture: Picture, to: { width: number; height: number; checkpoint: () => void }): Promise<Buffer> {
  loading ??= loadEnlarger();
  const enlarger = isForNetwork(picture, to.width / picture.width) ? await loading : null;
  const doubled = enlarger === null ? picture : await enlarger.enlarge(picture, to.checkpoint);
  to.checkpoint();
  const scaled = resample(doubled, to, "lanczos3");
  if (doubled !== picture) giveBack(doubled.data);
  return scaled;
}

/** Colours count by their alpha, or what stands under clear pixels would be mixed into the edges. */
function enlargeClear({ data, width, height }: Picture, to: { width: number; height: number }): Buffer {
  const weighed = Buffer.from(data);
  for (let at = 0; at < weighed.length; at += 4)
    for (let channel = 0; channel < 3; channel++) weighed[at + channel] = (data[at + channel]! * data[at + 3]!) / 255 + 0.5;
  const large = resample({ data: weighed, width, height, channels: 4 }, to, "lanczos3");
  for (let at = 0; at < large.length; at += 4) {
    const alpha = large[at + 3]!;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) large[at + channel] = Math.min(255, (large[at + channel]! * 255) / alpha + 0.5);
  }
  return large;
}
