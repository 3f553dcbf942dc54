// What may stand where a person gives a name, a code or a title.
import { badUserInput } from "../errors.ts";
import { say, type Word } from "../say.ts";

/** Characters; stops a megabyte of "code" from riding in every list, key and file name. */
export const maxCodeLength = 100;
export const maxTitleLength = 500;
export const maxFileNameLength = 255;

/** Marks that turn the direction of what follows: a name that holds one does not read as it is spelled. */
const turns = /[\u202a-\u202e\u2066-\u2069]/;

/**
 * Trimmed text of 1 to `maxLength` characters without control characters, its letters composed (NFC): macOS hands names over decomposed, and the
 * same name would be two. @throws BAD_USER_INPUT naming the field.
 */
export function requireName(field: Word, value: string, maxLength: number): string {
  const name = value.trim().normalize("NFC");
  if (name === "") throw badUserInput(say("NAME_EMPTY", { field, most: maxLength }));
  if (name.length > maxLength) throw badUserInput(say("NAME_TOO_LONG", { field, count: name.length, most: maxLength }));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) throw badUserInput(say("NAME_WITH_CONTROL", { field }));
  if (turns.test(name)) throw badUserInput(say("NAME_WITH_TURN", { field }));
  return name;
}

/** A code as rows hold it, to look one up by; "", which no row holds, for one with NUL, which PostgreSQL takes in no text. */
export const askedCode = (given: string): string => (given.includes("\0") ? "" : given.normalize("NFC"));

/** Text of several lines, kept as it stands; no other control characters. @throws BAD_USER_INPUT naming the field */
export function requireText(field: Word, value: string, maxLength: number): string {
  if (value.trim() === "") throw badUserInput(say("NAME_EMPTY", { field, most: maxLength }));
  if (value.length > maxLength) throw badUserInput(say("NAME_TOO_LONG", { field, count: value.length, most: maxLength }));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value)) throw badUserInput(say("TEXT_WITH_CONTROL", { field }));
  return value;
}

/** A client's file name without its path parts and control characters, shortened from the front so that the extension stays. */
export function cleanFileName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const clean = last.replace(/[\u0000-\u001f\u007f]/g, "").trim();
  return clean === "" ? "photo" : clean.slice(-maxFileNameLength);
}
