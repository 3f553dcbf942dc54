// Pictures by signed link: scaled for the first time against bare sharp, and from what is kept against a static file server.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, get } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { readDemoCatalog } from "../../demo/catalog.ts";
import { keys } from "../../server/storage/keys.ts";
import { startApiProcess } from "../testkit/api-process.ts";
import type { Row } from "./batch.ts";
import { type Bed, benchApiKey, benchWorkspace, makeBed } from "./bed.ts";

/**
 * Photos that are scaled in a round: as many for sharp as for the API, in turn. Enough for more than a second: at the end of a round, when no more
 * is asked, cores are idle.
 */
const photos = 180;
/** Pixels on the longer side of a photo, and the width that is asked for in the first round: a tile of the grid on a dense screen. Each round asks for a pixel more. */
const photoSide = 1600;
const width = 480;
/** Requests for kept copies, and how many different ones: some pages of tiles. */
const warmRequests = 6_000;
const warmCopies = 120;
/** Requests at once, as a page of tiles makes them. */
const atOnce = 8;
const rounds = 5;
/** Rounds before, which are told apart: an API that has just started compiles its own code while it serves. */
const roundsBefore = 1;

export async function measurePictures(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "studio-bench-"));
  const bed = await makeBed({ DATA_DIR: dataDir });
  const api = await startApiProcess(dataDir, bed.databaseUrl, { env: { RATE_LIMIT_PER_MINUTE: "0" } });
  try {
    const files = await makePhotos(photos);
    await addPhotos(bed, files);
    const cold: number[] = [];
    const bare: number[] = [];
    const started: number[] = [];
    for (let round = -roundsBefore; round < rounds; round++) {
      const side = width + roundsBefore + round;
      const urls = await linksOf(api.url, side);
      const rate = { bare: await rateOf(files, (file) => scaleBare(file, side)), cold: await rateOf(urls, fetchAll()) };
      if (round < 0) started.push(rate.cold / rate.bare);
      else {
        bare.push(rate.bare);
        cold.push(rate.cold);
      }
    }
    const warm = await compareWarm(dataDir, (await linksOf(api.url, width)).slice(0, warmCopies));
    return [
      [`bare sharp, ${photoSide} to ${width} pixels`, `${median(bare).toFixed(0)} pictures/s`],
      ["/images, scaled for the first time", `${median(cold).toFixed(0)} pictures/s`],
      ["ratio (promised: at least 0.8)", (median(cold) / median(bare)).toFixed(2)],
      [`ratio of the first ${photos} after its start`, median(started).toFixed(2)],
      ["a static file server, the same bytes", `${median(warm.files).toFixed(0)} pictures/s`],
      ["/images, from what is kept", `${median(warm.ours).toFixed(0)} pictures/s`],
      ["ratio (promised: at least 0.5)", (median(warm.ours) / median(warm.files)).toFixed(2)],
    ];
  } finally {
    await api.stop();
    await bed.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function compareWarm(dataDir: string, urls: readonly string[]): Promise<{ ours: number[]; files: number[] }> {
  const folder = join(dataDir, "static");
  await mkdir(folder);
  for (const [index, url] of urls.entries()) await writeFile(join(folder, `${index}.webp`), await bytesOf(url));
  const server = spawn(process.execPath, [join(import.meta.dirname, "static-server.ts"), folder], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
    const base = `http://127.0.0.1:${/\d+/.exec(line)?.[0]}`;
    const often = <T>(list: readonly T[]): T[] =>
      Array.from({ length: warmRequests / rounds }, (_, index) => list[index % list.length] as T);
    const ours: number[] = [];
    const files: number[] = [];
    for (let round = 0; round < rounds; round++) {
      files.push(await rateOf(often(urls.map((_, index) => `${base}/${index}.webp`)), fetchAll()));
      ours.push(await rateOf(often(urls), fetchAll()));
    }
    return { ours, files };
  } finally {
    server.kill();
    await once(server, "exit");
  }
}

/** What a copy takes without anything around it, encoded as ours are. */
const scaleBare = (file: Buffer, side: number): Promise<unknown> =>
  sharp(file).rotate().resize(side).webp({ quality: 82, effort: 2 }).toBuffer();

/** Connections that stay open, as a browser's do. */
function fetchAll(): (url: string) => Promise<unknown> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  return (url) => bytesOf(url, agent);
}

function bytesOf(url: string, agent?: Agent): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  get(url, { agent }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () =>
      response.statusCode === 200 ? resolve(Buffer.concat(chunks)) : reject(new Error(`${url} answers ${response.statusCode}`)),
    );
  }).on("error", reject);
  return promise;
}

/** Tasks a second. */
async function rateOf<T>(tasks: readonly T[], run: (task: T) => Promise<unknown>): Promise<number> {
  const queue = tasks.values();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: Math.max(atOnce, availableParallelism()) }, async () => {
      for (const task of queue) await run(task);
    }),
  );
  return tasks.length / ((performance.now() - startedAt) / 1000);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** The demo's photos, over and over. */
async function makePhotos(count: number): Promise<Buffer[]> {
  const files: Buffer[] = [];
  for (const { path } of (await readDemoCatalog()).flatMap((product) => product.photos)) {
    files.push(
      await sharp(await readFile(path))
        .resize(photoSide, photoSide, { fit: "inside" })
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }
  return Array.from({ length: count }, (_, index) => files[index % files.length] ?? Buffer.alloc(0));
}

async function addPhotos({ app }: Bed, files: readonly Buffer[]): Promise<void> {
  const sku = await app.db.sku.create({ data: { workspace: benchWorkspace, code: "PICTURES" } });
  for (const [position, data] of files.entries()) {
    const id = randomUUID();
    const key = keys.image(benchWorkspace, id, "image/jpeg");
    await app.store.put(key, data, { contentType: "image/jpeg" });
    const info = { width: photoSide, height: photoSide, bytes: data.length, mimeType: "image/jpeg", sha256: id, thumbhash: "" };
    await app.db.image.create({ data: { id, workspace: benchWorkspace, key, name: `${position}.jpg`, ...info } });
    await app.db.pair.create({ data: { workspace: benchWorkspace, skuId: sku.id, sourceId: id, sourceSha256: id, position } });
  }
}

async function linksOf(url: string, side: number): Promise<string[]> {
  const query = `query ($width: Int!) { sku(code: "PICTURES") { pairs(first: ${photos}) { edges { node { source { url(width: $width, format: WEBP) } } } } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${benchApiKey}` },
    body: JSON.stringify({ query, variables: { width: side } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { sku: { pairs: { edges: { node: { source: { url: string } } }[] } } };
    errors?: { message: string }[];
  };
  if (data === undefined) throw new Error(errors?.[0]?.message);
  return data.sku.pairs.edges.map(({ node }) => node.source.url.replace(/^https?:\/\/[^/]+/, url));
}
