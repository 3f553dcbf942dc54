// One reader of the news: collects ids until it is asked, so that a slow reader costs a set of ids and never a queue of contents.
import type { News } from "./news.ts";

export interface NewsFilter {
  readonly topic: News["topic"];
  /** Left out: every workspace (the worker's own listening). */
  readonly workspace?: string;
  readonly scope?: string;
}

/** What changed since the last batch. `refresh` means that anything may have: read the present state again. */
export interface NewsBatch {
  readonly refresh: boolean;
  readonly ids: readonly string[];
}

/** Past this many waiting ids a reader is told to read everything again: bounds the memory of a reader that has stalled. */
const maxWaitingIds = 2_000;

/**
 * States: *waiting* (the reader asked, nothing is there), *filled* (something is there, the reader has not asked) and *ended*.
 * It starts filled with a refresh, so that a reader gets the present state first and misses nothing in between.
 */
export class NewsSubscription implements AsyncIterableIterator<NewsBatch> {
  readonly filter: NewsFilter;
  readonly #onEnd: (subscription: NewsSubscription) => void;
  #ids = new Set<string>();
  #refresh = true;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(filter: NewsFilter, onEnd: (subscription: NewsSubscription) => void) {
    this.filter = filter;
    this.#onEnd = onEnd;
  }

  /** Hands over news that passed the filter. */
  push(news: News): void {
    for (const id of news.ids) this.#ids.add(id);
    if (this.#ids.size > maxWaitingIds) this.refresh();
    this.#wake?.();
  }

  /** The connection to the database was lost and is back: anything may have been missed. */
  refresh(): void {
    this.#refresh = true;
    this.#ids.clear();
    this.#wake?.();
  }

  /** Resolves once there is something to take, or the end. */
  async filled(): Promise<void> {
    while (!this.#ended && !this.#refresh && this.#ids.size === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  async next(): Promise<IteratorResult<NewsBatch>> {
    await this.filled();
    if (this.#ended) return { done: true, value: undefined };
    const batch = { refresh: this.#refresh, ids: [...this.#ids] };
    this.#refresh = false;
    this.#ids = new Set();
    return { done: false, value: batch };
  }

  async return(): Promise<IteratorResult<NewsBatch>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#onEnd(this);
      this.#wake?.();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
