// Brings the product's part of a cut-out to its size in the picture: the network where it is enlarged much, classical kernels elsewhere.
import type { Sharp } from "sharp";
import { fromGrey, fromPicture, type Region } from "../../images/decode.ts";
import { giveBack } from "../../images/give-back.ts";
import type { Picture } from "../../images/picture.ts";
import type { Cutout } from "./matte.ts";
import type { Size } from "./planes.ts";
import { resample } from "./resample.ts";
import type { Enlarger } from "./upscale.ts";

/** Below this enlargement the network's detail would be thrown away again. */
const minNetworkScale = 1.15;
/** Pixels that are given to the network at most, for its time: about 1.3 s a million. Larger products have detail enough. */
const maxNetworkPixels = 4_000_000;

/** What enlarging the colours needs. */
export interface Enlarging {
  /** Null: Lanczos alone. */
  readonly enlarger: Enlarger | null;
  /** Throws when the run was cancelled. */
  readonly checkpoint: () => void;
}

export const isForNetwork = (cut: Size, scale: number): boolean => scale > minNetworkScale && cut.width * cut.height <= maxNetworkPixels;

/** RGB, 3 bytes a pixel. */
export async function scaleColors(cutout: Cutout, cut: Region, to: Size & Enlarging): Promise<Buffer> {
  if (to.width > cut.width) {
    const enlarged = await enlargeColors(cutout, cut, to);
    const scaled = resample(enlarged, to, "lanczos3");
    giveBack(enlarged.data);
    return scaled;
  }
  return partOf(cutout, cut).resize(to.width, to.height, { fit: "fill", kernel: "lanczos3" }).raw().toBuffer();
}

/** The part at its own size, or where there is a network at twice that. */
export async function enlargeColors(cutout: Cutout, cut: Region, { enlarger, checkpoint }: Enlarging): Promise<Picture> {
  const own = { data: await partOf(cutout, cut).raw().toBuffer(), width: cut.width, height: cut.height, channels: 3 } as const;
  if (enlarger === null) return own;
  const enlarged = await enlarger.enlarge(own, checkpoint);
  giveBack(own.data);
  return enlarged;
}

const partOf = ({ colors, width, height }: Cutout, cut: Region): Sharp =>
  fromPicture({ data: colors, width, height, channels: 3 }).extract(cut);

/** Mitchell's lobes are faint: Lanczos would draw a second outline around the product. */
export async function scaleAlpha(cutout: Cutout, cut: Region, size: Size): Promise<Buffer> {
  const part = fromGrey(cutout.alpha, cutout).extract(cut);
  if (size.width > cut.width) {
    const data = await part.extractChannel(0).raw().toBuffer();
    return resample({ data, width: cut.width, height: cut.height, channels: 1 }, size, "mitchell");
  }
  return part.resize(size.width, size.height, { fit: "fill", kernel: "mitchell" }).extractChannel(0).raw().toBuffer();
}
