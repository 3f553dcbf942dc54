// Background KEEP: the photo as it is, fitted into the picture; what is left over continues the photo's own edges, blurred.
import { decodeView, fromPicture, uprightSize } from "../../images/decode.ts";
import { giveBack } from "../../images/give-back.ts";
import { sharp } from "../../images/libvips.ts";
import type { OutputSpec, Picture, Placement } from "../../images/picture.ts";
import { type Sentence, say } from "../../say.ts";
import type { Size } from "./planes.ts";
import { resample } from "./resample.ts";
import { isForNetwork } from "./scale.ts";
import type { Enlarger } from "./upscale.ts";

/** Pixels: the longer side at which the blurred surroundings are made. */
const surroundSide = 160;
/** Deviation of the blur at that size, pixels. */
const surroundBlur = 7;

export interface KeptPhoto {
  readonly picture: Picture;
  readonly placement: Placement;
  readonly upscaled: boolean;
}

export interface Keeping {
  /** Applied to the photo's RGB bytes, in place, before they are enlarged and laid into the picture. */
  readonly retouch: (photo: Picture) => void;
  /** Null: no network enlarges. */
  readonly enlarger: (() => Promise<Enlarger | null>) | null;
  readonly onStage: (stage: Sentence) => void;
  /** Throws when the run was cancelled. */
  readonly checkpoint: () => void;
}

export async function fitWholePhoto(source: Buffer, output: OutputSpec, keeping: Keeping): Promise<KeptPhoto> {
  const size = await uprightSize(source);
  const scale = Math.min(output.width / size.width, output.height / size.height);
  const width = Math.min(output.width, Math.max(1, Math.round(size.width * scale)));
  const height = Math.min(output.height, Math.max(1, Math.round(size.height * scale)));
  const read = await flat(await decodeView(source, scale > 1 ? size : { width, height }));
  keeping.checkpoint();
  keeping.retouch(read);
  const photo = scale > 1 ? await enlarged(read, { width, height, scale }, keeping) : read;
  const x = Math.floor((output.width - width) / 2);
  const y = Math.floor((output.height - height) / 2);
  const placement = { x, y, width, height, rotation: 0 };
  if (width === output.width && height === output.height) return { picture: photo, placement, upscaled: scale > 1 };
  const data = await surround(photo, output, { x, y });
  for (let row = 0; row < height; row++) {
    photo.data.copy(data, ((y + row) * output.width + x) * 3, row * width * 3, (row + 1) * width * 3);
  }
  return { picture: { data, width: output.width, height: output.height, channels: 3 }, placement, upscaled: scale > 1 };
}

async function flat(picture: Picture): Promise<Picture> {
  if (picture.channels === 3) return picture;
  return { ...picture, channels: 3, data: await fromPicture(picture).flatten({ background: "#ffffff" }).raw().toBuffer() };
}

async function enlarged(photo: Picture, to: Size & { scale: number }, { enlarger, onStage, checkpoint }: Keeping): Promise<Picture> {
  const usesNetwork = enlarger !== null && isForNetwork(photo, to.scale);
  if (usesNetwork) onStage(say("STAGE_ENLARGING"));
  const network = usesNetwork ? await enlarger() : null;
  const fine = network === null ? photo : await network.enlarge(photo, checkpoint);
  const data = resample(fine, to, "lanczos3");
  if (fine !== photo) giveBack(fine.data);
  return { data, width: to.width, height: to.height, channels: 3 };
}

/** The photo's edge pixels drawn outwards and blurred, at a small size, then enlarged. */
async function surround(photo: Picture, output: OutputSpec, at: { x: number; y: number }): Promise<Buffer> {
  const scale = surroundSide / Math.max(output.width, output.height);
  const size = (side: number): number => Math.max(2, Math.round(side * scale));
  const small = await fromPicture(photo).resize(size(photo.width), size(photo.height), { fit: "fill" }).raw().toBuffer();
  const left = Math.ceil(at.x * scale);
  const top = Math.ceil(at.y * scale);
  const extended = await sharp(small, { raw: { width: size(photo.width), height: size(photo.height), channels: 3 } })
    .extend({ left, right: left, top, bottom: top, extendWith: "copy" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const blurred = await sharp(extended.data, { raw: extended.info }).blur(surroundBlur).raw().toBuffer();
  return sharp(blurred, { raw: extended.info }).resize(output.width, output.height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
}
