// Sentences of the table, said in English and told apart again: what is stored and sent stays a plain sentence, and its code and values are read
// back from it by the template that it was made by. See docs/decisions/0012-sentences.md.
import { names, sentences, words } from "./sentences.ts";

export type SentenceCode = keyof typeof sentences;
/** What a rule, a side or a preset is called by, where another language has its own word. */
export type Word = (typeof words)[number];
export const sentenceCodes = Object.keys(sentences) as SentenceCode[];

declare const said: unique symbol;
/** A sentence of the table, which every language has words for. */
export type Sentence = string & { readonly [said]: true };

/** What a sentence is made of. A text without a code is in words that nobody foresaw, such as a provider's own. */
export interface Said {
  readonly code: SentenceCode | null;
  readonly text: string;
  readonly values: Readonly<Record<string, SaidValue>>;
}
export type SaidValue = string | number | readonly string[] | Said | readonly Said[];

interface Kinds {
  readonly text: string;
  readonly number: number;
  readonly tenths: number;
  readonly word: string;
  readonly list: readonly string[];
  readonly choice: readonly string[];
  readonly sentence: string;
  readonly sentences: readonly string[];
}
type Slots<Template> = Template extends `${string}{${infer Slot}}${infer Rest}` ? Slot | Slots<Rest> : never;
type NameOf<Slot> = Slot extends `${infer Name}:${string}` ? Name : Slot & string;
type ValueOf<Slot> = Slot extends `${string}:${infer Kind extends keyof Kinds}` ? Kinds[Kind] : string;
type TemplateOf<Code extends SentenceCode> = (typeof sentences)[Code] extends infer Template
  ? Template extends { readonly other: infer Other }
    ? Other
    : Template
  : never;
export type SentenceValues<Code extends SentenceCode> = {
  readonly [Slot in Slots<TemplateOf<Code>> as NameOf<Slot>]: ValueOf<Slot>;
};
type Given<Code extends SentenceCode> = [Slots<TemplateOf<Code>>] extends [never] ? [] : [values: SentenceValues<Code>];

const slot = /\{(\w+)(?::(\w+))?\}/;

/** The sentence in English. */
export function say<Code extends SentenceCode>(code: Code, ...[values]: Given<Code>): Sentence {
  const given = (values ?? {}) as Readonly<Record<string, Kinds[keyof Kinds]>>;
  const template = templateFor(code, given.count);
  return template.replaceAll(new RegExp(slot, "g"), (_, name: string, kind: keyof Kinds = "text") =>
    spoken(kind, given[name] ?? ""),
  ) as Sentence;
}

function templateFor(code: SentenceCode, count: unknown): string {
  const template: string | { readonly one: string; readonly other: string } = sentences[code];
  if (typeof template === "string") return template;
  return count === 1 ? template.one : template.other;
}

function spoken(kind: keyof Kinds, value: Kinds[keyof Kinds]): string {
  if (kind === "tenths") return Number(value).toFixed(1);
  if (typeof value !== "object") return String(value);
  if (kind === "sentences" || value.length < 2) return value.join(" ");
  return `${value.slice(0, -1).join(", ")} ${conjunctions[kind === "choice" ? "choice" : "list"]} ${value.at(-1)}`;
}

const conjunctions = { list: "and", choice: "or" } as const;

/** What the sentence is made of, as far as it is one of the table. @param isLine whether it is a line of a job's log */
export function tellApart(text: string, { isLine = false } = {}): Said {
  const found = find(text, { isLine, effort: { left: mostLooks } });
  return found ?? { code: null, text, values: {} };
}

interface Pattern {
  readonly code: SentenceCode;
  readonly before: string;
  readonly slots: readonly Gap[];
}
interface Gap {
  readonly name: string;
  readonly kind: keyof Kinds;
  /** What follows it. */
  readonly after: string;
}

/** Characters of its own that a template around a sentence has at the least, to go first: with a full stop alone it would fit nearly all. */
const leastOwnWords = 10;

/**
 * The most telling first: some templates are little more than their slots. Before all of them those that hold whole sentences, which take no text
 * but one that is told apart itself: a template that begins or ends with any text would take what stands around its own sentence for a part of it.
 */
const patterns: readonly Pattern[] = sentenceCodes
  .flatMap((code) => {
    const template: string | { readonly one: string; readonly other: string } = sentences[code];
    return (typeof template === "string" ? [template] : [template.one, template.other]).map((each) => patternOf(code, each));
  })
  .toSorted((one, other) => Number(holdsSentence(other)) - Number(holdsSentence(one)) || fixedLength(other) - fixedLength(one));

function holdsSentence(pattern: Pattern): boolean {
  return fixedLength(pattern) >= leastOwnWords && pattern.slots.some(({ kind }) => kind === "sentence" || kind === "sentences");
}

function fixedLength({ before, slots }: Pattern): number {
  return slots.reduce((sum, { after }) => sum + after.length, before.length);
}

function patternOf(code: SentenceCode, template: string): Pattern {
  const [before = "", ...parts] = template.split(new RegExp(slot, "g"));
  const slots = parts.flatMap((name, at) =>
    at % 3 === 0 ? [{ name, kind: (parts[at + 1] ?? "text") as keyof Kinds, after: parts[at + 2] ?? "" }] : [],
  );
  return { code, before, slots };
}

/** Looks for one text at most, at sentences in it and at ends of slots: one that is made to be guessed at for ever stays a text. The longest of ours takes some hundred. */
const mostLooks = 500;
/** Ends of slots that are tried for one sentence. */
const mostGuesses = 30;

interface Effort {
  left: number;
}

function find(text: string, { isLine, effort }: { readonly isLine: boolean; readonly effort: Effort }): Said | null {
  if (effort.left-- <= 0) return null;
  for (const pattern of patterns) {
    if (pattern.code.startsWith("LOG_") !== isLine) continue;
    const values = valuesIn(text, pattern, effort);
    if (values !== null) return { code: pattern.code, text, values };
  }
  return null;
}

/** A text may hold what follows its slot. */
function valuesIn(text: string, { before, slots }: Pattern, effort: Effort): Record<string, SaidValue> | null {
  if (slots.length === 0) return text === before ? {} : null;
  if (!text.startsWith(before) || !text.endsWith(slots.at(-1)?.after ?? "")) return null;
  let guesses = 0;
  const from = ([first, ...rest]: readonly Gap[], at: number): Record<string, SaidValue> | null => {
    if (first === undefined) return {};
    const isLast = rest.length === 0;
    const start = isLast ? text.length - first.after.length : text.indexOf(first.after, at + 1);
    for (let end = start; end > at && guesses < mostGuesses && effort.left-- > 0; end = text.indexOf(first.after, end + 1)) {
      guesses++;
      const value = understood(first.kind, text.slice(at, end), effort);
      const others = value === null ? null : from(rest, end + first.after.length);
      if (value !== null && others !== null) return { [first.name]: value, ...others };
      if (isLast) return null;
    }
    return null;
  };
  return from(slots, before.length);
}

const figure = /^-?\d+(\.\d+)?$/;
const known: ReadonlySet<string> = new Set<string>([...words, ...names]);

function understood(kind: keyof Kinds, text: string, effort: Effort): SaidValue | null {
  if (kind === "text") return text;
  if (kind === "number" || kind === "tenths") return figure.test(text) ? Number(text) : null;
  if (kind === "word") return known.has(text) ? text : null;
  if (kind === "sentence") return find(text, { isLine: false, effort });
  if (kind === "sentences") return sentencesIn(text, effort);
  return listIn(text, conjunctions[kind]);
}

/** Words may hold commas and conjunctions of their own. */
function listIn(text: string, conjunction: string): string[] | null {
  if (known.has(text)) return [text];
  const at = text.lastIndexOf(` ${conjunction} `);
  const items = at < 0 ? [] : [...text.slice(0, at).split(", "), text.slice(at + conjunction.length + 2)];
  return items.length > 0 && items.every((item) => known.has(item)) ? items : null;
}

function sentencesIn(text: string, effort: Effort): Said[] | null {
  const found: Said[] = [];
  let open = "";
  for (const part of text.split(/(?<=\.) /)) {
    open = open === "" ? part : `${open} ${part}`;
    const whole = find(open, { isLine: false, effort });
    if (effort.left <= 0) return null;
    if (whole === null) continue;
    found.push(whole);
    open = "";
  }
  return open === "" && found.length > 0 ? found : null;
}

/** Whether it says that pixels were enlarged. */
export function isOfEnlarging(sentence: Sentence): boolean {
  const { code } = tellApart(sentence);
  return code === "PRODUCT_ENLARGED" || code === "ANSWER_ENLARGED";
}
