// Steering jobs under way: pause, resume, retry, lanes, masks, and what watchers are told meanwhile.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineError } from "../../server/engines/engine.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { uploadMask } from "../testkit/masks.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const output = { width: 64, height: 64, format: "JPEG" };
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const progress = `status finishedAt progress { total queued running succeeded failed cancelled etaSeconds }`;
const readJob = `query ($id: ID!) { job(id: $id) { ${progress} items { edges { node { status attempts error pair { status } } } } } }`;
const steer = (name: string): string => `mutation ($id: ID!) { ${name}(id: $id) { ${progress} } }`;

describe("steering a job", () => {
  const engine = scriptedEngine();
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ engines: engine.engines });
    await api.startWorker();
  });
  afterAll(() => api.close());

  const run = async (input: Record<string, unknown>): Promise<string> =>
    (await api.as()(submit, { input: { output, ...input } })).data.submitJob.id;
  const read = async (id: string) => (await api.as()(readJob, { id })).data.job;
  const ended = (id: string) =>
    until(`job ${id} ends`, async () => {
      const job = await read(id);
      return job.finishedAt !== null && job;
    });

  it("lets running photos end while paused, starts no more, and goes on when resumed", async () => {
    await skuWithPhotos(api, "PAU-1", 6);
    const gates: (() => void)[] = [];
    engine.script = (input) => new Promise((resolve) => gates.push(() => resolve(painted(input))));
    const id = await run({ mode: "BATCH", skus: ["PAU-1"] });
    await until("two photos run", async () => gates.length === 2);
    expect((await api.as()(steer("pauseJob"), { id })).data.pauseJob).toMatchObject({
      status: "PAUSED",
      progress: { running: 2, queued: 4 },
    });
    for (const open of gates) open();
    await until("the running ones end", async () => (await read(id)).progress.succeeded === 2);
    expect(await read(id)).toMatchObject({ status: "PAUSED", progress: { running: 0, queued: 4, etaSeconds: null } });
    expect((await api.as()(steer("pauseJob"), { id })).data.pauseJob.status).toBe("PAUSED");
    engine.script = async (input) => painted(input);
    expect((await api.as()(steer("resumeJob"), { id })).data.resumeJob.status).toBe("RUNNING");
    expect(await ended(id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 6 } });
    expect((await api.as()(steer("resumeJob"), { id })).data.resumeJob.status).toBe("SUCCEEDED");
  });

  it("goes on after a pause, and tries again after an end, of longer than the time paused can count", async () => {
    const { db } = api.app;
    const pairs = await skuWithPhotos(api, "OLD-1", 3);
    const gates: (() => void)[] = [];
    engine.script = (input) => new Promise((resolve) => gates.push(() => resolve(painted(input))));
    const id = await run({ mode: "SINGLE", pairs });
    const jobId = Buffer.from(id, "base64").toString().split(":")[1] ?? "";
    await until("two photos run", async () => gates.length === 2);
    await api.as()(steer("pauseJob"), { id });
    engine.script = async () => {
      throw new EngineError("lasting", "Refused.");
    };
    for (const open of gates) open();
    await db.$executeRaw`UPDATE ai_job SET paused_at = paused_at - interval '30 days', started_at = started_at - interval '30 days' WHERE id = ${jobId}::uuid`;
    expect((await api.as()(steer("resumeJob"), { id })).errors).toBeUndefined();
    expect(await ended(id)).toMatchObject({ progress: { succeeded: 2, failed: 1 } });
    await db.$executeRaw`UPDATE ai_job SET finished_at = finished_at - interval '30 days' WHERE id = ${jobId}::uuid`;
    engine.script = async (input) => painted(input);
    expect((await api.as()(steer("retryJob"), { id })).errors).toBeUndefined();
    expect(await ended(id)).toMatchObject({ progress: { succeeded: 3 } });
    expect(await db.job.findUnique({ where: { id: jobId } })).toMatchObject({ pausedMs: 2_147_483_647 });
  });

  it("retries the failed photos alone, under the same job, with their attempts anew", async () => {
    await skuWithPhotos(api, "RET-1", 3);
    let runs = 0;
    engine.script = async (input) => {
      if (++runs <= 2) throw new EngineError("lasting", "Refused.");
      return painted(input);
    };
    const id = await run({ mode: "BATCH", skus: ["RET-1"] });
    expect(await ended(id)).toMatchObject({ status: "PARTIAL", progress: { failed: 2, succeeded: 1 } });
    const retried = (await api.as()(steer("retryJob"), { id })).data.retryJob;
    expect(retried).toMatchObject({ finishedAt: null, progress: { total: 3, failed: 0 } });
    const job = await ended(id);
    expect(job).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 3, failed: 0 } });
    expect(job.items.edges.map(({ node }: { node: { attempts: number } }) => node.attempts).toSorted()).toEqual([1, 2, 2]);
    expect((await api.as()(steer("retryJob"), { id })).data.retryJob).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 3 } });
  });

  it("lets a single edit overtake a long batch", async () => {
    await skuWithPhotos(api, "LANE-1", 30);
    const [single] = await skuWithPhotos(api, "LANE-2", 1);
    engine.script = async (input) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return painted(input);
    };
    const batch = await run({ mode: "BATCH", skus: ["LANE-1"] });
    const edit = await run({ mode: "CUSTOM", pairs: [single], prompt: "on a table" });
    await ended(edit);
    expect((await read(batch)).progress.succeeded).toBeLessThan(15);
    await ended(batch);
  });

  it("tells an ETA from this job's own pace, after two photos and not before", async () => {
    await skuWithPhotos(api, "ETA-1", 8);
    const seen: { ended: number; eta: number | null }[] = [];
    engine.script = async (input) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return painted(input);
    };
    const id = await run({ mode: "BATCH", skus: ["ETA-1"] });
    await until("the job ends", async () => {
      const { progress: at, finishedAt } = await read(id);
      seen.push({ ended: at.succeeded, eta: at.etaSeconds });
      return finishedAt !== null;
    });
    const isTold = ({ ended: done }: { ended: number }): boolean => done >= 2 && done < 8;
    expect(seen.filter((at) => !isTold(at)).every(({ eta }) => eta === null)).toBe(true);
    expect(seen.filter(isTold).length).toBeGreaterThan(0);
    expect(seen.filter(isTold).every(({ eta }) => eta !== null && eta >= 1)).toBe(true);
  });

  it.each([
    "cancelJob",
    "pauseJob",
    "resumeJob",
    "retryJob",
  ])("%s answers NOT_FOUND for a job of nobody's and of somebody else's, and FORBIDDEN to a REVIEWER", async (name) => {
    await skuWithPhotos(api, `SO-${name}`, 1);
    const id = await run({ mode: "BATCH", skus: [`SO-${name}`] });
    const foreign = await api.as({ workspace: "other" })(steer(name), { id });
    const unknown = await api.as()(steer(name), { id: "Sm9iOm5v" });
    expect(foreign.errors?.[0]).toMatchObject({ message: unknown.errors?.[0]?.message, extensions: { code: "NOT_FOUND" } });
    expect((await api.as({ role: "REVIEWER" })(steer(name), { id })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    await ended(id);
  });

  it("hands a mask to the engine that takes one, and refuses one of another size", async () => {
    const [pair] = await skuWithPhotos(api, "MASK-1", 1);
    const png = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background: "#ffffff" } })
        .png()
        .toBuffer();
    const masks: string[] = [];
    for (const side of [160, 20]) {
      const { id, completed } = await uploadMask(api, "MASK-1", await png(side));
      expect(completed).toEqual({ pairs: [], failures: [] });
      masks.push(id);
    }
    engine.script = async (input) => painted(input);
    const refused = await api.as()(submit, { input: { mode: "CUSTOM", pairs: [pair], prompt: "x", mask: masks[1], output } });
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining("160 x 160") });
    engine.inputs.length = 0;
    await ended(await run({ mode: "CUSTOM", pairs: [pair], prompt: "on a table", mask: masks[0] }));
    expect(engine.inputs[0]?.prompt).toBe("on a table");
    expect((await sharp(engine.inputs[0]?.mask).metadata()).width).toBe(160);
  });
});
