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
const chromaFilter = { radius: 4, share: 1 } as const;
/** Deviation of coloured grain against that of luma, at least; cameras and JPEG blur it, so that it measures low. */
const leastChroma = 0.6;
/** Zero of the colour planes' bytes. */
const neutral = 128;

export interface ColorImage extends Size {
  /** RGB, 8-bit. */
  readonly colors: Buffer;
}

/** Filters RGB bytes in place. @returns the grain's deviation in bytes of luma; below the threshold nothing was changed. */
export function denoise(image: ColorImage): number {
  const planes = splitPlanes(image);
  const [luma, blueness, redness] = planes;
  const grain = measureGrain(luma, image);
  const strength = Math.min(1, (grain - grainRange[0]) / (grainRange[1] - grainRange[0]));
  if (strength <= 0) return grain;
  smooth(luma, image, { ...lumaFilter, grain, strength });
  for (const plane of [blueness, redness]) {
    smooth(plane, image, { ...chromaFilter, grain: Math.max(measureGrain(plane, image), leastChroma * grain), strength });
  }
  joinPlanes(planes, image.colors);
  return grain;
}

type Planes = readonly [luma: Uint8Array, blueness: Uint8Array, redness: Uint8Array];

function splitPlanes({ colors, width, height }: ColorImage): Planes {
  const count = width * height;
  const planes: Planes = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  for (let at = 0, from = 0; at < count; at++, from += 3) {
    const red = colors[from]!;
    const green = colors[from + 1]!;
    const blue = colors[from + 2]!;
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    planes[0][at] = luma + 0.5;
    planes[1][at] = neutral + 0.564 * (blue - luma) + 0.5;
    planes[2][at] = neutral + 0.713 * (red - luma) + 0.5;
  }
  return planes;
}

function joinPlanes([lumas, blueness, redness]: Planes, colors: Buffer): void {
  for (let at = 0, to = 0; at < lumas.length; at++, to += 3) {
    const luma = lumas[at]!;
    const toBlue = blueness[at]! - neutral;
    const toRed = redness[at]! - neutral;
    colors[to] = clamp(luma + 1.403 * toRed);
    colors[to + 1] = clamp(luma - 0.344 * toBlue - 0.714 * toRed);
    colors[to + 2] = clamp(luma + 1.773 * toBlue);
  }
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5);

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
  return found.sort((one, other) => one - other)[Math.floor(found.length * quietRank)]!;
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
      sums[x]! += sign * value;
      squares[x]! += sign * value * value;
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
    plane[start + x] = value + (mean - value) * most * (variance <= noise ? 1 : noise / variance) + 0.5;
  }
}
