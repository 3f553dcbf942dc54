// Who may run at once, in which order, and who is let go without a turn.
import { setImmediate as nextTick } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createGate, createSharedGate } from "./gate.ts";

/** A task that runs until it is told to end. */
function held(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const task = async (): Promise<string> => {
    log.push(name);
    await promise;
    return name;
  };
  return { task, end: resolve };
}

describe("a gate", () => {
  it("lets in as many as it may, the others in their order", async () => {
    const ran: string[] = [];
    const tasks = ["a", "b", "c", "d"].map((name) => held(ran, name));
    const gate = createGate(2);
    const outcomes = tasks.map(({ task }) => gate(task));
    expect(ran).toEqual(["a", "b"]);
    tasks[1]?.end();
    await outcomes[1];
    await nextTick();
    expect(ran).toEqual(["a", "b", "c"]);
    for (const { end } of tasks) end();
    await expect(Promise.all(outcomes)).resolves.toEqual(["a", "b", "c", "d"]);
  });

  it("lets go of one that would not wait longer, and of no place with it", async () => {
    const ran: string[] = [];
    const [first, given, last] = ["first", "given up", "last"].map((name) => held(ran, name)) as [Held, Held, Held];
    const gate = createGate(1);
    const patience = new AbortController();
    const outcomes = [gate(first.task), gate(given.task, patience.signal), gate(last.task, patience.signal)] as const;
    patience.abort(new Error("enough"));
    await expect(outcomes[1]).rejects.toThrow("enough");
    await expect(outcomes[2]).rejects.toThrow("enough");
    await expect(gate(last.task, patience.signal)).rejects.toThrow("enough");
    first.end();
    await outcomes[0];
    last.end();
    await expect(gate(last.task)).resolves.toBe("last");
    expect(ran).toEqual(["first", "last"]);
  });
});

type Held = ReturnType<typeof held>;

describe("a shared gate", () => {
  it("keeps places that one owner cannot take, however many tasks he has", async () => {
    const ran: string[] = [];
    const gate = createSharedGate({ all: 3, ofOne: 2 });
    const tasks = ["a1", "a2", "a3", "a4", "b1", "b2"].map((name) => held(ran, name));
    const names = ["a", "a", "a", "a", "b", "b"];
    const outcomes = tasks.map(({ task }, index) => gate(names[index] ?? "", task));
    await nextTick();
    expect(ran).toEqual(["a1", "a2", "b1"]);
    for (const { end } of tasks) end();
    await Promise.all(outcomes);
    expect(ran.toSorted()).toEqual(["a1", "a2", "a3", "a4", "b1", "b2"]);
  });
});
