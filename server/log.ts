// The structured log. Secrets, tokens and signed links never go into it.
import pino from "pino";

export type Log = pino.Logger;

/** Logs JSON lines to stderr, so that stdout stays what a person reads. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ["*.authorization", "*.token", "*.secret"] },
    pino.destination({ dest: 2, sync: false }),
  );
}
