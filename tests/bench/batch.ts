// A batch through the whole product: how fast it goes against the bare engine, and how quick the API stays meanwhile.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { readDemoCatalog } from "../../demo/catalog.ts";
import { createEngines } from "../../server/engines/registry.ts";
import { encodePicture } from "../../server/images/encode.ts";
import { whiteRecipe } from "../../server/images/picture.ts";
import { defaultOutput } from "../../server/images/presets.ts";
import { verifyEncoded } from "../../server/images/verify.ts";
import { createLog } from "../../server/log.ts";
import { type Product, startProduct } from "../e2e/product.ts";

export type Row = readonly [name: string, value: string];

/** Milliseconds between two questions: as a page that somebody clicks through, not as a load test. */
const askEveryMs = 20;
const idleQuestions = 200;
/** Photos that the bare engine runs: enough for a steady rate. */
const bareShare = 0.2;

export async function measureBatch(photos: number): Promise<Row[]> {
  const files = await makePhotos(photos);
  const dataDir = await mkdtemp(join(tmpdir(), "studio-bench-"));
  const bare = await bareRate(files.slice(0, Math.max(8, Math.round(photos * bareShare))));
  const product = await startProduct(dataDir);
  try {
    const ask = asker(product, await product.apiKey());
    await uploadAll(ask, files);
    const idle = await latencies(ask, async () => false, idleQuestions);
    const startedAt = performance.now();
    const { submitJob } = await ask(`mutation { submitJob(input: { mode: BATCH, skus: ["BENCH"] }) { id } }`);
    let ended = false;
    const watching = watch(ask, submitJob.id).finally(() => {
      ended = true;
    });
    const busy = await latencies(ask, async () => ended);
    const done = await watching;
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = photos / seconds;
    return [
      [`{ viewer { userId } } idle, n=${idle.length}`, spread(idle)],
      [`{ viewer { userId } } during a batch of ${photos}, n=${busy.length}`, spread(busy)],
      ["photos done / failed", `${done.succeeded} / ${done.failed}`],
      ["batch through the API", `${rate.toFixed(2)} photos/s (${seconds.toFixed(1)} s)`],
      ["bare engine, same cores", `${bare.toFixed(2)} photos/s`],
      ["ratio, batch to bare engine", (rate / bare).toFixed(2)],
    ];
  } finally {
    await product.interrupt();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The demo's photos at 1200 px, each re-encoded with a mark of its own, so that no two are the same file. */
async function makePhotos(count: number): Promise<Buffer[]> {
  const originals = (await readDemoCatalog()).flatMap(({ photos }) => photos);
  const files: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const { path } = originals[index % originals.length] ?? { path: "" };
    const mark = await sharp({ create: { width: 2, height: 2, channels: 3, background: { r: index % 256, g: index >> 8, b: 90 } } })
      .png()
      .toBuffer();
    files.push(
      await sharp(await readFile(path))
        .resize(1200)
        .composite([{ input: mark, left: 0, top: 0 }])
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }
  return files;
}

/** Engine, encoding and verification alone, as many at once as a worker runs. @returns photos a second */
async function bareRate(files: readonly Buffer[]): Promise<number> {
  const concurrency = availableParallelism();
  const engines = createEngines({ studioModel: undefined, concurrency }, createLog("warn"));
  const engine = engines.default;
  const run = async (source: Buffer): Promise<void> => {
    const options = engine.parseOptions({});
    const output = defaultOutput;
    const signal = new AbortController().signal;
    const made = await engine
      .run({ source, prompt: null, recipe: whiteRecipe, model: null, options, output, signal, onStage: () => {} })
      .catch(() => null);
    if (made !== null) await verifyEncoded((await encodePicture(made.picture, output)).data, output, whiteRecipe);
  };
  // The first photos load the model; what is measured is the rate after that.
  await Promise.all(files.slice(0, concurrency).map(run));
  const queue = [...files];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let file = queue.pop(); file !== undefined; file = queue.pop()) await run(file);
    }),
  );
  const rate = files.length / ((performance.now() - startedAt) / 1000);
  await engines.close();
  return rate;
}

// biome-ignore lint/suspicious/noExplicitAny: a bench reads answers as they come
type Ask = (query: string, variables?: Record<string, unknown>) => Promise<any>;

const asker =
  (product: Product, key: string): Ask =>
  async (query, variables = {}) => {
    const response = await fetch(`${product.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
    if (errors) throw new Error(errors[0]?.message);
    return data;
  };

async function uploadAll(ask: Ask, files: readonly Buffer[]): Promise<void> {
  for (let start = 0; start < files.length; start += 50) {
    const part = files.slice(start, start + 50);
    const input = {
      sku: "BENCH",
      files: part.map((bytes, index) => ({ name: `${start + index}.jpg`, mimeType: "image/jpeg", bytes: bytes.byteLength })),
    };
    const { createUploads } = await ask(`mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url } }`, { input });
    for (const [index, { url }] of createUploads.entries()) {
      await fetch(url, { method: "PUT", body: new Uint8Array(part[index] ?? Buffer.alloc(0)), headers: { "content-type": "image/jpeg" } });
    }
    const ids = createUploads.map(({ id }: { id: string }) => id);
    const { completeUploads } = await ask(`mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { failures { message } } }`, { ids });
    if (completeUploads.failures.length > 0) throw new Error(completeUploads.failures[0].message);
  }
}

async function watch(ask: Ask, id: string): Promise<{ succeeded: number; failed: number }> {
  for (;;) {
    const { job } = await ask(`query ($id: ID!) { job(id: $id) { finishedAt progress { succeeded failed } } }`, { id });
    if (job.finishedAt !== null) return job.progress;
    await sleep(250);
  }
}

/** Milliseconds of each answer, asked one after the other until `isOver`. */
async function latencies(ask: Ask, isOver: () => Promise<boolean>, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < most && !(await isOver())) {
    const at = performance.now();
    await ask("{ viewer { userId } }");
    taken.push(performance.now() - at);
    await sleep(askEveryMs);
  }
  return taken.toSorted((a, b) => a - b);
}

const spread = (sorted: readonly number[]): string =>
  [0.5, 0.95, 0.99, 1]
    .map((share) => `p${share * 100} ${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)} ms`)
    .join(", ");
