// The words of each language: English is there from the beginning, every other comes with its code when it is first asked for.
import { en } from "./en.ts";
import type { Locale, Messages } from "./messages.ts";

const others: Readonly<Record<Exclude<Locale, "en">, () => Promise<Messages>>> = {
  zh: async () => (await import("./zh.ts")).zh,
  ru: async () => (await import("./ru.ts")).ru,
};
const known = new Map<Locale, Messages>([["en", en]]);

/** Undefined until they were brought. */
export const wordsOf = (locale: Locale): Messages | undefined => known.get(locale);

/** @throws where their code cannot be had; the next call tries again */
export async function bringWords(locale: Locale): Promise<Messages> {
  const words = known.get(locale) ?? (locale === "en" ? en : await others[locale]());
  known.set(locale, words);
  return words;
}
