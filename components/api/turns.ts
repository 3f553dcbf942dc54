// Requests about the same things go one after the other, in the order in which they were asked for; all others go at once.

export interface Turn {
  /** Resolves when everything asked for before it about any of its things is over. */
  readonly before: Promise<unknown>;
  /** To be called once it is over itself, however it ended. */
  readonly done: () => void;
}

export interface Turns {
  /** Keeps a place at once, so that the order is that of the calls. */
  readonly take: (ids: readonly string[]) => Turn;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    take(ids) {
      const before = Promise.all(ids.flatMap((id) => last.get(id) ?? []));
      let end = (): void => {};
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      for (const id of ids) last.set(id, over);
      const done = (): void => {
        end();
        for (const id of ids) if (last.get(id) === over) last.delete(id);
      };
      return { before, done };
    },
  };
}
