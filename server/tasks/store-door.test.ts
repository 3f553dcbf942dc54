import { expect, it } from "vitest";
import { createLog } from "../log.ts";
import { createStoreDoor } from "./store-door.ts";

const log = createLog("silent");
const never = new AbortController().signal;

it("is open until the store fails, and again once that can be used", async () => {
  const answers = [new Error("away"), new Error("away"), null];
  let asked = 0;
  const check = async (): Promise<void> => {
    const fault = answers[asked++];
    if (fault) throw fault;
  };
  const door = createStoreDoor({ check, log, checkEveryMs: 1 });
  await door.pass(never);
  expect(asked).toBe(0);
  door.shut(0);
  door.shut(0);
  await Promise.all([door.pass(never), door.pass(never)]);
  expect(asked).toBe(3);
});

it("stays shut until the store takes as much as it refused", async () => {
  const asked: number[] = [];
  let room = 10;
  const check = async (bytes: number): Promise<void> => {
    asked.push(bytes);
    if (bytes > room) throw new Error("full");
    if (asked.length === 1) room = 0;
  };
  const door = createStoreDoor({ check, log, checkEveryMs: 1 });
  door.shut(7);
  await door.pass(never);
  expect(asked).toEqual([7]);
  door.shut(3);
  door.shut(9);
  door.shut(0);
  const passed = door.pass(never).then(() => asked.length);
  while (asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
  room = 9;
  expect(await passed).toBeGreaterThanOrEqual(5);
  expect(new Set(asked.slice(1))).toEqual(new Set([9]));
});

it("lets go of who waits and is told to stop, and of everybody when it is closed", async () => {
  const check = async (): Promise<void> => {
    throw new Error("away");
  };
  const door = createStoreDoor({ check, log, checkEveryMs: 1 });
  door.shut(0);
  const stopping = new AbortController();
  const waiting = door.pass(stopping.signal);
  const other = door.pass(never);
  stopping.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  door.close();
  await other;
});
