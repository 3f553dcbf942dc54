// Subscriptions to jobs: the present state first, then every change.
import type { App } from "../app.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Prisma } from "../db/client.ts";
import { endedJobStatuses, type JobRow, jobWhere } from "../domain/job.ts";
import { badUserInput, notFound } from "../errors.ts";
import { builder } from "./builder.ts";
import { decodeId } from "./ids.ts";
import { Job, JobItem, JobLog } from "./job.ts";
import { iterateNews, readPatiently } from "./news.ts";
import { sharedRead } from "./shared-reads.ts";
import { inStretches } from "./stretches.ts";
import { RowGone, readTold } from "./told-rows.ts";

/** Lines that a subscription to a log may start with: what a person scrolls through at most. */
const maxTail = 1_000;
/** Jobs that a subscription to all of a workspace's starts with, besides those under way: enough to bridge a reconnect. */
const recentJobs = 20;

/** The database id. @throws NOT_FOUND */
async function requireJob(app: App, viewer: Viewer, globalId: string): Promise<string> {
  const id = decodeId("Job", globalId);
  const job = id === null ? null : await app.db.job.findFirst({ where: { ...jobWhere(viewer), id }, select: { id: true } });
  if (job === null) throw notFound("job with this id");
  return job.id;
}

builder.subscriptionFields((t) => ({
  jobProgress: t.prismaField({
    type: Job,
    description: "The job as it stands, at once, then at every change until it has ended.",
    args: { id: t.arg.id({ required: true }) },
    subscribe: async (_root, args, { app, viewer }) => {
      const id = await requireJob(app, viewer, args.id);
      const read = () =>
        sharedRead(app.events, `job's status ${id}`, () => app.db.job.findMany({ where: { id }, select: { id: true, status: true } }));
      const filter = { topic: "job", workspace: viewer.workspace, scope: id } as const;
      return iterateNews(app.events, filter, read, ({ status }) => endedJobStatuses.includes(status));
    },
    // The last state is told once and never again.
    resolve: (query, { id }, _args, { app, viewer }) =>
      readPatiently(() => readJob(app, { ...query, where: { id, workspace: viewer.workspace } })),
  }),
  jobs: t.prismaField({
    type: Job,
    description: "Every job of the workspace as it changes.",
    subscribe: (_root, _args, { app, viewer }) =>
      iterateNews(app.events, { topic: "job", workspace: viewer.workspace }, async ({ refresh, ids }) => {
        const own = jobWhere(viewer);
        if (!refresh) return app.db.job.findMany({ where: { ...own, id: { in: [...ids] } }, select: { id: true }, orderBy: { id: "asc" } });
        const recent = await app.db.job.findMany({ where: own, select: { id: true }, orderBy: { id: "desc" }, take: recentJobs });
        const underWay = await app.db.job.findMany({ where: { ...own, status: { notIn: [...endedJobStatuses] } }, select: { id: true } });
        return [...new Map([...underWay, ...recent].map((job) => [job.id, job])).values()].toReversed();
      }),
    resolve: (query, { id }, _args, { app, viewer }) => readJob(app, { ...query, where: { id, workspace: viewer.workspace } }),
  }),
  jobItems: t.prismaField({
    type: JobItem,
    description: "A job's items as they change: what a progress view shows landing.",
    args: { id: t.arg.id({ required: true }) },
    subscribe: async (_root, args, { app, viewer }) => {
      const jobId = await requireJob(app, viewer, args.id);
      return iterateNews(app.events, { topic: "item", workspace: viewer.workspace, scope: jobId }, async ({ refresh, ids }) => {
        const which: Prisma.JobItemWhereInput = refresh ? { status: { not: "QUEUED" } } : { id: { in: [...ids] } };
        const items = await app.db.jobItem.findMany({ where: { jobId, ...which }, select: { id: true }, orderBy: { position: "asc" } });
        return refresh ? inStretches(items) : items;
      });
    },
    resolve: (query, event, _args, { app, viewer: { workspace } }) =>
      readTold(app.events, event, {
        key: `item of ${workspace} ${JSON.stringify(query)}`,
        read: (ids) => app.db.jobItem.findMany({ ...query, where: { id: { in: [...ids] }, workspace } }),
      }),
  }),
  jobLogs: t.prismaField({
    type: JobLog,
    description: "A job's log: the last `tail` lines, then each new one.",
    args: { id: t.arg.id({ required: true }), tail: t.arg.int({ defaultValue: 100 }) },
    subscribe: async (_root, args, { app, viewer }) => {
      const jobId = await requireJob(app, viewer, args.id);
      const tail = args.tail ?? 0;
      if (tail < 0 || tail > maxTail) throw badUserInput(`tail is ${tail}: it must be from 0 to ${maxTail} lines.`);
      const told = new Set<string>();
      let readAt: Date | null = null;
      return iterateNews(app.events, { topic: "log", workspace: viewer.workspace, scope: jobId }, async ({ refresh, ids }) => {
        const missed = refresh ? await missedLines(app, { jobId, tail, readAt }) : [];
        const fresh = await app.db.jobLog.findMany({ where: { jobId, id: { in: [...ids] } }, orderBy: [{ at: "asc" }, { id: "asc" }] });
        readAt = new Date();
        const lines = [...missed, ...fresh].filter(({ id }) => !told.has(id));
        remember(told, lines);
        return refresh ? inStretches(lines) : lines;
      });
    },
    resolve: (query, event, _args, { app, viewer: { workspace } }) =>
      readTold(app.events, event, {
        key: `line of ${workspace} ${JSON.stringify(query)}`,
        read: (ids) => app.db.jobLog.findMany({ ...query, where: { id: { in: [...ids] }, job: { workspace } } }),
      }),
  }),
}));

/** @throws RowGone */
async function readJob(app: App, wanted: Prisma.JobFindUniqueArgs): Promise<JobRow> {
  const job = await sharedRead(app.events, `job ${JSON.stringify(wanted)}`, () => app.db.job.findUnique(wanted));
  if (job === null) throw new RowGone();
  return job;
}

/** A line's time is its transaction's start: one that committed late lies this many milliseconds before what was read already. */
const lateCommitMs = 30_000;

/** The last lines at first; after a lost connection, what has come since. */
async function missedLines(
  app: App,
  { jobId, tail, readAt }: { jobId: string; tail: number; readAt: Date | null },
): Promise<{ id: string }[]> {
  const since = readAt === null ? {} : { at: { gte: new Date(readAt.getTime() - lateCommitMs) } };
  const take = readAt === null ? tail : maxTail;
  const lines = await app.db.jobLog.findMany({ where: { jobId, ...since }, orderBy: [{ at: "desc" }, { id: "desc" }], take });
  return lines.toReversed();
}

/** Keeps the ids of the lines that a refresh could bring again, and no more. */
function remember(told: Set<string>, lines: readonly { id: string }[]): void {
  for (const { id } of lines) told.add(id);
  for (const id of told) {
    if (told.size <= maxTail) return;
    told.delete(id);
  }
}
