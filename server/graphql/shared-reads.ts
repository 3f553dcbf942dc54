// One read for all who were told the same news: five hundred people that watch a SKU ask the database once and not five hundred times.
import type { Events } from "../events/postgres.ts";

interface UnderWay {
  /** Notifications heard when the first of these reads began. */
  heard: number;
  readonly reads: Map<string, Promise<unknown>>;
}

const underWay = new WeakMap<Events, UnderWay>();

/**
 * Shares a read that is under way with others of the same key, unless anything was heard since it began: it may have looked before that.
 * @param key names what is read and whose it is: the same key must always mean the same rows
 * @param read whose value nobody changes
 */
export function sharedRead<T>(events: Events, key: string, read: () => Promise<T>): Promise<T> {
  const state = underWay.get(events) ?? { heard: events.heard, reads: new Map<string, Promise<unknown>>() };
  underWay.set(events, state);
  if (state.heard !== events.heard) {
    state.heard = events.heard;
    state.reads.clear();
  }
  const begun = state.reads.get(key);
  // The key says what the promise holds.
  if (begun !== undefined) return begun as Promise<T>;
  const reading = read();
  state.reads.set(key, reading);
  const forget = (): void => {
    if (state.reads.get(key) === reading) state.reads.delete(key);
  };
  reading.then(forget, forget);
  return reading;
}
