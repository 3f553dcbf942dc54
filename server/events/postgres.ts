// One LISTEN connection a process, fanned out to every subscription; rebuilt when it is cut, and then everybody reads anew.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../log.ts";
import { newsChannel, parseNews } from "./news.ts";
import { type NewsFilter, NewsSubscription } from "./subscription.ts";

export interface Events {
  subscribe(filter: NewsFilter): NewsSubscription;
  /** Open subscriptions. */
  readonly size: number;
  /** Notifications and new connections so far: while it stays the same, nobody was told of anything. */
  readonly heard: number;
  /** Whether the LISTEN connection stands right now. */
  readonly connected: boolean;
  close(): Promise<void>;
}

/** Milliseconds between attempts to listen again, first and longest. */
const firstRetryMs = 100;
const longestRetryMs = 5_000;
/** Milliseconds to connect: an address that swallows packets would hold everybody's news for minutes. */
const connectTimeoutMs = 5_000;
/** Milliseconds between probes of the quiet connection: a cut that sends no reset (a firewall's, say) is noticed by it. */
const probeEveryMs = 15_000;
/** Milliseconds that a probe waits for its answer. */
const probeTimeoutMs = 5_000;

/** Listens from the first moment on; resolves once it does. */
export async function createEvents(databaseUrl: string, log: Log): Promise<Events> {
  const subscriptions = new Set<NewsSubscription>();
  let client: pg.Client | null = null;
  let rebuilding: Promise<void> = Promise.resolve();
  const closing = new AbortController();

  let heard = 0;

  const tell = (payload: string | undefined): void => {
    const news = payload === undefined ? null : parseNews(payload);
    if (news === null) return;
    heard++;
    for (const subscription of subscriptions) {
      const { topic, workspace, scope } = subscription.filter;
      if (topic !== news.topic) continue;
      if (workspace !== undefined && workspace !== news.workspace) continue;
      if (scope !== undefined && scope !== news.scope) continue;
      subscription.push(news);
    }
  };

  const listen = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: probeTimeoutMs,
      application_name: "image-studio news",
    });
    // Without a listener a cut connection would end the process.
    next.on("error", (error) => log.warn({ error: error.message }, "the news connection broke"));
    next.on("notification", (message) => tell(message.payload));
    try {
      await next.connect();
      await next.query(`LISTEN ${newsChannel}`);
    } catch (error) {
      // Connected and refused, it would stay open beside the next attempt's.
      void next.end().catch(() => {});
      throw error;
    }
    // Closed while it was connecting: nobody else would end it.
    if (closing.signal.aborted) return next.end();
    next.on("end", () => {
      if (client === next) client = null;
      if (!closing.signal.aborted) rebuilding = listenAgain();
    });
    client = next;
  };

  const listenAgain = async (): Promise<void> => {
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      await sleep(waitMs, undefined, closing).catch(() => {});
      if (closing.signal.aborted) return;
      try {
        await listen();
      } catch (error) {
        log.warn({ error: String(error) }, "could not listen for news; trying again");
        continue;
      }
      heard++;
      for (const subscription of subscriptions) subscription.refresh();
      return;
    }
  };

  await listen();
  const probe = setInterval(() => {
    client?.query("SELECT 1").catch(() => client?.end());
  }, probeEveryMs);
  probe.unref();

  return {
    subscribe(filter) {
      const subscription = new NewsSubscription(filter, (ended) => subscriptions.delete(ended));
      subscriptions.add(subscription);
      return subscription;
    },
    get size() {
      return subscriptions.size;
    },
    get heard() {
      return heard;
    },
    get connected() {
      return client !== null;
    },
    async close() {
      closing.abort();
      clearInterval(probe);
      for (const subscription of subscriptions) await subscription.return();
      await rebuilding;
      await client?.end();
    },
  };
}
