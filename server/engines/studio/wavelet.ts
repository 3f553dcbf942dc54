// Undecimated wavelets ("à trous": Holschneider et al. 1989): a plane as details of doubling width, for measuring and removing noise.
import type { Size } from "./planes.ts";

/** Levels of detail, about 2, 4 and 8 pixels wide: coarser noise cannot be told from shading. */
export const detailLevels = 3;
/** Pixels around a part of a picture that its details depend on. */
export const detailReach = 12;

/** Pixels that are weighed together lie this far apart at a level. */
export const stepOf = (level: number): number => 1 << level;

/** Weighted mean (1 2 1 either way) of pixels that lie `step` apart; borders repeat. `target` must not be `source`. */
export function smooth(source: Float32Array, target: Float32Array, shape: Size & { step: number }): void {
  const { width, height, step } = shape;
  const line = new Float32Array(width);
  const start = Math.min(step, width);
  const end = Math.max(start, width - step);
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - step) * width;
    const here = y * width;
    const below = Math.min(height - 1, y + step) * width;
    for (let x = 0; x < width; x++) line[x] = (source[above + x]! + 2 * source[here + x]! + source[below + x]!) * 0.25;
    for (let x = 0; x < start; x++) target[here + x] = (line[0]! + 2 * line[x]! + line[Math.min(width - 1, x + step)]!) * 0.25;
    for (let x = start; x < end; x++) target[here + x] = (line[x - step]! + 2 * line[x]! + line[x + step]!) * 0.25;
    for (let x = end; x < width; x++) target[here + x] = (line[Math.max(0, x - step)]! + 2 * line[x]! + line[width - 1]!) * 0.25;
  }
}

/** Planes of doubling smoothness, the given one first; `planes` are overwritten. What two neighbours differ by is a level's detail. */
export function smoothAll(planes: readonly Float32Array[], size: Size): void {
  for (let level = 0; level < detailLevels; level++) smooth(planes[level]!, planes[level + 1]!, { ...size, step: stepOf(level) });
}
