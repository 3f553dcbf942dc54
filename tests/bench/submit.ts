// Bulk work: jobs of 10,000 photos submitted, paused, resumed, cancelled and retried; 1,000 results approved.
import { encodeId } from "../../server/graphql/ids.ts";
import type { Row } from "./batch.ts";
import { type Bed, benchWorkspace, makeBed, seed } from "./bed.ts";

const photos = 10_000;
const photosPerSku = 5;
const approvals = 1_000;
/** More than a job takes, so that its rows are some among many. */
const skus = 10_000;
/** Runs of each; the median is told. */
const runs = 5;

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id progress { total queued } } }`;
const steer = (name: string): string => `mutation ($id: ID!) { ${name}(id: $id) { id status } }`;
const approve = `mutation ($ids: [ID!]!) { approvePairs(ids: $ids) { pairs { id } failures { message } } }`;

export async function measureSubmit(): Promise<Row[]> {
  const bed = await makeBed();
  try {
    await seed(bed, skus);
    const timer = new Timer();
    for (let run = 0; run < runs; run++) await oneRound(bed, timer);
    return timer.rows();
  } finally {
    await bed.close();
  }
}

async function oneRound(bed: Bed, timer: Timer): Promise<void> {
  const { db } = bed.app;
  const chosen = await db.sku.findMany({
    where: { workspace: benchWorkspace },
    take: photos / photosPerSku,
    orderBy: { code: "asc" },
    include: { pairs: true },
  });
  const batch = { mode: "BATCH", skus: chosen.map(({ code }) => code), includeDone: true };
  const pairs = chosen.flatMap((sku) => sku.pairs.map(({ id }) => encodeId("Pair", id)));
  const { submitJob } = await timer.time(`submitJob BATCH, ${photos} photos`, () => bed.ask(submit, { input: batch }));
  if (submitJob.progress.queued !== photos) throw new Error(`The job has ${submitJob.progress.queued} queued photos, not ${photos}`);
  for (const name of ["pauseJob", "resumeJob", "cancelJob"])
    await timer.time(`${name}, ${photos} photos`, () => bed.ask(steer(name), { id: submitJob.id }));
  const single = await timer.time(`submitJob SINGLE, ${photos} photos`, () => bed.ask(submit, { input: { mode: "SINGLE", pairs } }));
  await failAll(bed);
  await timer.time(`retryJob, ${photos} photos`, () => bed.ask(steer("retryJob"), { id: single.submitJob.id }));
  await bed.ask(steer("cancelJob"), { id: single.submitJob.id });
  const ready = await makeReady(bed);
  const { approvePairs } = await timer.time(`approvePairs, ${approvals} pairs`, () => bed.ask(approve, { ids: ready }));
  if (approvePairs.pairs.length !== approvals) throw new Error(approvePairs.failures[0]?.message);
}

/** Ends what is queued as a worker would whose engine always fails. */
async function failAll({ app: { db } }: Bed): Promise<void> {
  await db.$executeRaw`UPDATE ai_job_item SET status = 'FAILED', finished_at = now() WHERE status = 'QUEUED'`;
  await db.$executeRaw`UPDATE ai_image_pair SET status = 'FAILED' WHERE status = 'QUEUED'`;
  await db.$executeRaw`UPDATE ai_job SET status = 'FAILED', finished_at = now() WHERE status IN ('QUEUED', 'RUNNING')`;
}

/** Pairs that wait for a decision, each with a result. */
async function makeReady({ app: { db } }: Bed): Promise<string[]> {
  return db.$transaction(
    async (tx) => {
      await tx.$executeRaw`CREATE TEMP TABLE made ON COMMIT DROP AS SELECT id AS pair, gen_random_uuid() AS result, gen_random_uuid() AS image
        FROM ai_image_pair WHERE current_result_id IS NULL AND status IN ('WAITING', 'READY', 'FAILED', 'REJECTED', 'APPROVED') LIMIT ${approvals}`;
      await tx.$executeRaw`
        INSERT INTO ai_image (id, workspace, key, name, width, height, bytes, mime_type, sha256, thumbhash)
        SELECT image, ${benchWorkspace}, 'images/bench/' || image, 'result.jpg', 2000, 2000, 300000, 'image/jpeg', md5(image::text), '' FROM made`;
      await tx.$executeRaw`
        INSERT INTO ai_result (id, workspace, pair_id, image_id, engine, recipe, duration_ms)
        SELECT result, ${benchWorkspace}, pair, image, 'studio', '{}', 1000 FROM made`;
      const rows = await tx.$queryRaw<{ id: string }[]>`
        UPDATE ai_image_pair p SET current_result_id = result, status = 'READY' FROM made WHERE p.id = made.pair RETURNING p.id`;
      return rows.map(({ id }) => encodeId("Pair", id));
    },
    { timeout: 60_000 },
  );
}

class Timer {
  readonly #taken = new Map<string, number[]>();

  async time<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const result = await action();
    this.#taken.set(name, [...(this.#taken.get(name) ?? []), performance.now() - startedAt]);
    return result;
  }

  rows(): Row[] {
    return [...this.#taken].map(([name, taken]) => {
      const sorted = taken.toSorted((a, b) => a - b);
      return [name, `median ${(sorted[sorted.length >> 1] ?? 0).toFixed(0)} ms, worst ${(sorted.at(-1) ?? 0).toFixed(0)} ms`] as const;
    });
  }
}
