// What dropped files and folders are taken for.
import { expect, it } from "vitest";
import type { DroppedFile } from "../shared/dropped.ts";
import { newSkusOf } from "./new-skus.ts";

const photo = (name: string, folder?: string): DroppedFile => ({ file: new File(["photo"], name), folder });
const shortly = (dropped: readonly DroppedFile[]) =>
  newSkusOf(dropped).map(({ code, folder, files }) => [code, folder, files.map(({ name }) => name)]);

it("makes a SKU of each folder, named after it, and leaves loose files without a code", () => {
  expect(
    shortly([photo("1.jpg", "MUG-001"), photo("a.jpg"), photo("2.jpg", "MUG-001"), photo("3.jpg", "new/ BAG-004 "), photo("b.jpg")]),
  ).toEqual([
    ["MUG-001", "MUG-001", ["1.jpg", "2.jpg"]],
    ["", undefined, ["a.jpg", "b.jpg"]],
    ["BAG-004", "new/ BAG-004 ", ["3.jpg"]],
  ]);
});

it("asks for one SKU where nothing was dropped", () => {
  expect(shortly([])).toEqual([["", undefined, []]]);
});
