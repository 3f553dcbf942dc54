// Jobs: which photos a run takes, and how it is started, paused, ended and taken up again.
import type { JobStatus, PairStatus, SubmitJobInput } from "../../components/api/generated/graphql.ts";
import { say } from "../../server/say.ts";
import type { Context, Resolvers } from "./context.ts";
import { given } from "./preferences.ts";
import { notFound, refusal } from "./refusal.ts";
import type { ItemRow, JobRow, PairRow } from "./rows.ts";
import { isItemOver } from "./worker.ts";
import { pairsOf, presetOutput, type World } from "./world.ts";

const firstNumber = 118;
const busy: readonly PairStatus[] = ["QUEUED", "PROCESSING"];
const withResult: readonly PairStatus[] = ["READY", "APPROVED", "REJECTED", "FAILED"];

export const isIn = <Value>(wanted: readonly Value[] | null | undefined, value: Value): boolean => wanted == null || wanted.includes(value);

export function plannedPairs(world: World, { mode, skus, pairs, includeDone }: SubmitJobInput): readonly PairRow[] {
  if (mode !== "BATCH") return world.pairs.filter((pair) => pairs?.includes(pair.id));
  const of = world.skus.filter((sku) => skus?.includes(sku.code)).flatMap((sku) => pairsOf(world, sku));
  return of.filter(({ status }) => status === "WAITING" || (includeDone === true && withResult.includes(status)));
}

export function submitJob(input: SubmitJobInput, { world, news, worker }: Context): JobRow {
  const pairs = plannedPairs(world, input);
  if (pairs.length === 0) throw refusal("BAD_USER_INPUT", "There is no photo to run: choose photos, or include those that have a result.");
  const taken = pairs.find((pair) => busy.includes(pair.status));
  if (taken !== undefined) throw refusal("CONFLICT", `${taken.source.name} is in a run already: wait until it has ended.`);
  const engine = input.engine ?? world.settings.engine;
  const job: JobRow = {
    __typename: "Job",
    id: world.nextId("job"),
    number: firstNumber + world.jobs.length,
    mode: input.mode,
    status: "QUEUED",
    engine,
    model: input.model ?? null,
    prompt: input.prompt ?? null,
    output: { ...(presetOutput(input.output?.preset ?? "") ?? world.settings.output), ...given(input.output ?? {}) },
    createdBy: "anna",
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    items: [],
    lines: [],
  };
  for (const pair of pairs) {
    job.items.push(newItem(world, job, pair));
    pair.status = "QUEUED";
    news.publish(pair);
  }
  world.jobs.push(job);
  news.publish(job);
  worker.wake();
  return job;
}

const newItem = (world: World, job: JobRow, pair: PairRow): ItemRow => ({
  __typename: "JobItem",
  id: world.nextId("item"),
  job,
  pair,
  before: pair.status,
  status: "QUEUED",
  stage: null,
  error: null,
  attempts: 0,
  result: null,
  startedAt: null,
  finishedAt: null,
});

function jobIn(world: World, id: string): JobRow {
  const job = world.jobs.find((each) => each.id === id);
  if (job === undefined) throw notFound("job with this id");
  return job;
}

function become(job: JobRow, status: JobStatus, { news, worker }: Context): JobRow {
  job.status = status;
  news.publish(job);
  worker.wake();
  return job;
}

function cancel(job: JobRow, context: Context): JobRow {
  for (const item of job.items.filter((each) => !isItemOver(each))) {
    Object.assign(item, { status: "CANCELLED", stage: null, finishedAt: new Date().toISOString() });
    item.pair.status = item.before;
    context.news.publish(item.pair);
  }
  job.finishedAt = new Date().toISOString();
  const left = job.items.filter(({ status }) => status === "CANCELLED").length;
  context.worker.note(job, "WARN", say("LOG_CANCELLED", { user: "anna", count: left }));
  return become(job, "CANCELLED", context);
}

function retry(job: JobRow, context: Context): JobRow {
  for (const item of job.items.filter((each) => each.status === "FAILED")) {
    Object.assign(item, { status: "QUEUED", error: null, finishedAt: null });
    item.pair.status = "QUEUED";
    context.news.publish(item.pair);
  }
  job.finishedAt = null;
  return become(job, "RUNNING", context);
}

type ById = { readonly id: string };

export const jobs: Resolvers = {
  Mutation: {
    submitJob: (_: unknown, { input }: { input: SubmitJobInput }, context: Context) => submitJob(input, context),
    pauseJob: (_: unknown, { id }: ById, context: Context) => become(jobIn(context.world, id), "PAUSED", context),
    resumeJob: (_: unknown, { id }: ById, context: Context) => become(jobIn(context.world, id), "RUNNING", context),
    cancelJob: (_: unknown, { id }: ById, context: Context) => cancel(jobIn(context.world, id), context),
    retryJob: (_: unknown, { id }: ById, context: Context) => retry(jobIn(context.world, id), context),
  },
};
