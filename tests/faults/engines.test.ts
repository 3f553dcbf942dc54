// Engines in trouble: too busy, broken, talking nonsense, silent, or deaf to being stopped. Every photo ends right, after the waits that are meant.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, type ScriptedEngine, scriptedEngine } from "../testkit/engines.ts";
import { audit } from "../testkit/ledger.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { type Behaviour, type ProviderServer, startProviders } from "../testkit/providers.ts";
import { until } from "../testkit/until.ts";
import { itemsOf, readState, submitJob, untilEnded } from "./batches.ts";
import { inForm, report, withoutComparison } from "./form.ts";

const engine = "openai";
/** Milliseconds that a run may take here: a provider that never answers would otherwise have three minutes. */
const runLimits = { runMs: 3_000, abandonMs: 300 };
/** Seconds of patience that the provider asks for. */
const patienceSeconds = 4;
const retryDelaysMs = [2_000, 8_000, 20_000, 60_000];
const timeoutMs = inForm(120_000, 360_000);

const fault = (status: number, headers: Record<string, string> = {}): Behaviour => ({
  kind: "error",
  status,
  message: "Not now.",
  headers,
});

describe.concurrent("a provider in trouble", () => {
  let providers: ProviderServer;
  let api: TestApi;
  /** When each photo was asked for, milliseconds. */
  const asked = new Map<string, number[]>();

  beforeAll(async () => {
    providers = await startProviders();
    const limits = JSON.stringify({ [engine]: { concurrency: 100, requestsPerMinute: 100_000 } });
    api = await createTestApi({ env: { ...providers.env, ...withoutComparison, ENGINE_LIMITS: limits, WORKER_CONCURRENCY: "4" } });
  });
  afterAll(async () => {
    await api?.close();
    await providers?.close();
  });

  /** What a photo's first answer is; later ones are pictures unless it says `always`. */
  const firstAnswers: Readonly<Record<string, Behaviour & { always?: true }>> = {
    "photo-1.jpg": fault(429, { "retry-after": String(patienceSeconds) }),
    "photo-2.jpg": fault(500),
    "photo-3.jpg": { kind: "garbage" },
    "photo-4.jpg": { kind: "reset" },
    "photo-5.jpg": { kind: "half" },
    "photo-6.jpg": { kind: "silence" },
    "photo-7.jpg": { kind: "refuse", always: true },
    "photo-8.jpg": { ...fault(503), always: true },
  };

  it(
    "is asked again after what may pass, with the patience that it asks for, and never after what lasts",
    async () => {
      providers.behave = ({ body }) => {
        const name = /photo-\d\.jpg/.exec(JSON.stringify(body))?.[0] ?? "";
        const times = asked.get(name) ?? [];
        asked.set(name, [...times, Date.now()]);
        const first = firstAnswers[name];
        return first !== undefined && (times.length === 0 || first.always) ? first : { kind: "picture" };
      };
      const pairs = await skuWithPhotos(api, "ENGINE", 8);
      const id = await submitJob(api, { mode: "CUSTOM", engine, pairs, prompt: "Photo {{image.name}}." });
      // The short form spares the photo that nothing helps all starts but the last, and the minutes between them.
      const sparedStarts = inForm(4, 0);
      await api.app.db.jobItem.updateMany({
        where: { pair: { source: { name: "photo-8.jpg" } } },
        data: { attempts: { increment: sparedStarts } },
      });
      await api.startWorker(runLimits);
      expect(await untilEnded(api, id)).toMatchObject({ status: "PARTIAL", progress: { succeeded: 6, failed: 2 } });
      const items = new Map((await itemsOf(api, id)).map((item) => [item.name, item]));
      for (const name of ["photo-1.jpg", "photo-2.jpg", "photo-3.jpg", "photo-4.jpg", "photo-5.jpg", "photo-6.jpg"])
        expect(items.get(name)).toMatchObject({ status: "SUCCEEDED", attempts: 2 });
      expect(items.get("photo-7.jpg")).toMatchObject({ status: "FAILED", errorCode: "ENGINE_REFUSED", attempts: 1 });
      expect(items.get("photo-8.jpg")).toMatchObject({ status: "FAILED", errorCode: "GAVE_UP", attempts: 5 });
      expect(items.get("photo-8.jpg")?.error).toContain("has a fault of its own (503)");
      expect(gaps("photo-1.jpg")[0]).toBeGreaterThanOrEqual(patienceSeconds * 1000);
      for (const name of ["photo-2.jpg", "photo-3.jpg", "photo-4.jpg", "photo-5.jpg", "photo-6.jpg"])
        expect(gaps(name)[0]).toBeGreaterThanOrEqual(retryDelaysMs[0] ?? 0);
      const waitedEnough = gaps("photo-8.jpg").map((gapMs, index) => gapMs >= (retryDelaysMs[index] ?? 0));
      expect(waitedEnough).toEqual(inForm([], [true, true, true, true]));
      report(
        "waits of a photo whose provider always answers 503",
        gaps("photo-8.jpg")
          .map((gapMs) => `${(gapMs / 1000).toFixed(1)} s`)
          .join(", "),
      );
      expect(await audit(api)).toMatchObject({ faults: [] });
    },
    timeoutMs,
  );

  /** Milliseconds between the requests for a photo. */
  const gaps = (name: string): number[] => {
    const times = asked.get(name) ?? [];
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  };
});

describe.concurrent("an engine that does not hear that it should stop", () => {
  /** A worker with two places for an engine that never ends. */
  async function withDeafEngine(action: (api: TestApi, engines: ScriptedEngine) => Promise<void>): Promise<void> {
    const deaf = scriptedEngine();
    deaf.script = () => new Promise(() => {});
    const api = await createTestApi({ engines: deaf.engines });
    try {
      await action(api, deaf);
    } finally {
      await api.close();
    }
  }

  it("holds no place once its run was cancelled", async () => {
    await withDeafEngine(async (api, deaf) => {
      await api.startWorker();
      const pairs = await skuWithPhotos(api, "DEAF", 3);
      const first = await submitJob(api, { mode: "SINGLE", pairs: pairs.slice(0, 2) });
      await until("both places are taken", async () => deaf.inputs.length === 2);
      const second = await submitJob(api, { mode: "SINGLE", pairs: pairs.slice(2) });
      deaf.script = async (input) => painted(input);
      await api.as()(`mutation ($id: ID!) { cancelJob(id: $id) { id } }`, { id: first });
      expect(await untilEnded(api, second)).toMatchObject({ status: "SUCCEEDED" });
      expect(await readState(api, first)).toMatchObject({ status: "CANCELLED" });
      expect(await audit(api)).toMatchObject({ faults: [] });
    });
  });

  it("holds no place once its time is over, and the photo runs again", async () => {
    await withDeafEngine(async (api, deaf) => {
      await api.startWorker({ runMs: 500, abandonMs: 100 });
      const pairs = await skuWithPhotos(api, "SLEEPER", 2);
      const id = await submitJob(api, { mode: "SINGLE", pairs });
      await until("both were tried", async () => deaf.inputs.length === 2);
      deaf.script = async (input) => painted(input);
      expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED" });
      const items = await itemsOf(api, id);
      expect(items.map(({ attempts }) => attempts)).toEqual([2, 2]);
      expect(items[0]?.logs.map(({ message }) => message).join()).toContain("The engine gave no picture within 0.5 seconds.");
    });
  });

  it("does not keep its worker from stopping: the photo goes back to the queue and another worker runs it", async () => {
    await withDeafEngine(async (api, deaf) => {
      const worker = await api.startWorker();
      const pairs = await skuWithPhotos(api, "STOP", 1);
      const id = await submitJob(api, { mode: "SINGLE", pairs });
      await until("it runs", async () => deaf.inputs.length === 1);
      await worker.stop();
      expect(await itemsOf(api, id)).toMatchObject([{ status: "QUEUED", workerId: null, crashes: 0 }]);
      deaf.script = async (input) => painted(input);
      await api.startWorker();
      expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED" });
      expect(await audit(api)).toMatchObject({ faults: [] });
    });
  });
});
