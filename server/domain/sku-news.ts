// How a SKU that has changed by itself is told.
import type { Tx } from "../db/client.ts";
import { publish } from "../events/news.ts";
import { pairNews } from "./job.ts";

/** Subscriptions tell pairs: each SKU's first stands for it, so that whoever watches reads the SKU anew. */
export async function tellSkus(tx: Tx, workspace: string, skuIds: readonly string[]): Promise<void> {
  if (skuIds.length === 0) return;
  const pairs = await tx.$queryRaw<{ id: string; skuId: string }[]>`
    SELECT p.id, p.sku_id AS "skuId" FROM unnest(${[...skuIds]}::uuid[]) AS s(id)
    CROSS JOIN LATERAL (SELECT id, sku_id FROM ai_image_pair WHERE sku_id = s.id ORDER BY position, id LIMIT 1) p`;
  await publish(tx, pairNews(workspace, pairs));
}
