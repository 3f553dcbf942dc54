// A growing list read page by page. Each page is its own live query, so a change re-reads one page and not the whole list.
// A page that did not get through is asked for again by itself. Page n+1 always starts where page n ends now: rows that come or go never leave a gap or a double.
import type { AnyVariables, Client, CombinedError, TypedDocumentNode } from "@urql/core";
import { createRequest } from "@urql/core";
import { createRetry, type Retry } from "./retry.ts";

export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly total: number;
}

export interface PagesState<Node> {
  readonly nodes: readonly Node[];
  /** Of the whole list; undefined until the first page is there. */
  readonly total: number | undefined;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly error: CombinedError | undefined;
}

export interface Pages<Node> {
  read(): PagesState<Node>;
  /** Starts reading with the first listener and stops with the last. */
  subscribe(listener: () => void): () => void;
  loadMore(): void;
  /** Reads every page from the server again. */
  refresh(): void;
}

export interface PagesOptions<Data, Variables extends AnyVariables, Node> {
  readonly client: Client;
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly variables: (after: string | null) => Variables;
  readonly page: (data: Data) => Page<Node>;
  /** Reads on to the end without being asked, once this resolves. */
  readonly readAllAfter?: () => Promise<void>;
}

interface Slot<Node> {
  readonly after: string | null;
  page: Page<Node> | undefined;
  error: CombinedError | undefined;
  readonly retry: Retry;
  stop: () => void;
}

const emptyState: PagesState<never> = { nodes: [], total: undefined, isLoading: true, hasMore: false, error: undefined };

export function createPages<Data, Variables extends AnyVariables, Node>(options: PagesOptions<Data, Variables, Node>): Pages<Node> {
  const { client, document, variables, page: pageOf, readAllAfter } = options;
  const willReadOn = readAllAfter !== undefined;
  const listeners = new Set<() => void>();
  let slots: Slot<Node>[] = [];
  let state: PagesState<Node> = emptyState;

  function publish(): void {
    const pages = slots.flatMap((slot) => (slot.page === undefined ? [] : [slot.page]));
    const last = slots.at(-1);
    state = {
      nodes: pages.flatMap((page) => page.nodes),
      total: pages[0]?.total,
      isLoading: last !== undefined && last.error === undefined && (last.page === undefined || (last.page.hasNextPage && willReadOn)),
      hasMore: pages.at(-1)?.hasNextPage ?? false,
      error: slots.find((slot) => slot.error !== undefined && slot.page === undefined)?.error,
    };
    for (const listener of listeners) listener();
  }

  function open(index: number, after: string | null, requestPolicy: "cache-and-network" | "network-only"): void {
    const before = slots[index];
    before?.stop();
    const retry = before?.retry ?? createRetry();
    const slot: Slot<Node> = { after, page: before?.page, error: undefined, retry, stop: retry.stop };
    slots[index] = slot;
    const request = createRequest(document, variables(after));
    const { unsubscribe } = client.executeQuery(request, { requestPolicy }).subscribe((result) => {
      slot.error = result.error;
      // A page that is gone may still be told of what it shares with another.
      if (slots[index] === slot) retry.heard(result, () => open(index, after, "network-only"));
      if (result.data !== undefined && result.data !== null) slot.page = pageOf(result.data);
      if (slots[index] === slot) follow(index);
      publish();
    });
    slot.stop = () => {
      retry.stop();
      unsubscribe();
    };
  }

  function follow(index: number): void {
    const slot = slots[index];
    const next = slots[index + 1];
    if (slot?.page === undefined) return;
    if (!slot.page.hasNextPage) {
      for (const gone of slots.splice(index + 1)) gone.stop();
    } else if (next === undefined) {
      if (readAllAfter !== undefined) void readAllAfter().then(() => readOn(slot));
    } else if (next.after !== slot.page.endCursor) {
      open(index + 1, slot.page.endCursor, "cache-and-network");
    }
  }

  function readOn(slot: Slot<Node>): void {
    // It may be the last one no longer, or nobody may listen.
    if (slots.at(-1) === slot && slot.page?.hasNextPage) open(slots.length, slot.page.endCursor, "cache-and-network");
  }

  return {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (slots.length === 0) open(0, null, "cache-and-network");
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        for (const slot of slots) slot.stop();
        slots = [];
      };
    },
    loadMore() {
      const last = slots.at(-1);
      if (last?.page?.hasNextPage) {
        open(slots.length, last.page.endCursor, "cache-and-network");
        publish();
      }
    },
    refresh() {
      for (const [index, slot] of slots.entries()) open(index, slot.after, "network-only");
    },
  };
}
