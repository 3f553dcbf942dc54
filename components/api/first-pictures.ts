// When the first pictures are there: what would only compete with them for the network and the server waits for that.

/** Milliseconds that it waits at most, such as where a SKU has no pictures: a little longer than a page takes to show some. */
const patienceMs = 1000;

export interface FirstPictures {
  /** Pictures will come, as in the whole studio: without this nothing waits. */
  readonly expect: () => void;
  readonly wait: () => Promise<void>;
  /** A picture of a photo is there, or will not come. */
  readonly tell: () => void;
}

export function createFirstPictures(): FirstPictures {
  let tell = (): void => {};
  const there = new Promise<void>((resolve) => {
    tell = resolve;
  });
  let isExpected = false;
  return {
    expect() {
      if (!isExpected) setTimeout(tell, patienceMs);
      isExpected = true;
    },
    async wait() {
      // Whoever expects them says so in the same moment.
      await undefined;
      if (isExpected) await there;
    },
    tell,
  };
}
