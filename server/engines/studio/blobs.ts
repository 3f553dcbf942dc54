// Connected regions of a plane: labelled once, measured, and zeroed where they do not belong to the product.
import type { Size } from "./planes.ts";

export interface Blob {
  readonly label: number;
  /** Pixels. */
  readonly area: number;
  /** Sum of the squared values: area x confidence. */
  readonly mass: number;
  /** Pixels. */
  readonly centreX: number;
  readonly centreY: number;
}

export interface Labelling {
  /** 0 where the value does not exceed the threshold, else 1, 2, 3… */
  readonly labels: Int32Array;
  readonly blobs: readonly Blob[];
}

/** Labels 8-connected regions of values above the threshold by flooding. */
export function labelBlobs(plane: Float32Array, size: Size, threshold: number): Labelling {
  const { width, height } = size;
  const labels = new Int32Array(width * height);
  const stack = new Int32Array(width * height);
  const blobs: Blob[] = [];
  for (let seed = 0; seed < plane.length; seed++) {
    if (labels[seed] !== 0 || plane[seed]! <= threshold) continue;
    const label = blobs.length + 1;
    let depth = 0;
    let area = 0;
    let mass = 0;
    let sumX = 0;
    let sumY = 0;
    stack[depth++] = seed;
    labels[seed] = label;
    while (depth > 0) {
      const at = stack[--depth]!;
      const x = at % width;
      const y = (at - x) / width;
      area++;
      mass += plane[at]! * plane[at]!;
      sumX += x;
      sumY += y;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (labels[next] !== 0 || plane[next]! <= threshold) continue;
          labels[next] = label;
          stack[depth++] = next;
        }
      }
    }
    blobs.push({ label, area, mass, centreX: sumX / area, centreY: sumY / area });
  }
  return { labels, blobs };
}

/** Zeroes, in place, every blob that `keep` refuses. */
export function eraseBlobs(plane: Float32Array, labelling: Labelling, keep: (blob: Blob) => boolean): void {
  const kept = new Uint8Array(labelling.blobs.length + 1);
  kept[0] = 1;
  for (const blob of labelling.blobs) kept[blob.label] = keep(blob) ? 1 : 0;
  for (let at = 0; at < plane.length; at++) if (kept[labelling.labels[at]!] === 0) plane[at] = 0;
}
