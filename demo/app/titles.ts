// The host's own product names by language: the studio stores one title, a shop has them all.
import stock from "../marketplace/stock.json";
import catalog from "../photos/catalog.json";
import type { Locale } from "./usePreferences.ts";

const titlesByCode = new Map([...stock.products, ...catalog.skus].map(({ code, titles }) => [code, titles]));

/** The product's name in a language, or what the studio has stored. */
export const titleIn = (locale: Locale, code: string, stored: string | null): string => titlesByCode.get(code)?.[locale] ?? stored ?? "";
