// Windows that reach a few rows look at a few rows: planes are worked through strip by strip, so that none but the results is ever whole.
import type { Picture } from "../../images/picture.ts";
import type { Size } from "./planes.ts";

/** Pixels of a strip without the rows around it: some twenty float planes of it are held at once. */
const stripPixels = 200_000;
/** Rows of a strip against those that are worked on twice around it. */
const leastRowsPerReach = 4;

export interface Strip {
  /** Rows that the strip answers for: the first, and the one after the last. */
  readonly top: number;
  readonly bottom: number;
  /** The same with the rows around them that windows reach. */
  readonly from: number;
  readonly to: number;
}

/** @param reach rows above and below a row that its result depends on */
export function stripsOf({ width, height }: Size, reach: number): Strip[] {
  const rows = Math.max(leastRowsPerReach * reach, Math.ceil(stripPixels / width));
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => {
    const top = index * rows;
    const bottom = Math.min(height, top + rows);
    return { top, bottom, from: Math.max(0, top - reach), to: Math.min(height, bottom + reach) };
  });
}

/** The strip's rows of a picture, over the same memory. */
export const rowsOf = ({ data, width, channels }: Picture, { from, to }: Strip): Picture => ({
  data: data.subarray(from * width * channels, to * width * channels),
  width,
  height: to - from,
  channels,
});

/** Puts what a strip answers for into its place in the whole. */
export function keepRows(part: Float32Array, whole: Float32Array | Uint8Array, { top, bottom, from }: Strip, width: number): void {
  whole.set(part.subarray((top - from) * width, (bottom - from) * width), top * width);
}
