// Signed links change with every read although the picture does not. The first link of a picture at a width is kept until it
// fails or expires, so that nothing flickers and nothing is loaded twice.

/** A link is given up this long before it expires. */
const renewBeforeMs = 5000;
/** Lists are asked for new links at most this often. */
const staleEveryMs = 10_000;

export interface PictureLinks {
  /** The link to show for a picture: the first one seen that still holds. */
  keep(key: string, url: string): string;
  /** A link did not load; true where a newer one is at hand. */
  fail(key: string, url: string): boolean;
  /** Calls back when links have run out and lists should be read anew. */
  onStale(listener: () => void): () => void;
}

/**
 * When a signed link ends, in milliseconds since 1970; undefined where it does not say.
 * Understands `X-Amz-Date` with `X-Amz-Expires`, and `expires` or `exp` in Unix seconds.
 */
export function linkExpiry(url: string): number | undefined {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const at = query.get("expires") ?? query.get("Expires") ?? query.get("exp");
  if (at !== null && /^\d+$/.test(at)) return Number(at) * (at.length > 11 ? 1 : 1000);
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
  const lasts = Number(query.get("X-Amz-Expires"));
  if (signed === null || !(lasts > 0)) return undefined;
  const [, year, month, day, hour, minute, second] = signed.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) + lasts * 1000;
}

export function createPictureLinks(now: () => number = Date.now): PictureLinks {
  const kept = new Map<string, { url: string; newest: string; expiresAt: number | undefined }>();
  const listeners = new Set<() => void>();
  let saidStaleAt = 0;

  const isOver = (expiresAt: number | undefined): boolean => expiresAt !== undefined && expiresAt - renewBeforeMs < now();

  return {
    keep(key, url) {
      const known = kept.get(key);
      if (known !== undefined && !isOver(known.expiresAt)) {
        known.newest = url;
        return known.url;
      }
      kept.set(key, { url, newest: url, expiresAt: linkExpiry(url) });
      return url;
    },
    fail(key, url) {
      const known = kept.get(key);
      kept.delete(key);
      if (known !== undefined && known.newest !== url) return true;
      if (now() - saidStaleAt > staleEveryMs) {
        saidStaleAt = now();
        for (const listener of listeners) listener();
      }
      return false;
    },
    onStale(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
