// Turns in a worker: together, or alone.
import { describe, expect, it } from "vitest";
import { createGate } from "./gate.ts";

const never = new AbortController().signal;

describe("the gate", () => {
  it("lets many in together, one alone only when they are out, and nobody before it has left", async () => {
    const gate = createGate();
    const order: string[] = [];
    const enter = async (name: string, isAlone = false): Promise<() => void> => {
      const leave = await gate.enter(isAlone, never);
      order.push(name);
      return leave;
    };
    const [leaveOne, leaveTwo] = await Promise.all([enter("one"), enter("two")]);
    const alone = enter("alone", true);
    const late = enter("late");
    leaveOne();
    await Promise.resolve();
    expect(order).toEqual(["one", "two"]);
    leaveTwo();
    const leaveAlone = await alone;
    await Promise.resolve();
    expect(order).toEqual(["one", "two", "alone"]);
    leaveAlone();
    (await late)();
    expect(order).toEqual(["one", "two", "alone", "late"]);
  });

  it("forgets who no longer waits, and lets in those behind", async () => {
    const gate = createGate();
    const leave = await gate.enter(false, never);
    const controller = new AbortController();
    const alone = gate.enter(true, controller.signal);
    const behind = gate.enter(false, never);
    controller.abort(new Error("The worker is shutting down"));
    await expect(alone).rejects.toThrow("shutting down");
    (await behind)();
    leave();
    (await gate.enter(true, never))();
    await expect(gate.enter(false, controller.signal)).rejects.toThrow("shutting down");
  });
});
