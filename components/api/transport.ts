// The browser's ways to the network, each of which a host may replace by its own, such as a fetch that goes through its proxy.

export interface Transport {
  /** Takes queries, mutations and masks. */
  readonly fetch?: typeof fetch;
  /** Brings news: a constructor like the browser's own. */
  readonly WebSocket?: new (
    url: string | URL,
    protocols?: string | string[],
  ) => WebSocket;
  /** Sends photos, since fetch tells no progress. */
  readonly XMLHttpRequest?: new () => XMLHttpRequest;
}

/** Nothing is replaced. */
export const browserTransport: Transport = {};
