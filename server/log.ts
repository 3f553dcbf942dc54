// The structured log. Secrets, tokens and signed links never go into it.
import { AsyncLocalStorage } from "node:async_hooks";
import pino from "pino";

export type Log = pino.Logger;

/** What a line is about. Every line that is logged while the work runs carries these, however deep it is logged. */
export interface LogContext {
  readonly requestId?: string;
  readonly jobId?: string;
  readonly itemId?: string;
  readonly workerId?: string;
}

const context = new AsyncLocalStorage<LogContext>();

/** Runs the work with these ids on its log lines, beside those that are there already. */
export const withLogContext = <Result>(ids: LogContext, work: () => Result): Result => context.run({ ...context.getStore(), ...ids }, work);

/** A last net under what is logged: the law is that nobody hands such things to the log in the first place. */
const redact = ["authorization", "cookie", "token", "secret", "apiKey", "password"].flatMap((name) => [name, `*.${name}`]);

/** Logs JSON lines to stderr, so that stdout stays what a person reads. */
export function createLog(level: string, destination: pino.DestinationStream = pino.destination({ dest: 2, sync: false })): Log {
  return pino(
    // A copy: pino writes into what it is handed.
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact, mixin: () => ({ ...context.getStore() }) },
    destination,
  );
}
