// What writers tell: ids only, never contents, inside the transaction that changed the rows.
import type { Tx } from "../db/client.ts";

/**
 * `scope` is the id that subscriptions narrow by: a pair's SKU, a job or a sync itself, an item's or a log's job, a revoked key itself.
 * A gallery, whose pulls begin and end, is told by its name, which is shorter than an id may be.
 */
export interface News {
  readonly topic: "pair" | "job" | "item" | "log" | "cancel" | "sync" | "gallery" | "key";
  readonly workspace: string;
  readonly scope: string;
  readonly ids: readonly string[];
}

export const newsChannel = "image_studio_news";

/** Ids in one notification: PostgreSQL refuses payloads of 8,000 bytes and more, a UUID takes 39 with its quotes and comma. */
const maxIdsPerNotification = 150;

/** Publishes at the commit of `tx`; nothing is told when it rolls back. */
export async function publish(tx: Tx, news: readonly News[]): Promise<void> {
  const payloads = news.flatMap(({ topic, workspace, scope, ids }) =>
    chunks(ids, maxIdsPerNotification).map((part) => JSON.stringify([topic, workspace, scope, part])),
  );
  if (payloads.length === 0) return;
  await tx.$executeRaw`SELECT pg_notify(${newsChannel}, payload) FROM unnest(${payloads}::text[]) AS payload`;
}

/** The inverse of `publish`'s wire form; null for what is not ours. */
export function parseNews(payload: string): News | null {
  try {
    const [topic, workspace, scope, ids] = JSON.parse(payload) as [News["topic"], string, string, string[]];
    return { topic, workspace, scope, ids };
  } catch {
    return null;
  }
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
