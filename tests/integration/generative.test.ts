// Jobs with a generative engine through the real queue, against a local server that speaks the provider's format.
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { skuWithPhotos, upload } from "../testkit/photos.ts";
import { type Behaviour, type ProviderServer, startProviders, testKey } from "../testkit/providers.ts";
import { until } from "../testkit/until.ts";

const output = { width: 128, height: 96, format: "WEBP" };
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const readJob = `query ($id: ID!) { job(id: $id) { status finishedAt
  progress { queued running succeeded failed costUsd }
  items { edges { node { status attempts error pair { status note } result { engine model prompt costUsd upscaled placement { x } image { url width height mimeType } } } } }
  logs { edges { node { level message } } } } }`;
const limits = { gemini: { concurrency: 2, requestsPerMinute: 1000 }, fal: { concurrency: 1000, requestsPerMinute: 3 } };

/** Milliseconds: each picture is compared with its source, which takes seconds on a machine that runs other things too. */
const patienceMs = 60_000;

describe("generative engines in the queue", { timeout: 90_000 }, () => {
  let providers: ProviderServer;
  let api: TestApi;

  beforeAll(async () => {
    providers = await startProviders();
    api = await createTestApi({ env: { ...providers.env, REPLICATE_API_TOKEN: "", ENGINE_LIMITS: JSON.stringify(limits) } });
    await api.startWorker();
    await api.startWorker();
  });
  afterAll(async () => {
    await api.close();
    await providers.close();
  });
  beforeEach(() => providers.reset());

  const run = async (input: Record<string, unknown>): Promise<string> => {
    const answer = await api.as()(submit, { input: { mode: "CUSTOM", engine: "gemini", output, ...input } });
    expect(answer.errors).toBeUndefined();
    return answer.data.submitJob.id;
  };
  const read = async (id: string) => (await api.as()(readJob, { id })).data.job;
  const ended = (id: string) =>
    until(
      `job ${id} ends`,
      async () => {
        const job = await read(id);
        return job.finishedAt !== null && job;
      },
      patienceMs,
    );

  it("are listed after the studio engine, with what is missing where a key is", async () => {
    const { engines } = (await api.as()("{ engines { name available unavailableReason models acceptsMask } }")).data;
    expect(engines.map(({ name }: { name: string }) => name)).toEqual([
      "studio",
      "gemini",
      "openai",
      "fal",
      "replicate",
      "openai-compatible",
    ]);
    expect(engines[1]).toMatchObject({ available: true, unavailableReason: null, acceptsMask: false });
    expect(engines[1].models[0]).toBe("gemini-2.5-flash-image");
    expect(engines[4]).toMatchObject({ available: false, unavailableReason: expect.stringContaining("REPLICATE_API_TOKEN") });
    const [pair] = await skuWithPhotos(api, "GEN-0", 1);
    const refused = await api.as()(submit, { input: { mode: "CUSTOM", engine: "replicate", pairs: [pair], prompt: "x" } });
    expect(refused.errors?.[0]?.extensions.code).toBe("ENGINE_UNAVAILABLE");
  });

  it("keep what was sent, what it cost and what made it, after a 429 was waited out", async () => {
    const pairs = await skuWithPhotos(api, "GEN-1", 1);
    let asked = 0;
    const askedAt: number[] = [];
    providers.behave = () => {
      askedAt.push(performance.now());
      return ++asked === 1 ? { kind: "error", status: 429, message: "Slow down", headers: { "retry-after": "1" } } : { kind: "picture" };
    };
    const job = await ended(await run({ pairs, prompt: "{{sku.code}} on white" }));
    expect(job).toMatchObject({ status: "SUCCEEDED", progress: { costUsd: 0.039 } });
    const [{ node }] = job.items.edges;
    expect(node).toMatchObject({
      attempts: 2,
      result: { engine: "gemini", model: "gemini-2.5-flash-image", prompt: "GEN-1 on white", costUsd: 0.039, placement: null },
    });
    expect(node.result.image).toMatchObject({ width: 128, height: 96, mimeType: "image/webp" });
    expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThan(950);
    expect(JSON.stringify(job.logs)).toContain("Slow down");
    const file = Buffer.from(await (await api.fetch(new Request(node.result.image.url))).arrayBuffer());
    expect((await sharp(file).metadata()).xmpAsString ?? "no XMP").toContain("trainedAlgorithmicMedia");
    const edit = `mutation ($input: EditImageInput!) { editImage(input: $input) { current { engine image { url } } } }`;
    const { current } = (await api.as()(edit, { input: { pair: pairs[0], operations: [{ rotate: 90 }] } })).data.editImage;
    const edited = Buffer.from(await (await api.fetch(new Request(current.image.url))).arrayBuffer());
    expect((await sharp(edited).metadata()).xmpAsString ?? "no XMP").toContain("trainedAlgorithmicMedia");
  });

  it("tell how much of the product is as in the photo, in later edits too; the studio, which alters nothing, tells nothing", async () => {
    const fixture = (name: string): Buffer => readFileSync(new URL(`../../server/engines/studio/fixtures/${name}`, import.meta.url));
    const { pairs } = await upload(api, "FID-1", [{ name: "mug.jpg", bytes: fixture("mug-001-01.jpg") }]);
    const [{ id: pair }] = pairs;
    const readPair = `query ($id: ID!) { node(id: $id) { ... on Pair { current { engine fidelity warnings } } } }`;
    const made = async (input: object) => {
      expect(
        await ended(await run({ pairs: [pair], prompt: "x", output: { width: 400, height: 400, format: "JPEG" }, ...input })),
      ).toMatchObject({
        status: "SUCCEEDED",
      });
      return (await api.as()(readPair, { id: pair })).data.node.current;
    };
    providers.behave = () => ({ kind: "picture", bytes: fixture("mug-001-01.jpg") });
    const same = await made({});
    expect(same.fidelity).toBeGreaterThan(0.9);
    expect(same.warnings.join()).not.toContain("may have changed");
    providers.behave = () => ({ kind: "picture", bytes: fixture("bag-004-02.jpg") });
    const other = await made({});
    expect(other.fidelity).toBeLessThan(0.5);
    expect(other.warnings.join()).toContain(
      `shape, colours and details or texts: it matches the photo to ${Math.round(100 * other.fidelity)} %`,
    );
    const edit = `mutation ($input: EditImageInput!) { editImage(input: $input) { current { engine fidelity } } }`;
    const edited = (await api.as()(edit, { input: { pair, operations: [{ flip: "HORIZONTAL" }] } })).data.editImage.current;
    expect(edited).toEqual({ engine: "edit", fidelity: other.fidelity });
    expect(await made({ engine: "studio" })).toMatchObject({ engine: "studio", fidelity: null });
  });

  it("store the instruction that was made from the recipe where there was no prompt", async () => {
    await skuWithPhotos(api, "GEN-2", 1);
    const job = await ended(await run({ mode: "BATCH", skus: ["GEN-2"] }));
    expect(job.items.edges[0].node.result.prompt).toContain("Keep the product exactly as it is");
  });

  it("fail a refused photo at once with the provider's reason", async () => {
    const pairs = await skuWithPhotos(api, "GEN-3", 1);
    providers.behave = () => ({ kind: "refuse" });
    const job = await ended(await run({ pairs, prompt: "x", engine: "openai" }));
    expect(job).toMatchObject({ status: "FAILED", progress: { failed: 1 } });
    expect(job.items.edges[0].node).toMatchObject({
      attempts: 1,
      error: expect.stringContaining("rejected by the safety system"),
      pair: { status: "FAILED" },
    });
  });

  it("never show a key, neither in an item nor in a log", async () => {
    const pairs = await skuWithPhotos(api, "GEN-4", 1);
    providers.behave = () => ({ kind: "error", status: 401, message: `Incorrect API key provided: ${testKey}` });
    const job = await ended(await run({ pairs, prompt: "x", engine: "fal" }));
    expect(job.items.edges[0].node.error).toContain("FAL_API_KEY");
    expect(JSON.stringify(job)).not.toContain(testKey);
  });

  it("hang up within two seconds when the job is cancelled", async () => {
    const pairs = await skuWithPhotos(api, "GEN-5", 1);
    providers.behave = () => ({ kind: "silence" });
    const id = await run({ pairs, prompt: "x" });
    await until("the provider is asked", async () => providers.seen.length === 1);
    const startedAt = performance.now();
    await api.as()("mutation ($id: ID!) { cancelJob(id: $id) { id } }", { id });
    await until("the socket is closed", async () => providers.abandoned() === 1);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it("take any model's name where the server behind them is the user's own", async () => {
    const pairs = await skuWithPhotos(api, "GEN-6", 1);
    const job = await ended(await run({ pairs, prompt: "x", engine: "openai-compatible", model: "local/painter:v2" }));
    expect(job.items.edges[0].node.result.model).toBe("local/painter:v2");
    expect(providers.seen[0]?.body).toMatchObject({ model: "local/painter:v2" });
    const bad = await api.as()(submit, { input: { mode: "CUSTOM", engine: "openai-compatible", pairs, prompt: "x", model: "../x?" } });
    expect(bad.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("tell beforehand what a run will cost", async () => {
    await skuWithPhotos(api, "GEN-7", 3);
    const estimate = `query ($input: SubmitJobInput!) { estimateJob(input: $input) { items costUsd } }`;
    const input = {
      mode: "BATCH",
      skus: ["GEN-7"],
      engine: "openai",
      model: "gpt-image-1",
      options: { quality: "high" },
      output: { width: 500, height: 500 },
    };
    expect((await api.as()(estimate, { input })).data.estimateJob).toMatchObject({ items: 3, costUsd: expect.closeTo(0.594) });
  });

  it("are never asked for more at once than their limit, by two workers together, and no wait counts as an attempt", async () => {
    await skuWithPhotos(api, "GEN-8", 5);
    providers.behave = () => ({ kind: "wait", ms: 150 });
    const job = await ended(await run({ mode: "BATCH", skus: ["GEN-8"] }));
    expect(job).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 5 } });
    expect(providers.mostAtOnce()).toBe(limits.gemini.concurrency);
    expect(job.items.edges.map(({ node }: { node: { attempts: number } }) => node.attempts)).toEqual(Array(5).fill(1));
    expect(await api.app.db.engineRun.count({ where: { engine: "gemini", ended: false } })).toBe(0);
  });

  it("start no more in a minute than their limit, and go on when the minute is over", async () => {
    await api.app.db.engineRun.deleteMany({ where: { engine: "fal" } });
    const pairs = await skuWithPhotos(api, "GEN-9", 5);
    providers.behave = () => ({ kind: "picture" });
    const id = await run({ pairs, prompt: "x", engine: "fal" });
    await until("three are done", async () => (await read(id)).progress.succeeded === 3);
    expect((await read(id)).progress).toMatchObject({ queued: 2, running: 0 });
    expect(providers.seen).toHaveLength(3);
    await api.app.db.engineRun.updateMany({ where: { engine: "fal" }, data: { at: new Date(Date.now() - 61_000) } });
    await api.app.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL`;
    expect((await ended(id)).progress).toMatchObject({ succeeded: 5 });
  });
});

/** A picture that no encoder makes small. */
const noiseOf = (side: number): Promise<Buffer> =>
  sharp({
    create: { width: side, height: side, channels: 3, background: "#808080", noise: { type: "gaussian", mean: 128, sigma: 60 } },
  })
    .png()
    .toBuffer();

describe("what was paid for nothing", () => {
  it("counts in the job and in the usage: a picture that was blacked out, one that does not fit its bytes", async () => {
    const providers = await startProviders();
    const api = await createTestApi({ env: providers.env });
    try {
      await api.startWorker();
      const [pair] = await skuWithPhotos(api, "PAID-1", 1);
      const bytes = await noiseOf(300);
      const blackedOut = { images: [{ url: `${providers.env["FAL_BASE_URL"]}/a` }], has_nsfw_concepts: [true] };
      const runs: { engine: string; behaviour: Behaviour; output?: object }[] = [
        { engine: "fal", behaviour: { kind: "json", body: blackedOut } },
        {
          engine: "gemini",
          behaviour: { kind: "picture", bytes },
          output: { width: 300, height: 300, format: "PNG", maxBytes: 10_000 },
        },
      ];
      for (const { engine, behaviour, ...rest } of runs) {
        providers.behave = () => behaviour;
        const input = { mode: "CUSTOM", engine, pairs: [pair], prompt: "x", output, ...rest };
        const { id } = (await api.as()(submit, { input })).data.submitJob;
        const job = await until(`the job with ${engine} ends`, async () => {
          const { data } = await api.as()(readJob, { id });
          return data.job.finishedAt !== null && data.job;
        });
        expect(job).toMatchObject({ status: "FAILED", progress: { failed: 1, costUsd: engine === "fal" ? 0.04 : 0.039 } });
      }
      const spent = await api.app.db.usageEntry.groupBy({ by: ["engine"], _sum: { costUsd: true, images: true, failures: true } });
      expect(spent).toEqual(
        expect.arrayContaining([
          { engine: "fal", _sum: { costUsd: 0.04, images: 0, failures: 1 } },
          { engine: "gemini", _sum: { costUsd: 0.039, images: 0, failures: 1 } },
        ]),
      );
    } finally {
      await api.close();
      await providers.close();
    }
  });
});
