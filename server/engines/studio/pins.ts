// Where a person was certain, in the solution of the edge.
import type { Coefficients } from "./guided-filter.ts";
import type { Size } from "./planes.ts";

/** There the edge's solution is certain too, whatever the photo's colours are: in place. @param from the pins' size */
export function pinSolution({ width, height, slopes, intercept }: Coefficients, pins: Int8Array, from: Size): void {
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / height) * from.width;
    for (let x = 0; x < width; x++) {
      const pin = pins[row + Math.floor(((x + 0.5) * from.width) / width)]!;
      if (pin === 0) continue;
      const at = y * width + x;
      for (const slope of slopes) slope[at] = 0;
      intercept[at] = (pin + 1) / 2;
    }
  }
}
