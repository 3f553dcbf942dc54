// Numbers, sizes, times and durations as each language writes them.
import { describe, expect, it } from "vitest";
import { createFormat } from "./format.ts";
import { en } from "./messages/en.ts";
import { createTranslate, type Locale } from "./messages/messages.ts";
import { ru } from "./messages/ru.ts";
import { zh } from "./messages/zh.ts";

const now = new Date("2026-05-04T12:00:00");
const formatOf = (locale: Locale) => createFormat(locale, createTranslate(locale, { en, zh, ru }[locale]), () => now);

describe("a duration", () => {
  it("has a decimal while it is short", () => {
    expect(formatOf("en").seconds(1430)).toBe("1.4 s");
    expect(formatOf("ru").seconds(1430)).toBe("1,4 с");
    expect(formatOf("zh").seconds(14_200)).toBe("14 秒");
  });

  it("is told roughly by its largest unit", () => {
    const { about } = formatOf("en");
    expect([0.2, 40, 100, 5000, 9000].map(about)).toEqual(["1 s", "40 s", "2 min", "83 min", "3 h"]);
  });
});

describe("facts", () => {
  it("writes sizes, bytes and money", () => {
    expect(formatOf("en").size(1600, 2200)).toBe("1600 × 2200");
    expect(formatOf("en").bytes(311_400)).toBe("311 kB");
    expect(formatOf("en").bytes(1_240_000)).toBe("1.24 MB");
    expect(formatOf("en").money(0.039)).toBe("$0.039");
  });

  it("writes the time of today, and the day of other days", () => {
    expect(formatOf("en").moment("2026-05-04T09:12:00")).toBe("09:12");
    expect(formatOf("en").moment("2026-05-01T09:12:00")).toBe("May 1, 09:12");
  });
});
