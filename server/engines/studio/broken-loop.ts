// Thin parts that break: an opening that the network half believes to be closed, such as a mug's handle, and that the cut-out leaves open.
import { labelBlobs } from "./blobs.ts";
import type { Size } from "./planes.ts";
import { type Side, sideOf } from "./side.ts";

/** Belief from which a part may have been there: below it, the network's haze closes openings that none of the measured products has. */
const halfBelief = 0.12;
/** Share of the product from which an opening is a part's and no speck. */
const minShare = 0.02;

/**
 * @param belief the network's probability of product for each pixel
 * @param labels what became of it, of the same size
 * @returns the sides, as seen from the product's centre, at which a part may have broken
 */
export function findBrokenLoops(belief: Float32Array, labels: Float32Array, size: Size): Side[] {
  const product = labelBlobs(labels, size, 0.5).blobs;
  const area = product.reduce((sum, blob) => sum + blob.area, 0);
  if (area === 0) return [];
  const centre = {
    x: product.reduce((sum, blob) => sum + blob.centreX * blob.area, 0) / area,
    y: product.reduce((sum, blob) => sum + blob.centreY * blob.area, 0) / area,
  };
  const closed = labelBlobs(
    belief.map((value, at) => (value > halfBelief || labels[at]! > 0.5 ? 0 : 1)),
    size,
    0.5,
  );
  const open = labelBlobs(
    labels.map((value) => (value > 0.5 ? 0 : 1)),
    size,
    0.5,
  );
  const [ground, groundNow] = [atBorder(closed.labels, size), atBorder(open.labels, size)];
  const ranOut = new Set(closed.labels.filter((label, at) => label !== 0 && !ground.has(label) && groundNow.has(open.labels[at]!)));
  const broken = closed.blobs.filter((blob) => ranOut.has(blob.label) && blob.area >= minShare * area);
  return [...new Set(broken.map((blob) => sideOf(blob.centreX - centre.x, blob.centreY - centre.y)))];
}

function atBorder(labels: Int32Array, { width, height }: Size): ReadonlySet<number> {
  const found = new Set<number>();
  for (let x = 0; x < width; x++) found.add(labels[x]!).add(labels[(height - 1) * width + x]!);
  for (let y = 0; y < height; y++) found.add(labels[y * width]!).add(labels[y * width + width - 1]!);
  return found;
}
