// The user's language and theme, remembered in this browser.
import { useState } from "react";

export const locales = ["en", "zh", "ru"] as const;
export type Locale = (typeof locales)[number];
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const localeKey = "nordlager.locale";
const themeKey = "nordlager.theme";

export function usePreferences() {
  const [locale, setLocale] = useState(firstLocale);
  const [theme, setTheme] = useState(() => oneOf(themes, remembered(themeKey)) ?? "auto");
  return {
    locale,
    theme,
    setLocale: (next: Locale) => {
      remember(localeKey, next);
      setLocale(next);
    },
    setTheme: (next: Theme) => {
      remember(themeKey, next);
      setTheme(next);
    },
  };
}

/** What was chosen before, else the first of the browser's languages that the app speaks, else English. */
function firstLocale(): Locale {
  const spoken = navigator.languages.map((tag) => oneOf(locales, tag.split("-")[0] ?? ""));
  return oneOf(locales, remembered(localeKey)) ?? spoken.find((locale) => locale !== undefined) ?? "en";
}

const oneOf = <Name extends string>(names: readonly Name[], value: string | null): Name | undefined => names.find((name) => name === value);

// A browser that forbids storage throws here; the app then only forgets.
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // see remembered()
  }
}
