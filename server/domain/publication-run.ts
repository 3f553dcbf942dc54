// Publications on their way: a SKU's pictures are sent to a gallery together, then asked after until the gallery is done with them.
//
// All of a SKU's open publications in one gallery are held by one worker at a time. What is sent is the whole listing, so that sending
// it again after a fault changes nothing there.
import type { App } from "../app.ts";
import { Prisma, type Tx } from "../db/client.ts";
import { publish } from "../events/news.ts";
import { type Gallery, GalleryError, type PutState } from "../galleries/gallery.ts";
import { enqueuePublication } from "../queue/galleries.ts";
import { say } from "../say.ts";
import { maxCrashes, nextTry } from "./gallery-patience.ts";
import { pairNews } from "./job.ts";
import { listingOf, remoteCode } from "./listing.ts";
import type { PublicationRow } from "./publication.ts";
import { recordOutcome } from "./publication-outcome.ts";

/** Milliseconds before a gallery is asked after what it has: half as long as it has taken already, within these. */
const firstLookMs = 1_000;
const longestLookMs = 60_000;
/** Milliseconds that a gallery may take: Ozon needs minutes. */
const longestImportMs = 2 * 60 * 60_000;

export interface RunPublication {
  readonly skuId: string;
  readonly gallery: string;
  readonly workerId: string;
  readonly signal: AbortSignal;
}

/** The open publications of one SKU in one gallery, and the worker that holds them. */
interface Held extends Omit<RunPublication, "signal" | "gallery"> {
  readonly app: App;
  readonly name: string;
  readonly workspace: string;
  readonly rows: readonly PublicationRow[];
}

/** Sends, or asks after what was sent. Throws only when the database is away. */
export async function runPublication(app: App, { skuId, gallery: name, workerId, signal }: RunPublication): Promise<void> {
  const rows = await hold(app, { skuId, name, workerId });
  const [first] = rows;
  if (first === undefined) return;
  const held: Held = { app, name, skuId, workerId, workspace: first.workspace, rows };
  try {
    const gallery = app.galleries.find(first.workspace, name);
    if (gallery?.put === undefined) throw new GalleryError("lasting", say("GALLERY_NOT_CONFIGURED_TO_PUBLISH", { gallery: name }));
    const code = await remoteCode(app, gallery, skuId);
    const ticket = rows.find(({ status }) => status === "SENT")?.ticket ?? null;
    const state = await (ticket === null
      ? gallery.put.send({ code, ...(await listingOf(app, gallery, rows)) }, signal)
      : gallery.put.follow(ticket, code, signal));
    await advance(held, gallery, { code, state });
  } catch (error) {
    if (signal.aborted) return release(held, { waitMs: 0, change: {} });
    await settle(held, error);
  }
}

/** Those of one ticket, or those that wait to be sent; none while another worker holds some. */
async function hold(app: App, { skuId, name, workerId }: { skuId: string; name: string; workerId: string }): Promise<PublicationRow[]> {
  return app.db.$transaction(async (tx) => {
    await lockPairs(tx, inGallery({ skuId, name }));
    await tx.$queryRaw`SELECT 1 FROM ai_publication WHERE ${inGallery({ skuId, name })} ORDER BY id FOR UPDATE`;
    const open = await tx.publication.findMany({
      where: { skuId, gallery: name, status: { in: ["QUEUED", "SENT"] } },
      orderBy: { id: "asc" },
    });
    if (open.some((row) => row.workerId !== null && row.workerId !== workerId)) return [];
    const ticket = open.find(({ status }) => status === "SENT")?.ticket;
    const rows = ticket === undefined ? open : open.filter((row) => row.status === "SENT" && row.ticket === ticket);
    await tx.publication.updateMany({ where: { id: { in: rows.map(({ id }) => id) } }, data: { workerId } });
    return rows;
  });
}

/**
 * Pairs before their publications, as who publishes or deletes pairs locks them: a photo noted in a gallery holds its pair too. No more than
 * that, so that nobody waits who only changes one, or notes a photo of it as a sync does.
 */
const lockPairs = (tx: Tx, ofPublications: Prisma.Sql): Promise<unknown> =>
  tx.$queryRaw`
    SELECT 1 FROM ai_image_pair WHERE id IN (SELECT pair_id FROM ai_publication WHERE ${ofPublications}) ORDER BY id FOR KEY SHARE`;

const inGallery = ({ skuId, name }: Pick<Held, "skuId" | "name">): Prisma.Sql => Prisma.sql`sku_id = ${skuId}::uuid AND gallery = ${name}`;

/** Whether the row is still what this worker took it for. */
const stillHeld = ({ rows, workerId }: Held): Prisma.PublicationWhereInput => ({
  workerId,
  OR: rows.map(({ id, resultId }) => ({ id, resultId })),
});

async function advance(held: Held, gallery: Gallery, { code, state }: { code: string; state: PutState }): Promise<void> {
  if (state.ended) {
    await held.app.db.$transaction(async (tx) => {
      await lockPairs(tx, inGallery(held));
      await recordOutcome(tx, gallery, {
        skuId: held.skuId,
        code,
        rows: held.rows,
        workerId: held.workerId,
        pictures: state.pictures,
      });
      await tell(tx, held);
      await enqueueOpen(tx, held);
    });
    return;
  }
  const ageMs = Date.now() - Math.max(...held.rows.map(({ requestedAt }) => requestedAt.getTime()));
  if (ageMs > longestImportMs) {
    throw new GalleryError("lasting", say("GALLERY_TOO_SLOW", { gallery: held.name, count: longestImportMs / 3_600_000 }));
  }
  const waitMs = Math.min(longestLookMs, Math.max(firstLookMs, ageMs / 2));
  await release(held, { waitMs, change: { status: "SENT", ticket: state.ticket, attempts: 0, error: null } });
}

/** What follows from a fault of the gallery, or one of ours. */
async function settle(held: Held, error: unknown): Promise<void> {
  if (!(error instanceof GalleryError))
    held.app.log.error({ err: error, skuId: held.skuId, gallery: held.name }, "a publication met an unexpected fault");
  const attempts = Math.max(...held.rows.map((row) => row.attempts));
  const next = nextTry({ error, why: say("PUBLICATION_FAULT"), attempts, again: "publish again" });
  if (next.waitMs === null) await fail(held, next.error);
  else await release(held, { waitMs: next.waitMs, change: { error: next.error, attempts: { increment: 1 } } });
}

async function fail(held: Held, error: string): Promise<void> {
  await held.app.db.$transaction(async (tx) => {
    await lockPairs(tx, inGallery(held));
    await tx.publication.updateMany({ where: stillHeld(held), data: { status: "FAILED", error, ticket: null, workerId: null } });
    await tell(tx, held);
    await enqueueOpen(tx, held);
  });
}

/** Lets go of what is held, to be taken up again. */
async function release(
  held: Held,
  { waitMs, change }: { waitMs: number; change: Prisma.PublicationUpdateManyMutationInput },
): Promise<void> {
  const { skuId, name: gallery } = held;
  await held.app.db.$transaction(async (tx) => {
    await lockPairs(tx, inGallery(held));
    await tx.publication.updateMany({ where: stillHeld(held), data: { ...change, workerId: null } });
    await enqueuePublication(tx, { skuId, gallery, waitMs });
    await tell(tx, held);
  });
}

/** What was asked for meanwhile goes next: its own entry found the SKU held. */
async function enqueueOpen(tx: Tx, { skuId, name: gallery }: Held): Promise<void> {
  const open = await tx.publication.count({ where: { skuId, gallery, status: { in: ["QUEUED", "SENT"] } } });
  if (open > 0) await enqueuePublication(tx, { skuId, gallery });
}

const tell = (tx: Tx, { workspace, rows }: Pick<Held, "workspace" | "rows">): Promise<void> =>
  publish(
    tx,
    pairNews(
      workspace,
      rows.map(({ pairId, skuId }) => ({ id: pairId, skuId })),
    ),
  );

/** Lets go of what a living worker holds and does not run. */
export async function putBackPublications(app: App, rows: readonly PublicationRow[]): Promise<void> {
  await app.db.$transaction(async (tx) => {
    const held = rows.map(({ id, workerId }) => ({ id, workerId }));
    await lockPairs(tx, Prisma.sql`id = ANY (${rows.map(({ id }) => id)}::uuid[])`);
    await tx.publication.updateMany({ where: { OR: held, status: { in: ["QUEUED", "SENT"] } }, data: { workerId: null } });
    await enqueueEach(tx, rows);
  });
}

async function enqueueEach(tx: Tx, rows: readonly PublicationRow[]): Promise<void> {
  const targets = new Map(rows.map(({ skuId, gallery }) => [`${skuId} ${gallery}`, { skuId, gallery }]));
  for (const target of targets.values()) await enqueuePublication(tx, target);
}

/** Gives what a dead worker was sending back to the queue. */
export async function recoverPublications(app: App, workerId: string): Promise<void> {
  await app.db.$transaction(async (tx) => {
    await lockPairs(tx, Prisma.sql`worker_id = ${workerId}::uuid`);
    const rows = await tx.publication.updateManyAndReturn({
      where: { workerId, status: { in: ["QUEUED", "SENT"] } },
      data: { workerId: null, crashes: { increment: 1 } },
    });
    const given = rows.filter(({ crashes }) => crashes >= maxCrashes);
    const error = say("PUBLICATION_WORKER_DIED_OFTEN", { count: maxCrashes });
    await tx.publication.updateMany({ where: { id: { in: given.map(({ id }) => id) } }, data: { status: "FAILED", error, ticket: null } });
    for (const [workspace, group] of Map.groupBy(rows, (row) => row.workspace)) await tell(tx, { workspace, rows: group });
    await enqueueEach(
      tx,
      rows.filter(({ crashes }) => crashes < maxCrashes),
    );
  });
}
