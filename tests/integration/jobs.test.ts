// A job from its submission to its end, on both stores, through the real queue and worker.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createItemSteps } from "../../server/domain/item-steps.ts";
import { recoverWorkers } from "../../server/domain/worker.ts";
import { EngineError } from "../../server/engines/engine.ts";
import { finishPicture } from "../../server/images/finish.ts";
import type { Sentence } from "../../server/say.ts";
import { usualRunLimits } from "../../server/tasks/bounded-run.ts";
import { processItem } from "../../server/tasks/process-item.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id number status progress { total queued } } }`;
const readJob = `query ($id: ID!) {
  job(id: $id) {
    status startedAt finishedAt
    progress { total queued running succeeded failed cancelled fraction costUsd }
    items { totalCount edges { node { status attempts error stage pair { id status note } result { id engine prompt costUsd confidence warnings placement { x width } image { width height mimeType } } } } }
    logs { edges { node { level message } } }
  }
}`;
const readSku = `query ($code: String!) { sku(code: $code) { status counts { total waiting processing ready failed } pairs { edges { node { id status note result { width } current { id } results { id isCurrent } } } } } }`;
const output = { width: 64, height: 64, format: "JPEG" };

for (const store of ["disk", "s3"] as const) {
  describe(`jobs, store: ${store}`, () => {
    const engine = scriptedEngine();
    let api: TestApi;

    beforeAll(async () => {
      api = await createTestApi({ store, engines: engine.engines });
      await api.startWorker();
    });
    afterAll(() => api.close());

    const ended = (id: string) =>
      until(`job ${id} ends`, async () => {
        const { job } = (await api.as()(readJob, { id })).data;
        return job.finishedAt !== null && job;
      });

    it("runs every waiting photo of a SKU and leaves each with one result", async () => {
      engine.script = async (input) => painted(input);
      await skuWithPhotos(api, "RUN-1", 5);
      const submitted = (await api.as()(submit, { input: { mode: "BATCH", skus: ["RUN-1"], output } })).data.submitJob;
      expect(submitted.progress.total).toBe(5);
      const job = await ended(submitted.id);
      expect(job).toMatchObject({
        status: "SUCCEEDED",
        progress: { total: 5, queued: 0, running: 0, succeeded: 5, failed: 0, fraction: 1, costUsd: 1.25 },
      });
      for (const { node } of job.items.edges) {
        expect(node).toMatchObject({
          status: "SUCCEEDED",
          attempts: 1,
          error: null,
          pair: { status: "READY" },
          result: {
            engine: "scripted",
            confidence: 0.9,
            placement: { x: 1, width: 3 },
            image: { width: 64, height: 64, mimeType: "image/jpeg" },
          },
        });
      }
      expect((await api.as()(readSku, { code: "RUN-1" })).data.sku).toMatchObject({
        status: "REVIEW",
        counts: { total: 5, waiting: 0, processing: 0, ready: 5 },
      });
    });

    it("keeps a result whose warnings were cut in the middle of a character, at the first try", async () => {
      engine.script = async (input) => ({ ...painted(input), warnings: ["cut \ud83d", "nul \0 within"] as Sentence[] });
      await skuWithPhotos(api, "RUN-CUT", 1);
      const submitted = (await api.as()(submit, { input: { mode: "BATCH", skus: ["RUN-CUT"], output } })).data.submitJob;
      const job = await ended(submitted.id);
      expect(job.items.edges[0].node).toMatchObject({
        status: "SUCCEEDED",
        attempts: 1,
        result: { warnings: ["cut \ufffd", "nul  within"] },
      });
    });

    it("fails the photo that the engine refuses, says why, and goes on with the others", async () => {
      const ids = await skuWithPhotos(api, "RUN-2", 3);
      let runs = 0;
      engine.script = async (input) => {
        if (++runs === 2) throw new EngineError("input", "No product found in the photo.");
        return painted(input);
      };
      const { id } = (await api.as()(submit, { input: { mode: "SINGLE", pairs: ids, output } })).data.submitJob;
      const job = await ended(id);
      expect(job).toMatchObject({ status: "PARTIAL", progress: { succeeded: 2, failed: 1 } });
      const failed = job.items.edges.filter(({ node }: { node: { status: string } }) => node.status === "FAILED");
      expect(failed).toHaveLength(1);
      expect(failed[0].node).toMatchObject({
        error: "No product found in the photo.",
        attempts: 1,
        pair: { status: "FAILED", note: "No product found in the photo." },
      });
    });

    it("keeps the earlier picture and its status when a new run fails", async () => {
      engine.script = async (input) => painted(input);
      const ids = await skuWithPhotos(api, "RUN-3", 1);
      const first = (await api.as()(submit, { input: { mode: "SINGLE", pairs: ids, output } })).data.submitJob;
      await ended(first.id);
      const before = (await api.as()(readSku, { code: "RUN-3" })).data.sku.pairs.edges[0].node;
      engine.script = async () => {
        throw new EngineError("lasting", "The key is wrong.");
      };
      const second = (await api.as()(submit, { input: { mode: "BATCH", skus: ["RUN-3"], includeDone: true, output } })).data.submitJob;
      expect(await ended(second.id)).toMatchObject({ status: "FAILED" });
      const after = (await api.as()(readSku, { code: "RUN-3" })).data.sku.pairs.edges[0].node;
      expect(after).toMatchObject({ status: "READY", note: "The key is wrong.", current: before.current });
    });

    it("makes a new result the current one and keeps the earlier in the history", async () => {
      engine.script = async (input) => painted(input);
      const ids = await skuWithPhotos(api, "RUN-4", 1);
      for (let round = 0; round < 2; round++) {
        const { id } = (await api.as()(submit, { input: { mode: "SINGLE", pairs: ids, output } })).data.submitJob;
        await ended(id);
      }
      const { results } = (await api.as()(readSku, { code: "RUN-4" })).data.sku.pairs.edges[0].node;
      expect(results.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([true, false]);
    });
  });
}

describe("jobs", () => {
  const engine = scriptedEngine();
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ engines: engine.engines });
  });
  afterAll(() => api.close());

  const submitBatch = async (sku: string, more: Record<string, unknown> = {}) =>
    api.as()(submit, { input: { mode: "BATCH", skus: [sku], output, ...more } });

  it("tries again after a passing fault, and counts the starts", async () => {
    const worker = await api.startWorker();
    const ids = await skuWithPhotos(api, "TRY-1", 1);
    let runs = 0;
    engine.script = async (input) => {
      if (++runs < 3) throw new EngineError("passing", "Too many requests.", { retryAfterMs: 10 });
      return painted(input);
    };
    const { id } = (await api.as()(submit, { input: { mode: "SINGLE", pairs: ids, output } })).data.submitJob;
    const job = await until("the job ends", async () => {
      const read = (await api.as()(readJob, { id })).data.job;
      return read.finishedAt !== null && read;
    });
    expect(job).toMatchObject({ status: "SUCCEEDED", items: { edges: [{ node: { attempts: 3, error: null } }] } });
    await worker.stop();
  });

  it("cancels queued photos at once and running ones within two seconds, and gives them their earlier status back", async () => {
    const worker = await api.startWorker();
    await skuWithPhotos(api, "CAN-1", 6);
    let started = 0;
    let aborted = 0;
    engine.script = ({ signal }) =>
      new Promise((_resolve, reject) => {
        started++;
        signal.addEventListener("abort", () => {
          aborted++;
          reject(signal.reason);
        });
      });
    const { id } = (await submitBatch("CAN-1")).data.submitJob;
    await until("the engine runs two photos", async () => started === 2);
    expect((await api.as()(readJob, { id })).data.job.progress).toMatchObject({ running: 2, queued: 4 });
    const cancelled = await api.as()(`mutation ($id: ID!) { cancelJob(id: $id) { status progress { cancelled running queued } } }`, { id });
    expect(cancelled.data.cancelJob).toMatchObject({ status: "CANCELLED", progress: { cancelled: 6, running: 0, queued: 0 } });
    const at = Date.now();
    await until("both engines heard of it", async () => aborted === 2);
    expect(Date.now() - at).toBeLessThan(2_000);
    expect((await api.as()(readSku, { code: "CAN-1" })).data.sku).toMatchObject({
      status: "PENDING",
      counts: { waiting: 6, processing: 0 },
    });
    const again = await api.as()(`mutation ($id: ID!) { cancelJob(id: $id) { status progress { cancelled } } }`, { id });
    expect(again.data.cancelJob).toEqual({ status: "CANCELLED", progress: { cancelled: 6 } });
    await worker.stop();
  });

  it("keeps the picture of a result whose commit stood although its answer was lost", async () => {
    engine.script = async (input) => painted(input);
    const [pairId] = await skuWithPhotos(api, "LOST-1", 1);
    await api.as()(submit, { input: { mode: "SINGLE", pairs: [pairId], output } });
    const { id: itemId } = await api.app.db.jobItem.findFirstOrThrow({ where: { pair: { sku: { code: "LOST-1" } } } });
    let lost = 0;
    const losing = async (words: TemplateStringsArray, ...values: unknown[]): Promise<unknown> => {
      const answer = await api.app.db.$queryRaw(words, ...values);
      const committed = await api.app.db.result.count({ where: { jobItemId: itemId } });
      if (committed > 0 && lost++ === 0) throw new Error("Connection terminated unexpectedly");
      return answer;
    };
    const db = new Proxy(api.app.db, { get: (target, name) => (name === "$queryRaw" ? losing : Reflect.get(target, name)) });
    const app = { ...api.app, db };
    const steps = createItemSteps(app, crypto.randomUUID());
    await processItem(app, {
      steps,
      itemId,
      limits: usualRunLimits,
      finishPicture,
      signal: new AbortController().signal,
      onClaim: () => {},
      onStoreAway: () => {},
      onMade: () => {},
    });
    expect(lost).toBeGreaterThan(0);
    const [{ node }] = (await api.as()(`{ sku(code: "LOST-1") { pairs { edges { node { status result { url } } } } } }`)).data.sku.pairs
      .edges;
    expect(node.status).toBe("READY");
    expect((await api.fetch(new Request(node.result.url))).status).toBe(200);
  });

  it("runs a dead worker's photo again, and gives up on one that takes workers down three times", async () => {
    engine.script = () => new Promise(() => {});
    const [pairId] = await skuWithPhotos(api, "DIE-1", 1);
    const { id } = (await api.as()(submit, { input: { mode: "SINGLE", pairs: [pairId], output } })).data.submitJob;
    for (let death = 1; death <= 3; death++) {
      // A worker that claimed the item and was never heard of again.
      await api.app.db.jobItem.updateMany({
        where: { pair: { sku: { code: "DIE-1" } } },
        data: { status: "RUNNING", workerId: crypto.randomUUID() },
      });
      expect(await recoverWorkers(api.app)).toBe(1);
      const { items } = (await api.as()(readJob, { id })).data.job;
      expect(items.edges[0].node.status).toBe(death < 3 ? "QUEUED" : "FAILED");
    }
    const job = (await api.as()(readJob, { id })).data.job;
    expect(job.status).toBe("FAILED");
    expect(job.items.edges[0].node.error).toContain("died 3 times");
  });

  it("refuses a second run of a photo that is in one, as CONFLICT, also when both are sent at once", async () => {
    await skuWithPhotos(api, "TWO-1", 3);
    const answers = await Promise.all([submitBatch("TWO-1"), submitBatch("TWO-1"), submitBatch("TWO-1")]);
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "done").toSorted();
    expect(codes.filter((code) => code === "done")).toHaveLength(1);
    // The losers find nothing waiting, or the photos taken: never a second run.
    expect(codes.filter((code) => code === "CONFLICT" || code === "BAD_USER_INPUT")).toHaveLength(2);
    const pairs = (await api.as()(readSku, { code: "TWO-1" })).data.sku.pairs.edges.map(({ node }: { node: { id: string } }) => node.id);
    const single = await api.as()(submit, { input: { mode: "SINGLE", pairs, output } });
    expect(single.errors?.[0]?.extensions.code).toBe("CONFLICT");
  });

  it("answers the same idempotency key with the first job, also when both are sent at once", async () => {
    await skuWithPhotos(api, "KEY-1", 2);
    const answers = await Promise.all([1, 2, 3].map(() => submitBatch("KEY-1", { idempotencyKey: "once" })));
    const numbers = answers.map(({ data }) => data.submitJob.number);
    expect(new Set(numbers).size).toBe(1);
  });

  it("numbers jobs without gaps or doubles, however many are submitted at once", async () => {
    const codes = Array.from({ length: 8 }, (_, index) => `NUM-${index}`);
    for (const code of codes) await skuWithPhotos(api, code, 1);
    const numbers = (await Promise.all(codes.map((code) => submitBatch(code)))).map(({ data }) => data.submitJob.number as number);
    const sorted = numbers.toSorted((a, b) => a - b);
    expect(sorted.at(-1)).toBe((sorted[0] ?? 0) + 7);
    expect(new Set(numbers).size).toBe(8);
  });

  it.each([
    ["a BATCH without SKUs", { mode: "BATCH" }, "BAD_USER_INPUT", "skus is empty"],
    ["an unknown SKU", { mode: "BATCH", skus: ["NOPE"] }, "NOT_FOUND", "NOPE"],
    ["an unknown pair", { mode: "SINGLE", pairs: ["UGFpcjpub3BlCg=="] }, "NOT_FOUND", "pair"],
    ["a CUSTOM run without a prompt", { mode: "CUSTOM", pairs: ["x"] }, "BAD_USER_INPUT", "prompt is empty"],
    ["a variable that nothing fills in", { mode: "CUSTOM", pairs: ["x"], prompt: "on {{sku.nope}}" }, "BAD_USER_INPUT", "{{sku.nope}}"],
    ["a prompt that no text can hold", { mode: "CUSTOM", pairs: ["x"], prompt: "a\0b" }, "BAD_USER_INPUT", "prompt holds"],
    ["an unknown engine", { mode: "BATCH", skus: ["X"], engine: "magic" }, "BAD_USER_INPUT", "scripted"],
    ["an unknown model", { mode: "BATCH", skus: ["X"], model: "three" }, "BAD_USER_INPUT", "one, two"],
    ["an unknown preset", { mode: "BATCH", skus: ["X"], output: { preset: "bazaar" } }, "BAD_USER_INPUT", "square-master"],
    ["a width that is none", { mode: "BATCH", skus: ["X"], output: { width: 0 } }, "BAD_USER_INPUT", "output.width"],
    ["an unknown template", { mode: "BATCH", skus: ["NUM-0"], template: "x", includeDone: true }, "NOT_FOUND", "template"],
  ])("refuses %s and says what would be right", async (_case, input, code, words) => {
    const { errors } = await api.as()(submit, { input });
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect(errors?.[0]?.message).toContain(words);
  });

  it("refuses a run with nothing to do, with the reason", async () => {
    await api.as()(`mutation { createSku(input: { code: "EMPTY-1" }) { id } }`);
    const empty = await submitBatch("EMPTY-1");
    expect(empty.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("no photos yet") });
  });

  it("lets a REVIEWER run nothing", async () => {
    const { errors } = await api.as({ role: "REVIEWER" })(submit, { input: { mode: "BATCH", skus: ["NUM-0"] } });
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});
