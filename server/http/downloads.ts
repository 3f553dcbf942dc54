// ZIPs by signed link, streamed from the store as they are read.
import { Readable } from "node:stream";
import type { App } from "../app.ts";
import { type DownloadFile, mimeTypeOf, type OpenDownload, openDownload } from "../domain/download.ts";
import { missingListName } from "../domain/download-names.ts";
import { messageOf, UserError } from "../errors.ts";
import { convertPicture } from "../images/convert.ts";
import { createGate } from "../images/gate.ts";
import type { ImageFormat } from "../images/picture.ts";
import { attachmentHeader } from "../storage/content-disposition.ts";
import { ObjectMissingError } from "../storage/store.ts";
import { textEntry, type ZipEntry, zipOf } from "./zip.ts";

/** Bytes of a picture that is converted: what uploads allow, with room for results. */
const maxSourceBytes = 100_000_000;
/** Pictures read and converted at once in a process: each holds its file and its pixels. */
const conversionsAtOnce = 2;
/** What a slow reader may make the server hold of a ZIP, bytes. */
const sendBufferBytes = 256 * 1024;

/** `GET /downloads/ID.zip?…`: 403 for a link that does not hold, 404 for a download that is gone. A range is answered with the whole. */
export function createDownloadsHandler(app: App): (request: Request) => Promise<Response> {
  const gate = createGate(conversionsAtOnce);

  const entryOf = async ({ path, image }: DownloadFile, format: ImageFormat | null, signal: AbortSignal): Promise<ZipEntry> => {
    if (image === null) throw new ObjectMissingError(path);
    const { key, mimeType, createdAt: modifiedAt } = image;
    if (format === null || mimeTypeOf(format) === mimeType) {
      const { body, bytes } = await app.store.stream(key, { signal });
      return { path, modifiedAt, bytes, body };
    }
    const converted = await gate(async () => convertPicture(await app.store.get(key, { maxBytes: maxSourceBytes, signal }), format));
    return { path, modifiedAt, bytes: converted.byteLength, body: Readable.from([converted]) };
  };

  /** What can not be had does not break the ZIP: it is listed at the end of it. */
  async function* entriesOf({ files, format }: OpenDownload, signal: AbortSignal): AsyncGenerator<ZipEntry> {
    const missing: string[] = [];
    for await (const file of files) {
      try {
        yield await entryOf(file, format, signal);
      } catch (error) {
        const reason = missingReason(error);
        if (reason === null) throw error;
        app.log.warn({ error: messageOf(error), imageKey: file.image?.key }, "a picture is left out of a download");
        missing.push(`${file.path}: ${reason}`);
      }
    }
    if (missing.length > 0) yield textEntry(missingListName, `These pictures are not in this archive:\r\n\r\n${missing.join("\r\n")}\r\n`);
  }

  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "Downloads are read by GET.");
    const link = app.downloadLinks.read(request.method, request.url);
    if (!link.ok) return refusal(403, link.reason);
    const download = await openDownload(app, link.download);
    if (download === null) return refusal(404, "The download is gone. Ask for a new one.");
    const headers = headersOf(download.name);
    if (request.method === "HEAD") return new Response(null, { headers });
    // Without a size in bytes the default counts chunks: a slow reader would draw megabytes into memory.
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: sendBufferBytes });
    const zip = Readable.toWeb(zipOf(entriesOf(download, request.signal)), { strategy });
    return new Response(zip as ReadableStream<Uint8Array>, { headers });
  };
}

/** Null for what is no fault of the one picture. */
function missingReason(error: unknown): string | null {
  if (error instanceof ObjectMissingError) return "it was deleted after this download was made.";
  return error instanceof UserError ? error.message : null;
}

const headersOf = (fileName: string): Record<string, string> => ({
  "content-type": "application/zip",
  "content-disposition": attachmentHeader(fileName),
  // Written as it is read: it has no length before its end, and no part of it can be asked for.
  "accept-ranges": "none",
  "cache-control": "private, no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
});

const refusal = (status: number, error: string): Response => Response.json({ error }, { status, headers: { "cache-control": "no-store" } });
