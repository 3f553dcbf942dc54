// The host's token: asked for once, kept until shortly before it expires, and asked for again when the API refuses it.

/** A token is renewed this long before its `exp`, so that no request leaves with one that dies on the way; */
const renewBeforeMs = 20_000;
/** one that lives shortly, when this part of its life is left, or it would be renewed again and again. */
const renewBeforePart = 1 / 4;

/** How long before its end something that still lives so long is renewed, in milliseconds. */
export const renewalMs = (lifeMs: number, longestMs = renewBeforeMs): number => Math.min(longestMs, lifeMs * renewBeforePart);

export interface Tokens {
  /** The present token; calls that come together share one question to the host. */
  get(): Promise<string>;
  /** Forgets the token after a refusal. */
  drop(): void;
  /** When the present token expires, in milliseconds since 1970; undefined where it does not say. */
  expiresAt(): number | undefined;
}

export function createTokens(ask: () => Promise<string>, now: () => number = Date.now): Tokens {
  let held: string | undefined;
  /** In milliseconds since 1970; undefined for a token that does not say when it ends, or had ended when it came: the API judges it. */
  let renewAt: number | undefined;
  let asking: Promise<string> | undefined;

  const hold = (token: string): void => {
    held = token;
    const expiry = tokenExpiry(token);
    const lifeMs = expiry === undefined ? 0 : expiry - now();
    renewAt = expiry === undefined || lifeMs <= 0 ? undefined : expiry - renewalMs(lifeMs);
  };

  return {
    get() {
      if (held !== undefined && (renewAt === undefined || now() < renewAt)) return Promise.resolve(held);
      asking ??= ask()
        .then((token) => {
          hold(token);
          return token;
        })
        .finally(() => {
          asking = undefined;
        });
      return asking;
    },
    drop() {
      held = undefined;
    },
    expiresAt: () => (held === undefined ? undefined : tokenExpiry(held)),
  };
}

/** The `exp` of a JWT in milliseconds since 1970; undefined for anything else, such as an API key. */
export function tokenExpiry(token: string): number | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof claims !== "object" || claims === null || !("exp" in claims)) return undefined;
    return typeof claims.exp === "number" ? claims.exp * 1000 : undefined;
  } catch {
    // Not a JWT: the API will judge it.
    return undefined;
  }
}
