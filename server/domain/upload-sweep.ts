// Uploads whose time is over: their rows, the objects that were PUT and never taken, and masks that no job came to use.
import type { App } from "../app.ts";
import { Prisma, type Tx } from "../db/client.ts";
import { orphanObjects } from "./orphan.ts";
import { forgetMasks } from "./retention.ts";

/** Seconds past its link's end after which an upload that was not completed counts as abandoned: slow PUTs have ended by then. */
const abandonedAfterSeconds = 3_600;
/** Days past its link's end that a completed upload can still be named: completing it again answers the same, a mask waits for its job. */
const completedForDays = 7;
/** Uploads in one transaction. */
const batchSize = 1_000;

/** Forgets uploads that were never completed in time, and completed ones after a week. */
export async function forgetExpiredUploads(app: App): Promise<void> {
  const expired = Prisma.sql`id IN (
    SELECT id FROM ai_upload WHERE expires_at < now() - make_interval(secs => ${abandonedAfterSeconds}::double precision)
      AND (completed_at IS NULL OR expires_at < now() - make_interval(days => ${completedForDays}::int))
    ORDER BY id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)`;
  while ((await app.db.$transaction((tx) => forgetUploads(tx, expired))) === batchSize);
}

/** Deletes uploads and notes their objects; @returns how many. */
export async function forgetUploads(tx: Tx, which: Prisma.Sql): Promise<number> {
  const uploads = await tx.$queryRaw<{ key: string; imageId: string | null; expiresAt: Date }[]>`
    DELETE FROM ai_upload WHERE ${which} RETURNING key, image_id AS "imageId", expires_at AS "expiresAt"`;
  // Until its link ends, a client may PUT an object that is deleted already.
  await orphanObjects(
    tx,
    uploads.map(({ key, expiresAt }) => ({ key, since: new Date(expiresAt.getTime() + abandonedAfterSeconds * 1000) })),
  );
  const masks = uploads.flatMap(({ imageId }) => imageId ?? []);
  if (masks.length === 0) return uploads.length;
  await forgetMasks(tx, masks);
  return uploads.length;
}
