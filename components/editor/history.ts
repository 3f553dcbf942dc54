// States one after the other, to go back and forth in; a drag counts as one.

export interface History<State> {
  readonly past: readonly State[];
  readonly now: State;
  readonly future: readonly State[];
  /** What the last change was about, while more of it may come. */
  readonly open: string | undefined;
}

/** Steps kept to go back. */
const depth = 100;

export const begin = <State>(now: State): History<State> => ({ past: [], now, future: [], open: undefined });

/** @param about changes with the same word in a row are one step, until `settled`; left out, the change is a step of its own */
export function changed<State>(history: History<State>, now: State, about?: string): History<State> {
  const isMore = about !== undefined && history.open === about;
  return { past: isMore ? history.past : [...history.past, history.now].slice(-depth), now, future: [], open: about };
}

export const settled = <State>(history: History<State>): History<State> =>
  history.open === undefined ? history : { ...history, open: undefined };

export function undone<State>(history: History<State>): History<State> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], open: undefined };
}

export function redone<State>(history: History<State>): History<State> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future, open: undefined };
}
