// JSON of somebody else's shape that is kept as it is given: how large and how deep it may be.
import type { Prisma } from "../db/client.ts";
import { badUserInput, limitExceeded } from "../errors.ts";

/** Bytes as JSON: settings are read with every run, and are no place to store files. */
const maxBytes = 64 * 1024;
/** Objects and lists within each other: stops nesting that overflows the stack of whatever walks it. */
const maxDepth = 64;

/** @throws BAD_USER_INPUT when it is no object or can not be stored, LIMIT_EXCEEDED when it is too large */
export function requireJsonObject(field: string, value: unknown): Prisma.InputJsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badUserInput(`${field} is no JSON object: give one, as in {"theme": "dark"}, or null.`);
  assertShape(field, value);
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw limitExceeded(`${field} has ${bytes} bytes as JSON: ${maxBytes} is the most. Keep what is large elsewhere.`);
  // PostgreSQL can hold neither; JSON spells both as escapes.
  if (/(?<!\\)(\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/.test(text))
    throw badUserInput(`${field} holds a NUL character or half of a surrogate pair: leave it out.`);
  return value as Prisma.InputJsonObject;
}

/**
 * JSON for the database of what others have said: words cut in the middle of an emoji, or with a NUL, lose that character, for PostgreSQL takes
 * neither and what they came with would be lost for them.
 */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === "string" ? each.replaceAll("\0", "").toWellFormed() : each));

function assertShape(field: string, value: object): void {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) throw limitExceeded(`${field} is nested deeper than ${maxDepth} levels: make it flatter.`);
    if (level.some((each) => Object.hasOwn(each, "__proto__")))
      throw badUserInput(`${field} holds the key __proto__, which does not survive on its way: choose another key.`);
    level = level.flatMap((each) => Object.values(each).filter((inner) => typeof inner === "object" && inner !== null));
  }
}
