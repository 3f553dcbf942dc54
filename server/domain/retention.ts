// How long things are kept: what is past its time goes, in small steps that hold up nobody and never touch what is current.
//
// Each step decides in the statement, or under the locks, in which it deletes: whatever a run, a reviewer or another sweep does meanwhile
// is seen there. Locks are taken in the usual order, a job before its items, a pair before its results.
import type { App } from "../app.ts";
import type { Retention } from "../config.ts";
import { Prisma, type Tx } from "../db/client.ts";
import { keys } from "../storage/keys.ts";
import { orphanImages, orphanObjects, removeOrphans } from "./orphan.ts";

/** Rows or objects in one step: some milliseconds of locks. */
const batchSize = 500;
/** Objects in one request to a store. */
const objectBatchSize = 1_000;
const dayMs = 86_400_000;
const daySeconds = 86_400;

/** What a sweep has removed. */
export interface Swept {
  readonly logs: number;
  readonly jobs: number;
  readonly results: number;
  readonly copies: number;
  readonly strays: number;
}

/** One kind after the other; what is kept for good is not looked at. @throws when database or store are away: the next sweep goes on */
export async function sweepRetention(app: App, { logs, jobs, results, copies, strays }: Retention): Promise<Swept> {
  const swept = {
    logs: logs === null ? 0 : await untilNone(() => forgetLogs(app, logs)),
    jobs: jobs === null ? 0 : await untilNone(() => forgetJob(app, jobs)),
    results: results === null ? 0 : await forgetResults(app, results),
    copies: copies === null ? 0 : await forgetCopies(app, copies),
    strays: strays === null ? 0 : await orphanStrays(app, strays),
  };
  if (swept.results + swept.jobs + swept.strays > 0) await removeOrphans(app);
  return swept;
}

/** The database's clock, whatever the worker's says. */
const before = (days: number): Prisma.Sql => Prisma.sql`now() - make_interval(secs => ${days * daySeconds}::double precision)`;

async function untilNone(step: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let done = await step(); done > 0; done = await step()) sum += done;
  return sum;
}

/** Lines of jobs that have ended. A job that waits or is paused for months keeps its story. */
async function forgetLogs({ db }: App, days: number): Promise<number> {
  return db.$executeRaw`
    DELETE FROM ai_job_log WHERE id IN (
      SELECT l.id FROM ai_job j JOIN ai_job_log l ON l.job_id = j.id WHERE j.finished_at < ${before(days)} LIMIT ${batchSize}
      FOR UPDATE OF l SKIP LOCKED)`;
}

/** One job that has ended, with its items and its log; a retry that holds it is left to have it. Its results stay, without naming it. */
async function forgetJob({ db }: App, days: number): Promise<number> {
  return db.$transaction(async (tx) => {
    const [job] = await tx.$queryRaw<{ id: string; maskId: string | null }[]>`
      SELECT id, mask_id AS "maskId" FROM ai_job WHERE finished_at < ${before(days)} AND queued = 0 AND running = 0
      ORDER BY finished_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
    if (job === undefined) return 0;
    await tx.job.delete({ where: { id: job.id }, select: { id: true } });
    if (job.maskId !== null) await forgetMasks(tx, [job.maskId]);
    return 1;
  });
}

/** Masks that neither a job nor an upload names any more. */
export async function forgetMasks(tx: Tx, ids: readonly string[]): Promise<void> {
  const unused = await tx.$queryRaw<{ id: string; workspace: string; key: string }[]>`
    DELETE FROM ai_image i WHERE i.id = ANY (${[...ids]}::uuid[])
      AND NOT EXISTS (SELECT 1 FROM ai_job j WHERE j.mask_id = i.id) AND NOT EXISTS (SELECT 1 FROM ai_upload u WHERE u.image_id = i.id)
    RETURNING i.id, i.workspace, i.key`;
  await orphanImages(tx, unused);
}

/**
 * Results that another has taken the place of, of pairs that nothing has happened to since either: who chose another result today may
 * go back tomorrow. A pair without a current result keeps all of them, and what stands in a gallery, or is on its way there, is kept too.
 */
async function forgetResults(app: App, days: number): Promise<number> {
  const isPast = Prisma.sql`r.created_at < ${before(days)} AND p.updated_at < ${before(days)}
    AND p.status NOT IN ('QUEUED', 'PROCESSING') AND p.current_result_id <> r.id
    AND NOT EXISTS (SELECT 1 FROM ai_publication b WHERE b.result_id = r.id)`;
  let sum = 0;
  for (let after = "00000000-0000-0000-0000-000000000000"; ; ) {
    const found = await app.db.$queryRaw<{ id: string; pairId: string }[]>`
      SELECT r.id, r.pair_id AS "pairId" FROM ai_result r JOIN ai_image_pair p ON p.id = r.pair_id
      WHERE ${isPast} AND r.id > ${after}::uuid ORDER BY r.id LIMIT ${batchSize}`;
    const last = found.at(-1);
    if (last === undefined) return sum;
    after = last.id;
    sum += await app.db.$transaction((tx) => forgetTheseResults(tx, found, isPast));
  }
}

async function forgetTheseResults(tx: Tx, found: readonly { id: string; pairId: string }[], isPast: Prisma.Sql): Promise<number> {
  const pairIds = [...new Set(found.map(({ pairId }) => pairId))];
  await tx.$queryRaw`SELECT 1 FROM ai_image_pair WHERE id = ANY (${pairIds}::uuid[]) ORDER BY id FOR UPDATE`;
  // Asked again under the locks: what became current meanwhile stays.
  const gone = await tx.$queryRaw<{ imageId: string }[]>`
    DELETE FROM ai_result r USING ai_image_pair p WHERE r.id = ANY (${found.map(({ id }) => id)}::uuid[]) AND p.id = r.pair_id AND ${isPast}
    RETURNING r.image_id AS "imageId"`;
  const images = await tx.$queryRaw<{ id: string; workspace: string; key: string }[]>`
    DELETE FROM ai_image WHERE id = ANY (${gone.map(({ imageId }) => imageId)}::uuid[]) RETURNING id, workspace, key`;
  await orphanImages(tx, images);
  return gone.length;
}

/** Scaled copies by the day they were made: one that is still looked at is made anew. */
async function forgetCopies({ store }: App, days: number): Promise<number> {
  const oldestMs = Date.now() - days * dayMs;
  return forBatches(store.list(keys.allDerived), async (objects) => {
    const past = objects.filter(({ modifiedAt }) => modifiedAt.getTime() < oldestMs).map(({ key }) => key);
    if (past.length > 0) await store.delete(past);
    return past.length;
  });
}

/**
 * Pictures that no row knows and no note either, such as those of a database that was set back to a backup: noted, so that the sweep of
 * orphans deletes them. What is being stored is noted before its bytes are, so it is never taken for one.
 */
async function orphanStrays({ store, db }: App, days: number): Promise<number> {
  const oldestMs = Date.now() - days * dayMs;
  return forBatches(store.list(keys.allImages), async (objects) => {
    const past = objects.filter(({ modifiedAt }) => modifiedAt.getTime() < oldestMs).map(({ key }) => key);
    const strays = await db.$queryRaw<{ key: string }[]>`
      SELECT key FROM unnest(${past}::text[]) AS u(key) WHERE NOT EXISTS (SELECT 1 FROM ai_image i WHERE i.key = u.key)
        AND NOT EXISTS (SELECT 1 FROM ai_orphan_object o WHERE o.key = u.key)`;
    const since = new Date(Date.now() - dayMs);
    await db.$transaction((tx) =>
      orphanObjects(
        tx,
        strays.map(({ key }) => ({ key, since })),
      ),
    );
    return strays.length;
  });
}

interface StoredObject {
  readonly key: string;
  readonly modifiedAt: Date;
}

/** @returns the sum of what `work` returns */
async function forBatches(
  objects: AsyncIterable<StoredObject>,
  work: (batch: readonly StoredObject[]) => Promise<number>,
): Promise<number> {
  let sum = 0;
  let batch: StoredObject[] = [];
  for await (const object of objects) {
    batch.push(object);
    if (batch.length < objectBatchSize) continue;
    sum += await work(batch);
    batch = [];
  }
  return batch.length === 0 ? sum : sum + (await work(batch));
}
