// The disk store: objects as files under one folder, and links to them that the objects handler honours.
import { constants, type Dirent } from "node:fs";
import { type FileHandle, lstat, open, opendir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { guardStream, putErrorOf, takeBody } from "./body.ts";
import { attachmentHeader } from "./content-disposition.ts";
import { diskErrorOf, isMissing, objectBytes, readInfo, readObject, removeObject, writeObject } from "./disk-files.ts";
import { assertKey, assertPrefix } from "./keys.ts";
import { type LinkSecret, signUrl, verifyUrl } from "./signed-links.ts";
import { type ObjectInfo, ObjectMissingError, type Store, StoreUnavailableError } from "./store.ts";

/** Where half-written objects lie; no key can spell it. In the root, so that a rename never crosses file systems. */
const incomingFolder = ".incoming";
/** A half-written file that nobody has written to for so long is a crashed process's, milliseconds. */
const staleAfterMs = 60 * 60 * 1000;
/** Shorter secrets could be guessed from one signed link. */
const minSecretBytes = 16;
/** Where the objects handler answers, below the public URL. */
const objectsPath = "/objects/";

/** What a link that holds allows. `contentType` and `bytes` are a PUT's. */
export interface ObjectLink {
  readonly key: string;
  readonly contentType: string | null;
  readonly bytes: number | null;
  /** The value of the header, when a file name was signed. */
  readonly contentDisposition: string | null;
}

export interface DiskStore extends Store {
  readonly kind: "disk";
  /** Checks a link that this store has signed; `reason` is fit for the client's eyes. HEAD is allowed where GET is. */
  checkLink(
    method: string,
    url: string,
  ): { readonly ok: true; readonly link: ObjectLink } | { readonly ok: false; readonly reason: string };
}

export interface DiskStoreOptions {
  /** Absolute path of a folder; made when it is not there. */
  readonly root: string;
  /** How browsers reach the server, without a trailing slash. */
  readonly publicUrl: string;
  readonly secret: LinkSecret;
}

export function createDiskStore({ root, publicUrl, secret }: DiskStoreOptions): DiskStore {
  if (Buffer.byteLength(secret) < minSecretBytes) throw new TypeError(`The disk store's secret needs at least ${minSecretBytes} bytes.`);
  const incoming = join(root, incomingFolder);
  const pathOf = (key: string): string => {
    assertKey(key);
    return join(root, key);
  };

  const openFile = (key: string): Promise<FileHandle> =>
    open(pathOf(key), constants.O_RDONLY).catch((error: unknown) => {
      throw isMissing(error) ? new ObjectMissingError(key) : diskErrorOf(error, root);
    });

  /** The open file and what it holds. The caller closes it. */
  async function openObject(key: string): Promise<{ file: FileHandle; info: ObjectInfo }> {
    const file = await openFile(key);
    try {
      const info = await readInfo(file);
      if (info === null) throw new ObjectMissingError(key);
      return { file, info };
    } catch (error) {
      await file.close();
      throw diskErrorOf(error, root);
    }
  }

  const signLink = (method: "GET" | "PUT", key: string, rest: { expiresAt: Date; parameters: Record<string, string> }): string => {
    assertKey(key);
    const query = new URLSearchParams(rest.parameters).toString();
    return publicUrl + signUrl(secret, `${objectsPath}${key}${query && `?${query}`}`, { method, expiresAt: rest.expiresAt });
  };

  return {
    kind: "disk",

    async put(key, body, options) {
      takeBody(body, options.signal);
      try {
        await writeObject({ incoming, path: pathOf(key) }, body, options);
      } catch (error) {
        throw putErrorOf(error, { body, signal: options.signal }, (cause) => diskErrorOf(cause, root));
      }
    },

    async get(key, { maxBytes = Number.POSITIVE_INFINITY, signal } = {}) {
      signal?.throwIfAborted();
      const file = await openFile(key);
      try {
        const bytes = await readObject(file, { maxBytes, signal });
        if (bytes === null) throw new ObjectMissingError(key);
        return bytes;
      } catch (error) {
        signal?.throwIfAborted();
        throw diskErrorOf(error, root);
      } finally {
        await file.close();
      }
    },

    async stream(key, { signal } = {}) {
      signal?.throwIfAborted();
      const { file, info } = await openObject(key);
      if (info.bytes === 0) {
        await file.close();
        return { body: Readable.from([]), ...info };
      }
      const body = file.createReadStream({ start: 0, end: info.bytes - 1 });
      return { body: guardStream(body, signal), ...info };
    },

    async info(key) {
      try {
        const { file, info } = await openObject(key);
        await file.close();
        return info;
      } catch (error) {
        if (error instanceof ObjectMissingError) return null;
        throw error;
      }
    },

    async delete(keys) {
      const paths = keys.map(pathOf);
      try {
        for (const path of paths) await removeObject(path, root);
      } catch (error) {
        throw diskErrorOf(error, root);
      }
    },

    async *list(prefix) {
      assertPrefix(prefix);
      const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      try {
        for await (const key of keysBelow(root, folder)) {
          if (!key.startsWith(prefix)) continue;
          const stats = await orNull(stat(join(root, key)));
          if (stats !== null) yield { key, bytes: objectBytes(stats.size), modifiedAt: stats.mtime };
        }
      } catch (error) {
        throw diskErrorOf(error, root);
      }
    },

    async signPut({ key, contentType, bytes, expiresInSeconds }) {
      const expiresAt = new Date(Date.now() + expiresInSeconds * 1000);
      const url = signLink("PUT", key, { expiresAt, parameters: { type: contentType, bytes: String(bytes) } });
      return { url, headers: { "content-type": contentType }, expiresAt };
    },

    async signGet(key, { expiresInSeconds, fileName }) {
      const expiresAt = new Date(Date.now() + expiresInSeconds * 1000);
      return signLink("GET", key, { expiresAt, parameters: fileName === undefined ? {} : { name: fileName.toWellFormed() } });
    },

    checkLink(method, url) {
      const verdict = verifyUrl(secret, method, url, new Date());
      if (!verdict.ok) return verdict;
      const { pathname, searchParams } = new URL(url, publicUrl);
      const [type, bytes, name] = [searchParams.get("type"), searchParams.get("bytes"), searchParams.get("name")];
      return {
        ok: true,
        link: {
          key: pathname.slice(objectsPath.length),
          contentType: type,
          bytes: bytes === null ? null : Number(bytes),
          contentDisposition: name === null ? null : attachmentHeader(name),
        },
      };
    },

    async check() {
      const probe = { incoming, path: join(incoming, "probe") };
      try {
        await writeObject(probe, Buffer.from("probe"), { contentType: "text/plain" });
        await readFile(probe.path);
        await sweepStale(incoming);
      } catch (error) {
        throw new StoreUnavailableError(checkFailure(diskErrorOf(error, root), root), { cause: error });
      }
    },

    async close() {},
  };
}

const checkFailure = (error: unknown, root: string): string =>
  error instanceof StoreUnavailableError ? error.message : `The object store in ${root} cannot be written: ${String(error)}`;

/** Every key below a folder, dotted names left out. Folders that go away meanwhile are no error. */
async function* keysBelow(root: string, folder: string): AsyncGenerator<string> {
  const entries = await orNull(opendir(join(root, folder)));
  if (entries === null) return;
  for await (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) yield* keysBelow(root, `${folder}${entry.name}/`);
    else if (entry.isFile()) yield folder + entry.name;
  }
}

/** Removes what crashed processes left half-written; files still being written are younger. */
async function sweepStale(incoming: string): Promise<void> {
  const entries: Dirent[] = await readdir(incoming, { withFileTypes: true });
  for (const { name } of entries) {
    const path = join(incoming, name);
    const stats = await orNull(lstat(path));
    if (stats !== null && stats.mtimeMs < Date.now() - staleAfterMs) await rm(path, { force: true });
  }
}

async function orNull<T>(pending: Promise<T>): Promise<T | null> {
  try {
    return await pending;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
