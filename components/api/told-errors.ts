// What the host is told of failures: the reason in plain words, and once for each cause, however many requests it fells and however often they are sent again.
import type { AnyVariables, CombinedError, Exchange, Operation, OperationResult } from "@urql/core";

/** The reason alone, without the client's `[Network]` or `[GraphQL]`; its `cause` is the host's or browser's own error, or the API's answer. */
function plainError(error: CombinedError): Error {
  const { networkError, graphQLErrors } = error;
  if (networkError !== undefined) return new Error(networkError.message, { cause: networkError });
  return new Error(graphQLErrors.map(({ message }) => message).join("\n"), { cause: error });
}

/** An exchange that stands before all others. */
export function createToldErrors(tell: (error: Error) => void): Exchange {
  /** Of each reason that was told: the readings that still fail for it, by their keys. */
  const failing = new Map<string, Set<number>>();
  const forget = (key: number): void => {
    for (const [reason, keys] of failing) {
      if (keys.delete(key) && keys.size === 0) failing.delete(reason);
    }
  };
  const ended = new Set<number>();
  const hearOf = ({ kind, key }: Operation<unknown, AnyVariables>): void => {
    ended.delete(key);
    if (kind !== "teardown") return;
    ended.add(key);
    // A list that is asked for again ends its reading and begins it anew in one go.
    queueMicrotask(() => {
      if (ended.delete(key)) forget(key);
    });
  };
  const hear = ({ operation: { kind, key }, error, stale }: OperationResult<unknown, AnyVariables>): void => {
    // From the cache, while it is asked for.
    if (stale) return;
    const told = error === undefined ? undefined : plainError(error);
    const keys = told && failing.get(told.message);
    if (keys?.has(key)) return;
    forget(key);
    if (told === undefined) return;
    // A change is sent once: nothing would ever take it from the list.
    if (kind !== "mutation") failing.set(told.message, (keys ?? new Set()).add(key));
    if (keys === undefined) tell(told);
  };
  return ({ forward }) =>
    (operations) =>
    (sink) =>
      forward((toSink) =>
        operations((signal) => {
          if (typeof signal === "object" && signal.tag === 1) hearOf(signal[0]);
          toSink(signal);
        }),
      )((signal) => {
        if (typeof signal === "object" && signal.tag === 1) hear(signal[0]);
        sink(signal);
      });
}
