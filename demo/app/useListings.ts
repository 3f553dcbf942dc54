// Reads the products page by page.
import { useEffect, useState } from "react";
import { type Listing, readListings } from "./studio-api.ts";

interface Listings {
  readonly listings: readonly Listing[];
  readonly total: number | undefined;
  readonly next: string | null;
  readonly state: "reading" | "read" | "failed";
  readonly problem: string;
}

const nothingYet: Listings = { listings: [], total: undefined, next: null, state: "reading", problem: "" };

export function useListings() {
  const [read, setRead] = useState(nothingYet);
  // An object, so that asking for the same page again after a failure is a new wish.
  const [asked, ask] = useState<{ after: string | null }>({ after: null });

  useEffect(() => {
    const leaving = new AbortController();
    readListings(asked.after, leaving.signal)
      .then((page) =>
        setRead((earlier) => {
          const listings = asked.after === null ? page.listings : [...earlier.listings, ...page.listings];
          return { listings, total: page.total, next: page.next, state: "read", problem: "" };
        }),
      )
      .catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        setRead((earlier) => ({ ...earlier, state: "failed", problem: error instanceof Error ? error.message : String(error) }));
      });
    return () => leaving.abort();
  }, [asked]);

  const readMore = () => {
    setRead({ ...read, state: "reading" });
    ask({ after: read.next });
  };
  return { ...read, hasMore: read.next !== null, readMore };
}
