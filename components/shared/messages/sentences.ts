// What the server says, in the language of the widget: by a sentence's code and values, and in the server's English where they are not known.
import type { SentenceCode } from "../../api/generated/graphql.ts";
import { fill, type Locale, type Message } from "./messages.ts";

/**
 * A language's words for every code that the server has; a language that lacks one does not compile. Names stand in a sentence as in the server's
 * own: {name}, and {name:word}, {name:list} ("and"), {name:choice} ("or") where they take from `words`.
 */
export interface Sentences {
  readonly codes: Readonly<Record<SentenceCode, Message>>;
  /** By the server's English word. */
  readonly words: Readonly<Record<string, string>>;
}

/** As the API has it. */
export interface Said {
  readonly text: string;
  readonly code?: SentenceCode | null;
  /** Texts, figures, words, lists of words, further sentences. */
  readonly values?: unknown;
}
export type Say = (said: Said) => string;

/** @param sentences of the locale; left out: English, which is the server's own */
export function createSay(locale: Locale, sentences?: Sentences): Say {
  if (sentences === undefined) return ({ text }) => text;
  const { codes, words } = sentences;
  // Sizes as sellers write them: 1600, and 12 345.
  const number = new Intl.NumberFormat(locale, { useGrouping: "min2" });
  const plural = new Intl.PluralRules(locale);
  const lists = {
    list: new Intl.ListFormat(locale, { type: "conjunction" }),
    choice: new Intl.ListFormat(locale, { type: "disjunction" }),
  };
  const gap = locale === "zh" ? "" : " ";
  const word = (text: string): string => words[text] ?? text;

  const written = (value: unknown, kind: string | undefined): string => {
    if (typeof value === "number") return number.format(value);
    if (typeof value === "string") return kind === "word" ? word(value) : value;
    if (!Array.isArray(value)) return isSaid(value) ? say(value) : "";
    if (kind === "list" || kind === "choice") return lists[kind].format(value.map((each) => word(String(each))));
    return value.map((each) => written(each, undefined)).join(gap);
  };

  const say: Say = ({ text, code, values }) => {
    // A server newer than the widget says what it has no words for.
    const message: Message | undefined = code == null ? undefined : codes[code];
    if (message === undefined) return text;
    const given: Readonly<Record<string, unknown>> = typeof values === "object" && values !== null ? { ...values } : {};
    const write = (name: string, kind: string | undefined): string | undefined => (name in given ? written(given[name], kind) : undefined);
    // No line begins with a per cent sign.
    const sentence = fill(message, given.count, { plural, write }).replaceAll(" %", "\u00a0%");
    return beginsWithWord.test(typeof message === "string" ? message : message.other) ? capital(sentence) : sentence;
  };
  return say;
}

const beginsWithWord = /^\{\w+:word\}/;

/** Such a word stands elsewhere in the middle of a sentence. */
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

const isSaid = (value: unknown): value is Said => typeof value === "object" && value !== null && "text" in value;
