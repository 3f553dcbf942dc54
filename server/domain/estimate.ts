// Estimates: what a submission would run, cost and take. The same checks as a submission, and nothing is written.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import { selectPairs } from "./job.ts";
import { planJob, type SubmitJobInput } from "./job-plan.ts";
import { planTemplates } from "./prompt.ts";
import { recentPace } from "./usage.ts";
import { livingWorkers } from "./worker.ts";

export interface JobEstimate {
  readonly items: number;
  readonly costUsd: number;
  readonly durationMs: number;
}

/** Milliseconds a photo takes where the workspace has seen none yet: the studio engine on one core, then any provider's. */
const usualDurationMs: Readonly<Partial<Record<string, number>>> = { studio: 2_000 };
const providerDurationMs = 15_000;

/**
 * Time counts from the first item's start, as if nothing else were queued, at the pace of the workers that live; where
 * none does, as if one of this process's WORKER_CONCURRENCY did.
 * @throws as `submitJob` does, but any role may ask
 */
export async function estimateJob(app: App, viewer: Viewer, input: SubmitJobInput): Promise<JobEstimate> {
  const plan = await planJob(app, viewer, input);
  await planTemplates(app.db, viewer.workspace, plan);
  const { length: items } = await selectPairs(app.db, viewer, plan, { lock: false });
  const pace = await recentPace(app, viewer, plan.engine);
  const price = app.engines.get(plan.engine)?.pricePerImageUsd?.(plan.model, plan) ?? pace?.costUsd ?? 0;
  const lanes = (await livingWorkers(app)).slots || app.config.workerConcurrency;
  const eachMs = pace?.durationMs ?? usualDurationMs[plan.engine] ?? providerDurationMs;
  return { items, costUsd: items * price, durationMs: Math.round(Math.ceil(items / lanes) * eachMs) };
}
