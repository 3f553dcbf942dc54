// What all bulk calls share: how many subjects they take, and how each of them that fails is told.
import { badUserInput, limitExceeded, type UserError } from "../errors.ts";
import type { Failure } from "./upload.ts";

/** Ids or codes in one call at most: bounds its one transaction and its answer. */
export const maxBulk = 1_000;
/** Photos that one call over SKUs may touch: stops 1,000 full SKUs from holding half a million rows locked. */
export const maxPairsPerBulk = 10_000;

/** An id as the client gave it, beside the database's own; null when it can not be read. */
export interface Subject {
  readonly given: string;
  readonly id: string | null;
}

/** What a subject that failed is told by. @param subject as the client gave it */
export const failureOf = (subject: string, { code, message }: UserError): Failure => ({ subject, code, message });

/** @throws BAD_USER_INPUT for an empty list, LIMIT_EXCEEDED for one that is too long; both name the field */
export function checkBulk(field: string, list: readonly unknown[], noun: string): void {
  if (list.length === 0) throw badUserInput(`${field} is empty: name at least one ${noun}.`);
  if (list.length <= maxBulk) return;
  throw limitExceeded(`${field} holds ${list.length} entries: ${maxBulk} a call at most. Send the rest in another call.`);
}

/** Each subject once, where it stood first: asking twice for one thing is asking once. */
export function eachOnce(subjects: readonly Subject[]): Subject[] {
  const byId = new Map<string, Subject>();
  for (const { given, id } of subjects) {
    const key = id?.toLowerCase() ?? null;
    if (!byId.has(key ?? given)) byId.set(key ?? given, { given, id: key });
  }
  return [...byId.values()];
}

/** The ids that can be read. */
export const readableIds = (subjects: readonly Subject[]): string[] => subjects.flatMap(({ id }) => id ?? []);
