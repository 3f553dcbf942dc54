// Whose pages may read what is served here: those of the listed origins alone.

/** Headers of an answer; `Vary` also where nothing is allowed, so that no cache gives one page's permission, or its want, to another. */
export function readableBy(request: Request, corsOrigins: readonly string[]): Record<string, string> {
  const origin = request.headers.get("origin");
  const isAllowed = origin !== null && corsOrigins.includes(origin);
  return { vary: "Origin", ...(isAllowed ? { "access-control-allow-origin": origin } : {}) };
}
