// The door before the store: while that can not be used, no photo is begun, since its picture could not be kept and might have to be paid.
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

export interface StoreDoor {
  /** Waits until the store can be used, as far as anybody knows. @throws the signal's reason when that comes first */
  pass(signal: AbortSignal): Promise<void>;
  /** The store could not be used just now. @param refusedBytes of the object that it did not take; 0 where it refused something else */
  shut(refusedBytes: number): void;
  /** Nobody asks after the store any more. */
  close(): void;
}

export interface StoreDoorOptions {
  /** Throws while the store can not be used, or does not take an object of so many bytes. */
  readonly check: (bytes: number) => Promise<void>;
  readonly log: Log;
  /** Milliseconds between questions; left out: short against the waits of a photo that was put off. */
  readonly checkEveryMs?: number;
}

const usualCheckEveryMs = 2_000;

export function createStoreDoor({ check, log, checkEveryMs = usualCheckEveryMs }: StoreDoorOptions): StoreDoor {
  const closing = new AbortController();
  const { signal: closed } = closing;
  let opening: Promise<void> | undefined;
  /** The largest that was refused since it could be used. */
  let refused = 0;

  const canBeUsed = (): Promise<boolean> =>
    check(refused).then(
      () => true,
      (error: unknown) => {
        log.debug({ error: messageOf(error) }, "the store can still not be used");
        return false;
      },
    );
  const open = async (): Promise<void> => {
    log.warn("the store can not be used: no photo is begun until it can");
    do await sleep(checkEveryMs, undefined, { signal: closed, ref: false }).catch(() => {});
    while (!closed.aborted && !(await canBeUsed()));
    opening = undefined;
    refused = 0;
  };

  return {
    async pass(signal) {
      signal.throwIfAborted();
      while (opening !== undefined) {
        const aborted = Promise.withResolvers<never>();
        const follow = (): void => aborted.reject(signal.reason);
        signal.addEventListener("abort", follow, { once: true });
        await Promise.race([opening, aborted.promise]).finally(() => signal.removeEventListener("abort", follow));
      }
    },
    shut(refusedBytes) {
      refused = Math.max(refused, refusedBytes);
      if (!closed.aborted) opening ??= open();
    },
    close: () => closing.abort(),
  };
}
