// Patience with the database and the store: what was made is asked to be kept again while they are away for a moment, not thrown away, and paid
// anew, at the first refusal.
import { setTimeout as sleep } from "node:timers/promises";
import { databaseFaultOf } from "../db/faults.ts";
import { StoreUnavailableError } from "../storage/store.ts";

/** Milliseconds for which a step is asked again: a restart or a failover is over by then, and a longer outage should not keep pictures in memory. */
const patienceMs = 30_000;
/** Milliseconds before the second try, twice as many before each further one, up to the most: a full disk is not written full all the time. */
const firstWaitMs = 250;
const mostWaitMs = 2_000;

/**
 * Asks again as long as the database or the store can not do its work. A try whose answer was lost may stand: what is asked must bear being
 * asked twice.
 * @param isOver whether nobody waits any more @throws what the last try threw
 */
export async function patiently<T>(isOver: () => boolean, ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(mostWaitMs, waitMs * 2)) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = databaseFaultOf(error) !== null || error instanceof StoreUnavailableError;
      if (!isPassing || isOver() || performance.now() >= end) throw error;
    }
    await sleep(waitMs);
  }
}
