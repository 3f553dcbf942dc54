// Unpacks a ZIP as an archiver does: by its directory, each entry checked against its CRC.
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";

export interface UnpackedEntry {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Every entry in the order of the directory. @throws when anything about the archive is damaged */
export async function readZip(archive: Buffer): Promise<UnpackedEntry[]> {
  const zip = await open(archive, archive.byteLength);
  const unpacked: UnpackedEntry[] = [];
  for (const entry of await listEntries(zip)) unpacked.push(await readEntry(zip, entry));
  return unpacked;
}

/**
 * Of an archive too large to keep: how many entries its directory names, and the last one.
 * @param tail its end, with the last entry and the directory
 */
export async function readZipTail(tail: Buffer, totalBytes: number): Promise<{ entries: number; last: UnpackedEntry }> {
  const zip = await open(tail, totalBytes);
  const entries = await listEntries(zip);
  const last = entries.at(-1);
  if (last === undefined) throw new Error("The archive is empty.");
  return { entries: entries.length, last: await readEntry(zip, last) };
}

/** The end of a file as yauzl reads it. */
class TailReader extends RandomAccessReader {
  readonly tail: Buffer;
  readonly offset: number;
  constructor(tail: Buffer, totalBytes: number) {
    super();
    this.tail = tail;
    this.offset = totalBytes - tail.byteLength;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from([this.tail.subarray(start - this.offset, end - this.offset)]);
  }
}

const open = (tail: Buffer, totalBytes: number): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    const options = { lazyEntries: true, strictFileNames: true, autoClose: false };
    fromRandomAccessReader(new TailReader(tail, totalBytes), totalBytes, options, (error, zip) => (error ? reject(error) : resolve(zip)));
  });

const listEntries = (zip: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const found: Entry[] = [];
    zip.on("entry", (entry: Entry) => {
      found.push(entry);
      zip.readEntry();
    });
    zip.on("end", () => resolve(found));
    zip.on("error", reject);
    zip.readEntry();
  });

async function readEntry(zip: ZipFile, entry: Entry): Promise<UnpackedEntry> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const bytes = await buffer(stream);
  if (crc32(bytes) !== entry.crc32) throw new Error(`The checksum of ${entry.fileName} does not fit.`);
  return { path: entry.fileName, bytes };
}
