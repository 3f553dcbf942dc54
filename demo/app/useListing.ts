// Reads one product, and again whenever the studio says that something has changed.
import { useCallback, useEffect, useState } from "react";
import { type Listing, readListing } from "./studio-api.ts";

export interface ListingRead {
  /** Undefined while it is read for the first time or cannot be read; null where there is none. */
  readonly listing: Listing | null | undefined;
  readonly refresh: () => void;
}

export function useListing(code: string): ListingRead {
  const [read, setRead] = useState<{ code: string; listing: Listing | null }>();
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is the wish to read the same again
  useEffect(() => {
    const leaving = new AbortController();
    readListing(code, leaving.signal)
      .then((listing) => setRead({ code, listing }))
      // The studio on this page says what is wrong with the connection; the last numbers stay.
      .catch(() => {});
    return () => leaving.abort();
  }, [code, asked]);
  const refresh = useCallback(() => setAsked((times) => times + 1), []);
  return { listing: read?.code === code ? read.listing : undefined, refresh };
}
