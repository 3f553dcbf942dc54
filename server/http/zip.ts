// A ZIP as it is written: one entry after the other, as fast as its reader takes it, memory constant.
import { once } from "node:events";
import { type PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ZipFile } from "yazl";

export interface ZipEntry {
  /** Parted by "/". */
  readonly path: string;
  readonly modifiedAt: Date;
  /** Of exactly so many bytes: an entry that ends early or late breaks the archive off, rather than being damaged silently. */
  readonly bytes: number;
  readonly body: Readable;
}

/**
 * Entries are taken one by one: the next is asked for when the last has been written. Stored, not deflated: pictures are compressed
 * already. ZIP64 where sizes or counts need it. Destroying the answer ends the reading of the entries too.
 */
export function zipOf(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile();
  // Typed as less than it is.
  const output = zip.outputStream as PassThrough;
  zip.on("error", (error: Error) => output.destroy(error));
  void write(zip, entries, output).then(
    () => zip.end(),
    (error: Error) => output.destroy(error),
  );
  return output;
}

async function write(zip: ZipFile, entries: AsyncIterable<ZipEntry>, output: PassThrough): Promise<void> {
  for await (const { path, modifiedAt, bytes, body } of entries) {
    // Without a reader a pipe only stops: the object would stay open for ever.
    const release = (): unknown => body.destroy();
    if (output.destroyed) release();
    output.once("close", release);
    zip.addReadStream(body, path, { compress: false, mtime: modifiedAt, size: bytes });
    await finished(body);
    output.off("close", release);
    if (output.writableNeedDrain) await Promise.race([once(output, "drain"), once(output, "close")]);
  }
}

/** A text, as an entry's body. */
export function textEntry(path: string, text: string): ZipEntry {
  const bytes = Buffer.from(text);
  return { path, modifiedAt: new Date(), bytes: bytes.byteLength, body: Readable.from([bytes]) };
}
