// Whether worker processes add up: a remote engine that takes a second, and one, two and four workers of 32 runs at once.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { thriftyEnv } from "../../server/allocator.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import type { Row } from "./batch.ts";
import { type Bed, makeBed } from "./bed.ts";
import { addPairs } from "./orchestration.ts";

const workerCounts = [1, 2, 4];
const concurrency = 32;
/** Items for each place in a worker: so many seconds of work. */
const itemsPerPlace = 8;
/** Items for each place that do not count and take no time at the engine: until then a worker reads and compiles what it runs, and not what scales. */
const warmItemsPerPlace = 16;
/** Milliseconds that the engine takes. */
const engineMs = 1_000;
const lookEveryMs = 50;

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;

export async function measureScaling(): Promise<Row[]> {
  // The API knows the engine's name; the workers have the engine that waits.
  const bed = await makeBed({}, scriptedEngine().engines);
  try {
    const rows: Row[] = [];
    let ofOne = 0;
    for (const count of workerCounts) {
      const rate = await rateWith(bed, count);
      ofOne ||= rate;
      const ideal = count * concurrency;
      rows.push([
        `${count} ${count === 1 ? "worker" : "workers"} of ${concurrency} at once`,
        `${rate.toFixed(1)} items/s, ${(rate / ideal).toFixed(2)} of what the engine allows, ${(rate / (ofOne * count)).toFixed(2)} of ${count} times one worker`,
      ]);
    }
    return [...rows, ["promised", "linear within 10 %"]];
  } finally {
    await bed.close();
  }
}

async function rateWith(bed: Bed, count: number): Promise<number> {
  const workers = Array.from({ length: count }, () => startSimulatedWorker(bed));
  try {
    await Promise.all(workers.map((worker) => once(worker.stdout ?? worker, "data")));
    await runBatch(bed, { items: count * concurrency * warmItemsPerPlace, latencyMs: 0 });
    const items = count * concurrency * itemsPerPlace;
    return items / (await runBatch(bed, { items, latencyMs: engineMs }));
  } finally {
    await Promise.all(
      workers.map((worker) => {
        const exited = once(worker, "exit");
        worker.kill("SIGTERM");
        return exited;
      }),
    );
  }
}

/** @returns seconds */
async function runBatch(bed: Bed, { items, latencyMs }: { items: number; latencyMs: number }): Promise<number> {
  const code = `SCALE-${randomUUID()}`;
  await addPairs(bed, { code, count: items });
  const startedAt = performance.now();
  const output = { width: 32, height: 32, format: "JPEG" };
  await bed.ask(submit, { input: { mode: "BATCH", skus: [code], output, options: { latencyMs } } });
  while ((await bed.app.db.job.count({ where: { finishedAt: null } })) > 0) await sleep(lookEveryMs);
  return (performance.now() - startedAt) / 1000;
}

function startSimulatedWorker({ databaseUrl, app: { config } }: Bed): ChildProcess {
  const env = thriftyEnv({
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    DATABASE_URL: databaseUrl,
    DATA_DIR: config.dataDir,
    WORKER_CONCURRENCY: String(concurrency),
  });
  return spawn(process.execPath, [join(import.meta.dirname, "simulated-worker.ts")], { env, stdio: ["ignore", "pipe", "inherit"] });
}
