// What a person painted on a photo, as the studio takes it: black is product, white is ground, and it decides itself what is transparent.
import type { Region } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import { type Sentence, say } from "../../say.ts";
import { EngineError } from "../engine.ts";
import { checkMask, layOver, type Paint, paintedSide, readPaint } from "../mask.ts";
import { boundsAbove, type Size } from "./planes.ts";
import { boxAround, type Prior } from "./prior.ts";

/** Belief from which a pixel is product. */
const product = 0.5;
/** Belief above which a pixel counts for the product's box. */
const boxThreshold = 0.4;
/** Shares of the product that the network sees under white, and of the black that it takes for ground: beyond both the colours are likely swapped. */
const swappedWhite = 0.7;
const swappedBlack = 0.8;

const swapped = say("MASK_SWAPPED");

export interface Painting {
  /** Of the probe's size. */
  readonly paint: Paint;
  /** Whether anything is painted as product: then it is not for the network to say that there is none. */
  readonly hasProduct: boolean;
  /** What is painted on a part of the photo, scaled to a size. */
  readonly read: (part: Part, to: Size) => Promise<Paint>;
  /** The prior with the paint laid over it. @throws EngineError `input` where no product is left */
  readonly over: (found: Prior | null, probe: Picture) => Prior;
}

/** A region of the photo after it was scaled. */
export interface Part {
  readonly region: Region;
  /** Its pixels per pixel of the photo. */
  readonly scale: number;
}

/** @param photo its upright size @throws EngineError `input` for a mask that can not be read, is of another size or decides nothing */
export async function openPainting(mask: Buffer, { photo, probe }: { photo: Size; probe: Size }): Promise<Painting> {
  await checkMask(mask, photo);
  const paint = await readPaint(mask, probe);
  refuseOneColor(paint);
  return {
    paint,
    hasProduct: hasBlack(paint),
    read: (part, to) => readPaint(mask, to, underneath(part, photo)),
    over: (found, picture) => over(paint, found, picture),
  };
}

/** The part in the photo's own pixels. */
function underneath({ region, scale }: Part, photo: Size): Region {
  const left = Math.min(photo.width - 1, Math.round(region.left / scale));
  const top = Math.min(photo.height - 1, Math.round(region.top / scale));
  const width = Math.max(1, Math.min(photo.width - left, Math.round(region.width / scale)));
  const height = Math.max(1, Math.min(photo.height - top, Math.round(region.height / scale)));
  return { left, top, width, height };
}

/** What is said of a mask where nothing is cut out. @throws EngineError `input` for a mask that can not be read or is of another size */
export async function warnOfUnusedMask(mask: Buffer, photo: Size): Promise<Sentence> {
  await checkMask(mask, photo);
  return say("MASK_UNUSED");
}

function refuseOneColor({ white, black }: Paint): void {
  if (white.every((level) => level >= 254)) throw new EngineError("input", say("MASK_ALL_WHITE"));
  if (black.every((level) => level >= 254)) throw new EngineError("input", say("MASK_ALL_BLACK"));
  if (white.every((level) => level === 0) && black.every((level) => level === 0)) throw new EngineError("input", say("MASK_ALL_CLEAR"));
}

function over(paint: Paint, found: Prior | null, probe: Picture): Prior {
  const unpainted = found?.probability ?? new Float32Array(paint.white.length);
  const probability = layOver(unpainted, paint);
  if (boundsAbove(probability, probe, boxThreshold) === null) {
    throw new EngineError("input", say("MASK_LEAVES_NOTHING"));
  }
  return {
    probability,
    box: boxAround(probability, probe),
    agreement: found?.agreement ?? 0,
    // Whoever painted a product saw the others.
    otherObjects: hasBlack(paint) ? 0 : (found?.otherObjects ?? 0),
    painted: { unpainted, decided: decidedShare(paint, unpainted), warnings: isSwapped(paint, unpainted) ? [swapped] : [] },
  };
}

const hasBlack = (paint: Paint): boolean => paint.black.some((_, at) => paintedSide(paint, at) === 1);

function decidedShare(paint: Paint, unpainted: Float32Array): number {
  let all = 0;
  let decided = 0;
  for (let at = 0; at < unpainted.length; at++) {
    const side = paintedSide(paint, at);
    if (unpainted[at]! <= product && side !== 1) continue;
    all++;
    if (side !== 0) decided++;
  }
  return all === 0 ? 0 : decided / all;
}

function isSwapped(paint: Paint, unpainted: Float32Array): boolean {
  const sum = { product: 0, under: 0, black: 0, ground: 0 };
  for (let at = 0; at < unpainted.length; at++) {
    const side = paintedSide(paint, at);
    const isProduct = unpainted[at]! > product;
    if (isProduct) sum.product++;
    if (isProduct && side === -1) sum.under++;
    if (side === 1) sum.black++;
    if (!isProduct && side === 1) sum.ground++;
  }
  return sum.black > 0 && sum.under > swappedWhite * sum.product && sum.ground > swappedBlack * sum.black;
}

/** Of a photo that is cut out already: there is nothing behind its clear pixels that black could bring back. */
export function clearWhite(alpha: Buffer, { white }: Paint): void {
  for (let at = 0; at < alpha.length; at++) alpha[at] = (alpha[at]! * (255 - white[at]!)) / 255;
}
