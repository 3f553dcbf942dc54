// What a failed put throws, and that no stream's error can end the process.
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { guardStream, putErrorOf } from "./body.ts";

const translate = (error: unknown): string => `translated ${String(error)}`;

describe("A failed put", () => {
  it("throws the store's fault when the store gave up on a body half-read", async () => {
    const body = Readable.from([Buffer.alloc(1), Buffer.alloc(1)]);
    guardStream(body, undefined);
    for await (const _ of body) break;
    expect(putErrorOf("disk full", { body, signal: undefined }, translate)).toBe("translated disk full");
  });

  it("throws the body's own error as it is", () => {
    const [body, broken] = [guardStream(new Readable({ read() {} }), undefined), new Error("the body broke")];
    body.destroy(broken);
    expect(putErrorOf(broken, { body, signal: undefined }, translate)).toBe(broken);
  });

  it("throws the signal's reason before either, and lets go of the body", () => {
    const [body, reason] = [guardStream(new Readable({ read() {} }), undefined), new Error("cancelled")];
    expect(putErrorOf("disk full", { body, signal: AbortSignal.abort(reason) }, translate)).toBe(reason);
    expect(body.destroyed).toBe(true);
  });
});

describe("A guarded stream", () => {
  it("keeps its error for whoever reads it later", async () => {
    const stream = guardStream(new Readable({ read() {} }), undefined);
    stream.destroy(new Error("broke before it was read"));
    await new Promise((resolve) => stream.once("close", resolve));
    await expect(stream.toArray()).rejects.toThrow("broke before it was read");
  });
});
