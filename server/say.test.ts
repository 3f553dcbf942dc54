// Sentences are told apart as they were said: every code, and those that stand within others.
import { describe, expect, it } from "vitest";
import { rulesOf } from "./images/preset-rules.ts";
import { presets } from "./images/presets.ts";
import { type Said, type SentenceCode, say, sentenceCodes, tellApart } from "./say.ts";
import { sentences } from "./sentences.ts";

const samples: Readonly<Record<string, unknown>> = {
  text: "GPT Image 2.0, its own words. Twice",
  number: 1200,
  tenths: 3.2,
  word: "ratio",
  list: ["left", "top", "bottom"],
  choice: ["JPEG", "PNG"],
  sentence: "The product fills 71 % of the frame.",
  sentences: [
    say("RULE_BROKEN_SHORT", { rule: "fill", expected: say("WANTS_FILL", { percent: 85 }), actual: say("HAS_FILL", { percent: 71 }) }),
    say("RULE_BROKEN_SHORT", { rule: "bytes", expected: say("WANTS_BYTES", { megabytes: 5 }), actual: say("HAS_UNKNOWN_QUALITY") }),
  ],
};

const templateOf = (code: SentenceCode): string => {
  const template = sentences[code];
  return typeof template === "string" ? template : template.other;
};
const slotsOf = (code: SentenceCode) =>
  [...templateOf(code).matchAll(/\{(\w+)(?::(\w+))?\}/g)].map(([, name = "", kind = "text"]) => ({ name, kind }));
const sampleValues = (code: SentenceCode) => Object.fromEntries(slotsOf(code).map(({ name, kind }) => [name, samples[kind]]));
const isLine = (code: SentenceCode): boolean => code.startsWith("LOG_");
// The values of each code follow from its template; here they are made from it.
const sayAny = say as (code: SentenceCode, values: object) => string;

const simple = (values: Said["values"]): unknown =>
  JSON.parse(JSON.stringify(values), (_, value: unknown) =>
    typeof value === "object" && value !== null && "text" in value ? value.text : value,
  );

describe("a sentence", () => {
  it.each(sentenceCodes)("%s is told apart from all others, with the values that it was said with", (code) => {
    const values = sampleValues(code);
    const told = tellApart(sayAny(code, values), { isLine: isLine(code) });
    expect(told.code).toBe(code);
    expect(simple(told.values)).toEqual(values);
  });

  it("names no value twice, and takes only kinds that there are", () => {
    for (const code of sentenceCodes) {
      const names = slotsOf(code).map(({ name }) => name);
      expect(new Set(names).size, code).toBe(names.length);
      for (const { kind } of slotsOf(code)) expect(Object.keys(samples), code).toContain(kind);
    }
  });

  it("is said of one as of one", () => {
    expect(say("LOG_QUEUED", { count: 1, engine: "studio" })).toBe("Queued 1 photo for the engine studio.");
    expect(tellApart("Queued 1 photo for the engine studio.", { isLine: true })).toMatchObject({
      code: "LOG_QUEUED",
      values: { count: 1 },
    });
  });

  it("stays a text where its words are somebody else's", () => {
    for (const text of [
      "",
      ".",
      "Handle is cut off",
      "One. Two.",
      "The product fills half of the frame.",
      "{rule}: {expected}",
      "x".repeat(50_000),
      // Somebody's who would have it guessed at for ever.
      `Its worker died. ${"It was tried 3 times. ".repeat(2_000)}`,
    ])
      expect(tellApart(text)).toEqual({ code: null, text, values: {} });
  });

  it("that holds somebody else's words keeps them, whatever stands in them", () => {
    const reason = "No: {engine} It was tried 3 times. Run it again later. (403)";
    const text = say("PROVIDER_REFUSED", { engine: "GPT Image: 2", reason });
    expect(tellApart(text)).toMatchObject({ code: "PROVIDER_REFUSED", values: { engine: "GPT Image: 2", reason } });
  });

  it("is told apart from the sentence that it holds, though that could begin or end with any text", () => {
    const notSet = say("KEY_NOT_SET", { variable: "GEMINI_API_KEY", engine: "Gemini" });
    expect(tellApart(say("ENGINE_CANNOT_RUN", { engine: "gemini", why: notSet }))).toMatchObject({
      code: "ENGINE_CANNOT_RUN",
      values: { engine: "gemini", why: { code: "KEY_NOT_SET", values: { variable: "GEMINI_API_KEY", engine: "Gemini" } } },
    });
    const notFetched = say("PROVIDER_NOT_FETCHED", { engine: "Gemini", reason: "no way there" });
    expect(tellApart(say("GAVE_UP", { why: notFetched, count: 7 }))).toMatchObject({
      code: "GAVE_UP",
      values: { why: { code: "PROVIDER_NOT_FETCHED", values: { reason: "no way there" } }, count: 7 },
    });
  });

  it("is found in a line of the log, and a line in nothing else", () => {
    const photo = "MUG-1 a: b: It will be tried again.jpg";
    const line = say("LOG_TRIED_AGAIN", { photo, why: say("WORKER_DIED") });
    expect(tellApart(line)).toMatchObject({ code: null });
    expect(tellApart(line, { isLine: true })).toMatchObject({ code: "LOG_TRIED_AGAIN", values: { photo, why: { code: "WORKER_DIED" } } });
  });

  // As they stand in rows of imports and publications.
  it.each([
    ["GALLERY_GOES_ON", "Nordlager on Ozon: It asks for patience: too many requests (status 429: slow down: 2/s). It goes on by itself."],
    ["GALLERY_GIVEN_UP", "ERP: It is out of order (status 503). It was tried 8 times: import again later."],
    ["GALLERY_LEFT_ALONE", "The sync met an unexpected fault here. It wants to be left alone for 334 minutes: publish again then."],
    [
      "GALLERY_UNREACHABLE",
      "ERP: It could not be asked. The URL leads to a host that is not known on the public internet. Where it is on your own network, name it in allow.",
    ],
    [
      "GALLERY_KEYS_REFUSED",
      "Ozon: The credentials were refused (status 403: Api-key …). Correct clientId and apiKey of ozon in GALLERIES.",
    ],
    ["GALLERY_ANSWER_NO_OBJECT", "ERP: It does not answer as documented (its answer: Invalid input). Check url of erp in GALLERIES."],
    ["GALLERY_ANSWERS_OTHERWISE", "ERP: It does not answer as documented (skus: Invalid input). Check url of erp in GALLERIES."],
    ["BUCKET_UNUSABLE_STATUS", "Photos: The bucket shop (old) could not be used (SlowDown, status 503)."],
    ["OZON_ENDED_OTHERWISE", 'Ozon refused the pictures: its import ended as "failed".'],
    ["NAME_TOO_LONG", "The code has 101 characters: it may have 100 at most."],
    ["LINK_LATER_OR_UPLOAD", "The file did not arrive within 60 seconds. Try again later, or upload it."],
  ])("%s is told apart where it was stored before it had a code", (code, text) => {
    expect(tellApart(text).code).toBe(code);
  });

  it("of a marketplace's rule is told apart for every preset", () => {
    for (const { name, title } of presets)
      for (const { name: rule, expected } of rulesOf(name)) {
        expect(tellApart(expected).code, expected).not.toBeNull();
        const broken = say("RULE_BROKEN", { preset: title, rule, expected, actual: say("HAS_UNKNOWN_FILL") });
        expect(tellApart(broken), broken).toMatchObject({ code: "RULE_BROKEN", values: { preset: title, rule } });
      }
  });
});
