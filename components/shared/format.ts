// Numbers, sizes, times and durations in the user's language, by Intl alone.
import type { Locale, Translate } from "./messages/messages.ts";

export interface Format {
  number(value: number): string;
  percent(fraction: number): string;
  /** The same with one decimal where it has one: `6.5 %`. */
  fraction(fraction: number): string;
  /** A day with its year: `23 Feb 2027`. */
  day(iso: string): string;
  bytes(value: number): string;
  /** Such as `1600 × 1600`. */
  size(width: number, height: number): string;
  /** A duration with one decimal below ten seconds: `1.4 s`. */
  seconds(milliseconds: number): string;
  /** A rough duration, its largest unit only: `4 min`. */
  about(seconds: number): string;
  money(usd: number): string;
  /** An angle: `−1.5°`, with one decimal unless told otherwise. */
  degrees(value: number, decimals?: number): string;
  /** A change with its sign: `+12`, `−6`, `0`. */
  change(value: number): string;
  /** A number with as many decimals as its steps have: `0.30`. */
  decimal(value: number, step: number): string;
  /** Several words as a sentence has them: `Ozon, Wildberries and eBay`. */
  list(words: readonly string[]): string;
  /** The time to the second: `09:47:02`. */
  clock(iso: string): string;
  /** The time for today, else the day with the time. */
  moment(iso: string): string;
}

const unit = (locale: Locale, name: string, digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: "short",
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  });

/** A minus as wide as a plus, and none before a zero. */
const minus = (number: string): string => number.replace(/^-(?=0([.,]0+)?$)/, "").replace(/^-/, "−");

/** Intl writes `sec` where a caption wants `s`: units of time are words of the widget, numbers stay Intl's. */
export function createFormat(locale: Locale, t: Translate, now: () => Date = () => new Date()): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const finePercent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
  const fine = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const second = (value: number): string => t("seconds", { value: Math.max(1, Math.round(value)) });
  const kilobyte = unit(locale, "kilobyte", 0);
  const megabyte = unit(locale, "megabyte", 2);
  const money = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 4 });
  const change = new Intl.NumberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 2 });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const second24 = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });

  return {
    number: (value) => number.format(value),
    fraction: (fraction) => finePercent.format(fraction),
    day: (iso) => date.format(new Date(iso)),
    percent: (fraction) => percent.format(fraction),
    bytes: (value) => (value < 1_000_000 ? kilobyte.format(Math.max(1, Math.round(value / 1000))) : megabyte.format(value / 1_000_000)),
    // Pixels are written without separators of thousands, as everybody writes them.
    size: (width, height) => `${width} × ${height}`,
    seconds: (milliseconds) =>
      milliseconds < 9950 ? t("seconds", { value: fine.format(milliseconds / 1000) }) : second(milliseconds / 1000),
    about: (seconds) => {
      if (seconds < 59.5) return second(seconds);
      return seconds < 5400 ? t("minutes", { value: Math.round(seconds / 60) }) : t("hours", { value: Math.round(seconds / 3600) });
    },
    degrees: (value, decimals = 1) =>
      `${minus(new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value))}°`,
    change: (value) => minus(change.format(value)),
    decimal: (value, step) => {
      const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
      return minus(new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value));
    },
    list: (words) => list.format(words),
    money: (usd) => money.format(usd),
    clock: (iso) => second24.format(new Date(iso)),
    moment: (iso) => {
      const at = new Date(iso);
      const clock = time.format(at);
      return at.toDateString() === now().toDateString() ? clock : `${day.format(at)}, ${clock}`;
    },
  };
}
