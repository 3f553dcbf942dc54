// Runs jobs as a worker would, two photos at a time; a picture takes as long as the story wants.
import type { PairStatus } from "../../components/api/generated/graphql.ts";
import { say } from "../../server/say.ts";
import { createGalleryWorker } from "./gallery-worker.ts";
import type { News } from "./news.ts";
import type { ItemRow, JobRow, LineRow, SyncRow } from "./rows.ts";
import { addResult, type World } from "./world.ts";

const lanes = 2;
const stages = [say("STAGE_READING"), say("STAGE_FINDING"), say("STAGE_REFINING"), say("STAGE_COMPOSING")];

const nameOf = ({ pair }: ItemRow): string => `${pair.sku.code} ${pair.source.name}`;

export interface Worker {
  /** Looks for work. */
  readonly wake: () => void;
  /** Writes a line into the job's log. */
  readonly note: (job: JobRow, level: LineRow["level"], message: string, item?: ItemRow) => void;
  readonly stop: () => void;
}

interface WorkerOptions {
  readonly world: World;
  readonly news: News;
  /** Milliseconds that a photo takes. */
  readonly itemMs: number;
}

const hasEnded = ({ status }: JobRow): boolean => status !== "QUEUED" && status !== "RUNNING" && status !== "PAUSED";
export const hasSyncEnded = ({ status }: SyncRow): boolean => status !== "QUEUED" && status !== "RUNNING" && status !== "PAUSED";
export const isItemOver = ({ status }: ItemRow): boolean => status !== "QUEUED" && status !== "RUNNING";

export function createWorker({ world, news, itemMs }: WorkerOptions): Worker {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const now = (): string => new Date().toISOString();
  const later = (act: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  const note: Worker["note"] = (job, level, message, item) => {
    const line: LineRow = { __typename: "JobLog", id: world.nextId("line"), at: now(), level, message, item: item ?? null };
    job.lines.push(line);
    news.publish(line);
  };
  const tell = (item: ItemRow): void => {
    for (const row of [item.pair, item, item.job]) news.publish(row);
  };

  const run = (item: ItemRow, step: number): void => {
    if (item.status !== "RUNNING") return;
    item.stage = stages[step] ?? null;
    if (item.stage === null) {
      finish(item);
      return;
    }
    tell(item);
    later(() => run(item, step + 1), itemMs / stages.length);
  };

  const start = (item: ItemRow): void => {
    const { job, pair } = item;
    if (job.status === "QUEUED") {
      Object.assign(job, { status: "RUNNING", startedAt: now() });
      note(job, "INFO", say("LOG_QUEUED", { count: job.items.length, engine: job.engine }));
    }
    Object.assign(item, { status: "RUNNING", startedAt: now(), attempts: item.attempts + 1 });
    pair.status = "PROCESSING";
    run(item, 0);
  };

  const finish = (item: ItemRow): void => {
    const { job, pair } = item;
    const error = pair.fault ?? null;
    const status: PairStatus = error === null ? "READY" : pair.current === undefined ? "FAILED" : item.before;
    if (error === null) {
      const isPaid = job.engine !== "studio";
      const paid = isPaid ? { costUsd: 0.04, fidelity: 0.96, prompt: job.prompt } : {};
      item.result = addResult(world, pair, { engine: job.engine, model: job.model ?? `${job.engine}-1`, createdAt: now(), ...paid });
      note(job, "INFO", say("LOG_DONE", { photo: nameOf(item), seconds: item.result.durationMs / 1000 }), item);
    } else note(job, "ERROR", say("LOG_FAILED", { photo: nameOf(item), why: error }), item);
    // A fault is met once: the next run of the photo goes well.
    pair.fault = undefined;
    Object.assign(pair, { status, note: status === "FAILED" ? error : null, updatedAt: now() });
    Object.assign(item, { status: error === null ? "SUCCEEDED" : "FAILED", stage: null, error, finishedAt: now() });
    settle(job);
    tell(item);
    wake();
  };

  const settle = (job: JobRow): void => {
    if (hasEnded(job) || !job.items.every(isItemOver)) return;
    const failed = job.items.filter((item) => item.status === "FAILED").length;
    job.status = failed === 0 ? "SUCCEEDED" : failed === job.items.length ? "FAILED" : "PARTIAL";
    job.finishedAt = now();
  };

  const wakeGalleries = createGalleryWorker({ world, news, itemMs, later });

  const wake = (): void => {
    wakeGalleries();
    const items = world.jobs.flatMap((job) => (job.status === "RUNNING" || job.status === "QUEUED" ? job.items : []));
    const free = lanes - items.filter((item) => item.status === "RUNNING").length;
    for (const item of items.filter((each) => each.status === "QUEUED").slice(0, Math.max(0, free))) start(item);
  };

  return {
    wake,
    note,
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
