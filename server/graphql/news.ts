// From news to a subscription's values: the present state first, then what changed.
import { setTimeout as sleep } from "node:timers/promises";
import { databaseFaultOf } from "../db/faults.ts";
import type { Events } from "../events/postgres.ts";
import type { NewsBatch, NewsFilter, NewsSubscription } from "../events/subscription.ts";

/** Milliseconds from batch to batch for one subscriber: ten a second are more than an eye can follow. */
const batchEveryMs = 100;
/** Milliseconds between attempts to read while the database is away: a restart of it takes seconds, and its end is told by `refresh` too. */
const readAgainEveryMs = 500;

/**
 * @param read turns a batch of ids into values, read fresh
 * @param isLast ends the subscription after this value
 */
export function iterateNews<T>(
  events: Events,
  filter: NewsFilter,
  read: (batch: NewsBatch) => Promise<readonly T[]>,
  isLast: (value: T) => boolean = () => false,
): AsyncIterableIterator<T> {
  return new NewsValues(() => events.subscribe(filter), { read, isLast });
}

interface Reading<T> {
  readonly read: (batch: NewsBatch) => Promise<readonly T[]>;
  readonly isLast: (value: T) => boolean;
}

/**
 * Subscribes when the first value is asked for. One `next` at a time; `return` may come while one is under way, which it ends.
 * A class and not a general queue: whatever it does is done for every subscriber at every change.
 */
class NewsValues<T> implements AsyncIterableIterator<T> {
  readonly #subscribe: () => NewsSubscription;
  readonly #reading: Reading<T>;
  /** A client that leaves ends the reading, also while the database is away. */
  readonly #gone = new AbortController();
  #news: NewsSubscription | null = null;
  #waiting: T[] = [];
  #takenAt = Number.NEGATIVE_INFINITY;

  constructor(subscribe: () => NewsSubscription, reading: Reading<T>) {
    this.#subscribe = subscribe;
    this.#reading = reading;
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      while (!this.#gone.signal.aborted) {
        const [value] = this.#waiting.splice(0, 1);
        if (value === undefined) {
          await this.#fill();
          continue;
        }
        if (this.#reading.isLast(value)) await this.return();
        return { done: false, value };
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return { done: true, value: undefined };
  }

  async #fill(): Promise<void> {
    const isFirst = this.#news === null;
    this.#news ??= this.#subscribe();
    await this.#news.filled();
    const tooEarlyMs = this.#takenAt + batchEveryMs - performance.now();
    if (tooEarlyMs > 0) await sleep(tooEarlyMs);
    const { done, value: batch } = await this.#news.next();
    if (done) return void (await this.return());
    // The present state is no news: what changes right after it is told at once.
    if (!isFirst) this.#takenAt = performance.now();
    this.#waiting = [...(await readPatiently(() => this.#reading.read(batch), this.#gone.signal))];
  }

  async return(): Promise<IteratorResult<T>> {
    this.#gone.abort();
    await this.#news?.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/**
 * While the database is away nothing can be told, but nobody is sent away either: what is read once it is back is the present state.
 * @param signal of a reader that is gone; left out: there is somebody who waits
 */
export async function readPatiently<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (databaseFaultOf(error) === null || signal?.aborted) throw error;
      await sleep(readAgainEveryMs);
    }
  }
}
