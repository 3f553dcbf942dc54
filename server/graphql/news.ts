// From news to a subscription's values: the present state first, then what changed.
import { setTimeout as sleep } from "node:timers/promises";
import { Repeater } from "graphql-yoga";
import type { Events } from "../events/postgres.ts";
import type { NewsBatch, NewsFilter } from "../events/subscription.ts";

/** Milliseconds between batches for one subscriber: ten a second are more than an eye can follow. */
const batchEveryMs = 100;

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
    void stop.then(() => news.return());
    try {
      for await (const batch of news) {
        for (const value of await read(batch)) {
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
