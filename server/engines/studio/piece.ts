// Makes of a cut-out the piece that is laid on the canvas: scaled, turned upright, sharpened; and tells where the whole photo lies then.
import type { Region } from "../../images/decode.ts";
import { giveBack } from "../../images/give-back.ts";
import type { OutputSpec, Placement, Recipe } from "../../images/picture.ts";
import { type Sentence, say } from "../../say.ts";
import type { Piece } from "./canvas.ts";
import { placeBox } from "./layout.ts";
import type { Cutout } from "./matte.ts";
import type { Box, Size } from "./planes.ts";
import { type Enlarging, enlargeColors, isForNetwork, scaleAlpha, scaleColors } from "./scale.ts";
import { sharpen } from "./sharpen.ts";
import type { Side } from "./side.ts";
import { type Point, resampleTurned, turnPoint } from "./turn.ts";
import type { Enlarger } from "./upscale.ts";

/** Pixels around the product that are scaled with it, so that its edge is not cut. */
const pieceMargin = 3;

/** How the product is to lie in the result. */
export interface Pose {
  /** Its box in the cut-out, that stands upright once the cut-out was turned about its middle. */
  readonly product: Box;
  /** Clockwise. */
  readonly degrees: number;
  /** Result pixels per pixel of the cut-out. */
  readonly scale: number;
  /** Where it lies at the picture's edge, for its photo cut it off there. */
  readonly cut: readonly Side[];
}

export interface Making {
  readonly output: OutputSpec;
  readonly recipe: Recipe;
  /** The cut-out's pixels per pixel of the photo. */
  readonly workScale: number;
  /** Whether a network may enlarge. */
  readonly enlarge: boolean;
  readonly enlarger: () => Promise<Enlarger | null>;
  readonly onStage: (stage: Sentence) => void;
  readonly checkpoint: () => void;
}

export interface Placed {
  readonly piece: Piece;
  /** The point of the turned cut-out at the piece's left top corner. */
  readonly corner: Point;
  readonly degrees: number;
  /** Result pixels per working pixel, after rounding to whole pixels. */
  readonly across: number;
  readonly down: number;
}

export async function makePiece(cutout: Cutout, pose: Pose, making: Making): Promise<Placed> {
  const { product, scale } = pose;
  const { checkpoint } = making;
  const cut = cutAround(cutout, pose);
  const usesNetwork = making.enlarge && isForNetwork(cut, scale);
  if (usesNetwork) making.onStage(say("STAGE_ENLARGING"));
  const enlarging = { enlarger: usesNetwork ? await making.enlarger() : null, checkpoint };
  const { colors, alpha, ...placed } = await (pose.degrees === 0 ? scaleUpright : scaleTurned)(cutout, { pose, cut, enlarging });
  checkpoint();
  making.onStage(say("STAGE_COMPOSING"));
  sharpen({ colors, alpha, ...placed.size }, { amount: making.recipe.sharpen, scale: scale * making.workScale });
  const box = { width: (product.x1 - product.x0) * placed.across, height: (product.y1 - product.y0) * placed.down };
  const place = placeBox(box, pose.cut, making);
  const left = Math.round(place.left - (product.x0 - placed.corner.x) * placed.across);
  const top = Math.round(place.top - (product.y0 - placed.corner.y) * placed.down);
  return { ...placed, degrees: pose.degrees, piece: { colors, alpha, ...placed.size, left, top } };
}

/** @param photo the whole photo's box in the cut-out's pixels */
export function placementOf({ piece, corner, degrees, across, down }: Placed, cutout: Size, photo: Box): Placement {
  const width = (photo.x1 - photo.x0) * across;
  const height = (photo.y1 - photo.y0) * down;
  const middle = { x: (photo.x0 + photo.x1) / 2, y: (photo.y0 + photo.y1) / 2 };
  const { x, y } = turnPoint(middle, degrees, { x: cutout.width / 2, y: cutout.height / 2 });
  return {
    x: piece.left + (x - corner.x) * across - width / 2,
    y: piece.top + (y - corner.y) * down - height / 2,
    width,
    height,
    rotation: degrees,
  };
}

interface Job {
  readonly pose: Pose;
  readonly cut: Region;
  readonly enlarging: Enlarging;
}

interface Scaled extends Pick<Placed, "corner" | "across" | "down"> {
  readonly colors: Buffer;
  readonly alpha: Buffer;
  readonly size: Size;
}

/** The part of the cut-out that holds the product; of one that is turned, the box around that part. */
function cutAround({ width, height }: Size, { product, degrees }: Pose): Region {
  const about = { x: width / 2, y: height / 2 };
  const corners = [product.x0, product.x1].flatMap((x) => [product.y0, product.y1].map((y) => turnPoint({ x, y }, -degrees, about)));
  const x0 = Math.max(0, Math.floor(Math.min(...corners.map(({ x }) => x)) - pieceMargin));
  const y0 = Math.max(0, Math.floor(Math.min(...corners.map(({ y }) => y)) - pieceMargin));
  return {
    left: x0,
    top: y0,
    width: Math.min(width, Math.ceil(Math.max(...corners.map(({ x }) => x)) + pieceMargin)) - x0,
    height: Math.min(height, Math.ceil(Math.max(...corners.map(({ y }) => y)) + pieceMargin)) - y0,
  };
}

async function scaleUpright(cutout: Cutout, { pose, cut, enlarging }: Job): Promise<Scaled> {
  const size = { width: Math.max(1, Math.round(cut.width * pose.scale)), height: Math.max(1, Math.round(cut.height * pose.scale)) };
  const colors = await scaleColors(cutout, cut, { ...size, ...enlarging });
  const alpha = await scaleAlpha(cutout, cut, size);
  return { colors, alpha, size, corner: { x: cut.left, y: cut.top }, across: size.width / cut.width, down: size.height / cut.height };
}

async function scaleTurned(cutout: Cutout, { pose, cut, enlarging }: Job): Promise<Scaled> {
  const { product, degrees, scale } = pose;
  const size = {
    width: Math.ceil((product.x1 - product.x0 + 2 * pieceMargin) * scale),
    height: Math.ceil((product.y1 - product.y0 + 2 * pieceMargin) * scale),
  };
  const corner = { x: product.x0 - pieceMargin, y: product.y0 - pieceMargin };
  const start = turnPoint(corner, -degrees, { x: cutout.width / 2, y: cutout.height / 2 });
  const enlarged = await enlargeColors(cutout, cut, enlarging);
  const factor = enlarged.width / cut.width;
  const colorCorner = { x: (start.x - cut.left) * factor, y: (start.y - cut.top) * factor };
  const colors = resampleTurned(
    enlarged,
    { degrees, scale: scale / factor, corner: colorCorner },
    { ...size, kernel: "lanczos3", isClear: false },
  );
  giveBack(enlarged.data);
  const plane = { data: cutout.alpha, width: cutout.width, height: cutout.height, channels: 1 };
  const alpha = resampleTurned(plane, { degrees, scale, corner: start }, { ...size, kernel: "mitchell", isClear: true });
  return { colors, alpha, size, corner, across: scale, down: scale };
}
