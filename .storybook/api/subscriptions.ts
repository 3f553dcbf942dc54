// Subscriptions: rows as they change, each as its field wants them.
import type { Context, Resolver } from "./context.ts";
import type { JobRow, SyncRow } from "./rows.ts";
import { hasSyncEnded } from "./worker.ts";

const hasEnded = ({ status }: JobRow): boolean => status !== "QUEUED" && status !== "RUNNING" && status !== "PAUSED";

type ById = { readonly id: string };

export const subscriptions: Readonly<Record<string, Resolver>> = {
  pairs: (_: unknown, { sku }: { sku?: string | null }, { news }: Context) =>
    news.read((row) => (row.__typename === "Pair" && (sku == null || row.sku.code === sku) ? { pairs: row } : undefined)),
  jobs: (_: unknown, __: unknown, { news }: Context) => news.read((row) => (row.__typename === "Job" ? { jobs: row } : undefined)),
  jobProgress(_: unknown, { id }: ById, { world, news }: Context) {
    const job = world.jobs.find((each) => each.id === id);
    const first = job === undefined ? [] : [{ jobProgress: job }];
    if (job !== undefined && hasEnded(job)) return endedAfter(first);
    return news.read((row) => (row.__typename === "Job" && row.id === id ? { jobProgress: row } : undefined), first);
  },
  galleries(_: unknown, __: unknown, { world, news }: Context) {
    const first = world.galleries.map((gallery) => ({ galleries: gallery }));
    const galleryOf = (row: SyncRow) => world.galleries.find(({ name }) => name === row.gallery);
    return news.read((row) => {
      const gallery = row.__typename === "GallerySync" ? galleryOf(row) : undefined;
      return gallery && { galleries: gallery };
    }, first);
  },
  gallerySync(_: unknown, { id }: ById, { world, news }: Context) {
    const sync = world.syncs.find((each) => each.id === id);
    const first = sync === undefined ? [] : [{ gallerySync: sync }];
    if (sync !== undefined && hasSyncEnded(sync)) return endedAfter(first);
    return news.read((row) => (row.__typename === "GallerySync" && row.id === id ? { gallerySync: row } : undefined), first);
  },
  jobItems: (_: unknown, { id }: ById, { news }: Context) =>
    news.read((row) => (row.__typename === "JobItem" && row.job.id === id ? { jobItems: row } : undefined)),
  jobLogs(_: unknown, { id, tail }: ById & { tail: number }, { world, news }: Context) {
    const lines = world.jobs.find((each) => each.id === id)?.lines ?? [];
    const first = lines.slice(-tail).map((line) => ({ jobLogs: line }));
    return news.read((row) => (row.__typename === "JobLog" && lines.includes(row) ? { jobLogs: row } : undefined), first);
  },
};

async function* endedAfter<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}
