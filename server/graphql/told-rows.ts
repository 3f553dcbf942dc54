// The rows that a subscription tells: read some at a time, or by all who are told the same at once; what is gone by then is not told.
import type { Events } from "../events/postgres.ts";
import { sharedRead } from "./shared-reads.ts";
import { stretchOf } from "./stretches.ts";

/** A row went between the news of it and its reading: who deletes it tells so by other news, and this one is left out. */
export class RowGone extends Error {
  override readonly name = "RowGone";
}

interface Row {
  readonly id: string;
}

interface Reading<Told extends Row> {
  /** Names what is read and whose it is: the same key must always mean the same rows. */
  readonly key: string;
  readonly read: (ids: readonly string[]) => Promise<readonly Told[]>;
}

/** @throws RowGone */
export async function readTold<Told extends Row>(events: Events, event: Row, { key, read }: Reading<Told>): Promise<Told> {
  const stretch = stretchOf(event);
  const ahead = await stretch?.read(events.heard, key, () => read(stretch.ids));
  const found = ahead?.find(({ id }) => id === event.id);
  if (found !== undefined) return found;
  const [row] = await sharedRead(events, `${key} of ${event.id}`, () => read([event.id]));
  if (row === undefined) throw new RowGone();
  return row;
}
