// The picture that came back, fitted to the output: whole, never stretched, on its own background; white presets get their white ring.
import { decodePhoto, fromPicture, pictureOf, uprightSize } from "../../images/decode.ts";
import { borderColor, dropFullAlpha } from "../../images/operations/canvas.ts";
import type { OutputSpec, Picture, Recipe } from "../../images/picture.ts";
import { maxEnlargement, timesTold } from "../../images/preset-rules.ts";
import { wantsWhiteRing } from "../../images/presets.ts";
import { type Sentence, say } from "../../say.ts";
import type { Enlarging } from "./enlarging.ts";

/** Pixels of the shorter side: what is smaller is a placeholder or a mistake, no product picture. */
const minAnswerSide = 32;
/** Pixels; bounds what an answer takes in memory: twice what the largest model paints. */
const maxAnswerPixels = 40_000_000;
/** Levels: a background from here on is meant to be white and is lifted to it, by a gain that no eye sees on the product. */
const nearWhite = 240;
/** Pixels: a product this close to the edge would let the encoder's 8-pixel blocks dirty a white picture's outermost ring. */
const whiteRing = 10;

/** The answer is no picture that could be used. */
export class UselessPicture extends Error {
  override name = "UselessPicture";
  readonly size: { readonly width: number; readonly height: number };
  constructor(size: UselessPicture["size"]) {
    super(`a picture of ${size.width} x ${size.height} pixels`);
    this.size = size;
  }
}

export interface Fitted {
  readonly picture: Picture;
  readonly upscaled: boolean;
  readonly warnings: readonly Sentence[];
}

/** @throws UselessPicture; UserError for what does not decode; the signal's reason */
export async function fitAnswer(
  bytes: Buffer,
  { output, recipe, signal, enlarge }: { output: OutputSpec; recipe: Recipe; signal: AbortSignal; enlarge: Enlarging["enlarge"] },
): Promise<Fitted> {
  const { width, height } = await uprightSize(bytes);
  if (Math.min(width, height) < minAnswerSide) throw new UselessPicture({ width, height });
  const answer = await dropFullAlpha(await decodePhoto(bytes, { maxPixels: maxAnswerPixels, signal }));
  const isClear = recipe.background === "TRANSPARENT" && answer.channels === 4;
  const painted = isClear ? answer : await flatten(answer, recipe);
  const isWhite = wantsWhiteRing(output, recipe);
  const ring = isWhite ? Math.min(whiteRing, Math.floor(Math.min(output.width, output.height) / 3)) : 0;
  const scale = Math.min((output.width - 2 * ring) / painted.width, (output.height - 2 * ring) / painted.height);
  const border = borderColor(painted);
  const lifts = isWhite && Math.min(...border) >= nearWhite;
  const size = { width: Math.max(1, Math.round(painted.width * scale)), height: Math.max(1, Math.round(painted.height * scale)) };
  const lifted = lifts ? await lift(painted, border) : painted;
  const scaled = scale > 1 ? await enlarge(lifted, { ...size, signal }) : await reduce(lifted, size);
  const room = isClear
    ? { r: 0, g: 0, b: 0, alpha: 0 }
    : isWhite
      ? { r: 255, g: 255, b: 255, alpha: 1 }
      : { r: border[0], g: border[1], b: border[2], alpha: 1 };
  const left = Math.floor((output.width - scaled.width) / 2);
  const top = Math.floor((output.height - scaled.height) / 2);
  const { data, info } = await fromPicture(scaled)
    .extend({ left, top, right: output.width - scaled.width - left, bottom: output.height - scaled.height - top, background: room })
    .raw()
    .toBuffer({ resolveWithObject: true });
  signal.throwIfAborted();
  return {
    picture: pictureOf(data, info),
    upscaled: scale > 1,
    warnings: [
      ...(recipe.background === "TRANSPARENT" && !isClear ? [say("BACKGROUND_PAINTED")] : []),
      ...(scale > maxEnlargement ? [say("ANSWER_ENLARGED", { times: timesTold(scale) })] : []),
      ...(isWhite && !lifts ? [say("BACKGROUND_NOT_WHITE")] : []),
    ],
  };
}

async function flatten(picture: Picture, { background, colors }: Recipe): Promise<Picture> {
  if (picture.channels === 3) return picture;
  const behind = background === "COLOR" || background === "GRADIENT" ? (colors[0] ?? "#ffffff") : "#ffffff";
  const { data, info } = await fromPicture(picture).flatten({ background: behind }).raw().toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}

/** The border's colour becomes white, and all others follow. */
async function lift(picture: Picture, border: readonly number[]): Promise<Picture> {
  const gains = border.map((level) => 255 / level);
  const lifted = fromPicture(picture).linear(gains, [0, 0, 0]);
  const { data, info } = await lifted.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}

async function reduce(picture: Picture, { width, height }: { width: number; height: number }): Promise<Picture> {
  const small = fromPicture(picture).resize(width, height, { fit: "fill", kernel: "lanczos3" });
  const { data, info } = await small.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return pictureOf(data, info);
}
