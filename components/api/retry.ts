// A reading that did not get through is asked for again by itself, each time after a longer wait, until an answer comes or nobody looks any more.
import type { CombinedError } from "@urql/core";
import { waitMs } from "./connection.ts";
import type { ErrorCode } from "./generated/graphql.ts";

const passingCodes: readonly unknown[] = ["INTERNAL_SERVER_ERROR", "RATE_LIMITED"] satisfies readonly ErrorCode[];

/** What comes and goes: no answer at all, a gateway's page, a server that fails or has too much to do. What the API refuses, it refuses again. */
export function isPassing({ networkError, graphQLErrors, response }: CombinedError): boolean {
  if (graphQLErrors.some(({ extensions }) => passingCodes.includes(extensions.code))) return true;
  const status: unknown = response?.status;
  if (typeof status !== "number") return networkError !== undefined;
  return status >= 500 || (networkError !== undefined && status < 400);
}

export interface Retry {
  /** Told of each result; after a passing failure it calls `ask` in a while. */
  readonly heard: (result: { readonly error?: CombinedError | undefined; readonly stale: boolean }, ask: () => void) => void;
  /** Nothing is asked for any more until something is heard again. */
  readonly stop: () => void;
}

export function createRetry(): Retry {
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    heard({ error, stale }, ask) {
      // The last result, said again while the next is on its way.
      if (stale) return;
      clearTimeout(timer);
      if (error === undefined || !isPassing(error)) tries = 0;
      else timer = setTimeout(ask, waitMs(tries++, Math.random()));
    },
    stop: () => clearTimeout(timer),
  };
}
