// Why a photo failed or was rejected: a failure is told by the server, a rejection's reason is a person's own words.
import type { PairStatus } from "../api/generated/graphql.ts";
import type { Said, Say } from "./messages/sentences.ts";

export interface Reasoned {
  readonly status: PairStatus;
  readonly note: string | null;
  readonly noteSaid: Said | null;
}

/** Null where there is none. */
export const reasonOf = ({ status, note, noteSaid }: Reasoned, say: Say): string | null =>
  status === "REJECTED" || noteSaid === null ? note : say(noteSaid);
