// The files of the disk store: how an object is spelled in one file, and how it is written whole or not at all.
import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type ObjectInfo, objectTooLarge, type PutOptions, StoreUnavailableError } from "./store.ts";

/**
 * The file is the object's bytes and then a trailer with its type. One file, so that one rename replaces both at once;
 * a trailer instead of a header, so that any picture viewer opens the file. What was not synced has its checksum there too: after a loss of
 * power the trailer may be on the disk and a piece before it not.
 */
const trailerBytes = 128;
const trailerMark = "\nimage-studio-object ";
const contentTypePattern = /^[a-z0-9][\w.+-]*\/[a-z0-9][\w.+-]*$/i;
const maxContentTypeLength = 90;
/** Between the type and the checksum, which is eight hexadecimal digits; no type holds a blank. */
const checksumMark = " crc32=";

/** Bytes read in one go: between two, an abort is heard. */
const maxReadBytes = 4 * 1024 * 1024;

/** Only the server's own user may read or enter. */
const fileMode = 0o600;
const folderMode = 0o700;
/** How often a folder that a concurrent delete took away is made anew before giving up. */
const maxPlacingTries = 5;

/** What the file system says when the store, not the object, is at fault; with what to do about it. */
const storeFaults: Readonly<Record<string, string>> = {
  ENOSPC: "its disk is full. Free some space, or move DATA_DIR to a larger disk.",
  EDQUOT: "its disk quota is used up. Free some space, or raise the quota.",
  EFBIG: "this process may not write files of that size. Raise its limit (ulimit -f), or move DATA_DIR to a disk that takes larger ones.",
  EROFS: "its disk is mounted read-only. Mount it for writing.",
  EACCES: "its folder may not be written by this user. Change the folder's owner or DATA_DIR.",
  EPERM: "its folder may not be written by this user. Change the folder's owner or DATA_DIR.",
  EIO: "its disk answers with errors. Check the disk.",
  EMFILE: "too many files are open. Raise the limit of open files.",
  ENFILE: "too many files are open on this machine. Raise the limit of open files.",
  ESTALE: "its network disk went away. Mount it again.",
};

/** Faults of the disk become a `StoreUnavailableError`; everything else stays what it is. */
export function diskErrorOf(error: unknown, root: string): unknown {
  const help = storeFaults[codeOf(error) ?? ""];
  return help === undefined ? error : new StoreUnavailableError(`The object store in ${root} cannot be used: ${help}`, { cause: error });
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Whether the error only says that there is no such file; a key below another object is none either. */
export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";

const checksumOf = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, "0");

/** @throws TypeError for a type that could not be kept or would not be safe in a header. */
function trailerOf(contentType: string, checksum?: string): Buffer {
  if (contentType.length > maxContentTypeLength || !contentTypePattern.test(contentType)) {
    throw new TypeError(`Expected a content type such as image/jpeg but received ${JSON.stringify(contentType.slice(0, 100))}.`);
  }
  const text = trailerMark + contentType + (checksum === undefined ? "" : checksumMark + checksum);
  return Buffer.from(`${text.padEnd(trailerBytes - 1)}\n`, "latin1");
}

/** What a trailer says; null where it is none. */
function readTrailer(trailer: Buffer): { contentType: string; checksum: string | undefined } | null {
  const text = trailer.toString("latin1");
  if (!text.startsWith(trailerMark)) return null;
  const [contentType = "", checksum] = text.slice(trailerMark.length).trim().split(checksumMark);
  return { contentType, checksum };
}

/** Size and type of an open object; null where the file is none of ours. */
export async function readInfo(file: FileHandle): Promise<ObjectInfo | null> {
  const stats = await file.stat();
  const bytes = stats.size - trailerBytes;
  if (!stats.isFile() || bytes < 0) return null;
  const { buffer } = await file.read(Buffer.alloc(trailerBytes), 0, trailerBytes, bytes);
  const trailer = readTrailer(buffer);
  return trailer === null ? null : { bytes, contentType: trailer.contentType };
}

/**
 * The bytes of an open object, read with its trailer in one go: every question to the disk is a way to another thread and back.
 * @returns null where the file is none of ours, or not whole @throws UserError when it is too large; the signal's reason
 */
export async function readObject(
  file: FileHandle,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal | undefined },
): Promise<Buffer | null> {
  const stats = await file.stat();
  const bytes = stats.size - trailerBytes;
  if (!stats.isFile() || bytes < 0) return null;
  if (bytes > maxBytes) throw objectTooLarge(bytes, maxBytes);
  const whole = Buffer.allocUnsafeSlow(stats.size);
  for (let at = 0; at < whole.length; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(whole, at, Math.min(whole.length - at, maxReadBytes), at);
    if (bytesRead === 0) return null;
    at += bytesRead;
  }
  const object = whole.subarray(0, bytes);
  const trailer = readTrailer(whole.subarray(bytes));
  const isWhole = trailer !== null && (trailer.checksum === undefined || trailer.checksum === checksumOf(object));
  return isWhole ? object : null;
}

/** The object's size, told from that of its file. */
export const objectBytes = (fileBytes: number): number => Math.max(0, fileBytes - trailerBytes);

/** Where an object goes, and where it lies until it is whole. */
interface Target {
  readonly incoming: string;
  readonly path: string;
}

/** Writes an object whole or not at all, durably if it cannot be remade. Nothing is left behind when it fails. */
export async function writeObject(target: Target, body: Buffer | Readable, options: PutOptions): Promise<void> {
  // A stream is synced in any case: its checksum would be known only after it was written.
  if (options.canBeRemade && Buffer.isBuffer(body)) {
    const file = Buffer.concat([body, trailerOf(options.contentType, checksumOf(body))]);
    // Straight to its place when that is empty: the checksum tells a half-written file, as it tells a torn one.
    if (!(await writeNew(target.path, file, options.signal))) await writeAside(target, [file], { ...options, isSynced: false });
    return;
  }
  const trailer = trailerOf(options.contentType);
  const parts = Buffer.isBuffer(body) ? [Buffer.concat([body, trailer])] : [body, trailer];
  await writeAside(target, parts, { ...options, isSynced: true });
}

/** @returns false where there is a file already */
async function writeNew(path: string, bytes: Buffer, signal: AbortSignal | undefined): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await openNew(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await file.writeFile(bytes, { signal }).finally(() => file.close());
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return true;
}

/** Writes a new file in `incoming`, then renames it to `path`. */
async function writeAside(
  target: Target,
  parts: readonly (Buffer | Readable)[],
  { signal, isSynced }: { readonly signal?: AbortSignal | undefined; readonly isSynced: boolean },
): Promise<void> {
  const temporary = join(target.incoming, randomUUID());
  try {
    const file = await openNew(temporary);
    try {
      for (const part of parts) await file.writeFile(part, { signal });
      if (isSynced) await file.sync();
    } finally {
      await file.close();
    }
    signal?.throwIfAborted();
    const folders = await place(temporary, target.path);
    if (isSynced) await syncFolders(folders);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Opens a file that is not there yet, in a folder that may not be. */
async function openNew(path: string): Promise<FileHandle> {
  // The first try is without a look at the folder, which is nearly always there.
  for (let tries = 0; ; tries++) {
    try {
      return await open(path, "wx", fileMode);
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || tries === maxPlacingTries) throw error;
    }
    await mkdir(dirname(path), { recursive: true, mode: folderMode });
  }
}

/** Folders with new names in them: from the innermost up to the one in which the outermost new folder lies. */
interface Folders {
  readonly from: string;
  readonly upTo: string;
}

async function place(temporary: string, path: string): Promise<Folders> {
  const folder = dirname(path);
  // The first try is without a look at the folder, which is nearly always there.
  for (let tries = 0, firstMade: string | undefined; ; tries++) {
    try {
      await rename(temporary, path);
      return { from: folder, upTo: firstMade === undefined ? folder : dirname(firstMade) };
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || tries === maxPlacingTries) throw error;
    }
    firstMade = await mkdir(folder, { recursive: true, mode: folderMode });
  }
}

/** Makes names durable: the renamed file's in its folder, and those of the folders that were made for it. */
async function syncFolders({ from, upTo }: Folders): Promise<void> {
  // Windows opens no folders, and its file systems journal names by themselves.
  if (process.platform === "win32") return;
  for (let folder = from; ; folder = dirname(folder)) {
    await syncFolderTogether(folder);
    if (folder === upTo) return;
  }
}

/** By folder: the sync that whoever comes now still is in time for. It has not begun. */
const comingSyncs = new Map<string, Promise<void>>();
/** By folder: the sync that is under way. */
const currentSyncs = new Map<string, Promise<void>>();

/** One sync makes all names durable that were there when it began: those who come while one is under way share the next. */
function syncFolderTogether(folder: string): Promise<void> {
  const coming = comingSyncs.get(folder);
  if (coming !== undefined) return coming;
  const own = (currentSyncs.get(folder) ?? Promise.resolve())
    .catch(() => {})
    .then(() => {
      comingSyncs.delete(folder);
      currentSyncs.set(folder, own);
      return syncFolder(folder);
    })
    .finally(() => {
      if (currentSyncs.get(folder) === own) currentSyncs.delete(folder);
    });
  comingSyncs.set(folder, own);
  return own;
}

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // A concurrent delete emptied and removed it: then there is no name left to keep.
    if (!isMissing(error)) throw error;
  }
}

/** Removes an object's file and the folders that it leaves empty, up to `root`. */
export async function removeObject(path: string, root: string): Promise<void> {
  try {
    await rm(path, { force: true });
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) await rmdir(folder);
  } catch (error) {
    const code = codeOf(error);
    const isDone = isMissing(error) || code === "ENOTEMPTY" || code === "EEXIST" || code === "ERR_FS_EISDIR" || code === "EBUSY";
    if (!isDone) throw error;
  }
}
