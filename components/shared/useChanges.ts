// Changes that are shown at once and sent one after the other: what is changed while one is on its way goes together after it.
import { useCallback, useRef, useState } from "react";

export interface Changes<Change> {
  /** What is not yet answered for; to be shown over what the server has. Undefined where there is none. */
  readonly pending: Change | undefined;
  readonly change: (change: Change) => void;
}

/**
 * In order, so that the last word is the one that is kept; and never two at once, since the client tells the end of one alone where two
 * are the same.
 * @param send resolves when the server has answered, whatever it said; it does not throw
 * @param merged the later over the earlier
 */
export function useChanges<Change>(
  send: (change: Change) => Promise<unknown>,
  merged: (earlier: Change | undefined, later: Change) => Change,
): Changes<Change> {
  const [pending, setPending] = useState<Change>();
  const waiting = useRef<Change>(undefined);
  const isSending = useRef(false);
  const change = useCallback(
    (next: Change): void => {
      waiting.current = merged(waiting.current, next);
      setPending((now) => merged(now, next));
      if (isSending.current) return;
      isSending.current = true;
      const sendAll = async (): Promise<void> => {
        for (let sent = waiting.current; sent !== undefined; sent = waiting.current) {
          waiting.current = undefined;
          await send(sent);
        }
        isSending.current = false;
        setPending(undefined);
      };
      void sendAll();
    },
    [send, merged],
  );
  return { pending, change };
}
