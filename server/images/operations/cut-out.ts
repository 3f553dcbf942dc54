// Brings a cut-out that an engine framed anew back to where the product stands: an opaque picture gains alpha, nothing moves.
import type { Sentence } from "../../say.ts";
import { fromPicture, pictureOf } from "../decode.ts";
import type { Picture, Placement } from "../picture.ts";
import { type Frame, turnOf } from "./frame.ts";

/** What an engine made of the picture, or of its source: RGBA, and where the whole of what it was given lies in it (not turned). */
export interface CutOut {
  readonly picture: Picture;
  readonly placement: Placement;
  /** 0 to 1; null where the engine cannot tell. */
  readonly confidence: number | null;
  readonly warnings: readonly Sentence[];
}

/** Times that a cut-out may be larger than the picture before it is made smaller first: beyond it single samples would skip pixels. */
const maxSkip = 1.25;

/**
 * RGBA of the picture's size. Where the product is solid the picture's own bytes stand; its soft edge and its shadow, whose colours the
 * engine has freed from the old background, are read from the cut-out.
 * @param given where what the engine was given lies in the picture
 */
export async function layBack(original: Picture, cutOut: CutOut, given: NonNullable<Frame>): Promise<Picture> {
  const { picture: cut, placement } = await shrunk(cutOut, given.box);
  const { width, height } = original;
  const data = Buffer.allocUnsafeSlow(width * height * 4);
  const { box } = given;
  const { sin, cos } = turnOf(box.rotation);
  const across = (placement.width / box.width) * (given.isMirrored ? -1 : 1);
  const down = placement.height / box.height;
  const sample = new Float64Array(4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // From the pixel's middle, as seen from the box's, back through the turn and the mirror.
      const offX = x + 0.5 - box.x - box.width / 2;
      const offY = y + 0.5 - box.y - box.height / 2;
      const cutX = placement.x + placement.width / 2 + (offX * cos + offY * sin) * across - 0.5;
      const cutY = placement.y + placement.height / 2 + (offY * cos - offX * sin) * down - 0.5;
      sampleAt(cut, { x: cutX, y: cutY }, sample);
      const to = (y * width + x) * 4;
      const alpha = sample[3]!;
      const isSolid = alpha >= 254.5;
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = isSolid ? original.data[(y * width + x) * original.channels + channel]! : Math.round(sample[channel]!);
      }
      data[to + 3] = Math.round(alpha);
    }
  }
  return { data, width, height, channels: 4 };
}

async function shrunk(cutOut: CutOut, box: Placement): Promise<CutOut> {
  const { picture, placement } = cutOut;
  const skip = Math.max(placement.width / box.width, placement.height / box.height);
  if (skip <= maxSkip) return cutOut;
  const size = { width: Math.max(1, Math.round(picture.width / skip)), height: Math.max(1, Math.round(picture.height / skip)) };
  const { data, info } = await fromPicture(picture)
    .resize(size.width, size.height, { fit: "fill", kernel: "mitchell" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const across = size.width / picture.width;
  const down = size.height / picture.height;
  return {
    ...cutOut,
    picture: pictureOf(data, info),
    placement: {
      x: placement.x * across,
      y: placement.y * down,
      width: placement.width * across,
      height: placement.height * down,
      rotation: 0,
    },
  };
}

/** Bilinear, colours weighed by alpha; clear outside. */
function sampleAt(cut: Picture, { x, y }: { x: number; y: number }, into: Float64Array): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  let red = 0;
  let green = 0;
  let blue = 0;
  let alpha = 0;
  for (let corner = 0; corner < 4; corner++) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || row < 0 || column >= cut.width || row >= cut.height) continue;
    const at = (row * cut.width + column) * 4;
    const weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row)) * cut.data[at + 3]!;
    alpha += weight;
    red += weight * cut.data[at]!;
    green += weight * cut.data[at + 1]!;
    blue += weight * cut.data[at + 2]!;
  }
  into[3] = alpha;
  into[0] = alpha === 0 ? 0 : red / alpha;
  into[1] = alpha === 0 ? 0 : green / alpha;
  into[2] = alpha === 0 ? 0 : blue / alpha;
}
