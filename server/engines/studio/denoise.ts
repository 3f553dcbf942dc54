// Grain taken out of noisy photos by a local Wiener filter (Lee 1980): light gently, colour more; photos without grain are not touched.
import type { Size } from "./planes.ts";

/** Deviation of the grain (bytes of luma) up to which a photo is clean, and from which it is filtered in full. */
const grainRange = [2.2, 4] as const;
/** Pixels on a side of the blocks that grain is measured in, and the step between their rows and columns of pixels. */
const blockSide = 24;
const sampleStep = 2;
/** Rank of the block that is believed: the quietest are clipped or out of focus, the louder ones hold texture. */
const quietRank = 0.2;
/** Mean bytes between which a block can show grain: beyond them it is cut off. */
const seenRange = [12, 243] as const;
/** Least blocks that say something. */
const leastBlocks = 6;
/** Reach of the filter's window, pixels, and its share of the result: some grain looks natural, coloured grain never does. */
const lumaFilter = { radius: 2, share: 0.75 } as const;
const chromaFilter = { radius: 2, share: 1 } as const;
/** Deviation of coloured grain at half size against that of luma, at least; cameras and JPEG blur it, so that it measures low. */
const leastChroma = 0.5;
/** Zero of the colour planes' bytes. */
const neutral = 128;

export interface ColorImage extends Size {
  /** RGB, 8-bit. */
  readonly colors: Buffer;
}

/** Filters RGB bytes in place. @returns the grain's deviation in bytes of luma; below the threshold nothing was changed. */
export function denoise(image: ColorImage): number {
  const luma = lumaOf(image);
  const grain = measureGrain(luma, image);
  const strength = Math.min(1, (grain - grainRange[0]) / (grainRange[1] - grainRange[0]));
  if (strength <= 0) return grain;
  const { planes, size } = halvedColors(image);
  for (const plane of planes) {
    smooth(plane, size, { ...chromaFilter, grain: Math.max(measureGrain(plane, size), leastChroma * grain), strength });
  }
  smooth(luma, image, { ...lumaFilter, grain, strength });
  recolor(image, luma, { planes, width: size.width });
  return grain;
}

function lumaOf({ colors, width, height }: ColorImage): Uint8Array {
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += 3) luma[at] = lumaAt(colors, from);
  return luma;
}

/** BT.601 in integers, rounded: this runs for every pixel. */
const lumaAt = (colors: Buffer, at: number): number => (77 * colors[at]! + 150 * colors[at + 1]! + 29 * colors[at + 2]! + 128) >> 8;

type ColorPlanes = readonly [blueness: Uint8Array, redness: Uint8Array];

/** How far blue and red lie from light, over two by two pixels: the eye sees no finer, and JPEG keeps no finer. */
function halvedColors({ colors, width, height }: ColorImage): { planes: ColorPlanes; size: Size } {
  const size = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const planes: ColorPlanes = [new Uint8Array(size.width * size.height), new Uint8Array(size.width * size.height)];
  for (let y = 0, to = 0; y < size.height; y++) {
    const upper = 2 * y * width * 3;
    const lower = Math.min(height - 1, 2 * y + 1) * width * 3;
    for (let x = 0; x < size.width; x++, to++) {
      const left = 6 * x;
      const right = Math.min(width - 1, 2 * x + 1) * 3;
      const mean = (channel: number): number =>
        (colors[upper + left + channel]! +
          colors[upper + right + channel]! +
          colors[lower + left + channel]! +
          colors[lower + right + channel]!) /
        4;
      const [red, green, blue] = [mean(0), mean(1), mean(2)];
      const luma = (77 * red + 150 * green + 29 * blue) / 256;
      planes[0][to] = neutral + 0.564 * (blue - luma) + 0.5;
      planes[1][to] = neutral + 0.713 * (red - luma) + 0.5;
    }
  }
  return { planes, size };
}

function recolor({ colors, width, height }: ColorImage, luma: Uint8Array, halved: { planes: ColorPlanes; width: number }): void {
  const [blueness, redness] = halved.planes;
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y >> 1) * halved.width;
    for (let x = 0; x < width; x++, at++) {
      const toBlue = blueness[row + (x >> 1)]! - neutral;
      const toRed = redness[row + (x >> 1)]! - neutral;
      const light = luma[at]!;
      colors[at * 3] = clamp(light + 1.403 * toRed);
      colors[at * 3 + 1] = clamp(light - 0.344 * toBlue - 0.714 * toRed);
      colors[at * 3 + 2] = clamp(light + 1.773 * toBlue);
    }
  }
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : (value + 0.5) | 0);

/** Deviation of what a second difference leaves (Immerkaer 1996), in one of the picture's quieter blocks. */
export function measureGrain(plane: Uint8Array, { width, height }: Size): number {
  const found: number[] = [];
  for (let top = 1; top + blockSide < height; top += blockSide) {
    for (let left = 1; left + blockSide < width; left += blockSide) {
      const deviation = grainOfBlock(plane, width, { left, top });
      if (deviation !== null) found.push(deviation);
    }
  }
  if (found.length < leastBlocks) return 0;
  return found.toSorted((one, other) => one - other)[Math.floor(found.length * quietRank)]!;
}

function grainOfBlock(plane: Uint8Array, width: number, { left, top }: { left: number; top: number }): number | null {
  let differences = 0;
  let bytes = 0;
  let count = 0;
  for (let y = top; y < top + blockSide; y += sampleStep) {
    for (let x = left; x < left + blockSide; x += sampleStep) {
      const at = y * width + x;
      const above = at - width;
      const below = at + width;
      const corners = plane[above - 1]! + plane[above + 1]! + plane[below - 1]! + plane[below + 1]!;
      const sides = plane[above]! + plane[below]! + plane[at - 1]! + plane[at + 1]!;
      differences += Math.abs(corners - 2 * sides + 4 * plane[at]!);
      bytes += plane[at]!;
      count++;
    }
  }
  const mean = bytes / count;
  if (mean < seenRange[0] || mean > seenRange[1]) return null;
  // The mask's weights have a norm of 6; the mean of |x| is turned into the deviation of a Gaussian.
  return (differences / count / 6) * Math.sqrt(Math.PI / 2);
}

interface Filter {
  readonly radius: number;
  readonly share: number;
  /** Deviation, bytes. */
  readonly grain: number;
  /** 0 to 1. */
  readonly strength: number;
}

/** Moves each pixel to its window's mean as far as the window varies by no more than grain does, in place. */
function smooth(plane: Uint8Array, { width, height }: Size, { radius, share, grain, strength }: Filter): void {
  const noise = grain * grain;
  const most = share * strength;
  const source = plane.slice();
  const sums = new Int32Array(width);
  const squares = new Int32Array(width);
  const addRow = (row: number, sign: number): void => {
    for (let x = 0, at = row * width; x < width; x++, at++) {
      const value = source[at]!;
      const signed = sign * value;
      sums[x] = (sums[x]! + signed) | 0;
      squares[x] = (squares[x]! + signed * value) | 0;
    }
  };
  for (let y = 0; y < Math.min(radius, height); y++) addRow(y, 1);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) addRow(y + radius, 1);
    if (y - radius - 1 >= 0) addRow(y - radius - 1, -1);
    const rows = Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1;
    smoothRow({ source, plane, start: y * width }, { sums, squares, rows }, { radius, noise, most });
  }
}

function smoothRow(
  { source, plane, start }: { source: Uint8Array; plane: Uint8Array; start: number },
  { sums, squares, rows }: { sums: Int32Array; squares: Int32Array; rows: number },
  { radius, noise, most }: { radius: number; noise: number; most: number },
): void {
  const width = sums.length;
  let sum = 0;
  let square = 0;
  for (let x = 0; x < Math.min(radius, width); x++) {
    sum += sums[x]!;
    square += squares[x]!;
  }
  for (let x = 0; x < width; x++) {
    if (x + radius < width) {
      sum += sums[x + radius]!;
      square += squares[x + radius]!;
    }
    if (x - radius - 1 >= 0) {
      sum -= sums[x - radius - 1]!;
      square -= squares[x - radius - 1]!;
    }
    const count = rows * (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
    const mean = sum / count;
    const variance = square / count - mean * mean;
    const value = source[start + x]!;
    plane[start + x] = (value + (mean - value) * most * (variance <= noise ? 1 : noise / variance) + 0.5) | 0;
  }
}
