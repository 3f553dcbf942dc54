// Memory goes back where nobody else has it.
import { describe, expect, it } from "vitest";
import { giveBack } from "./give-back.ts";

describe("giveBack", () => {
  it("empties a buffer that has its memory for itself, with or without a trailer", () => {
    const whole = Buffer.allocUnsafeSlow(300_000);
    const cut = Buffer.allocUnsafeSlow(300_128).subarray(0, 300_000);
    giveBack(whole);
    giveBack(cut);
    expect([whole.buffer.byteLength, cut.buffer.byteLength]).toEqual([0, 0]);
  });

  it("leaves a buffer alone that shares its memory", () => {
    const small = Buffer.from("from the pool");
    const middle = Buffer.alloc(300_000, 7).subarray(100_000, 200_000);
    giveBack(small);
    giveBack(middle);
    expect(small.toString()).toBe("from the pool");
    expect(middle[0]).toBe(7);
  });
});
