// Reads the marketplace's shelf, and again every few seconds while somebody looks at it.
import { useEffect, useState } from "react";

/** Milliseconds between two looks: a publication takes some seconds. */
const lookEveryMs = 2500;

export interface ShelfProduct {
  readonly code: string;
  readonly name: string;
  readonly pictures: readonly string[];
  readonly changedAt: string | null;
}

export interface Shelf {
  readonly title: string;
  readonly products: readonly ShelfProduct[];
}

export type ShelfRead =
  | { readonly state: "reading" | "none" | "failed"; readonly shelf?: undefined }
  | { readonly state: "read"; readonly shelf: Shelf };

export function useShelf(): ShelfRead {
  const [read, setRead] = useState<ShelfRead>({ state: "reading" });
  useEffect(() => {
    const leaving = new AbortController();
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      const next = await readShelf(leaving.signal);
      // What was seen stays when a look fails.
      if (!leaving.signal.aborted) setRead((now) => (next.state === "failed" && now.state === "read" ? now : next));
    };
    void look();
    const timer = setInterval(() => void look(), lookEveryMs);
    return () => {
      clearInterval(timer);
      leaving.abort();
    };
  }, []);
  return read;
}

async function readShelf(signal: AbortSignal): Promise<ShelfRead> {
  try {
    const response = await fetch("/demo/shelf", { signal });
    if (response.status === 404) return { state: "none" };
    if (!response.ok) return { state: "failed" };
    return { state: "read", shelf: (await response.json()) as Shelf };
  } catch {
    return { state: "failed" };
  }
}
