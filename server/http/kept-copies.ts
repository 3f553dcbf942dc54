// Scaled copies that were just served, in memory: a page of tiles asks for the same few hundred again and again.

/** Bytes of all copies together: some thousand tiles. */
const mostBytes = 48_000_000;
/** Bytes of one copy: larger ones are looked at one by one, and would push the tiles out. */
const mostBytesEach = 500_000;
/** Milliseconds that a copy is believed: for so long a picture that was deleted may still be shown to who holds a link to it. */
const believedMs = 5_000;

export interface Copy {
  readonly data: Buffer;
  readonly mimeType: string;
}

export interface KeptCopies {
  get(key: string): Copy | null;
  keep(key: string, copy: Copy): void;
}

/** The copies asked for last stay; the ones asked for longest ago go first. */
export function createKeptCopies(now: () => number = () => performance.now()): KeptCopies {
  // A Map remembers the order in which its keys were set: the first one was asked for longest ago.
  const copies = new Map<string, { readonly copy: Copy; readonly since: number }>();
  let bytes = 0;
  const drop = (key: string): void => {
    bytes -= copies.get(key)?.copy.data.length ?? 0;
    copies.delete(key);
  };
  return {
    get(key) {
      const entry = copies.get(key);
      if (entry === undefined) return null;
      if (now() - entry.since > believedMs) {
        drop(key);
        return null;
      }
      copies.delete(key);
      copies.set(key, entry);
      return entry.copy;
    },
    keep(key, copy) {
      if (copy.data.length > mostBytesEach) return;
      drop(key);
      copies.set(key, { copy, since: now() });
      bytes += copy.data.length;
      for (const oldest of copies.keys()) {
        if (bytes <= mostBytes) break;
        drop(oldest);
      }
    },
  };
}
