// How much a viewer may ask, over all API processes together: a bucket of tokens for each in the database, that fills with time.
//
// A process takes a portion of tokens at once and spends it from memory, so that one operation in a hundred pays for a statement. What
// has been handed out never exceeds what the bucket held, whatever number of processes asks; a portion that is not spent in time lapses.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { Prisma } from "../db/client.ts";

export interface RateLimiter {
  /** Takes one operation's token. @returns 0 where there was one, else the milliseconds to wait for the next */
  take(viewer: Viewer): Promise<number>;
}

/** Seconds that the bucket holds the allowance of: a page that opens asks for much at once and then for little. */
const burstSeconds = 20;
/** Portions in a full bucket: with more, statements; with fewer, tokens that one process holds while another needs them. */
const portionsInBucket = 20;
/** Milliseconds after which a portion lapses. */
const portionForMs = burstSeconds * 1_000;
/** Viewers remembered before those whose portion has lapsed are forgotten: bounds the memory. */
const maxRemembered = 10_000;
/** Milliseconds that a refused viewer waits at the least: who asks again at once is answered from memory. */
const leastWaitMs = 100;
/** Minutes after which an untouched bucket is full, whatever it held, and its row no longer needed. */
const fullAfterMinutes = 60;

interface Portion {
  tokens: number;
  /** Refused until then, in `performance.now()`'s time. */
  emptyUntil: number;
  lapsesAt: number;
  asking: Promise<void> | null;
}

/** @param perMinute 0: no limit */
export function createRateLimiter({ db }: Pick<App, "db">, perMinute: number): RateLimiter {
  if (perMinute === 0) return { take: async () => 0 };
  const capacity = Math.max(1, Math.ceil((perMinute * burstSeconds) / 60));
  const rules = { capacity, perSecond: perMinute / 60, portion: Math.max(1, Math.floor(capacity / portionsInBucket)) };
  const portions = new Map<string, Portion>();

  const portionOf = (viewer: Viewer): Portion => {
    const key = JSON.stringify([viewer.workspace, viewer.userId]);
    const now = performance.now();
    let portion = portions.get(key);
    if (portion === undefined) {
      if (portions.size >= maxRemembered) {
        for (const [each, { lapsesAt, asking }] of portions) if (lapsesAt < now && asking === null) portions.delete(each);
      }
      portion = { tokens: 0, emptyUntil: 0, lapsesAt: 0, asking: null };
      portions.set(key, portion);
    }
    if (portion.lapsesAt < now) portion.tokens = 0;
    return portion;
  };

  const ask = async (viewer: Viewer, portion: Portion): Promise<void> => {
    const { granted, tokens } = await takePortion(db, viewer, rules);
    const now = performance.now();
    portion.tokens = granted;
    portion.lapsesAt = now + portionForMs;
    if (granted === 0) portion.emptyUntil = now + Math.max(leastWaitMs, ((1 - tokens) / rules.perSecond) * 1_000);
  };

  return {
    async take(viewer) {
      for (;;) {
        const portion = portionOf(viewer);
        if (portion.tokens > 0) {
          portion.tokens--;
          return 0;
        }
        const waitMs = portion.emptyUntil - performance.now();
        if (waitMs > 0) return waitMs;
        // Of many that find the portion empty, one asks and all wait for it.
        portion.asking ??= ask(viewer, portion).finally(() => {
          portion.asking = null;
        });
        await portion.asking;
      }
    },
  };
}

interface Rules {
  /** Tokens in a full bucket. */
  readonly capacity: number;
  readonly perSecond: number;
  /** Tokens asked for at once. */
  readonly portion: number;
}

/** One statement, so that two processes that ask at once are given what the other left. */
async function takePortion(
  db: App["db"],
  { workspace, userId }: Viewer,
  { capacity, perSecond, portion }: Rules,
): Promise<{ granted: number; tokens: number }> {
  // The clock of a transaction that waited for another's row stands before that row's time: nothing flows back then.
  const level = Prisma.sql`least(${capacity}::float8, b.tokens + greatest(0, extract(epoch FROM now() - b.at)) * ${perSecond}::float8)`;
  const rows = await db.$queryRaw<{ granted: number; tokens: number }[]>`
    INSERT INTO ai_rate_bucket AS b (workspace, user_id, tokens, granted, at)
    VALUES (${workspace}, ${userId}, ${capacity - portion}::float8, ${portion}::int, now())
    ON CONFLICT (workspace, user_id) DO UPDATE SET
      tokens = ${level} - least(${portion}::int, floor(${level})::int), granted = least(${portion}::int, floor(${level})::int),
      at = greatest(b.at, now())
    RETURNING granted, tokens`;
  return rows[0] ?? { granted: 0, tokens: 0 };
}

/** Forgets the buckets of those who have not asked for a while: they are full again. */
export async function forgetFullBuckets({ db }: Pick<App, "db">): Promise<void> {
  await db.$executeRaw`DELETE FROM ai_rate_bucket WHERE at < now() - make_interval(mins => ${fullAfterMinutes}::int)`;
}
