// Sentences of the API, told apart for whoever shows them in another language.
import { type Said, type SaidValue, type SentenceCode, sentenceCodes, tellApart } from "../say.ts";
import { sentences } from "../sentences.ts";
import { builder } from "./builder.ts";

const templateOf = (code: SentenceCode): string => {
  const template = sentences[code];
  return typeof template === "string" ? template : template.other;
};

const SentenceCodeEnum = builder.enumType("SentenceCode", {
  description:
    "What the API says of photos, runs, rules and decisions. More will come: a client shows the text of a code that it does not know.",
  values: Object.fromEntries(sentenceCodes.map((code) => [code, { description: templateOf(code) }])) as Readonly<
    Record<SentenceCode, { readonly description: string }>
  >,
});

export const SentenceType = builder.objectRef<Said>("Sentence").implement({
  description: "A sentence and what it is made of.",
  fields: (t) => ({
    text: t.exposeString("text", { description: "In English, as the field beside it has it." }),
    code: t.field({
      type: SentenceCodeEnum,
      nullable: true,
      description: "Null where its words are somebody else's, or have no code.",
      resolve: ({ code }) => code,
    }),
    values: t.field({
      type: "JSON",
      description:
        "By the names in the code's template: a text, a number, a word, a list of words, a sentence as { code, text, values }, or a list of those.",
      resolve: ({ values }): Readonly<Record<string, SaidValue>> => values,
    }),
  }),
});

/** Of a field that holds a sentence of the table, or null. */
export const said = (text: string | null): Said | null => (text === null ? null : tellApart(text));
