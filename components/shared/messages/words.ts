// The words of each language: English is there from the beginning, every other comes with its code when it is first asked for.
import { en } from "./en.ts";
import type { Locale, Messages } from "./messages.ts";
import type { Sentences } from "./sentences.ts";

export interface LanguageWords {
  readonly messages: Messages;
  /** For what the server says; left out: the server speaks the language itself. */
  readonly sentences?: Sentences;
}

export const english: LanguageWords = { messages: en };

const others: Readonly<Record<Exclude<Locale, "en">, () => Promise<LanguageWords>>> = {
  zh: async () => (await import("./all-zh.ts")).allZh,
  ru: async () => (await import("./all-ru.ts")).allRu,
};
const known = new Map<Locale, LanguageWords>([["en", english]]);

/** Undefined until they were brought. */
export const wordsOf = (locale: Locale): LanguageWords | undefined => known.get(locale);

/** @throws where their code cannot be had; the next call tries again */
export async function bringWords(locale: Locale): Promise<LanguageWords> {
  const words = known.get(locale) ?? (locale === "en" ? english : await others[locale]());
  known.set(locale, words);
  return words;
}
