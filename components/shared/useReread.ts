// When something that goes by itself is read again: as its numbers change, and after a silence.
import { useEffect, useRef } from "react";

/** Milliseconds without news of something under way after which it is read again: a message that was lost must not leave it running for ever. */
const silenceMs = 15_000;

/** @param news the last that is known of what is under way, by identity; undefined while nothing is */
export function useRereadAfterSilence(news: unknown, read: () => void): void {
  useEffect(() => {
    if (news === undefined) return;
    const timer = setInterval(read, silenceMs);
    return () => clearInterval(timer);
  }, [news, read]);
}

/** Reads once `change` is another one than it was, and at most every `everyMs` milliseconds however fast changes come. */
export function useRereadOnChange(change: string, read: () => void, everyMs: number): void {
  // Read by the timer: what is read may have changed since it was set.
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  const readAt = useRef(0);
  const seen = useRef(change);
  useEffect(() => {
    if (seen.current === change) return;
    seen.current = change;
    const timer = setTimeout(
      () => {
        readAt.current = Date.now();
        latest.current();
      },
      Math.max(0, readAt.current + everyMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [change, everyMs]);
}
