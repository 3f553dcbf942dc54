// How much of a cut-out's outline lies on an edge that the photo shows: an outline through even ground is a guess.
import type { Picture } from "../../images/picture.ts";

/** Pixels to either side of the outline between which colours are compared. */
const reach = 3;
/** Root mean square difference of colours (0 to 1) from which there is an edge. */
const edgeContrast = 0.06;

/** @param labels probability of product for each pixel of the picture. @returns the share of the outline with an edge, 0 to 1; 0 where there is no outline. */
export function measureEdgeSupport(picture: Picture, labels: Float32Array): number {
  const { width, height } = picture;
  let outline = 0;
  let supported = 0;
  const steps = [1, -1, width, -width];
  for (let y = reach; y < height - reach; y++) {
    for (let x = reach; x < width - reach; x++) {
      const at = y * width + x;
      if (labels[at]! <= 0.5) continue;
      // Inside the product there is nothing to look at, and that is nearly everywhere.
      if (labels[at + 1]! > 0.5 && labels[at - 1]! > 0.5 && labels[at + width]! > 0.5 && labels[at - width]! > 0.5) continue;
      for (const step of steps) {
        if (labels[at + step]! > 0.5) continue;
        outline++;
        if (differenceAcross(picture, at, step) > edgeContrast) supported++;
      }
    }
  }
  return outline === 0 ? 0 : supported / outline;
}

function differenceAcross({ data, channels }: Picture, at: number, step: number): number {
  const inner = (at - (reach - 1) * step) * channels;
  const outer = (at + reach * step) * channels;
  let square = 0;
  for (let channel = 0; channel < 3; channel++) square += (data[inner + channel]! - data[outer + channel]!) ** 2;
  return Math.sqrt(square / 3) / 255;
}
