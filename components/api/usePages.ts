// A growing list in React: pages of one query, read anew when its variables change or the connection is back.
import type { AnyVariables } from "@urql/core";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useStudio } from "../shared/context.ts";
import { createPages, type Pages, type PagesOptions, type PagesState } from "./pages.ts";

export type PagesHandle<Node> = PagesState<Node> & Pick<Pages<Node>, "loadMore" | "refresh">;

/** @param key what the variables depend on; another key is another list */
export function usePages<Data, Variables extends AnyVariables, Node>(
  key: string,
  options: Omit<PagesOptions<Data, Variables, Node>, "client">,
): PagesHandle<Node> {
  const { client, connection, links } = useStudio();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the options
  const pages = useMemo(() => createPages({ client, ...options }), [client, key]);
  const state = useSyncExternalStore(pages.subscribe, pages.read, pages.read);
  useEffect(() => connection.onReconnect(pages.refresh), [connection, pages]);
  useEffect(() => links.onStale(pages.refresh), [links, pages]);
  return { ...state, loadMore: pages.loadMore, refresh: pages.refresh };
}
