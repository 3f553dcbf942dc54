// What the pipeline itself costs: items a second with an engine that does nothing, against bare graphile-worker, on an empty and on a full database.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import sharp from "sharp";
import { keys } from "../../server/storage/keys.ts";
import { startWorker } from "../../server/tasks/runner.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import type { Row } from "./batch.ts";
import { type Bed, benchWorkspace, makeBed } from "./bed.ts";

/** Items of one measurement: some seconds. */
const items = 2_000;
/** Measurements of each kind, in turn; the median counts. */
const rounds = 3;
/** Items at once, in both: a worker for remote engines runs more, one for the studio engine fewer. */
const concurrency = 8;
/** Finished items that lie in the tables when growth is measured. */
const finishedItems = 10_000;
/** Milliseconds between looks for the end, which is told by the database's own clock. */
const lookEveryMs = 50;

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;

export async function measureOrchestration(): Promise<Row[]> {
  const bed = await makeBed({ WORKER_CONCURRENCY: String(concurrency) }, doNothing());
  try {
    const empty = await measureRounds(bed);
    await addFinished(bed, finishedItems);
    const full = await measureRounds(bed);
    return [
      ["bare graphile-worker, one UPDATE a job", `${empty.bare.toFixed(0)} jobs/s`],
      ["the pipeline, an engine that does nothing", `${empty.pipeline.toFixed(0)} items/s`],
      ["ratio, pipeline to bare (promised: at least 0.3)", (empty.pipeline / empty.bare).toFixed(2)],
      [`the same with ${finishedItems.toLocaleString("en")} finished items in the tables`, `${full.pipeline.toFixed(0)} items/s`],
      ["ratio, empty to full (promised: at most 1.2)", (empty.pipeline / full.pipeline).toFixed(2)],
    ];
  } finally {
    await bed.close();
  }
}

/** Paints a few pixels of white. */
function doNothing() {
  const engine = scriptedEngine();
  engine.script = async (input) => ({ ...painted(input), costUsd: 0 });
  return engine.engines;
}

async function measureRounds(bed: Bed): Promise<{ bare: number; pipeline: number }> {
  const bare: number[] = [];
  const pipeline: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await bareRate(bed.databaseUrl));
    pipeline.push(await pipelineRate(bed));
  }
  return { bare: median(bare), pipeline: median(pipeline) };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function pipelineRate(bed: Bed): Promise<number> {
  const code = `LOAD-${randomUUID()}`;
  await addPairs(bed, { code, count: items });
  const output = { width: 32, height: 32, format: "JPEG" };
  await bed.ask(submit, { input: { mode: "BATCH", skus: [code], output } });
  const startedAt = performance.now();
  const worker = await startWorker(bed.app, bed.databaseUrl);
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
  // Connections end with the database; the queue asks for a listener.
  pool.on("error", () => {});
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

/** Items that ended long ago, with their jobs, pairs, results and a line of log each, written by SQL. */
async function addFinished({ app }: Bed, count: number): Promise<void> {
  const perSku = 10;
  const perJob = 1_000;
  await app.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`CREATE TEMP TABLE old ON COMMIT DROP AS SELECT n, gen_random_uuid() AS pair, gen_random_uuid() AS image,
        gen_random_uuid() AS made, gen_random_uuid() AS result, gen_random_uuid() AS item FROM generate_series(0, ${count - 1}) n`;
      await tx.$executeRaw`CREATE TEMP TABLE old_sku ON COMMIT DROP AS SELECT n, gen_random_uuid() AS id FROM generate_series(0, ${count / perSku - 1}) n`;
      await tx.$executeRaw`CREATE TEMP TABLE old_job ON COMMIT DROP AS SELECT n, gen_random_uuid() AS id FROM generate_series(0, ${count / perJob - 1}) n`;
      await tx.$executeRaw`INSERT INTO ai_workflow_state (id, workspace, code, title, created_at, updated_at)
        SELECT id, ${benchWorkspace}, 'OLD-' || n, 'Old ' || n, now() - interval '30 days', now() - interval '30 days' FROM old_sku`;
      await tx.$executeRaw`INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash)
        SELECT image, ${benchWorkspace}, 'images/bench/' || image, 'old.jpg', 1600, 1600, 300000, 'image/jpeg', md5(image::text), '' FROM old
        UNION ALL SELECT made, ${benchWorkspace}, 'images/bench/' || made, 'old.jpg', 2200, 2200, 300000, 'image/jpeg', md5(made::text), '' FROM old`;
      await tx.$executeRaw`INSERT INTO ai_image_pair (id, workspace, sku_id, source_id, source_sha256, position, status, updated_at)
        SELECT pair, ${benchWorkspace}, s.id, image, md5(image::text), old.n % ${perSku}, 'APPROVED', now() - interval '30 days'
        FROM old JOIN old_sku s ON s.n = old.n / ${perSku}`;
      await tx.$executeRaw`INSERT INTO ai_job (id, workspace, number, mode, status, total, succeeded, engine, output, created_by, started_at, finished_at)
        SELECT id, ${benchWorkspace}, 1000000 + n, 'BATCH', 'SUCCEEDED', ${perJob}, ${perJob}, 'scripted', '{}', 'bench', now() - interval '30 days',
          now() - interval '30 days' FROM old_job`;
      await tx.$executeRaw`INSERT INTO ai_job_item (id, workspace, job_id, pair_id, position, status, pair_status, attempts, started_at, finished_at)
        SELECT item, ${benchWorkspace}, j.id, pair, old.n % ${perJob}, 'SUCCEEDED', 'WAITING', 1, now() - interval '30 days', now() - interval '30 days'
        FROM old JOIN old_job j ON j.n = old.n / ${perJob}`;
      await tx.$executeRaw`INSERT INTO ai_result (id, workspace, pair_id, image_id, job_item_id, engine, recipe, duration_ms)
        SELECT result, ${benchWorkspace}, pair, made, item, 'scripted', '{}', 1000 FROM old`;
      await tx.$executeRaw`UPDATE ai_image_pair p SET current_result_id = result FROM old WHERE p.id = old.pair`;
    },
    { timeout: 1_800_000, maxWait: 60_000 },
  );
  await app.db.$executeRawUnsafe("ANALYZE");
}
