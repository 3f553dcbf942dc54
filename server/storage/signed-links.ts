// Signed links: HMAC-SHA256 over the method, the whole path and every parameter. One scheme for objects, pictures and downloads.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Keeps a signature made here from meaning anything where the same secret signs something else. */
const purpose = "image-studio link 1";
const expiresParameter = "expires";
const signatureParameter = "signature";
/** Any origin will do: only path and parameters are signed, so that a proxy may change the host. */
const anyOrigin = "http://link.invalid";

export type LinkSecret = string | Buffer;

export type LinkVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Adds an expiry and a signature to a link.
 * @param url absolute, or a path from "/" as the server will see it; parameters already in it are signed too
 * @param options `method` is GET unless told; HEAD is allowed wherever GET is. The expiry is rounded up to whole seconds.
 */
export function signUrl(secret: LinkSecret, url: string, options: { method?: "GET" | "PUT"; expiresAt: Date }): string {
  const expires = Math.ceil(options.expiresAt.getTime() / 1000);
  const unsigned = `${url}${url.includes("?") ? "&" : "?"}${expiresParameter}=${expires}`;
  return `${unsigned}&${signatureParameter}=${signatureOf(secret, options.method ?? "GET", new URL(unsigned, anyOrigin))}`;
}

/** Whether a link was signed with this secret for this method and still holds; the reason is fit for the client's eyes. */
export function verifyUrl(secret: LinkSecret, method: string, url: string, now: Date): LinkVerdict {
  if (!URL.canParse(url, anyOrigin)) return { ok: false, reason: "The link is malformed. Ask for a new one." };
  const parsed = new URL(url, anyOrigin);
  const [given, ...more] = parsed.searchParams.getAll(signatureParameter);
  if (given === undefined || more.length > 0) return { ok: false, reason: "The link is not signed. Ask for a new one." };
  if (!isSame(given, signatureOf(secret, method === "HEAD" ? "GET" : method, parsed))) {
    return {
      ok: false,
      reason: "The link's signature does not fit: it was made for another method, path or parameters. Ask for a new one.",
    };
  }
  const expiresMs = Number(parsed.searchParams.get(expiresParameter)) * 1000;
  if (!(now.getTime() < expiresMs)) return { ok: false, reason: "The link has expired. Ask for a new one." };
  return { ok: true };
}

function signatureOf(secret: LinkSecret, method: string, url: URL): string {
  const parameters = [...url.searchParams]
    .filter(([name]) => name !== signatureParameter)
    .toSorted(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB));
  // JSON, because it is unambiguous: no parameter can be spelled so that it reads as two.
  return createHmac("sha256", secret)
    .update(JSON.stringify([purpose, method, url.pathname, parameters]))
    .digest("base64url");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
