// Reads are shared while nothing new was heard, and never after.
import { describe, expect, it } from "vitest";
import type { Events } from "../events/postgres.ts";
import { sharedRead } from "./shared-reads.ts";

function world(): { events: Events; hear: () => void; reads: number; read: () => Promise<number>; answer: () => void } {
  let heard = 0;
  const waiting: (() => void)[] = [];
  const made = {
    reads: 0,
    // As much of Events as is asked for.
    events: Object.defineProperty({}, "heard", { get: () => heard }) as Events,
    hear: () => void heard++,
    read: () => {
      const number = ++made.reads;
      return new Promise<number>((resolve) => waiting.push(() => resolve(number)));
    },
    answer: () => {
      for (const settle of waiting.splice(0)) settle();
    },
  };
  return made;
}

describe("a shared read", () => {
  it("is one for all who ask for the same while it is under way", async () => {
    const { events, read, answer } = world();
    const all = [sharedRead(events, "a", read), sharedRead(events, "a", read), sharedRead(events, "b", read)];
    answer();
    expect(await Promise.all(all)).toEqual([1, 1, 2]);
  });

  it("is not shared with who was told of something after it began", async () => {
    const { events, hear, read, answer } = world();
    const before = sharedRead(events, "a", read);
    hear();
    const after = [sharedRead(events, "a", read), sharedRead(events, "a", read)];
    answer();
    expect([await before, ...(await Promise.all(after))]).toEqual([1, 2, 2]);
  });

  it("is done anew once it has ended, well or badly", async () => {
    const { events, read, answer } = world();
    const first = sharedRead(events, "a", read);
    answer();
    await first;
    await expect(sharedRead(events, "a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    const third = sharedRead(events, "a", read);
    answer();
    expect(await third).toBe(2);
  });
});
