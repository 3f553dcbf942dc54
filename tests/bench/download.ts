// A large download from a server process of its own: how fast it streams and how much memory it takes meanwhile.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { type ZipEntry, zipOf } from "../../server/http/zip.ts";
import { type ApiProcess, startApiProcess } from "../testkit/api-process.ts";
import { readZipTail } from "../testkit/zip.ts";

/** 2582 squared, three bytes a pixel: 20 MB that decode in no time. */
const photoSide = 2_582;
const photosPerSku = 10;
const sampleEveryMs = 50;
/** How long the slow reader takes a chunk now and then. */
const slowReaderMs = 3_000;

export interface DownloadFigures {
  readonly files: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Resident memory of the freshly started process, and the most above it, bytes. */
  readonly idle: number;
  readonly aboveIdle: number;
  /** The same while somebody reads slowly. */
  readonly aboveIdleSlow: number;
}

export async function measureDownload(): Promise<[name: string, value: string][]> {
  const { files, bytes, seconds, idle, aboveIdle, aboveIdleSlow } = await streamPhotos(100);
  const megabytes = (count: number): string => `${Math.round(count / 1e6)} MB`;
  return [
    [`ZIP of ${files} photos, ${megabytes(bytes)}`, `${seconds.toFixed(1)} s, ${megabytes(bytes / seconds)} a second`],
    ["memory of the API, idle", megabytes(idle)],
    ["memory above idle while it streams", megabytes(aboveIdle)],
    ["memory above idle while somebody reads slowly", megabytes(aboveIdleSlow)],
    ["ZIP64 archive above 4 GiB, read back", await checkZip64()],
  ];
}

/** Entries of 20 MB that together pass 4 GiB, where a ZIP's own numbers end. */
const zip64Entries = 220;
/** Of the archive's end, bytes: more than its last entry and its directory. */
const tailBytes = 32_000_000;

/** Writes an archive that only ZIP64 can describe, keeps its end, and reads the last entry by its directory. */
async function checkZip64(): Promise<string> {
  const chunk = Buffer.alloc(1_000_000, 5);
  async function* entries(): AsyncGenerator<ZipEntry> {
    for (let number = 0; number < zip64Entries; number++) {
      yield { path: `${number}.bin`, modifiedAt: new Date(), bytes: 20_000_000, body: Readable.from(Array(20).fill(chunk)) };
    }
  }
  const kept: Buffer[] = [];
  let total = 0;
  let keptBytes = 0;
  for await (const piece of zipOf(entries()) as AsyncIterable<Buffer>) {
    total += piece.byteLength;
    kept.push(piece);
    keptBytes += piece.byteLength;
    while (keptBytes - (kept[0]?.byteLength ?? 0) > tailBytes) keptBytes -= kept.shift()?.byteLength ?? 0;
  }
  const { entries: found, last } = await readZipTail(Buffer.concat(kept), total);
  const isWhole = found === zip64Entries && last.bytes.byteLength === 20_000_000 && last.bytes.every((byte) => byte === 5);
  return `${isWhole ? "right" : "WRONG"}: ${found} entries, ${total} bytes`;
}

/** Uploads so many photos of 20 MB, restarts the server, and downloads them all. @param databaseUrl left out: an embedded PostgreSQL */
export async function streamPhotos(photos: number, databaseUrl?: string): Promise<DownloadFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), "studio-download-"));
  let api: ApiProcess | undefined;
  try {
    api = await startApiProcess(dataDir, databaseUrl);
    const skus = await uploadPhotos(api, photos);
    await api.stop();
    // Anew, so that what uploads have left behind does not count as idle.
    api = await startApiProcess(dataDir, databaseUrl);
    return await download(api, skus);
  } finally {
    await api?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function download(api: ApiProcess, skus: readonly string[]): Promise<DownloadFigures> {
  const input = { skus, content: "SOURCES" };
  const { createDownload } = await api.ask(
    "mutation ($input: CreateDownloadInput!) { createDownload(input: $input) { url files bytes } }",
    { input },
  );
  const idle = await api.memory();
  const slow = await peakDuring(api, () => readSlowly(createDownload.url));
  const startedAt = performance.now();
  let received = 0;
  const fast = await peakDuring(api, async () => {
    for await (const chunk of await bodyOf(createDownload.url)) received += chunk.byteLength;
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (received < createDownload.bytes) throw new Error(`Only ${received} of ${createDownload.bytes} bytes came.`);
  return { files: createDownload.files, bytes: createDownload.bytes, seconds, idle, aboveIdle: fast - idle, aboveIdleSlow: slow - idle };
}

async function bodyOf(url: string): Promise<ReadableStream<Uint8Array>> {
  const { ok, status, body } = await fetch(url);
  if (!ok || body === null) throw new Error(`The download answered ${status}.`);
  return body;
}

async function readSlowly(url: string): Promise<void> {
  const end = Date.now() + slowReaderMs;
  for await (const _chunk of await bodyOf(url)) {
    if (Date.now() > end) return;
    await sleep(sampleEveryMs);
  }
}

/** The most memory that the process held meanwhile, bytes. */
async function peakDuring(api: ApiProcess, work: () => Promise<void>): Promise<number> {
  let peak = 0;
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    peak = Math.max(peak, await api.memory());
    await Promise.race([working.catch(() => {}), sleep(sampleEveryMs)]);
  }
  await working;
  return peak;
}

async function uploadPhotos(api: ApiProcess, photos: number): Promise<string[]> {
  const skus: string[] = [];
  for (let made = 0; made < photos; made += photosPerSku) {
    const sku = `LARGE-${skus.push("")}`;
    skus[skus.length - 1] = sku;
    const count = Math.min(photosPerSku, photos - made);
    const files = await Promise.all(Array.from({ length: count }, (_, index) => makePhoto(made + index)));
    await upload(api, sku, files);
  }
  return skus;
}

/** Uncompressed, no two alike. */
const makePhoto = (number: number): Promise<Buffer> =>
  sharp({ create: { width: photoSide, height: photoSide, channels: 3, background: { r: number % 256, g: number >> 8, b: 99 } } })
    .tiff({ compression: "none" })
    .toBuffer();

async function upload(api: ApiProcess, sku: string, files: readonly Buffer[]): Promise<void> {
  const type = "image/tiff";
  const input = { sku, files: files.map((bytes, index) => ({ name: `${index}.tif`, mimeType: type, bytes: bytes.byteLength })) };
  const { createUploads } = await api.ask("mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url } }", { input });
  for (const [index, { url }] of createUploads.entries()) {
    await fetch(url, { method: "PUT", body: new Uint8Array(files[index] ?? Buffer.alloc(0)), headers: { "content-type": type } });
  }
  const ids = createUploads.map(({ id }: { id: string }) => id);
  const { completeUploads } = await api.ask("mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { failures { message } } }", { ids });
  if (completeUploads.failures.length > 0) throw new Error(completeUploads.failures[0].message);
}
