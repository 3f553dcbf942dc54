// A host system that tells of its finished picture tasks as the HTTP gallery documents it, page by page, and serves their photos.
import { type LocalServer, sendJson, startLocalServer } from "./local-server.ts";

export interface FeedServer extends LocalServer {
  /** As they stand in the JSON, well formed or not. */
  readonly skus: unknown[];
  readonly files: Map<string, Buffer>;
  /** Every path that was asked for, and whether the token came with it. */
  readonly seen: { path: string; hasToken: boolean }[];
  /** SKUs of one page, however many are asked for. */
  pageSize: number;
  /** Answered instead of a page. */
  fault: (cursor: string | null) => { status: number; body?: unknown; headers?: Record<string, string> } | undefined;
  /** Waited for before anything is answered. */
  hold: (path: string) => Promise<void> | void;
  /** The photo's address on this server. */
  photo(bytes: Buffer, name?: string): string;
}

export const feedToken = "5ecret-feed-token";

export async function startFeedServer(): Promise<FeedServer> {
  let numbers = 0;
  const feed: Omit<FeedServer, keyof LocalServer> = {
    skus: [],
    files: new Map(),
    seen: [],
    pageSize: 1_000,
    fault: () => undefined,
    hold: () => undefined,
    photo(bytes, name = `${++numbers}.jpg`) {
      feed.files.set(name, bytes);
      return `/photos/${name}`;
    },
  };
  const local = await startLocalServer(async ({ path, headers }, response) => {
    const url = new URL(path, "http://feed.test");
    const hasToken = headers.authorization === `Bearer ${feedToken}`;
    feed.seen.push({ path, hasToken });
    await feed.hold(path);
    if (!hasToken) return sendJson(response, { message: "who are you?" }, 401);
    if (url.pathname !== "/feed") {
      const file = feed.files.get(decodeURIComponent(url.pathname.split("/").at(-1) ?? ""));
      return void (file === undefined ? response.writeHead(404).end() : response.setHeader("content-type", "image/jpeg").end(file));
    }
    const cursor = url.searchParams.get("cursor");
    const fault = feed.fault(cursor);
    if (fault !== undefined) return sendJson(response, fault.body ?? {}, fault.status, fault.headers);
    const start = Number(cursor ?? 0);
    const end = start + Math.min(feed.pageSize, Number(url.searchParams.get("limit")));
    sendJson(response, { skus: feed.skus.slice(start, end), next: end < feed.skus.length ? String(end) : null, total: feed.skus.length });
  });
  return Object.assign(feed, local);
}
