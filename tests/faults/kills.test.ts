// Workers killed in the middle of their work: each photo ends once, and nothing is lost, doubled or left behind.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readFigures } from "../../server/domain/figures.ts";
import { sweep } from "../../server/tasks/sweep.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { audit } from "../testkit/ledger.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { type ProviderServer, startProviders } from "../testkit/providers.ts";
import { until } from "../testkit/until.ts";
import { type Crew, startCrew, type WorkerProcess } from "../testkit/worker-processes.ts";
import { itemsOf, readState, submitJob, untilEnded, waitingPhotos } from "./batches.ts";
import { inForm, report, seededRandom, withoutComparison } from "./form.ts";

const photos = inForm(24, 300);
const kills = inForm(2, 20);
/** Milliseconds that the engine takes for a picture. */
const thinkMs = inForm(600, 1_500);
/** Milliseconds: what is promised. A machine that runs other tests beside is not held to it. */
const againWithinMs = inForm(Number.POSITIVE_INFINITY, 30_000);
/** Milliseconds that a kill may come after it could. */
const randomWaitMs = 2_000;
const engine = "gemini";
const timeoutMs = inForm(120_000, 1_500_000);

interface Bed {
  readonly api: TestApi;
  readonly providers: ProviderServer;
  readonly crew: Crew;
}

/** Two workers on a database of their own: most of the time is waiting for silence to be noticed, so the tests run side by side. */
async function withBed(action: (bed: Bed) => Promise<void>): Promise<void> {
  const providers = await startProviders();
  const limits = { [engine]: { concurrency: 1_000, requestsPerMinute: 100_000 } };
  const env = { ...providers.env, ...withoutComparison, ENGINE_LIMITS: JSON.stringify(limits) };
  const api = await createTestApi({ env });
  const crew = startCrew({ app: api.app, databaseUrl: api.databaseUrl, dataDir: api.config.dataDir, env }, 2);
  try {
    await crew.untilComplete();
    await action({ api, providers, crew });
  } finally {
    await crew.stop();
    await api.close();
    await providers.close();
  }
}

/** When the worker that had an item last was killed, by the item's id. */
type Deaths = Map<string, number>;

interface Orphan {
  readonly id: string;
  readonly attempts: number;
  readonly crashes: number;
}

/**
 * Kills the member and notes when. What it had taken from the queue and not begun yet is orphaned anew: it is missed only once this one is.
 * @returns what it was running
 */
async function killed({ api, crew }: Bed, member: WorkerProcess, deaths: Deaths): Promise<Orphan[]> {
  const worker = await api.app.db.workerHeartbeat.findUnique({ where: { id: (await crew.idOf(member)) ?? "" } });
  await member.end("SIGKILL");
  const items = await api.app.db.jobItem.findMany({ where: { status: "RUNNING", workerId: worker?.id ?? null } });
  const taken = await api.app.db.$queryRaw<{ id: string }[]>`
    SELECT substr(key, 6) AS id FROM graphile_worker.jobs WHERE key LIKE 'item:%' AND locked_by = ${worker?.queueId ?? ""}`;
  for (const { id } of [...items, ...taken]) deaths.set(id, Date.now());
  return items.map(({ id, attempts, crashes }) => ({ id, attempts, crashes }));
}

/** Milliseconds until the item ran again, since the worker that had it last was killed. */
async function runsAgain({ api }: Bed, { id, attempts }: Orphan, deaths: Deaths): Promise<number> {
  await until(
    `item ${id} runs again after its worker was killed`,
    async () => (await api.app.db.jobItem.findUniqueOrThrow({ where: { id } })).attempts > attempts,
    timeoutMs,
  );
  return Date.now() - (deaths.get(id) ?? 0);
}

async function killWhoRuns({ api, crew }: Bed, name: string): Promise<void> {
  const [item] = await api.app.db.jobItem.findMany({ where: { status: "RUNNING", pair: { source: { name } } } });
  const worker = await api.app.db.workerHeartbeat.findUnique({ where: { id: item?.workerId ?? "" } });
  const member = crew.members.find(({ pid }) => pid === worker?.pid);
  await member?.end("SIGKILL");
}

/** The queue is empty, and nothing in it counts as running, once the dead are missed and the sweep has passed. */
async function untilNothingIsLeft({ app }: TestApi): Promise<void> {
  await until(
    "nothing of the dead is left in the queue",
    async () => {
      await sweep(app);
      const left = await app.db.$queryRaw<unknown[]>`SELECT 1 FROM graphile_worker.jobs`;
      const { ready, later, running } = (await readFigures(app)).queue;
      return left.length + ready + later + running === 0;
    },
    timeoutMs,
  );
}

const seconds = (ms = 0): string => `${(ms / 1000).toFixed(1)} s`;

describe.concurrent("workers that end", () => {
  it(
    `ends each of ${photos} photos once while workers are killed ${kills} times, and runs what they held again in time`,
    () =>
      withBed(async (bed) => {
        const { api, providers, crew } = bed;
        providers.behave = () => ({ kind: "wait", ms: thinkMs });
        const seed = Date.now() % 1_000_000;
        const random = seededRandom(seed);
        report("seed of the kills", String(seed));
        const id = await submitJob(api, { mode: "BATCH", engine, skus: await waitingPhotos(api, "KILL", photos) });
        const again: Promise<number>[] = [];
        const deaths: Deaths = new Map();
        for (let kill = 1; kill <= kills; kill++) {
          const due = Math.floor((photos * (kill - 1)) / (kills + 1)) + 1;
          await until(`${due} photos are done`, async () => (await readState(api, id)).progress.succeeded >= due, timeoutMs);
          await sleep(random() * randomWaitMs);
          await crew.untilComplete();
          const member = crew.members[Math.floor(random() * crew.members.length)];
          const orphans = member === undefined ? [] : await killed(bed, member, deaths);
          // The third death is the item's last; so few are hit as often that chance decides.
          again.push(...orphans.filter(({ crashes }) => crashes < 2).map((orphan) => runsAgain(bed, orphan, deaths)));
        }
        const waits = (await Promise.all(again)).toSorted((a, b) => a - b);
        report("items that were running when their worker was killed", String(waits.length));
        report("until they ran again, median and longest", `${seconds(waits[waits.length >> 1])} and ${seconds(waits.at(-1))}`);
        const { progress } = await untilEnded(api, id);
        expect(waits.length).toBeGreaterThan(0);
        expect(waits.at(-1)).toBeLessThan(againWithinMs);
        // One that was unlucky three times has FAILED, as designed; the seed tells how to see it again.
        const items = await itemsOf(api, id);
        expect(items.filter(({ status, crashes }) => status !== "SUCCEEDED" && crashes < 3)).toEqual([]);
        expect(progress).toMatchObject({ total: photos, queued: 0, running: 0 });
        expect(await audit(api)).toMatchObject({ faults: [] });
        report("photos done and failed", `${progress.succeeded} and ${progress.failed}`);
        report("pictures asked of the engine", String(providers.seen.length));
      }),
    timeoutMs,
  );

  it(
    "fails the photo that takes its worker down after three times, and blames none of those beside it",
    () =>
      withBed(async (bed) => {
        const { api, providers } = bed;
        const pairs = await skuWithPhotos(api, "POISON", 6);
        providers.behave = ({ body }) => {
          if (!JSON.stringify(body).includes("photo-3.jpg")) return { kind: "wait", ms: 300 };
          void killWhoRuns(bed, "photo-3.jpg");
          return { kind: "silence" };
        };
        const id = await submitJob(api, { mode: "CUSTOM", engine, pairs, prompt: "Photo {{image.name}}." });
        await untilEnded(api, id);
        const items = await itemsOf(api, id);
        const poison = items.filter(({ name }) => name === "photo-3.jpg");
        expect(poison).toMatchObject([{ status: "FAILED", errorCode: "WORKER_DIED", attempts: 3 }]);
        expect(poison[0]?.error).toContain("died 3 times");
        expect(items.filter(({ status }) => status === "SUCCEEDED")).toHaveLength(5);
        expect(await audit(api)).toMatchObject({ faults: [] });
        await untilNothingIsLeft(api);
      }),
    timeoutMs,
  );

  it(
    "lets running photos end at SIGTERM, gives back the one that does not, and exits in order and in time",
    () =>
      withBed(async (bed) => {
        const { api, providers, crew } = bed;
        const skus = await waitingPhotos(api, "TERM", 8);
        let asked = 0;
        // The first answer never comes: its item can only go back.
        providers.behave = () => (++asked === 1 ? { kind: "silence" } : { kind: "wait", ms: thinkMs });
        const id = await submitJob(api, { mode: "BATCH", engine, skus });
        const held = await until(
          "a worker holds the photo that does not end, and another",
          async () => {
            const running = (await itemsOf(api, id)).filter(({ status }) => status === "RUNNING");
            const done = (await itemsOf(api, id)).filter(({ status }) => status === "SUCCEEDED");
            return done.length >= 4 && running.length > 0 && running;
          },
          timeoutMs,
        );
        const stuck = held.toSorted((a, b) => Number(a.startedAt) - Number(b.startedAt))[0];
        const worker = await api.app.db.workerHeartbeat.findUniqueOrThrow({ where: { id: stuck?.workerId ?? "" } });
        const member = crew.members.find(({ pid }) => pid === worker.pid);
        const at = Date.now();
        expect(await member?.end("SIGTERM")).toBe(0);
        report("from SIGTERM to the exit, with a photo that does not end", seconds(Date.now() - at));
        expect(Date.now() - at).toBeLessThan(20_000);
        expect(await api.app.db.workerHeartbeat.count({ where: { id: worker.id } })).toBe(0);
        expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 8 } });
        const items = await itemsOf(api, id);
        expect(items.filter(({ crashes }) => crashes > 0)).toEqual([]);
        expect(items.find((item) => item.id === stuck?.id)).toMatchObject({ attempts: 2 });
        expect(await audit(api)).toMatchObject({ faults: [] });
      }),
    timeoutMs,
  );
});
