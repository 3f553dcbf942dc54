// Jobs, their items, logs and progress.
import type { App } from "../app.ts";
import type { Prisma } from "../db/client.ts";
import { JobItemStatus, JobMode, JobStatus, LogLevel } from "../db/generated/prisma/enums.ts";
import { etaSeconds, type JobRow, jobWhere, outputOf, submitJob } from "../domain/job.ts";
import { cancelJob, pauseJob, resumeJob, retryJob } from "../domain/job-control.ts";
import type { SubmitJobInput as SubmitJob } from "../domain/job-plan.ts";
import { notFound } from "../errors.ts";
import { tellApart } from "../say.ts";
import { builder } from "./builder.ts";
import { totalCount } from "./connection.ts";
import { decodeId, noRowId } from "./ids.ts";
import { OutputInput, OutputType } from "./output.ts";
import { besideId, pagesBy } from "./related-page.ts";
import { SentenceType, said } from "./sentence.ts";

const JobModeEnum = builder.enumType(JobMode, {
  name: "JobMode",
  description:
    "BATCH runs every waiting photo of the SKUs; SINGLE runs the chosen pairs; CUSTOM runs the chosen pairs with a prompt of one's own.",
});
export const JobStatusEnum = builder.enumType("JobStatus", {
  values: {
    QUEUED: { value: JobStatus.QUEUED },
    RUNNING: { value: JobStatus.RUNNING },
    PAUSED: { value: JobStatus.PAUSED },
    SUCCEEDED: { value: JobStatus.SUCCEEDED },
    PARTIAL: { value: JobStatus.PARTIAL, description: "Ended with some items done and some failed." },
    FAILED: { value: JobStatus.FAILED },
    CANCELLED: { value: JobStatus.CANCELLED },
  },
});
const JobItemStatusEnum = builder.enumType(JobItemStatus, { name: "JobItemStatus" });
const LogLevelEnum = builder.enumType(LogLevel, { name: "LogLevel" });

const JobProgress = builder.objectRef<JobRow>("JobProgress").implement({
  description:
    "Counts of the photos that are still there: deleting one takes it out of its jobs, also of ended ones. What was paid for it stays.",
  fields: (t) => ({
    total: t.exposeInt("total"),
    queued: t.exposeInt("queued"),
    running: t.exposeInt("running"),
    succeeded: t.exposeInt("succeeded"),
    failed: t.exposeInt("failed"),
    cancelled: t.exposeInt("cancelled"),
    fraction: t.float({
      description: "From 0 to 1: what has ended, of the total.",
      resolve: ({ total, succeeded, failed, cancelled }) => (total === 0 ? 1 : (succeeded + failed + cancelled) / total),
    }),
    etaSeconds: t.int({ nullable: true, description: "Null until it can be told.", resolve: (job) => etaSeconds(job, new Date()) }),
    costUsd: t.exposeFloat("costUsd"),
  }),
});

export const Job = builder.prismaNode("Job", {
  id: { field: "id" },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    number: t.exposeInt("number", { description: "Counts up within the workspace: what people call it by." }),
    mode: t.expose("mode", { type: JobModeEnum }),
    status: t.expose("status", { type: JobStatusEnum }),
    progress: t.field({ type: JobProgress, resolve: (job) => job }),
    engine: t.exposeString("engine"),
    model: t.exposeString("model", { nullable: true }),
    prompt: t.exposeString("prompt", { nullable: true }),
    output: t.field({ type: OutputType, resolve: outputOf }),
    createdBy: t.exposeString("createdBy"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
  }),
});

export const JobItem = builder.prismaNode("JobItem", {
  id: { field: "id" },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    job: t.relation("job"),
    pair: t.relation("pair"),
    status: t.expose("status", { type: JobItemStatusEnum }),
    stage: t.exposeString("stage", { nullable: true, description: "What a running item is at, in words." }),
    stageSentence: t.field({ type: SentenceType, nullable: true, resolve: ({ stage }) => said(stage) }),
    attempts: t.exposeInt("attempts", { description: "Counts starts." }),
    error: t.exposeString("error", { nullable: true }),
    errorSentence: t.field({ type: SentenceType, nullable: true, resolve: ({ error }) => said(error) }),
    result: t.relation("result", { nullable: true }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
  }),
});

export const JobLog = builder.prismaNode("JobLog", {
  id: { field: "id" },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, job: { workspace: viewer.workspace } }),
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime" }),
    level: t.expose("level", { type: LogLevelEnum }),
    message: t.exposeString("message"),
    messageSentence: t.field({ type: SentenceType, resolve: ({ message }) => tellApart(message, { isLine: true }) }),
    item: t.relation("item", { nullable: true }),
  }),
});

export const JobConnection = builder.connectionObject(
  { type: Job, name: "JobConnection", fields: (t) => ({ totalCount: t.int(totalCount) }) },
  { name: "JobEdge" },
);

const JobItemConnection = builder.connectionObject(
  { type: JobItem, name: "JobItemConnection", fields: (t) => ({ totalCount: t.int(totalCount) }) },
  { name: "JobItemEdge" },
);

const JobLogConnection = builder.connectionObject({ type: JobLog, name: "JobLogConnection" }, { name: "JobLogEdge" });

const itemPages = pagesBy("position");
const logPages = pagesBy("at");

builder.prismaObjectFields(Job, (t) => ({
  items: t.connection(
    {
      type: JobItem,
      args: { status: t.arg({ type: [JobItemStatusEnum] }) },
      select: ({ status, ...args }, _context, nested) => {
        const { where = {}, ...page } = itemPages.query(args);
        return { items: nested({ ...page, where: { AND: [status ? { status: { in: status } } : {}, where] } }, ["edges", "node"]) };
      },
      resolve: async (job, { status, ...args }, { app }) => ({
        ...(await itemPages.connection(job.items, args, async (id) => (await app.db.jobItem.count({ where: { id, jobId: job.id } })) > 0)),
        totalCount: countItemsOf(job, status ?? Object.values(JobItemStatus)),
      }),
    },
    JobItemConnection,
  ),
  logs: t.connection(
    {
      type: JobLog,
      select: (args, _context, nested) => ({ logs: nested(logPages.query(args), ["edges", "node"]) }),
      resolve: (job, args, { app }) =>
        logPages.connection(job.logs, args, async (id) => (await app.db.jobLog.count({ where: { id, jobId: job.id } })) > 0),
    },
    JobLogConnection,
  ),
}));

/** From the counts in its row, which triggers keep. */
const countItemsOf = (job: JobRow, statuses: readonly JobItemStatus[]): number =>
  [...new Set(statuses)].reduce((sum, status) => sum + job[status.toLowerCase() as Lowercase<JobItemStatus>], 0);

type JobQuery = Omit<Prisma.JobFindManyArgs, "cursor" | "skip" | "take"> & Parameters<typeof besideId>[0];

/** A page of jobs, the newest first. */
export function findJobs(app: App, given: JobQuery, where: Prisma.JobWhereInput): Promise<JobRow[]> {
  const { query, beside } = besideId(given);
  return app.db.job.findMany({ ...query, where: { AND: [where, beside] }, orderBy: { id: "desc" } });
}

const JobFilterInput = builder.inputType("JobFilter", {
  fields: (t) => ({ status: t.field({ type: [JobStatusEnum] }), sku: t.string() }),
});

builder.queryFields((t) => ({
  jobs: t.prismaConnection(
    {
      type: Job,
      cursor: "id",
      description: "The newest first.",
      args: { filter: t.arg({ type: JobFilterInput }) },
      totalCount: (_root, { filter }, { app, viewer }) => app.db.job.count({ where: jobWhere(viewer, filter ?? {}) }),
      resolve: (query, _root, { filter }, { app, viewer }) => findJobs(app, query, jobWhere(viewer, filter ?? {})),
    },
    JobConnection,
  ),
  job: t.prismaField({
    type: Job,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, { id }, { app, viewer }) => {
      const jobId = decodeId("Job", id);
      const job = jobId === null ? null : await app.db.job.findFirst({ ...query, where: { ...jobWhere(viewer), id: jobId } });
      if (job === null) throw notFound("job with this id");
      return job;
    },
  }),
}));

const maskDescription = `White where the engine may paint, as an uploaded PNG of the source's size (CUSTOM, one pair).
Black stays as it is: paint the ground white and the product black, and the same mask goes with every engine. Where it is transparent nothing
was decided: a generative engine leaves that as it is, the studio decides itself. The studio cuts along the painted edge, moved by some
pixels to the photo's own where that is near: a coarse brush will do.`;

export const SubmitJobInput = builder.inputType("SubmitJobInput", {
  fields: (t) => ({
    mode: t.field({ type: JobModeEnum, required: true }),
    skus: t.stringList({ description: "BATCH: SKU codes." }),
    pairs: t.idList({ description: "SINGLE and CUSTOM: the pairs." }),
    includeDone: t.boolean({ defaultValue: false, description: "BATCH: also run photos that already have a result." }),
    prompt: t.string({ description: "CUSTOM: the prompt; an engine that follows none may go without where there is a mask." }),
    template: t.id({ description: "BATCH and SINGLE: one template for all; left out, the active group decides for each photo." }),
    engine: t.string({ description: "Left out: the viewer's settings decide." }),
    model: t.string(),
    options: t.field({ type: "JSON" }),
    output: t.field({ type: OutputInput }),
    mask: t.id({ description: maskDescription }),
    idempotencyKey: t.string({ description: "The same key twice answers with the first job." }),
  }),
});

/** The input as the domain wants it: ids read. */
export function submissionOf({ pairs, template, mask, ...rest }: typeof SubmitJobInput.$inferInput): SubmitJob {
  return {
    ...rest,
    pairIds: pairs?.map((pair) => decodeId("Pair", pair)),
    templateId: template ? (decodeId("PromptTemplate", template) ?? noRowId) : null,
    maskUploadId: mask ? (decodeId("Upload", mask) ?? noRowId) : null,
  };
}

builder.mutationFields((t) => ({
  submitJob: t.prismaField({
    type: Job,
    args: { input: t.arg({ type: SubmitJobInput, required: true }) },
    resolve: async (query, _root, { input }, { app, viewer }) => {
      const { id } = await submitJob(app, viewer, submissionOf(input));
      return app.db.job.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
}));

type Steer = typeof cancelJob;

/** Mutations that take a job's id and answer the job. */
const steering = { cancelJob, pauseJob, resumeJob, retryJob } satisfies Record<string, Steer>;
const steeringDescriptions: Readonly<Partial<Record<string, string>>> = { retryJob: "Queues the failed items again, under the same job." };

for (const [name, steer] of Object.entries<Steer>(steering)) {
  builder.mutationField(name, (t) =>
    t.prismaField({
      type: Job,
      ...(steeringDescriptions[name] ? { description: steeringDescriptions[name] } : {}),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (query, _root, args, { app, viewer }) => {
        const { id } = await steer(app, viewer, decodeId("Job", args.id));
        return app.db.job.findUniqueOrThrow({ ...query, where: { id } });
      },
    }),
  );
}
