// Keys and what they ask for: letters are commands only where they are no words.
import { expect, it } from "vitest";
import { commandOf } from "./keyboard.ts";

const press = (key: string, modifiers: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, target: null, ...modifiers });

it("knows the letters, in either case", () => {
  expect(["a", "R", "x", "u", "g", "M", "?"].map((key) => press(key))).toEqual([
    "approve",
    "reject",
    "archive",
    "undo",
    "runAgain",
    "makeMain",
    "help",
  ]);
});

it("leaves the browser's own keys alone, but for undo", () => {
  expect(press("r", { ctrlKey: true })).toBeUndefined();
  expect(press("a", { metaKey: true })).toBeUndefined();
  expect(press("a", { altKey: true })).toBeUndefined();
  expect(press("z", { ctrlKey: true })).toBe("undo");
  expect(press("z", { metaKey: true })).toBe("undo");
});
