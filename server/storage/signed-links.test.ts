// Signed links: nothing in them can be changed, and they end when they say.
import { describe, expect, it } from "vitest";
import { signUrl, verifyUrl } from "./signed-links.ts";

const secret = "a secret of the tests alone";
const now = new Date("2030-01-01T00:00:00Z");
const expiresAt = new Date(now.getTime() + 60_000);
const base = "https://studio.example/images/w1/abc.jpg?width=400&format=webp";
const link = signUrl(secret, base, { expiresAt });

describe("A signed link", () => {
  it("holds for its method until its time", () => {
    expect(verifyUrl(secret, "GET", link, now)).toEqual({ ok: true });
    expect(verifyUrl(secret, "HEAD", link, now)).toEqual({ ok: true });
    expect(verifyUrl(secret, "GET", link, new Date(expiresAt.getTime() - 1))).toEqual({ ok: true });
    expect(verifyUrl(secret, "GET", link, expiresAt)).toMatchObject({ ok: false, reason: expect.stringContaining("expired") });
    const put = signUrl(secret, base, { method: "PUT", expiresAt });
    expect(verifyUrl(secret, "PUT", put, now)).toEqual({ ok: true });
    expect(verifyUrl(secret, "GET", put, now).ok).toBe(false);
  });

  it("holds behind a proxy that changes the host, and whatever the order of its parameters", () => {
    expect(verifyUrl(secret, "GET", link.replace("https://studio.example", "http://10.0.0.7:4000"), now)).toEqual({ ok: true });
    expect(verifyUrl(secret, "GET", link.replace("https://studio.example", ""), now)).toEqual({ ok: true });
    const url = new URL(link);
    const reversed = new URLSearchParams([...url.searchParams].toReversed());
    expect(verifyUrl(secret, "GET", `${url.origin}${url.pathname}?${reversed}`, now)).toEqual({ ok: true });
  });

  const signature = new URL(link).searchParams.get("signature") ?? "";
  it.each([
    ["another path", link.replace("abc.jpg", "abd.jpg")],
    ["another folder", link.replace("/w1/", "/w2/")],
    ["the path in another case", link.replace("/w1/", "/W1/")],
    ["an encoded path", link.replace("abc.jpg", "%61bc.jpg")],
    ["a longer path", link.replace("abc.jpg", "abc.jpg/")],
    ["another value", link.replace("width=400", "width=4000")],
    ["a later expiry", link.replace(/expires=\d+/, "expires=9999999999")],
    ["an added parameter", `${link}&fileName=x`],
    ["a doubled parameter", `${link}&width=400`],
    ["a removed parameter", link.replace("format=webp&", "")],
    ["two parameters run into one", link.replace("width=400&format=webp", "width=400%26format%3Dwebp")],
    ["no signature", link.replace(/&signature=.*/, "")],
    ["an empty signature", link.replace(/signature=.*/, "signature=")],
    ["two signatures", `${link}&signature=${signature}`],
    ["a signature spelled otherwise", `${link}=`],
    ["no parameters at all", base],
    ["an address that is none", "http://["],
  ])("is refused with %s", (_, url) => {
    expect(verifyUrl(secret, "GET", url, now).ok).toBe(false);
  });

  it("is refused under another secret, and shows its own nowhere", () => {
    expect(verifyUrl("another secret of the tests", "GET", link, now).ok).toBe(false);
    expect(link).not.toContain(secret);
  });
});
