// What decisions make of photos until the server has answered for them: shown over everything that is read meanwhile, which may be older.
import type { PairStatus } from "./generated/graphql.ts";

export interface Decided {
  readonly status: PairStatus;
  /** Left out where the decision says nothing about it. */
  readonly note?: string | null;
}

export interface DecidedStore {
  /** By the photos' ids; the same map until it changes. */
  readonly read: () => ReadonlyMap<string, Decided>;
  readonly subscribe: (listener: () => void) => () => void;
  /** @returns what ends it, to be called with the server's answer; a later decision on the same photo stays */
  readonly put: (decided: ReadonlyMap<string, Decided>) => () => void;
}

export function createDecided(): DecidedStore {
  let all: ReadonlyMap<string, Decided> = new Map();
  const listeners = new Set<() => void>();
  const set = (next: ReadonlyMap<string, Decided>): void => {
    all = next;
    for (const listener of listeners) listener();
  };
  return {
    read: () => all,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put(decided) {
      set(new Map([...all, ...decided]));
      return () => set(new Map([...all].filter(([id, each]) => decided.get(id) !== each)));
    },
  };
}
