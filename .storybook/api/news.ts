// News of changed rows, and readers that wait for those that concern them.
import type { ItemRow, JobRow, LineRow, PairRow, SyncRow } from "./rows.ts";

export type NewsRow = PairRow | JobRow | ItemRow | LineRow | SyncRow;
type Listener = (row: NewsRow) => void;

export interface News {
  readonly publish: (row: NewsRow) => void;
  /** @param fits answers the row as a reader gets it, or undefined @param first what the reader starts with */
  readonly read: <Row>(fits: (row: NewsRow) => Row | undefined, first?: readonly Row[]) => AsyncIterableIterator<Row>;
}

export function createNews(): News {
  const listeners = new Set<Listener>();
  return {
    publish(row) {
      for (const listener of listeners) listener(row);
    },
    read: (fits, first = []) => readerOf(listeners, fits, first),
  };
}

/** By hand, since a generator that waits cannot be ended from outside. */
function readerOf<Row>(
  listeners: Set<Listener>,
  fits: (row: NewsRow) => Row | undefined,
  first: readonly Row[],
): AsyncIterableIterator<Row> {
  const waiting: Row[] = [...first];
  let take: ((result: IteratorResult<Row>) => void) | undefined;
  let isOver = false;
  const listener: Listener = (row) => {
    const value = fits(row);
    if (value === undefined) return;
    if (take === undefined) waiting.push(value);
    else take({ value, done: false });
    take = undefined;
  };
  listeners.add(listener);
  const end = async (): Promise<IteratorResult<Row>> => {
    isOver = true;
    listeners.delete(listener);
    take?.({ value: undefined, done: true });
    return { value: undefined, done: true };
  };
  return {
    next() {
      const value = waiting.shift();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      if (isOver) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve) => {
        take = resolve;
      });
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
