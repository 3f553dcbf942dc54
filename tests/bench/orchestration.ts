// What the pipeline itself costs: items a second with an engine that does nothing, against bare graphile-worker, on an empty and on a full database.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import sharp from "sharp";
import type { EngineOutput } from "../../server/engines/engine.ts";
import { type Finished, type FinishPicture, finishPicture } from "../../server/images/finish.ts";
import { keys } from "../../server/storage/keys.ts";
import { startWorker } from "../../server/tasks/runner.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import type { Row } from "./batch.ts";
import { type Bed, benchWorkspace, makeBed } from "./bed.ts";
import { addFinished } from "./finished-items.ts";

/** Items of one measurement: some seconds. */
const items = 2_000;
/** Measurements of each kind, in turn; the median counts. */
const rounds = 3;
/** Items at once, in both: what a worker for remote engines runs. One for the studio engine runs a few, and waits for its pixels. */
const concurrency = 32;
/** Finished items that lie in the tables when growth is measured: some years of a large seller's. */
const finishedItems = 1_000_000;
/** Milliseconds between looks for the end, which is told by the database's own clock. */
const lookEveryMs = 50;

const output = { width: 32, height: 32, format: "JPEG" } as const;

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;

export async function measureOrchestration(): Promise<Row[]> {
  const bed = await makeBed({ WORKER_CONCURRENCY: String(concurrency) }, doNothing());
  try {
    const empty = await measureRounds(bed);
    await addFinished(bed, finishedItems);
    const full = await measureRounds(bed);
    return [
      ["bare graphile-worker, one UPDATE a job", `${empty.bare.toFixed(0)} jobs/s`],
      ["the pipeline, an engine that does nothing, a file that is ready", `${empty.pipeline.toFixed(0)} items/s`],
      ["ratio, pipeline to bare (promised: at least 0.3)", (empty.pipeline / empty.bare).toFixed(2)],
      ["the same where each picture is encoded, decoded again and described", `${empty.withPixels.toFixed(0)} items/s`],
      ["ratio of that to bare", (empty.withPixels / empty.bare).toFixed(2)],
      [`the same with ${finishedItems.toLocaleString("en")} finished items in the tables`, `${full.pipeline.toFixed(0)} items/s`],
      ["ratio, empty to full (promised: at most 1.2)", (empty.pipeline / full.pipeline).toFixed(2)],
    ];
  } finally {
    await bed.close();
  }
}

/** Hands over the same few pixels each time, in memory of their own, for whoever gets them gives that back. */
function doNothing() {
  const engine = scriptedEngine();
  const nothing: EngineOutput = { ...painted({ output }), costUsd: 0 };
  engine.script = async () => ({ ...nothing, picture: { ...nothing.picture, data: Buffer.from(nothing.picture.data) } });
  return engine.engines;
}

/** Rates a second. */
interface Rates {
  readonly bare: number;
  /** Without what pixels cost, which is the engines' side of things: they are libvips' work, and grow with the picture. */
  readonly pipeline: number;
  readonly withPixels: number;
}

async function measureRounds(bed: Bed): Promise<Rates> {
  const bare: number[] = [];
  const pipeline: number[] = [];
  const withPixels: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await bareRate(bed.databaseUrl));
    pipeline.push(await pipelineRate(bed, readyFile()));
    withPixels.push(await pipelineRate(bed, finishPicture));
  }
  return { bare: median(bare), pipeline: median(pipeline), withPixels: median(withPixels) };
}

/** Finishes the first picture, and hands the same file over for all others, which are the same. */
function readyFile(): FinishPicture {
  let first: Promise<Finished> | undefined;
  return async (picture, finishing) => {
    first ??= finishPicture(picture, finishing);
    const file = await first;
    return { ...file, data: Buffer.from(file.data) };
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function pipelineRate(bed: Bed, finish: FinishPicture): Promise<number> {
  const code = `LOAD-${randomUUID()}`;
  await addPairs(bed, { code, count: items });
  await bed.ask(submit, { input: { mode: "BATCH", skus: [code], output } });
  const startedAt = performance.now();
  const worker = await startWorker(bed.app, bed.databaseUrl, { finish });
  while ((await bed.app.db.job.count({ where: { finishedAt: null } })) > 0) await sleep(lookEveryMs);
  const seconds = (performance.now() - startedAt) / 1000;
  await worker.stop();
  const failed = await bed.app.db.jobItem.count({ where: { status: "FAILED" } });
  if (failed > 0) throw new Error(`${failed} items failed: what was measured is not what was meant`);
  return items / seconds;
}

/** A queue of its own in the same database, as many tasks at once, each with one UPDATE of a row of its own. */
async function bareRate(databaseUrl: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: concurrency + 2 });
  // Connections end with the database; the queue asks for listeners.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const logger = new Logger(() => () => {});
  await pool.query(`DROP TABLE IF EXISTS bench_bare; CREATE TABLE bench_bare AS SELECT n AS id, 0 AS done FROM generate_series(1, ${items}) n;
    ALTER TABLE bench_bare ADD PRIMARY KEY (id); DROP SCHEMA IF EXISTS bench_queue CASCADE`);
  const utils = await makeWorkerUtils({ pgPool: pool, schema: "bench_queue", logger });
  await utils.migrate();
  await utils.withPgClient((client) =>
    client.query(
      `SELECT bench_queue.add_job('bare', json_build_object('id', n), job_key := 'bare:' || n) FROM generate_series(1, $1::int) n`,
      [items],
    ),
  );
  let done = 0;
  const all = Promise.withResolvers<void>();
  const startedAt = performance.now();
  const runner = await run({
    pgPool: pool,
    schema: "bench_queue",
    concurrency,
    logger,
    noHandleSignals: true,
    // As the pipeline's own queue has it: see server/tasks/queue-runner.ts.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    taskList: {
      bare: async (payload, { withPgClient }) => {
        await withPgClient((client) =>
          client.query("UPDATE bench_bare SET done = done + 1 WHERE id = $1", [(payload as { id: number }).id]),
        );
        if (++done === items) all.resolve();
      },
    },
  });
  await all.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  await runner.stop();
  await utils.release();
  await pool.end();
  return items / seconds;
}

/** One SKU with so many pairs that wait; their photos are one small file under many names. */
export async function addPairs({ app }: Bed, { code, count }: { code: string; count: number }): Promise<void> {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#a0b0c0" } })
    .jpeg()
    .toBuffer();
  const sku = randomUUID();
  const ids = Array.from({ length: count }, () => randomUUID());
  await Promise.all(ids.map((id) => app.store.put(keys.image(benchWorkspace, id, "image/jpeg"), bytes, { contentType: "image/jpeg" })));
  await app.db.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO ai_workflow_state (id, workspace, code, title, created_at, updated_at)
      VALUES (${sku}::uuid, ${benchWorkspace}, ${code}, ${code}, now(), now())`;
    await tx.image.createMany({
      data: ids.map((id) => ({
        id,
        workspace: benchWorkspace,
        key: keys.image(benchWorkspace, id, "image/jpeg"),
        name: "photo.jpg",
        width: 64,
        height: 64,
        bytes: bytes.byteLength,
        mimeType: "image/jpeg",
        sha256: id,
        thumbhash: "",
      })),
    });
    await tx.pair.createMany({
      data: ids.map((id, position) => ({ workspace: benchWorkspace, skuId: sku, sourceId: id, sourceSha256: id, position })),
    });
  });
}
