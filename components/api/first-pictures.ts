// When the first pictures are there: what would only compete with them for the network and the server waits for that.

/** Milliseconds that it waits at most, such as where a SKU has no pictures: a little longer than a page takes to show some. */
const patienceMs = 1000;

export interface FirstPictures {
  readonly wait: () => Promise<void>;
  /** A picture of a photo is there, or will not come. */
  readonly tell: () => void;
}

export function createFirstPictures(): FirstPictures {
  let tell = (): void => {};
  const there = new Promise<void>((resolve) => {
    tell = resolve;
  });
  let isCounting = false;
  return {
    wait() {
      if (!isCounting) setTimeout(tell, patienceMs);
      isCounting = true;
      return there;
    },
    tell,
  };
}
