// Copies in memory: bounded, the latest kept, none believed for long.
import { describe, expect, it } from "vitest";
import { createKeptCopies } from "./kept-copies.ts";

const copyOf = (bytes: number) => ({ data: Buffer.alloc(bytes), mimeType: "image/webp" });

describe("kept copies", () => {
  it("are given back while they are believed, and not after", () => {
    let now = 0;
    const kept = createKeptCopies(() => now);
    const copy = copyOf(10);
    kept.keep("a", copy);
    now = 4_000;
    expect(kept.get("a")).toBe(copy);
    // Being asked for makes nothing younger: it is the picture's row that was looked at then.
    now = 5_001;
    expect(kept.get("a")).toBeNull();
  });

  it("make room by forgetting what was asked for longest ago", () => {
    const kept = createKeptCopies(() => 0);
    for (let index = 0; index < 96; index++) kept.keep(`copy ${index}`, copyOf(500_000));
    expect(kept.get("copy 0")).not.toBeNull();
    kept.keep("one more", copyOf(500_000));
    expect(kept.get("copy 1")).toBeNull();
    expect(kept.get("copy 0")).not.toBeNull();
    expect(kept.get("one more")).not.toBeNull();
  });

  it("leave out what is large, and count a copy that is kept again once", () => {
    const kept = createKeptCopies(() => 0);
    kept.keep("large", copyOf(500_001));
    expect(kept.get("large")).toBeNull();
    kept.keep("first", copyOf(100));
    for (let round = 0; round < 1_000; round++) kept.keep("same", copyOf(400_000));
    expect(kept.get("first")).not.toBeNull();
  });
});
