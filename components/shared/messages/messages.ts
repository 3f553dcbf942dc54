// The widget's words: which there are, how they take numbers, and how a host overrides them.
import type { en } from "./en.ts";

export const locales = ["en", "zh", "ru"] as const;
export type Locale = (typeof locales)[number];

/** Each language under its own name. */
export const localeNames: Readonly<Record<Locale, string>> = { en: "English", zh: "中文", ru: "Русский" };

/** One sentence, or one for each plural form that the language has; chosen by `{count}`. */
export type Message = string | ({ readonly other: string } & Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>);
export type MessageKey = keyof typeof en;
/** Every word of the widget; a language that lacks one does not compile. */
export type Messages = { readonly [Key in MessageKey]: Message };

export type Values = Readonly<Record<string, string | number>>;
/** Says a message: `{name}` stands for a value, numbers are written as the language writes them. */
export type Translate = (key: MessageKey, values?: Values) => string;

export function isLocale(value: string): value is Locale {
  return locales.some((locale) => locale === value);
}

/** @param messages the words of the locale */
export function createTranslate(locale: Locale, messages: Messages, overrides: Partial<Messages> = {}): Translate {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const write = (name: string): string | undefined => {
      const value = values[name];
      return typeof value === "number" ? number.format(value) : value;
    };
    return fill(overrides[key] ?? messages[key], values.count, { plural, write });
  };
}

/** The form that the count asks for, with its values in their places; those that are not given stay as they are. */
export function fill(
  message: Message,
  count: unknown,
  { plural, write }: { plural: Intl.PluralRules; write: (name: string, kind: string | undefined) => string | undefined },
): string {
  const sentence =
    typeof message === "string" ? message : ((typeof count === "number" ? message[plural.select(count)] : undefined) ?? message.other);
  return sentence.replace(/\{(\w+)(?::(\w+))?\}/g, (whole, name: string, kind?: string) => write(name, kind) ?? whole);
}
