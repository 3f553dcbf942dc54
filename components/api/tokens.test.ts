// The host's token: kept, renewed in time, and asked for once at a time; and what is sent with it.
import { afterEach, describe, expect, it, vi } from "vitest";
import { authorizedFetch, generateHash } from "./client.ts";
import { socketUrl, waitMs } from "./connection.ts";
import { createTokens, tokenExpiry } from "./tokens.ts";

const jwt = (exp: number, name: string): string => `x.${btoa(JSON.stringify({ exp, name }))}.y`;

describe("the token", () => {
  it("is asked for once by all who want it together, and kept", async () => {
    let asked = 0;
    const tokens = createTokens(async () => `key-${++asked}`);
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(["key-1", "key-1", "key-1"]);
    expect(await tokens.get()).toBe("key-1");
  });

  it("is renewed before it expires, and after a refusal", async () => {
    let now = 0;
    let asked = 0;
    const tokens = createTokens(
      async () => jwt(600, String(++asked)),
      () => now,
    );
    const first = await tokens.get();
    now = 570_000;
    expect(await tokens.get()).toBe(first);
    now = 590_000;
    await tokens.get();
    expect(asked).toBe(2);
    tokens.drop();
    now = 0;
    await tokens.get();
    expect(asked).toBe(3);
  });

  it("is kept for most of its life however short that is, and for as long as the API takes it where this clock is wrong", async () => {
    let now = 0;
    let asked = 0;
    const tokens = createTokens(
      async () => jwt(now / 1000 + 8, String(++asked)),
      () => now,
    );
    for (; now < 6_000; now += 500) await tokens.get();
    expect(asked).toBe(1);
    now = 6_500;
    await tokens.get();
    expect(asked).toBe(2);
    const ended = createTokens(
      async () => jwt(-60, String(++asked)),
      () => now,
    );
    for (let time = 0; time < 3; time++) await ended.get();
    expect(asked).toBe(3);
    ended.drop();
    await ended.get();
    expect(asked).toBe(4);
  });

  it("is asked for again after the host's answer failed", async () => {
    let asked = 0;
    const tokens = createTokens(async () => {
      if (++asked === 1) throw new Error("the host is away");
      return "key";
    });
    await expect(tokens.get()).rejects.toThrow("away");
    expect(await tokens.get()).toBe("key");
  });

  it("tells its end where it is a JWT", () => {
    expect(tokenExpiry(jwt(1234, "a"))).toBe(1_234_000);
    expect(tokenExpiry("isk_secret")).toBeUndefined();
  });
});

describe("a request", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("names its document by SHA-256, and not at all on a page without HTTPS", async () => {
    expect(await generateHash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    vi.stubGlobal("crypto", {});
    expect(await generateHash("abc")).toBe("");
  });

  it("is sent once more with a new token when it was refused", async () => {
    let asked = 0;
    const seen: (string | null)[] = [];
    const send = authorizedFetch(
      createTokens(async () => `key-${++asked}`),
      async (_input, init) => {
        seen.push(new Headers(init?.headers).get("authorization"));
        return new Response("{}", { status: seen.length === 1 ? 401 : 200 });
      },
    );
    expect((await send("http://api/graphql", {})).status).toBe(200);
    expect(seen).toEqual(["Bearer key-1", "Bearer key-2"]);
  });
});

describe("the socket", () => {
  it("goes to the same path by its own protocol", () => {
    expect(socketUrl("/graphql", "https://shop.example/admin")).toBe("wss://shop.example/graphql");
    expect(socketUrl("http://localhost:4000/graphql", "https://shop.example/")).toBe("ws://localhost:4000/graphql");
  });

  it("waits longer with each try, and never too long", () => {
    expect([0, 1, 2, 3].map((retries) => waitMs(retries, 0))).toEqual([1000, 2000, 4000, 8000]);
    expect(waitMs(50, 1)).toBe(37_500);
  });
});
