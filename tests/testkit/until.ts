// Waiting for something to become true, with an end.
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds; what takes a second where nothing else runs takes twenty where much does, and only a failure waits for its end. */
const usualTimeoutMs = 60_000;
const pollMs = 25;

/** Polls until `read` answers something other than null, undefined or false. @throws with `what` when it does not in time */
export async function until<T>(what: string, read: () => Promise<T | null | undefined | false>, timeoutMs = usualTimeoutMs): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(pollMs)) {
    const value = await read();
    if (value) return value;
  }
  throw new Error(`Still not so after ${timeoutMs / 1000} s: ${what}`);
}
