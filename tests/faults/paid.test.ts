// The database or the store away for a moment after an engine was paid: nothing is paid twice, and nothing that was paid goes unnoted.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { EngineError } from "../../server/engines/engine.ts";
import { say } from "../../server/say.ts";
import { keys } from "../../server/storage/keys.ts";
import { type Store, StoreUnavailableError } from "../../server/storage/store.ts";
import { startWorker, type Worker } from "../../server/tasks/runner.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";
import { itemsOf, submitJob } from "./batches.ts";

/** US dollars: what the engine takes for each answer, and `painted` says it took. */
const price = 0.25;
const engine = scriptedEngine();
let api: TestApi;
let worker: Worker;
let tests = 0;
/** Pictures that the store is still to refuse. */
let putsToRefuse = 0;
/** Requests that are still to fail because the database is away. */
let refusalsLeft = 0;
/** Set: the next request that it is true of is done, and its answer lost. */
let losesAnswerOf: ((words: string) => boolean) | null = null;

type Method = (...given: unknown[]) => Promise<unknown>;
const gone = (): Error => new Error("Connection terminated unexpectedly");

/** The database as a worker sees it whose connections break. */
function breaking<T extends object>(target: T, path = ""): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "object" && value !== null && /^[a-z]/.test(String(name))) return breaking(value, String(name));
      if (typeof value !== "function") return value;
      return async (...given: unknown[]) => {
        if (refusalsLeft > 0) {
          refusalsLeft--;
          throw gone();
        }
        const answer = await (value as Method).apply(target, given);
        const [query] = given;
        const words = `${path} ${String(name)} ${Array.isArray(query) ? query.join("") : ""}`;
        if (losesAnswerOf?.(words) !== true) return answer;
        losesAnswerOf = null;
        throw gone();
      };
    },
  });
}

beforeAll(async () => {
  api = await createTestApi({ engines: engine.engines, env: { WORKER_CONCURRENCY: "1" } });
  const put: Store["put"] = async (key, ...given) => {
    if (key === keys.trial || putsToRefuse === 0) return api.app.store.put(key, ...given);
    putsToRefuse--;
    throw new StoreUnavailableError("The store is away.");
  };
  worker = await startWorker({ ...api.app, db: breaking(api.app.db), store: { ...api.app.store, put } }, api.databaseUrl);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});
beforeEach(() => {
  engine.inputs.length = 0;
});

/** Runs one photo to its end. */
async function runOne(): Promise<{ status: string; attempts: number; costUsd: number; noted: number }> {
  const before = await usage();
  const id = await submitJob(api, { mode: "SINGLE", pairs: await skuWithPhotos(api, `PAID-${++tests}`, 1) });
  const item = await until("the photo ends", async () => {
    const [each] = await itemsOf(api, id);
    return each !== undefined && each.finishedAt !== null && each;
  });
  const { costUsd } = await api.app.db.job.findUniqueOrThrow({ where: { id: item.jobId } });
  return { status: item.status, attempts: item.attempts, costUsd, noted: (await usage()) - before };
}

const usage = async (): Promise<number> => (await api.app.db.usageEntry.aggregate({ _sum: { costUsd: true } }))._sum.costUsd ?? 0;

it.each([
  { what: "database", database: 8, store: 0 },
  { what: "store", database: 0, store: 3 },
])("keeps a paid picture until the $what is back", async ({ database, store }) => {
  engine.script = async (input) => {
    input.onAnswered?.(price);
    [refusalsLeft, putsToRefuse] = [database, store];
    return painted(input);
  };
  expect(await runOne()).toEqual({ status: "SUCCEEDED", attempts: 1, costUsd: price, noted: price });
  expect([refusalsLeft, putsToRefuse]).toEqual([0, 0]);
  expect(engine.inputs).toHaveLength(1);
});

it("knows its own result when only the answer to its commit was lost", async () => {
  engine.script = async (input) => {
    input.onAnswered?.(price);
    losesAnswerOf = (words) => words.includes("ai_finish_items");
    return painted(input);
  };
  expect(await runOne()).toEqual({ status: "SUCCEEDED", attempts: 1, costUsd: price, noted: price });
  // The item has ended for everybody else before its worker has heard so.
  await until("the answer is lost", async () => losesAnswerOf === null);
  expect(engine.inputs).toHaveLength(1);
  const { key } = (await api.app.db.result.findFirstOrThrow({ orderBy: { createdAt: "desc" }, include: { image: true } })).image;
  expect(await api.app.store.get(key)).toBeInstanceOf(Buffer);
});

it("notes once what was paid for nothing, away or unanswered", async () => {
  engine.script = async (input) => {
    input.onAnswered?.(price);
    refusalsLeft = 6;
    losesAnswerOf = (words) => words.includes("$transaction");
    throw new EngineError("lasting", say("UNEXPECTED_FAULT"));
  };
  expect(await runOne()).toEqual({ status: "FAILED", attempts: 1, costUsd: price, noted: price });
  expect(refusalsLeft).toBe(0);
});
