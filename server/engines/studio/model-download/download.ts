// Fetching a model once, whole or not at all: one at a time, gone on with where it was cut, and believed only by its hash.
import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { KnownModel } from "../model-slot/known.ts";
import { DownloadError, diskFailure, Interruption, StartAnew } from "./failures.ts";
import { type Lock, takeLock } from "./lock.ts";
import { openPart, type Part, sha256Of } from "./part.ts";
import { megabytes } from "./progress.ts";
import { publicAddress, transfer } from "./transfer.ts";

/** Milliseconds without a byte after which a connection counts as dead. */
const usualStallMs = 30_000;
/** Milliseconds before each further try; after that many in a row that brought nothing it is given up. */
const usualPausesMs = [1_000, 3_000, 10_000];

export interface Download {
  readonly model: Pick<KnownModel, "name" | "file" | "url" | "bytes" | "sha256">;
  /** Made where it is missing. */
  readonly folder: string;
  /** Where the file is had in place of its makers' address. */
  readonly url?: URL | undefined;
  readonly signal: AbortSignal;
  /** Bytes that have arrived. */
  readonly onProgress: (done: number) => void;
  /** A sentence on what is happening besides. */
  readonly onNote: (sentence: string) => void;
  readonly stallMs?: number;
  readonly pausesMs?: readonly number[];
}

export interface Downloaded {
  readonly path: string;
  /** Whether it was there before. */
  readonly wasThere: boolean;
}

/** @throws DownloadError in words for people, or the signal's reason; what has arrived is kept for the next time */
export async function downloadModel(order: Download): Promise<Downloaded> {
  const { folder, model, signal } = order;
  const path = join(folder, model.file);
  try {
    await mkdir(folder, { recursive: true });
    if ((await sha256Of(path, signal)) === model.sha256) return { path, wasThere: true };
    const onWait = (): void => order.onNote("Another process is fetching it already: waiting for that.");
    const lock = await takeLock(`${path}.lock`, { signal, onWait });
    try {
      // Whoever was waited for may have brought it.
      const found = await sha256Of(path, signal);
      if (found === model.sha256) return { path, wasThere: true };
      if (found !== null) order.onNote(`${path} is damaged, or of another version: fetching it anew.`);
      await fetchInto(order, path, lock);
      return { path, wasThere: false };
    } finally {
      await lock.release();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw diskFailure(error, folder) ?? error;
  }
}

async function fetchInto(order: Download, path: string, lock: Lock): Promise<void> {
  const { model, folder } = order;
  const signal = AbortSignal.any([order.signal, lock.lost]);
  const hashOfPart = (): Promise<string | null> => sha256Of(`${path}.part`, signal);
  const part = await openPart(path, model.sha256);
  try {
    if (part.size > model.bytes) await part.drop();
    if (part.size > 0) order.onNote(`Going on from ${megabytes(part.size)} MB that arrived earlier.`);
    order.onProgress(part.size);
    await ensureRoom(folder, model.bytes - part.size);
    await arrive({ ...order, signal }, part);
    if (part.isPatched && (await hashOfPart()) !== model.sha256) {
      order.onNote("What arrived in several pieces does not fit together: fetching it anew.");
      await part.drop();
      await arrive({ ...order, signal }, part);
    }
    const found = await hashOfPart();
    if (found !== model.sha256) {
      await part.drop();
      throw wrongHash(order, found);
    }
    await part.finish();
  } catch (error) {
    order.signal.throwIfAborted();
    if (lock.lost.aborted)
      throw new DownloadError("Another process has taken the download over. Run the same command again to wait for it.");
    throw error;
  } finally {
    await part.close();
  }
}

/** Asks until all bytes are there. */
async function arrive(order: Download, part: Part): Promise<void> {
  const { model, folder, signal, onProgress, onNote, stallMs = usualStallMs, pausesMs = usualPausesMs } = order;
  const { bytes, sha256 } = model;
  const url = order.url ?? new URL(model.url);
  let failures = 0;
  while (part.size < bytes) {
    const before = part.size;
    try {
      await transfer({ url, bytes, sha256, part, folder, signal, stallMs, onBytes: onProgress });
    } catch (error) {
      if (error instanceof StartAnew) {
        onNote(`${error.message} Fetching it anew.`);
        continue;
      }
      if (!(error instanceof Interruption)) throw error;
      if (part.size > before) failures = 0;
      const pause = pausesMs[failures++];
      if (pause === undefined) throw new DownloadError(`${error.message} ${adviceFor(part.size)}`);
      onNote(`${error.message} Trying again in ${pause / 1000} s.`);
      await setTimeout(pause, undefined, { signal });
    }
  }
  await part.flush();
}

const adviceFor = (kept: number): string =>
  `Check the network; behind a firewall set HTTPS_PROXY, or name a mirror by --from.${kept > 0 ? " What has arrived is kept: the same command goes on from there." : ""}`;

/** Before, and not after two hundred megabytes. */
async function ensureRoom(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new DownloadError(
    `The disk has not enough room: ${megabytes(neededBytes)} MB are needed in ${folder}, and ${megabytes(free)} MB are free. Make room, or set DATA_DIR to another disk.`,
  );
}

function wrongHash({ model, url }: Download, found: string | null): DownloadError {
  return new DownloadError(
    `What arrived from ${publicAddress(url ?? new URL(model.url))} is not ${model.name}: its sha256 is ${found}, and ${model.sha256} was expected. It was deleted. Name another source by --from.`,
  );
}
