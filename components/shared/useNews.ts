// News by subscription: the cache takes them by itself, and whoever asks is told of each without being drawn anew.
import { type AnyVariables, createRequest, type TypedDocumentNode } from "@urql/core";
import { useEffect, useRef } from "react";
import { useStudio } from "./context.ts";

/**
 * @param tell called with all that comes, the present state included
 * @param options `pause` hears nothing
 */
export function useNews<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  tell: (news: Data) => void,
  { pause = false }: { readonly pause?: boolean } = {},
): void {
  const { client } = useStudio();
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  const request = createRequest(document, variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the request
  useEffect(() => {
    if (pause) return;
    const { unsubscribe } = client.executeSubscription(request).subscribe(({ data }) => {
      if (data !== undefined && data !== null) latest.current(data);
    });
    return unsubscribe;
  }, [client, request.key, pause]);
}
