// Writing of a sync: guarded by the worker that holds it, each write with its news.
import type { App } from "../app.ts";
import type { Prisma, Tx } from "../db/client.ts";
import type { GallerySyncRow } from "./gallery.ts";
import { tellSync, tellTurn } from "./gallery-sync.ts";
import type { Failure } from "./upload.ts";

/** A sync and the worker that may write of it. */
export interface HeldSync {
  readonly app: App;
  readonly sync: GallerySyncRow;
  readonly workerId: string;
}

/** Somebody else holds the sync, or it has ended. */
export class SyncLost extends Error {
  override name = "SyncLost";
}

type Write = (tx: Tx) => Promise<Prisma.GallerySyncUpdateManyMutationInput>;

/** Writes of the sync what `work` answers. @throws SyncLost when it is somebody else's by now, which undoes the work */
export async function writeSync(held: HeldSync, work: Write): Promise<void> {
  await held.app.db.$transaction((tx) => writeWithin(tx, held, work));
}

/** The same in a transaction of the caller's. */
export async function writeWithin(tx: Tx, { sync, workerId }: HeldSync, work: Write): Promise<void> {
  const data = await work(tx);
  const { count } = await tx.gallerySync.updateMany({ where: { id: sync.id, workerId, status: "RUNNING" }, data });
  if (count === 0) throw new SyncLost();
  await (data.status === undefined ? tellSync : tellTurn)(tx, sync);
}

/** Characters of what names a failure, and of what is said of it: other people's words end here. */
const maxSubjectLength = 300;
const maxMessageLength = 1_000;

/** @returns how many were not noted before */
export async function noteFailures(tx: Tx, syncId: string, failures: readonly Failure[]): Promise<number> {
  if (failures.length === 0) return 0;
  const data = failures.map(({ subject, code, message }) => ({
    syncId,
    subject: plain(subject, maxSubjectLength),
    code,
    message: plain(message, maxMessageLength),
  }));
  const { count } = await tx.gallerySyncFailure.createMany({ data, skipDuplicates: true });
  return count;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const controls = /[\u0000-\u001f\u007f]+/g;
const plain = (text: string, maxLength: number): string => text.replace(controls, " ").slice(0, maxLength).toWellFormed();
