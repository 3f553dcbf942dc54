// What has arrived of a file so far: its bytes in `FILE.part`, and in `FILE.part.json` of which version they are and whence they came.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

const note = z.object({
  /** Of the whole file, as it was wanted then. */
  sha256: z.string(),
  /** Address without its query, which may hold a signature. */
  source: z.string(),
  /** For If-Range: a strong ETag or a date; null where the server gave none. */
  validator: z.string().nullable(),
});

export type PartNote = z.infer<typeof note>;

export interface Part {
  /** Null where nothing has arrived that could be gone on with. */
  readonly note: PartNote | null;
  /** Bytes that have arrived. */
  readonly size: number;
  /** Whether they came in more than one piece, which may be of different versions. */
  readonly isPatched: boolean;
  /** Drops what is there and begins with the first byte. */
  begin(note: PartNote): Promise<void>;
  /** What is appended next comes from another answer than what is there. */
  goOn(): void;
  append(bytes: Uint8Array): Promise<void>;
  /** Everything is on the disk. */
  flush(): Promise<void>;
  drop(): Promise<void>;
  /** Takes the place of the file that it was a part of, in one step. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** @param sha256 of the file that is wanted; a part of any other is dropped */
export async function openPart(file: string, sha256: string): Promise<Part> {
  const path = `${file}.part`;
  const notePath = `${path}.json`;
  let handle: FileHandle | undefined;
  const close = async (): Promise<void> => {
    await handle?.close();
    handle = undefined;
  };
  const drop = async (): Promise<void> => {
    await close();
    // The bytes first: a note without bytes is harmless.
    await rm(path, { force: true });
    await rm(notePath, { force: true });
    Object.assign(part, { note: null, size: 0, isPatched: false });
  };
  const size = await sizeOf(path);
  const part = {
    note: await readNote(notePath),
    size,
    isPatched: size > 0,
    async begin(next: PartNote) {
      await close();
      handle = await open(path, "w");
      await writeFile(notePath, JSON.stringify(next));
      Object.assign(part, { note: next, size: 0, isPatched: false });
    },
    goOn() {
      part.isPatched = true;
    },
    async append(bytes: Uint8Array) {
      handle ??= await open(path, "a");
      await handle.writeFile(bytes);
      part.size += bytes.length;
    },
    async flush() {
      await handle?.sync();
    },
    drop,
    async finish() {
      await close();
      await rename(path, file);
      await rm(notePath, { force: true });
    },
    close,
  };
  if (part.note?.sha256 !== sha256) await drop();
  return part;
}

async function readNote(path: string): Promise<PartNote | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return note.parse(JSON.parse(text));
  } catch {
    // Cut off when it was written: the part is worth nothing then.
    return null;
  }
}

const sizeOf = async (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** @returns null where there is no such file */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash, { signal });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  return hash.digest("hex");
}
