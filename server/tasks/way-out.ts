// The way out of a worker: pictures that are made and being kept, which takes the disk and the database but no place of an engine's.

export interface WayOut {
  /** Resolves once there is room for the work beside what is under way already. */
  take(work: Promise<unknown>): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** @param most pieces of work under way; where storing hangs, whoever comes after them waits in his place. */
export function createWayOut(most: number): WayOut {
  const underWay = new Set<Promise<unknown>>();
  return {
    async take(work) {
      while (underWay.size >= most) await Promise.race(underWay);
      const settled: Promise<unknown> = work.then(
        () => underWay.delete(settled),
        () => underWay.delete(settled),
      );
      underWay.add(settled);
    },
    async idle() {
      while (underWay.size > 0) await Promise.race(underWay);
    },
  };
}
