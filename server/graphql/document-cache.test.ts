// Parsed documents are kept, and bounded by what they take.
import { parse } from "graphql";
import { expect, it } from "vitest";
import { createDocumentCache } from "./document-cache.ts";

const document = parse("{ a }");

it("gives back what was kept", () => {
  const cache = createDocumentCache();
  cache.set("{ a }", document);
  expect(cache.get("{ a }")).toBe(document);
  expect(cache.get("{ b }")).toBeUndefined();
});

it("keeps no document of a megabyte, and of all others only the latest asked", () => {
  const cache = createDocumentCache();
  cache.set(" ".repeat(1_000_000), document);
  expect(cache.get(" ".repeat(1_000_000))).toBeUndefined();
  const texts = Array.from({ length: 1_000 }, (_, index) => `{ a } #${index}`.padEnd(10_000));
  cache.set("first", document);
  for (const text of texts) {
    cache.set(text, document);
    cache.get("first");
  }
  expect(cache.get("first")).toBe(document);
  expect(texts.filter((text) => cache.get(text) !== undefined).reduce((sum, text) => sum + text.length, 0)).toBeLessThanOrEqual(300_000);
  expect(cache.get(texts.at(-1) ?? "")).toBe(document);
});
