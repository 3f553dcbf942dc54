// From news to a subscription's values: the present state first, then what changed.
import { setTimeout as sleep } from "node:timers/promises";
import { Repeater } from "graphql-yoga";
import { databaseFaultOf } from "../db/faults.ts";
import type { Events } from "../events/postgres.ts";
import type { NewsBatch, NewsFilter } from "../events/subscription.ts";

/** Milliseconds between batches for one subscriber: ten a second are more than an eye can follow. */
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
): Repeater<T> {
  return new Repeater<T>(async (push, stop) => {
    const news = events.subscribe(filter);
    // A client that leaves ends the reader, also while it waits.
    const gone = new AbortController();
    void stop.then(() => {
      gone.abort();
      return news.return();
    });
    try {
      for await (const batch of news) {
        for (const value of await readPatiently(() => read(batch), gone.signal)) {
          await push(value);
          if (isLast(value)) return stop();
        }
        await sleep(batchEveryMs);
      }
      stop();
    } catch (error) {
      stop(error);
    } finally {
      await news.return();
    }
  });
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
