// How noisy a photo is: what its smoothest parts still stir at each width of detail, luma and chroma apart.
import type { Picture } from "../../images/picture.ts";
import { blueShare, lumaOf, redShare } from "./chroma.ts";
import { detailLevels, detailReach, smoothAll } from "./wavelet.ts";

/** Pixels: sides of the tiles that are looked at, and of the blocks in them whose stir is measured. */
const tileSide = 64;
const blockSide = 16;
/** Tiles of a photo that are looked at, evenly spread. */
const maxTiles = 64;
/** Rank, from the smoothest, of the block that is taken to show noise and nothing else. */
const smoothRank = 0.1;
/** The smoothest tenth is a little smoother than the noise at large. */
const rankBias = 1.06;
/** Mean byte of a block beyond which clipping has wiped out its noise. */
const believedRange = [8, 244] as const;
/** Bands of brightness that are looked at apart: the curve of sRGB makes noise stronger in the dark. */
const bands = 4;
/** Blocks below which a band says nothing of its own. */
const minBandBlocks = 12;
/** How much more than the whole photo's noise a band may have; what exceeds it is the texture of something that bright. */
const maxBandFactor = 1.6;
/** Noise fades from detail to detail twice as wide; where the coarsest keeps more than this share of the finest, it is texture that is measured. */
const mostCoarseShare = 0.75;
/**
 * Noise stirs a block all over: the mean of what it stirs, squared, against the mean square. 0.64 for a normal distribution, 0.5 where JPEG has
 * been at it; an edge that crosses a block of nothing stirs a few pixels, and much less than this.
 */
const leastEvenness = 0.35;
/** Alpha from which a pixel counts: what stands under clear ones was never photographed. */
const opaqueAlpha = 250;
/** Deviations in bytes, all details together: what stirs less is left alone, and it is taken for noise in full from the second figure on. */
const lumaNoise = [1.25, 1.9] as const;
const chromaNoise = [0.45, 0.8] as const;

export interface Noise {
  /** Deviations of the details of luma, finest first, in bytes; all 0 where it is not noisy. */
  readonly luma: readonly number[];
  /** The same of chroma in planes of half the size. */
  readonly chroma: readonly number[];
  /** Of what of chroma is lost in those planes. */
  readonly fineChroma: number;
  /** For each byte of luma, how much of these deviations there is. */
  readonly byLuma: Float32Array;
}

/** Null where the photo is clean enough to be left alone. @param picture the product with something of its surroundings */
export function measureNoise(picture: Picture): Noise | null {
  const blocks = takeBlocks(picture);
  const believed = blocks.filter(({ mean }) => mean > believedRange[0] && mean < believedRange[1]);
  if (believed.length < minBandBlocks) return null;
  const luma = Array.from({ length: detailLevels }, (_, level) => smoothest(believed.map((block) => block.luma[level]!)));
  const chroma = Array.from({ length: detailLevels }, (_, level) => smoothest(believed.map((block) => block.chroma[level]!)));
  const fineChroma = smoothest(believed.map((block) => block.fineChroma));
  const isTexture = luma.at(-1)! > mostCoarseShare * luma[0]!;
  const lumaShare = isTexture || !stirsEvenly(believed) ? 0 : ramp(Math.hypot(...luma), lumaNoise);
  const chromaShare = ramp(Math.hypot(fineChroma, ...chroma), chromaNoise);
  if (lumaShare === 0 && chromaShare === 0) return null;
  return {
    luma: luma.map((deviation) => deviation * lumaShare),
    chroma: chroma.map((deviation) => deviation * chromaShare),
    fineChroma: fineChroma * chromaShare,
    byLuma: factorsByLuma(believed, luma),
  };
}

const ramp = (value: number, [low, high]: readonly [number, number]): number => Math.min(1, Math.max(0, (value - low) / (high - low)));

const smoothest = (stirs: number[]): number => {
  const sorted = stirs.toSorted((one, other) => one - other);
  return rankBias * sorted[Math.floor(smoothRank * (sorted.length - 1))]!;
};

/** Whether those blocks that are taken to show noise do. */
function stirsEvenly(blocks: readonly Block[]): boolean {
  const smooth = blocks.toSorted((one, other) => one.luma[0]! - other.luma[0]!).slice(0, Math.ceil(2 * smoothRank * blocks.length));
  const evenness = smooth.map((block) => block.evenness).toSorted((one, other) => one - other);
  return evenness[evenness.length >> 1]! >= leastEvenness;
}

/** What one block stirs: deviations in bytes. */
interface Block {
  readonly mean: number;
  /** Of the finest detail of luma; see above. */
  readonly evenness: number;
  readonly luma: readonly number[];
  readonly chroma: readonly number[];
  readonly fineChroma: number;
}

function takeBlocks(picture: Picture): Block[] {
  const { width, height } = picture;
  const across = Math.floor((width - 2 * detailReach) / tileSide);
  const down = Math.floor((height - 2 * detailReach) / tileSide);
  if (across < 1 || down < 1) return [];
  const stride = Math.max(1, Math.ceil((across * down) / maxTiles));
  const blocks: Block[] = [];
  // Strides that share no factor with the columns would leave whole columns out: rows are offset instead.
  for (let row = 0; row < down; row++) {
    for (let column = row % stride; column < across; column += stride) {
      const at = { left: detailReach + column * tileSide, top: detailReach + row * tileSide };
      if (isOpaque(picture, at)) blocks.push(...blocksOf(takeTile(picture, at)));
    }
  }
  return blocks;
}

/** A tile with what its details depend on around it. */
interface Tile {
  readonly luma: readonly Float32Array[];
  readonly blue: readonly Float32Array[];
  /** Square of what chroma loses in half the size. */
  readonly fineBlue: Float32Array;
}

const side = tileSide + 2 * detailReach;
const half = side / 2;
const levelPlanes = (length: number): Float32Array[] => Array.from({ length: detailLevels + 1 }, () => new Float32Array(length));

/** Of the tile and of what its details depend on. */
function isOpaque({ data, width, channels }: Picture, { left, top }: { left: number; top: number }): boolean {
  if (channels === 3) return true;
  for (let y = top - detailReach; y < top + tileSide + detailReach; y++)
    for (let x = left - detailReach; x < left + tileSide + detailReach; x++) if (data[(y * width + x) * 4 + 3]! < opaqueAlpha) return false;
  return true;
}

function takeTile({ data, width, channels }: Picture, { left, top }: { left: number; top: number }): Tile {
  const luma = levelPlanes(side * side);
  const blue = levelPlanes(half * half);
  const fullBlue = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = ((top - detailReach + y) * width + left - detailReach + x) * channels;
      const at = y * side + x;
      const bright = lumaOf(data[from]!, data[from + 1]!, data[from + 2]!);
      luma[0]![at] = bright;
      // Red and blue are equally noisy together: the mean stands for both.
      fullBlue[at] = (blueShare * (data[from + 2]! - bright) - redShare * (data[from]! - bright)) * Math.SQRT1_2;
      blue[0]![(y >> 1) * half + (x >> 1)]! += fullBlue[at]! / 4;
    }
  }
  const fineBlue = new Float32Array(side * side);
  for (let y = 0, at = 0; y < side; y++)
    for (let x = 0; x < side; x++, at++) fineBlue[at] = (fullBlue[at]! - blue[0]![(y >> 1) * half + (x >> 1)]!) ** 2;
  smoothAll(luma, { width: side, height: side });
  smoothAll(blue, { width: half, height: half });
  return { luma, blue, fineBlue };
}

function blocksOf({ luma, blue, fineBlue }: Tile): Block[] {
  const blocks: Block[] = [];
  for (let y = detailReach; y < side - detailReach; y += blockSide) {
    for (let x = detailReach; x < side - detailReach; x += blockSide) {
      const square = { x, y, length: blockSide, stride: side };
      const small = { x: x >> 1, y: y >> 1, length: blockSide / 2, stride: half };
      blocks.push({
        mean: meanOver(square, (at) => luma[0]![at]!),
        evenness: evennessOf(luma, square),
        luma: stirs(luma, square),
        chroma: stirs(blue, small),
        fineChroma: Math.sqrt(meanOver(square, (at) => fineBlue[at]!)),
      });
    }
  }
  return blocks;
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly stride: number;
}

const stirs = (planes: readonly Float32Array[], square: Square): number[] =>
  Array.from({ length: detailLevels }, (_, level) =>
    Math.sqrt(meanOver(square, (at) => (planes[level]![at]! - planes[level + 1]![at]!) ** 2)),
  );

function evennessOf([fine, coarse]: readonly Float32Array[], square: Square): number {
  const mean = meanOver(square, (at) => Math.abs(fine![at]! - coarse![at]!));
  const meanSquare = meanOver(square, (at) => (fine![at]! - coarse![at]!) ** 2);
  return meanSquare === 0 ? 0 : (mean * mean) / meanSquare;
}

function meanOver({ x, y, length, stride }: Square, valueAt: (at: number) => number): number {
  let sum = 0;
  for (let row = y; row < y + length; row++) for (let column = x; column < x + length; column++) sum += valueAt(row * stride + column);
  return sum / (length * length);
}

/** Bands that hold enough blocks have their own noise; the others lie between their neighbours. */
function factorsByLuma(blocks: readonly Block[], overall: readonly number[]): Float32Array {
  const known = Array.from({ length: bands }, (_, band) => {
    const stirred = blocks.filter(({ mean }) => Math.floor((mean / 256) * bands) === band).map(({ luma }) => Math.hypot(...luma));
    const centre = ((band + 0.5) * 256) / bands;
    const factor = smoothest(stirred) / Math.hypot(...overall);
    return { centre, factor: Math.min(maxBandFactor, factor), count: stirred.length };
  }).filter(({ count }) => count >= minBandBlocks);
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const after = known.findIndex(({ centre }) => centre >= byte);
    const upper = known[after] ?? known.at(-1);
    const lower = known[after - 1] ?? known[0];
    if (upper === undefined || lower === undefined) return 1;
    const share = upper.centre === lower.centre ? 0 : ramp(byte, [lower.centre, upper.centre]);
    return lower.factor + (upper.factor - lower.factor) * share;
  });
}
