// Progress in words: how much, how fast, how long still.

/** Milliseconds over which the rate is taken: long enough to be steady, short enough to follow the network. */
const windowMs = 5_000;

export interface Meter {
  /** So many bytes have arrived by now. */
  note(done: number): void;
  /** Such as "42 %  75.0 of 178.6 MB  3.1 MB/s  33 s left". */
  readonly line: string;
}

/** @param now milliseconds on any steady clock */
export function createMeter(total: number, now: () => number = () => performance.now()): Meter {
  let marks: { at: number; done: number }[] = [];
  return {
    note(done) {
      const at = now();
      // Less than before: it began anew, and the old rate says nothing.
      if (done < (marks.at(-1)?.done ?? 0)) marks = [];
      // The first mark beyond the window stays, so that a slow network has a rate too.
      while ((marks[1]?.at ?? at) < at - windowMs) marks.shift();
      marks.push({ at, done });
    },
    get line() {
      const [first, last] = [marks[0], marks.at(-1)];
      const done = last?.done ?? 0;
      const seconds = first === undefined ? 0 : (now() - first.at) / 1000;
      const rate = seconds > 0 && first !== undefined ? (done - first.done) / seconds : 0;
      const share = `${String(Math.floor((100 * done) / total)).padStart(3)} %  ${megabytes(done)} of ${megabytes(total)} MB`;
      return rate > 0 ? `${share}  ${megabytes(rate)} MB/s  ${duration((total - done) / rate)} left` : share;
    },
  };
}

export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
