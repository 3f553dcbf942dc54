// Whether this worker has been in touch with the database long enough to say who else is not.

export interface Pulse {
  /** Notes a heartbeat that was written. */
  beat(): void;
  /** After an outage everybody looks dead until they have beaten again; so nobody is judged before they could. */
  isSteady(): boolean;
}

/** @param everyMs milliseconds between heartbeats @param now a clock that never goes back, milliseconds */
export function createPulse(everyMs: number, now: () => number): Pulse {
  const longestGapMs = 2.5 * everyMs;
  const steadyAfterMs = 2 * everyMs;
  let lastAt = now();
  let steadySince = lastAt;
  return {
    beat() {
      const at = now();
      if (at - lastAt > longestGapMs) steadySince = at;
      lastAt = at;
    },
    isSteady: () => now() - lastAt <= longestGapMs && now() - steadySince >= steadyAfterMs,
  };
}
