// What is told one after the other is read together, as long as it stands.
import { expect, it } from "vitest";
import { inStretches, stretchOf } from "./stretches.ts";

const values = Array.from({ length: 60 }, (_, index) => ({ id: `${index}` }));

it("reads neighbours once, and once more when something was heard or something else is asked of them", async () => {
  const told = inStretches(values);
  let reads = 0;
  const read = async (): Promise<number> => ++reads;
  const first = stretchOf(told[0] ?? {});
  expect(stretchOf(told[1] ?? {})).toBe(first);
  expect(await Promise.all([first?.read(7, "a", read), first?.read(7, "a", read)])).toEqual([1, 1]);
  expect(await first?.read(8, "a", read)).toBe(2);
  expect(await first?.read(8, "b", read)).toBe(3);
});

it("leaves nobody out, and knows nothing of what is told by itself", () => {
  const stretches = new Set(inStretches(values).map(stretchOf));
  expect([...stretches].flatMap((each) => each?.ids ?? [])).toEqual(values.map(({ id }) => id));
  expect(stretchOf({ id: "1" })).toBeUndefined();
});

it("reads again after a failure", async () => {
  const [value = { id: "" }] = inStretches([{ id: "1" }]);
  const stretch = stretchOf(value);
  await expect(stretch?.read(1, "a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await stretch?.read(1, "a", async () => "back")).toBe("back");
});
