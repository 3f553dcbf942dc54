// Windows that reach a few pixels look at a few pixels: planes are worked through tile by tile, which fit a core's cache and can be left out.
import type { Picture } from "../../images/picture.ts";
import type { Box, Size, TakePlane } from "./planes.ts";

/** Pixels of a tile's side: with what windows reach around it, a dozen float planes of it fit 1 MB of cache. */
const tileSide = 96;

export interface Tile {
  /** Pixels that the tile answers for. */
  readonly own: Box;
  /** The same with the pixels around them that windows reach. */
  readonly around: Box;
}

/** @param reach pixels on every side of a pixel that its result depends on */
export function tilesOf({ width, height }: Size, reach: number): Tile[] {
  const columns = Math.ceil(width / tileSide);
  return Array.from({ length: columns * Math.ceil(height / tileSide) }, (_, index) => {
    const x0 = (index % columns) * tileSide;
    const y0 = Math.floor(index / columns) * tileSide;
    const own = { x0, y0, x1: Math.min(width, x0 + tileSide), y1: Math.min(height, y0 + tileSide) };
    return { own, around: widen(own, reach, { width, height }) };
  });
}

/** The box with so many pixels around it, as far as there are any. */
export const widen = ({ x0, y0, x1, y1 }: Box, reach: number, { width, height }: Size): Box => ({
  x0: Math.max(0, x0 - reach),
  y0: Math.max(0, y0 - reach),
  x1: Math.min(width, x1 + reach),
  y1: Math.min(height, y1 + reach),
});

export const sizeOf = ({ x0, y0, x1, y1 }: Box): Size => ({ width: x1 - x0, height: y1 - y0 });

/** Red, green and blue of a part of the picture apart, 0 to 1. */
export function splitColors({ data, width, channels }: Picture, box: Box, take: TakePlane): [Float32Array, Float32Array, Float32Array] {
  const size = sizeOf(box);
  const count = size.width * size.height;
  const [red, green, blue] = [take(count), take(count), take(count)];
  for (let y = box.y0, at = 0; y < box.y1; y++) {
    let from = (y * width + box.x0) * channels;
    for (const end = at + size.width; at < end; at++, from += channels) {
      red[at] = data[from]! / 255;
      green[at] = data[from + 1]! / 255;
      blue[at] = data[from + 2]! / 255;
    }
  }
  return [red, green, blue];
}

/** Whether the plane has one value in the box. */
export function isConstant(plane: Float32Array, { width }: Size, { x0, y0, x1, y1 }: Box): boolean {
  const value = plane[y0 * width + x0]!;
  for (let y = y0; y < y1; y++) {
    for (let at = y * width + x0; at < y * width + x1; at++) if (plane[at] !== value) return false;
  }
  return true;
}

/** Puts what a tile answers for, of a plane around it, into its place in the whole. */
export function keepTile(part: Float32Array, whole: Float32Array | Uint8Array, { own, around }: Tile, { width }: Size): void {
  const across = around.x1 - around.x0;
  for (let y = own.y0; y < own.y1; y++) {
    const start = (y - around.y0) * across - around.x0;
    whole.set(part.subarray(start + own.x0, start + own.x1), y * width + own.x0);
  }
}
