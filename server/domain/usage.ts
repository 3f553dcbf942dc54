// Usage: pictures made, runs failed, time and money spent. Triggers note each as it happens, so that deleting hides nothing.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { badUserInput, limitExceeded } from "../errors.ts";

export interface UsageRow {
  /** Midnight UTC. */
  readonly day: Date;
  readonly engine: string;
  readonly images: number;
  readonly failures: number;
  readonly durationMs: number;
  readonly costUsd: number;
}

export interface UsageInput {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

/** A year and the month to compare it with; bounds what one query adds up. */
const maxDays = 400;
const dayMs = 86_400_000;
/** The most that GraphQL's Int can say: 24 days of work in one, which many workers together do reach. */
const maxInt = 2_147_483_647;

/** By UTC day and engine, the earliest first; days on which nothing happened are left out. @throws BAD_USER_INPUT, LIMIT_EXCEEDED */
export async function readUsage(app: App, { workspace }: Viewer, { from, to }: UsageInput): Promise<UsageRow[]> {
  if (from >= to) throw badUserInput(`from is ${from.toISOString()}: it must be earlier than to, which is ${to.toISOString()}.`);
  const days = (to.getTime() - from.getTime()) / dayMs;
  if (days > maxDays)
    throw limitExceeded(`from and to are ${Math.ceil(days)} days apart: ${maxDays} is the most. Ask for a part at a time.`);
  return app.db.$queryRaw<UsageRow[]>`
    SELECT date_trunc('day', at, 'UTC') AS day, engine, sum(images)::int AS images, sum(failures)::int AS failures,
      least(sum(duration_ms::bigint), ${maxInt}::bigint)::int AS "durationMs", sum(cost_usd) AS "costUsd"
    FROM ai_usage_entry WHERE workspace = ${workspace} AND at >= ${from} AND at < ${to}
    GROUP BY 1, 2 ORDER BY 1, 2`;
}

/** Of the workspace's last pictures, so many are looked at, and of those the engine's own: enough for a steady median. */
const recentEntries = 1_000;
const recentPictures = 50;

/** What the engine's last pictures took; null where it has made none of late. */
export async function recentPace(
  { db }: App,
  { workspace }: Viewer,
  engine: string,
): Promise<{ durationMs: number; costUsd: number } | null> {
  const rows = await db.$queryRaw<{ durationMs: number | null; costUsd: number | null }[]>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS "durationMs", avg(cost_usd) AS "costUsd" FROM (
      SELECT duration_ms, cost_usd FROM (
        SELECT engine, images, duration_ms, cost_usd FROM ai_usage_entry WHERE workspace = ${workspace} ORDER BY at DESC LIMIT ${recentEntries}
      ) last WHERE engine = ${engine} AND images > 0 LIMIT ${recentPictures}
    ) own`;
  const { durationMs = null, costUsd = null } = rows[0] ?? {};
  return durationMs === null || costUsd === null ? null : { durationMs, costUsd };
}
