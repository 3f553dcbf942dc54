// One query, live through the cache: not asked while rendered on a server, and asked again when the connection is back or it did not get through.
import {
  type AnyVariables,
  type Client,
  type CombinedError,
  createRequest,
  type GraphQLRequest,
  type OperationResult,
  type RequestPolicy,
  type TypedDocumentNode,
} from "@urql/core";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { createRetry } from "../api/retry.ts";
import { useStudio } from "./context.ts";

const never = (): (() => void) => () => {};
/** False while rendered on a server and during hydration. */
export const useIsClient = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

export interface Read<Data> {
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
  readonly isLoading: boolean;
  readonly refresh: () => void;
}

interface Reading<Data> {
  readonly subscribe: (listener: () => void) => () => void;
  /** Undefined until something has come. */
  readonly read: () => OperationResult<Data, AnyVariables> | undefined;
  readonly refresh: () => void;
}

/** Asks with the first listener and stops with the last: never in the midst of a rendering, where an answer from the cache would set off others. */
function createReading<Data>(client: Client, request: GraphQLRequest<Data, AnyVariables>, requestPolicy: RequestPolicy): Reading<Data> {
  let result: OperationResult<Data, AnyVariables> | undefined;
  let stop: (() => void) | undefined;
  const listeners = new Set<() => void>();
  const retry = createRetry();
  const refresh = (): void => {
    if (listeners.size > 0) ask("network-only");
  };
  const ask = (policy: RequestPolicy): void => {
    const before = stop;
    retry.stop();
    const { unsubscribe } = client.executeQuery(request, { requestPolicy: policy }).subscribe((next) => {
      result = next;
      retry.heard(next, refresh);
      for (const listener of listeners) listener();
    });
    stop = unsubscribe;
    before?.();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) ask(requestPolicy);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        retry.stop();
        stop?.();
        stop = undefined;
      };
    },
    read: () => result,
    refresh,
  };
}

const nothing: Reading<never> = { subscribe: never, read: () => undefined, refresh: () => {} };

/** What was read stays in sight until what other variables ask for is there. */
export function useRead<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: { readonly pause?: boolean; readonly requestPolicy?: RequestPolicy } = {},
): Read<Data> {
  const { client, connection } = useStudio();
  const isClient = useIsClient();
  const { requestPolicy = "cache-and-network" } = options;
  const pause = options.pause === true || !isClient;
  const request = createRequest<Data, AnyVariables>(query as TypedDocumentNode<Data, AnyVariables>, variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the request
  const reading = useMemo<Reading<Data>>(
    () => (pause ? nothing : createReading(client, request, requestPolicy)),
    [client, request.key, requestPolicy, pause],
  );
  const result = useSyncExternalStore(reading.subscribe, reading.read, reading.read);
  useEffect(() => connection.onReconnect(reading.refresh), [connection, reading]);
  const last = useRef<Data>(undefined);
  if (result?.data != null) last.current = result.data;
  const data = pause ? undefined : last.current;
  return { data, error: result?.error, isLoading: !pause && result === undefined && data === undefined, refresh: reading.refresh };
}
