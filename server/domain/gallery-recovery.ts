// Pulls and publications whose worker died, stopped, or lost the database: they come back to the queue.
import type { App } from "../app.ts";
import { Prisma } from "../db/client.ts";
import { enqueuePublication, enqueueSync } from "../queue/galleries.ts";
import { putBackSync, recoverSync } from "./gallery-sync-run.ts";
import { putBackPublications, recoverPublications } from "./publication-run.ts";

/** Rows mended in one go; the rest come with the next. */
const maxMended = 500;
/** Seconds that a worker has to take hold of what it took from the queue: its queue's name is written with the next beat. */
const takenForSeconds = 5;

/** @param deadAfterMs without a beat */
export async function recoverGalleries(app: App, deadAfterMs: number): Promise<void> {
  const living = Prisma.sql`SELECT w.id, w.queue_id FROM ai_worker_heartbeat w
    WHERE w.seen_at > now() - make_interval(secs => ${deadAfterMs / 1000}::double precision)`;
  const syncs = await app.db.$queryRaw<{ id: string; workerId: string | null }[]>`
    SELECT s.id, s.worker_id AS "workerId" FROM ai_gallery_sync s LEFT JOIN (${living}) w ON w.id = s.worker_id
    WHERE s.status = 'RUNNING' AND w.id IS NULL ORDER BY s.id LIMIT ${maxMended}`;
  for (const sync of syncs) await recoverSync(app, sync);
  const senders = await app.db.$queryRaw<{ workerId: string }[]>`
    SELECT DISTINCT p.worker_id AS "workerId" FROM ai_publication p LEFT JOIN (${living}) w ON w.id = p.worker_id
    WHERE p.status IN ('QUEUED', 'SENT') AND p.worker_id IS NOT NULL AND w.id IS NULL LIMIT ${maxMended}`;
  for (const { workerId } of senders) await recoverPublications(app, workerId);
  await requeueLost(app, living);
}

/** What waits and has no entry in the queue that anybody will run: a worker took it and died, or lost the database, before it took hold. */
async function requeueLost(app: App, living: Prisma.Sql): Promise<void> {
  await app.db.$transaction(async (tx) => {
    const isQueued = (key: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
      SELECT 1 FROM graphile_worker.jobs q WHERE q.key = ${key} AND CASE WHEN q.locked_at IS NULL THEN q.attempts < q.max_attempts
        ELSE q.locked_at > now() - make_interval(secs => ${takenForSeconds}) OR q.locked_by IN (SELECT queue_id FROM (${living}) l WHERE queue_id IS NOT NULL) END)`;
    const syncs = await tx.$queryRaw<{ id: string }[]>`
      SELECT s.id FROM ai_gallery_sync s WHERE s.status = 'QUEUED' AND NOT ${isQueued(Prisma.sql`'sync:' || s.id`)} LIMIT ${maxMended} FOR UPDATE SKIP LOCKED`;
    for (const { id } of syncs) await enqueueSync(tx, { syncId: id });
    const publications = await tx.$queryRaw<{ skuId: string; gallery: string }[]>`
      SELECT DISTINCT p.sku_id AS "skuId", p.gallery FROM ai_publication p
      WHERE p.status IN ('QUEUED', 'SENT') AND p.worker_id IS NULL AND NOT ${isQueued(Prisma.sql`'publish:' || p.sku_id || ':' || p.gallery`)} LIMIT ${maxMended}`;
    for (const publication of publications) await enqueuePublication(tx, publication);
  });
}

/** Gives back what a living worker holds by its rows, save what it really runs. @param isRunning by a sync's id, or a SKU's; left out: nothing */
export async function giveBackGalleries(app: App, workerId: string, isRunning: (id: string) => boolean = () => false): Promise<void> {
  const syncs = await app.db.gallerySync.findMany({ where: { workerId, status: "RUNNING" } });
  for (const sync of syncs) if (!isRunning(sync.id)) await putBackSync({ app, sync, workerId });
  const rows = await app.db.publication.findMany({ where: { workerId, status: { in: ["QUEUED", "SENT"] } } });
  const lost = rows.filter(({ skuId }) => !isRunning(skuId));
  if (lost.length > 0) await putBackPublications(app, lost);
}
