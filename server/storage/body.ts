// Streams that go into and come out of a store: who ends them, and whose error counts.
import { addAbortSignal, Readable } from "node:stream";

/**
 * Makes a stream end with the signal, and keeps its error from ending the process while nobody reads it yet.
 * Whoever reads it later still gets the error: a stream remembers it.
 */
export function guardStream<T extends Readable>(stream: T, signal: AbortSignal | undefined): T {
  stream.on("error", () => {});
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

/** Takes charge of the body of a put. */
export function takeBody(body: Buffer | Readable, signal: AbortSignal | undefined): void {
  if (body instanceof Readable) guardStream(body, signal);
}

/**
 * Lets go of the body of a put that failed, and says what to throw: the signal's reason, the body's own error as it is, or what `translate`
 * makes of the store's. A body is told by identity: the store's failure marks an unread body as aborted, which explains nothing.
 */
export function putErrorOf(
  error: unknown,
  put: { body: Buffer | Readable; signal: AbortSignal | undefined },
  translate: (error: unknown) => unknown,
): unknown {
  const isBodysOwn = put.body instanceof Readable && error === put.body.errored;
  if (put.body instanceof Readable) put.body.destroy();
  if (put.signal?.aborted) return put.signal.reason;
  return isBodysOwn ? error : translate(error);
}
