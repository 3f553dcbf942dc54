// Variables in prompts: found with their places, and those that the API does not know are told.
import { expect, it } from "vitest";
import { splitPrompt, unknownVariables } from "./variables.ts";

it("finds variables between words", () => {
  const text = "Photo of {{sku.title}} on white, {{ output.width }} wide";
  const parts = splitPrompt(text);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.map(({ variable }) => variable)).toEqual([undefined, "sku.title", undefined, "output.width", undefined]);
  expect(splitPrompt("")).toEqual([]);
});

it("tells which are unknown, and takes single braces for words", () => {
  expect(unknownVariables("{{sku.titel}} and {{sku.code}} and {{}}")).toEqual(["sku.titel", ""]);
  expect(unknownVariables("{sku.titel} {{ {")).toEqual([]);
});
