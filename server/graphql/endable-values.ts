// A subscription's values that may be ended from outside.

/** The same values; may be ended from outside by a last one, and releases its place however it ends. */
export class EndableValues<Value> implements AsyncIterableIterator<Value> {
  readonly #values: AsyncIterableIterator<Value>;
  readonly #release: () => void;
  #last: Value | undefined;
  #state: "open" | "ending" | "done" = "open";
  #wake: (() => void) | null = null;

  constructor(values: AsyncIterableIterator<Value>, release: () => void) {
    this.#values = values;
    this.#release = release;
  }

  end(last: Value): void {
    if (this.#state !== "open") return;
    this.#last = last;
    this.#state = "ending";
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Value>> {
    if (this.#state === "open") {
      const step = await this.#nextOrEnd();
      if (step?.done) return this.return();
      if (step !== null) return step;
    }
    const value = this.#last;
    const isLast = this.#state === "ending" && value !== undefined;
    await this.return();
    return isLast ? { done: false, value } : { done: true, value: undefined };
  }

  /** Null when it was ended meanwhile. Not a race with one promise for all: that would remember every step until the end. */
  #nextOrEnd(): Promise<IteratorResult<Value> | null> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(null);
      this.#values.next().then(resolve, (error) => {
        void this.return();
        reject(error);
      });
    });
  }

  async return(): Promise<IteratorResult<Value>> {
    if (this.#state !== "done") {
      this.#state = "done";
      this.#wake?.();
      this.#release();
      await this.#values.return?.();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
