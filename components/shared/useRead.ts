// One query, live through the cache: not asked while rendered on a server, and asked again when the connection is back.
import { useEffect, useSyncExternalStore } from "react";
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useQuery } from "urql";
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

export function useRead<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: { readonly pause?: boolean } = {},
): Read<Data> {
  const { connection } = useStudio();
  const isClient = useIsClient();
  const pause = options.pause === true || !isClient;
  const [state, execute] = useQuery<Data, AnyVariables>({
    query: query as TypedDocumentNode<Data, AnyVariables>,
    variables,
    pause,
    requestPolicy: "cache-and-network",
  });
  useEffect(() => {
    if (!pause) return connection.onReconnect(() => execute({ requestPolicy: "network-only" }));
  }, [connection, execute, pause]);
  return {
    data: pause ? undefined : (state.data ?? undefined),
    error: state.error,
    isLoading: !pause && state.fetching && state.data === undefined,
    refresh: () => {
      if (!pause) execute({ requestPolicy: "network-only" });
    },
  };
}
