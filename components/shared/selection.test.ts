// Ticks: one at a time, and ranges; and where keys lead.
import { describe, expect, it } from "vitest";
import { moved, moveOf } from "./keyboard.ts";
import { toggled, withRange } from "./selection.ts";

const ids = ["a", "b", "c", "d", "e"];

describe("ticks", () => {
  it("go on and off", () => {
    expect([...toggled(new Set(["a"]), "b")]).toEqual(["a", "b"]);
    expect([...toggled(new Set(["a", "b"]), "a")]).toEqual(["b"]);
  });

  it("take a range in either direction and keep the others", () => {
    expect([...withRange(new Set(["e"]), ids, { anchor: "c", id: "a" })].toSorted()).toEqual(["a", "b", "c", "e"]);
    expect([...withRange(new Set(), ids, { anchor: "b", id: "d" })]).toEqual(["b", "c", "d"]);
  });

  it("take one where nothing was ticked before or the anchor has gone", () => {
    expect([...withRange(new Set(), ids, { anchor: undefined, id: "d" })]).toEqual(["d"]);
    expect([...withRange(new Set(), ids, { anchor: "z", id: "d" })]).toEqual(["d"]);
  });
});

describe("moves", () => {
  const grid = { count: 8, columns: 3 };
  const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false });

  it("follow arrows and letters, but not with a modifier", () => {
    expect(moveOf(key("ArrowDown"))).toBe("down");
    expect(moveOf(key("J"))).toBe("next");
    expect(moveOf({ ...key("j"), ctrlKey: true })).toBeUndefined();
  });

  it("stay in their column and within the ends", () => {
    expect(moved(4, "up", grid)).toBe(1);
    expect(moved(1, "up", grid)).toBe(1);
    expect(moved(5, "down", grid)).toBe(7);
    expect(moved(7, "down", grid)).toBe(7);
    expect(moved(7, "next", grid)).toBe(7);
    expect(moved(6, "first", grid)).toBe(0);
    expect(moved(1, "last", grid)).toBe(7);
  });
});
