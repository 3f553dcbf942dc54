// The books after a storm: what has to be true of jobs, results and objects, whatever was killed when.
import { removeOrphans } from "../../server/domain/orphan.ts";
import type { TestApi } from "./api.ts";

type Audited = Pick<TestApi, "app">;

export interface Books {
  /** Items by their status. */
  readonly items: Readonly<Record<string, number>>;
  /** Sentences, one for each thing that is not as it must be; none when all is in order. */
  readonly faults: readonly string[];
}

/** Sweeps as on the day after, when what a crash left has no more excuse, and then audits everything in the database and the store. */
export async function audit(api: Audited): Promise<Books> {
  const { db } = api.app;
  await db.$executeRaw`UPDATE ai_orphan_object SET since = now() - interval '1 hour'`;
  await removeOrphans(api.app);
  const items = await db.$queryRaw<{ status: string; n: number }[]>`SELECT status::text, count(*)::int AS n FROM ai_job_item GROUP BY 1`;
  const faults = (await Promise.all([doubles(api), miscounts(api), unlikeObjects(api)])).flat();
  return { items: Object.fromEntries(items.map(({ status, n }) => [status, n])), faults };
}

async function doubles({ app }: Audited): Promise<string[]> {
  const rows = await app.db.$queryRaw<{ id: string; status: string; results: number }[]>`
    SELECT i.id, i.status::text, count(r.id)::int AS results FROM ai_job_item i LEFT JOIN ai_result r ON r.job_item_id = i.id
    GROUP BY i.id HAVING count(r.id) <> CASE WHEN i.status = 'SUCCEEDED' THEN 1 ELSE 0 END`;
  const pairs = await app.db.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM ai_image_pair p JOIN ai_job_item i ON i.pair_id = p.id
    WHERE i.status = 'SUCCEEDED' AND (p.current_result_id IS NULL OR p.status NOT IN ('READY', 'APPROVED', 'REJECTED'))`;
  return [
    ...rows.map(({ id, status, results }) => `item ${id} is ${status} and has ${results} results`),
    ...pairs.map(({ id }) => `pair ${id} has a succeeded item and no picture`),
  ];
}

async function miscounts({ app }: Audited): Promise<string[]> {
  const jobs = await app.db.$queryRaw<{ id: string }[]>`
    SELECT j.id FROM ai_job j LEFT JOIN ai_job_item i ON i.job_id = j.id GROUP BY j.id
    HAVING (j.queued, j.running, j.succeeded, j.failed) IS DISTINCT FROM (
      count(*) FILTER (WHERE i.status = 'QUEUED'), count(*) FILTER (WHERE i.status = 'RUNNING'),
      count(*) FILTER (WHERE i.status = 'SUCCEEDED'), count(*) FILTER (WHERE i.status = 'FAILED'))`;
  const statuses = await app.db.$queryRaw<{ status: string }[]>`
    SELECT coalesce(t.status, p.status) AS status FROM
      (SELECT workspace, status, sum(n) AS n FROM ai_tally WHERE noun = 'pair' GROUP BY 1, 2 HAVING sum(n) <> 0) t
      FULL JOIN (SELECT workspace, status::text AS status, count(*) AS n FROM ai_image_pair GROUP BY 1, 2) p USING (workspace, status)
    WHERE t.n IS DISTINCT FROM p.n`;
  return [
    ...jobs.map(({ id }) => `job ${id} counts its items wrongly`),
    ...statuses.map(({ status }) => `the pairs at ${status} are counted wrongly`),
  ];
}

async function unlikeObjects({ app }: Audited): Promise<string[]> {
  const held = new Set((await app.db.image.findMany({ select: { key: true } })).map(({ key }) => key));
  const stored = new Set<string>();
  for await (const { key } of app.store.list("images/")) stored.add(key);
  return [
    ...[...stored].filter((key) => !held.has(key)).map((key) => `the object ${key} has no row`),
    ...[...held].filter((key) => !stored.has(key)).map((key) => `the row of ${key} has no object`),
  ];
}
