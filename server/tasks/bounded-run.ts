// A run that ends, whatever its engine does: after its time, or soon after it was told to stop.
import { EngineError } from "../engines/engine.ts";
import { say } from "../say.ts";

export interface RunLimits {
  /** Milliseconds that an engine has for one picture. */
  readonly runMs: number;
  /** Milliseconds that an engine has to end once it was told to: a cancel should be felt within two seconds. */
  readonly abandonMs: number;
}

/** Above every provider's own patience (three minutes) and the slowest picture on one slow core. */
export const usualRunLimits: RunLimits = { runMs: 600_000, abandonMs: 1_500 };

/**
 * Runs with a signal that also ends with the time. An engine that does not end with its signal is left to itself: what it comes to is dropped,
 * and the worker's place is free for another photo.
 * @throws what the run throws, the signal's reason, or an EngineError of the passing kind when the time is over
 */
export async function boundedRun<T>(signal: AbortSignal, limits: RunLimits, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const abandoned = Promise.withResolvers<never>();
  let abandoning: NodeJS.Timeout | undefined;
  const abort = (reason: unknown): void => {
    if (own.signal.aborted) return;
    own.abort(reason);
    abandoning = setTimeout(() => abandoned.reject(reason), limits.abandonMs);
  };
  const follow = (): void => abort(signal.reason);
  const tooLong = setTimeout(
    () => abort(new EngineError("passing", say("ENGINE_TOO_SLOW", { seconds: limits.runMs / 1000 }))),
    limits.runMs,
  );
  signal.addEventListener("abort", follow, { once: true });
  try {
    signal.throwIfAborted();
    const run = start(own.signal);
    // Abandoned, it may still fail, and nobody would hear it.
    run.catch(() => {});
    const made = await Promise.race([run, abandoned.promise]);
    own.signal.throwIfAborted();
    return made;
  } catch (error) {
    // However an engine words it that it was stopped, why it was is known here.
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    clearTimeout(tooLong);
    clearTimeout(abandoning);
    signal.removeEventListener("abort", follow);
  }
}
