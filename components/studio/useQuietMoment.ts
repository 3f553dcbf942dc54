// What can wait until the first pictures are there.
import { useEffect } from "react";

/** Long enough for the first pictures to be there: a page is idle, too, while it waits for them. */
const settledMs = 1500;

/** Once, after the first pictures, when the page has nothing more urgent to do. */
export function useQuietMoment(act: () => Promise<void>): void {
  useEffect(() => {
    let handle: number | undefined;
    const timer = setTimeout(() => {
      if (typeof requestIdleCallback === "function") handle = requestIdleCallback(() => void act(), { timeout: settledMs });
      else void act();
    }, settledMs);
    return () => {
      clearTimeout(timer);
      if (handle !== undefined) cancelIdleCallback(handle);
    };
  }, [act]);
}
