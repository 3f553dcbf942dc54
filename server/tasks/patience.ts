// Patience with the database: what was paid for is asked again while that is away for a moment, and not thrown away at the first refusal.
import { setTimeout as sleep } from "node:timers/promises";
import { databaseFaultOf } from "../db/faults.ts";

/** Milliseconds for which a step is asked again: a restart or a failover is over by then, and a longer outage should not keep pictures in memory. */
const patienceMs = 30_000;
/** Milliseconds between two tries. */
const retryEveryMs = 250;

/**
 * Asks again as long as the database can not do its work. A try whose answer was lost may stand: what is asked must bear being asked twice.
 * @param isOver whether nobody waits any more @throws what the last try threw
 */
export async function patiently<T>(isOver: () => boolean, ask: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + patienceMs; ; await sleep(retryEveryMs)) {
    try {
      return await ask();
    } catch (error) {
      if (databaseFaultOf(error) === null || isOver() || performance.now() >= end) throw error;
    }
  }
}
