import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createWayOut } from "./way-out.ts";

it("lets so many go on by themselves, and makes those who come after wait for one of them", async () => {
  const wayOut = createWayOut(2);
  const works = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const taken: number[] = [];
  for (const [index, { promise }] of works.entries()) void wayOut.take(promise).then(() => taken.push(index));
  const idle = wayOut.idle().then(() => "idle");
  const soon = (): Promise<string> => Promise.race([idle, nextTurn("busy")]);
  await nextTurn();
  expect(taken).toEqual([0, 1]);
  works[0]?.reject(new Error("It went wrong, which is its own affair"));
  await nextTurn();
  expect(taken).toEqual([0, 1, 2]);
  works[1]?.resolve();
  await nextTurn();
  expect(await soon()).toBe("busy");
  works[2]?.resolve();
  expect(await soon()).toBe("idle");
});
