// A list while one of it is moved.
import { expect, it } from "vitest";
import { movedTo } from "./order.ts";

it("moves one and keeps the others in order", () => {
  expect(movedTo(["a", "b", "c", "d"], "a", 2)).toEqual(["b", "c", "a", "d"]);
  expect(movedTo(["a", "b", "c", "d"], "d", 0)).toEqual(["d", "a", "b", "c"]);
  expect(movedTo(["a", "b"], "b", 1)).toEqual(["a", "b"]);
});
