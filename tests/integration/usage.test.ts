// Usage and estimates: what was made, failed and paid for, by engine and UTC day, and what a submission would add.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../../server/engines/engine.ts";
import { type Ask, createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { makePhoto, upload } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const usage = `query ($from: DateTime!, $to: DateTime!) { usage(from: $from, to: $to) { day engine images failures durationMs costUsd } }`;
const estimate = `query ($input: SubmitJobInput!) { estimateJob(input: $input) { items costUsd durationMs } }`;
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const dayMs = 86_400_000;
const output = { width: 64, height: 64 };

describe("usage and estimates", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let ask: Ask;
  let viewer: Ask;
  let workspace: string;
  let workspaces = 0;
  beforeAll(async () => {
    api = await createTestApi({ engines: engine.engines });
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workspace = `usage-${++workspaces}`;
    ask = api.as({ workspace });
    viewer = api.as({ workspace, role: "VIEWER" });
  });

  const photos = async (sku: string, count: number): Promise<string[]> => {
    const files = await Promise.all(Array.from({ length: count }, async (_, n) => ({ name: `${n}.jpg`, bytes: await makePhoto() })));
    return (await upload(api, sku, files, { workspace })).pairs.map(({ id }: { id: string }) => id);
  };
  const run = async (input: Record<string, unknown>): Promise<void> => {
    const { id } = (await ask(submit, { input: { output, ...input } })).data.submitJob;
    await until(
      "the job ends",
      async () => (await ask(`query ($id: ID!) { job(id: $id) { finishedAt } }`, { id })).data.job.finishedAt !== null,
    );
  };
  const around = () => ({ from: new Date(Date.now() - dayMs).toISOString(), to: new Date(Date.now() + dayMs).toISOString() });
  const entry = (engineName: string, at: string, more: Record<string, number> = {}) => ({
    workspace,
    engine: engineName,
    at: new Date(at),
    ...more,
  });

  it("counts what was made, what failed and what it cost, also after the pictures are deleted", async () => {
    const worker = await api.startWorker();
    let runs = 0;
    engine.script = async (input) => {
      if (++runs === 2) throw new EngineError("input", "No product.");
      return painted(input);
    };
    await photos("A", 3);
    await run({ mode: "BATCH", skus: ["A"] });
    const expected = [{ engine: "scripted", images: 2, failures: 1, costUsd: 0.5 }];
    const [row] = (await viewer(usage, around())).data.usage;
    expect([row]).toMatchObject(expected);
    expect(row.day).toBe(`${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`);
    expect(row.durationMs).toBeGreaterThanOrEqual(0);
    await api.app.db.sku.deleteMany({ where: { workspace } });
    expect((await viewer(usage, around())).data.usage).toEqual([row]);
    expect((await api.as({ workspace: `${workspace}-other` })(usage, around())).data.usage).toEqual([]);
    await worker.stop();
  });

  it("adds up by UTC day and engine, from its start up to but not including its end", async () => {
    await api.app.db.usageEntry.createMany({
      data: [
        entry("b", "2026-01-31T23:59:59.999Z", { images: 1, durationMs: 100, costUsd: 1 }),
        entry("a", "2026-02-01T00:00:00Z", { images: 1, durationMs: 200, costUsd: 0.5 }),
        entry("a", "2026-02-01T23:00:00Z", { failures: 1 }),
        entry("b", "2026-02-01T12:00:00Z", { images: 1, durationMs: 2_147_483_647 }),
        entry("b", "2026-02-01T13:00:00Z", { images: 1, durationMs: 2_147_483_647 }),
        entry("a", "2026-02-02T00:00:00Z", { images: 1 }),
      ],
    });
    const day = "2026-02-01T00:00:00.000Z";
    const rows = [
      { day, engine: "a", images: 1, failures: 1, durationMs: 200, costUsd: 0.5 },
      { day, engine: "b", images: 2, failures: 0, durationMs: 2_147_483_647, costUsd: 0 },
    ];
    expect((await ask(usage, { from: "2026-02-01T00:00:00Z", to: "2026-02-02T00:00:00Z" })).data.usage).toEqual(rows);
    const before = { day: "2026-01-31T00:00:00.000Z", engine: "b", images: 1, failures: 0, durationMs: 100, costUsd: 1 };
    expect((await ask(usage, { from: "2026-01-01T00:00:00+03:00", to: "2026-02-02T00:00:00Z" })).data.usage).toEqual([before, ...rows]);
  });

  it.each([
    ["from after to", "2026-02-02T00:00:00Z", "2026-02-01T00:00:00Z", "BAD_USER_INPUT"],
    ["nothing between them", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", "BAD_USER_INPUT"],
    ["more than 400 days", "2025-01-01T00:00:00Z", "2026-02-06T00:00:00Z", "LIMIT_EXCEEDED"],
  ])("refuses %s, naming from", async (_case, from, to, code) => {
    expect((await ask(usage, { from, to })).errors?.[0]).toMatchObject({ extensions: { code }, message: expect.stringMatching(/^from /) });
  });

  it("estimates by what the engine took of late, and stores nothing", async () => {
    const pairs = await photos("B", 5);
    const input = { mode: "BATCH", skus: ["B"], output };
    expect((await viewer(estimate, { input })).data.estimateJob).toEqual({ items: 5, costUsd: 0, durationMs: 45_000 });
    const times = [100, 4_000, 200, 300, 900_000];
    await api.app.db.usageEntry.createMany({
      data: [
        ...times.map((durationMs) => entry("scripted", "2026-02-01T00:00:00Z", { images: 1, durationMs, costUsd: 0.25 })),
        entry("scripted", "2026-02-01T00:00:00Z", { failures: 1 }),
        entry("other", "2026-02-01T00:00:00Z", { images: 1, durationMs: 1 }),
      ],
    });
    // No worker lives: as if one with two at once did, five photos take three rounds of the median.
    expect((await viewer(estimate, { input })).data.estimateJob).toEqual({ items: 5, costUsd: 1.25, durationMs: 900 });
    const worker = { host: "h", pid: 1, concurrency: 4 };
    await api.app.db.workerHeartbeat.createMany({
      data: [
        { ...worker, id: crypto.randomUUID() },
        { ...worker, id: crypto.randomUUID(), seenAt: new Date(Date.now() - 60_000) },
      ],
    });
    const single = { mode: "SINGLE", pairs: pairs.slice(0, 4), output };
    expect((await viewer(estimate, { input: single })).data.estimateJob).toEqual({ items: 4, costUsd: 1, durationMs: 300 });
    await api.app.db.workerHeartbeat.deleteMany();
    expect(await api.app.db.job.count({ where: { workspace } })).toBe(0);
    expect(await api.app.db.pair.count({ where: { workspace, status: { not: "WAITING" } } })).toBe(0);
  });

  it("refuses to estimate what would be refused, in the same words", async () => {
    const pairs = await photos("C", 2);
    await ask(submit, { input: { mode: "SINGLE", pairs: pairs.slice(0, 1), output } });
    await ask(`mutation { createSku(input: { code: "EMPTY" }) { id } }`);
    const unknown = Buffer.from("PromptTemplate:0190b2a0-0000-7000-8000-000000000000").toString("base64");
    for (const [input, code] of [
      [{ mode: "BATCH", skus: [] }, "BAD_USER_INPUT"],
      [{ mode: "BATCH", skus: ["EMPTY"] }, "BAD_USER_INPUT"],
      [{ mode: "BATCH", skus: ["NONE"] }, "NOT_FOUND"],
      [{ mode: "BATCH", skus: ["C"], template: unknown }, "NOT_FOUND"],
      [{ mode: "BATCH", skus: ["C"], model: "nine" }, "BAD_USER_INPUT"],
      [{ mode: "BATCH", skus: ["C"], engine: "magic" }, "BAD_USER_INPUT"],
      [{ mode: "SINGLE", pairs: ["nonsense"] }, "NOT_FOUND"],
      [{ mode: "SINGLE", pairs }, "CONFLICT"],
      [{ mode: "CUSTOM", pairs }, "BAD_USER_INPUT"],
    ] as const) {
      const [estimated, submitted] = [await ask(estimate, { input }), await ask(submit, { input })];
      expect([input, estimated.errors?.[0]?.extensions.code]).toEqual([input, code]);
      expect(estimated.errors?.[0]?.message).toBe(submitted.errors?.[0]?.message);
    }
    expect((await ask(estimate, { input: { mode: "BATCH", skus: ["C"] } })).data.estimateJob.items).toBe(1);
    const foreign = await api.as({ workspace: `${workspace}-other` })(estimate, { input: { mode: "SINGLE", pairs } });
    expect(foreign.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  });
});
