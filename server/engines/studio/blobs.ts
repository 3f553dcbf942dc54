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

/** Labels 8-connected regions of values above the threshold: runs of each row, joined with those that they touch in the row above. */
export function labelBlobs(plane: Float32Array, size: Size, threshold: number): Labelling {
  const { width, height } = size;
  const labels = new Int32Array(width * height);
  const runs = new Runs();
  let above = 0;
  for (let y = 0; y < height; y++) {
    const firstOfRow = runs.count;
    const row = y * width;
    for (let x = 0; x < width; x++) {
      if (plane[row + x]! <= threshold) continue;
      const start = x;
      while (x < width && plane[row + x]! > threshold) x++;
      const run = runs.add(row + start, row + x);
      // Runs of both rows come in order: those that end left of this one touch none of the later ones.
      while (above < firstOfRow && runs.ends[above]! + width < row + start) above++;
      for (let other = above; other < firstOfRow && runs.starts[other]! + width <= row + x; other++) runs.join(other, run);
    }
    above = firstOfRow;
  }
  return { labels, blobs: measureRuns(runs, { plane, labels, width }) };
}

/** Stretches of a row, from their first pixel to before their last, in reading order; joined ones share a root, the first of them. */
class Runs {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly #parents: number[] = [];

  get count(): number {
    return this.starts.length;
  }

  add(start: number, end: number): number {
    this.starts.push(start);
    this.ends.push(end);
    return this.#parents.push(this.#parents.length) - 1;
  }

  rootOf(run: number): number {
    let root = run;
    while (this.#parents[root] !== root) {
      this.#parents[root] = this.#parents[this.#parents[root]!]!;
      root = this.#parents[root]!;
    }
    return root;
  }

  join(one: number, other: number): void {
    const [first, second] = [this.rootOf(one), this.rootOf(other)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }
}

function measureRuns(runs: Runs, { plane, labels, width }: { plane: Float32Array; labels: Int32Array; width: number }): Blob[] {
  const blobs: { label: number; area: number; mass: number; sumX: number; sumY: number }[] = [];
  const labelOf = new Int32Array(runs.count);
  for (let run = 0; run < runs.count; run++) {
    const root = runs.rootOf(run);
    // A root is the first of its blob: its own label is given before the others ask for it.
    if (root === run) labelOf[run] = blobs.push({ label: blobs.length + 1, area: 0, mass: 0, sumX: 0, sumY: 0 });
    const label = labelOf[root]!;
    const blob = blobs[label - 1]!;
    const start = runs.starts[run]!;
    const end = runs.ends[run]!;
    let mass = 0;
    for (let at = start; at < end; at++) mass += plane[at]! * plane[at]!;
    labels.fill(label, start, end);
    blob.area += end - start;
    blob.mass += mass;
    blob.sumX += ((end - start) * ((start % width) + ((end - 1) % width))) / 2;
    blob.sumY += (end - start) * Math.floor(start / width);
  }
  return blobs.map(({ label, area, mass, sumX, sumY }) => ({ label, area, mass, centreX: sumX / area, centreY: sumY / area }));
}

/** Zeroes, in place, every blob that `keep` refuses. */
export function eraseBlobs(plane: Float32Array, labelling: Labelling, keep: (blob: Blob) => boolean): void {
  const kept = new Uint8Array(labelling.blobs.length + 1);
  kept[0] = 1;
  for (const blob of labelling.blobs) kept[blob.label] = keep(blob) ? 1 : 0;
  for (let at = 0; at < plane.length; at++) if (kept[labelling.labels[at]!] === 0) plane[at] = 0;
}
