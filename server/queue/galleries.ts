// Syncs and publications on the queue, enqueued in the caller's transaction.
import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { afterMs, priorities, taskNames } from "./tasks.ts";

export const syncGalleryPayload = z.object({ syncId: z.uuid() });
export const scheduledSyncPayload = z.object({ gallery: z.string() });
export const publishSkuPayload = z.object({ skuId: z.uuid(), gallery: z.string() });

/** Starts by the queue itself after faults that are no gallery's (the database was away, say); syncs and publications count their own tries. */
const maxQueueAttempts = 25;

/** An entry already waiting for the sync is replaced; one that a dead worker holds is left to it. @param waitMs milliseconds from now on; left out: now */
export async function enqueueSync(tx: Tx, { syncId, waitMs }: { syncId: string; waitMs?: number }): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM graphile_worker.add_job(${taskNames.syncGallery}, json_build_object('syncId', ${syncId}::text),
      run_at := ${afterMs(waitMs)}, max_attempts := ${maxQueueAttempts}::int,
      job_key := ${`sync:${syncId}`}, priority := ${priorities.batch}::int)`;
}

export interface EnqueuePublication {
  readonly skuId: string;
  readonly gallery: string;
  /** Milliseconds from now on; left out: now. */
  readonly waitMs?: number;
}

/** One entry a SKU and gallery: what is published together is sent together. */
export async function enqueuePublication(tx: Tx, { skuId, gallery, waitMs }: EnqueuePublication): Promise<void> {
  await tx.$executeRaw`
    SELECT 1 FROM graphile_worker.add_job(${taskNames.publishSku}, json_build_object('skuId', ${skuId}::text, 'gallery', ${gallery}::text),
      run_at := ${afterMs(waitMs)}, max_attempts := ${maxQueueAttempts}::int,
      job_key := ${`publish:${skuId}:${gallery}`}, priority := ${priorities.interactive}::int)`;
}
