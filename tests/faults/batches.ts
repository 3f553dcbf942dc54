// What the fault tests start and read: photos in any number, a batch over them, and how far it is.
import type { TestApi } from "../testkit/api.ts";
import { type Reachable, skuWithPhotos } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

/** Milliseconds; only a failure waits for its end. The whole form runs for minutes. */
const patienceMs = 1_200_000;
/** Photos in one SKU, as many as one call uploads. */
const photosPerSku = 100;

const output = { width: 96, height: 96, format: "WEBP" };
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id number } }`;
const readJob = `query ($id: ID!) { job(id: $id) { status finishedAt progress { total queued running succeeded failed } } }`;

export interface JobState {
  readonly status: string;
  readonly finishedAt: string | null;
  readonly progress: {
    readonly total: number;
    readonly queued: number;
    readonly running: number;
    readonly succeeded: number;
    readonly failed: number;
  };
}

/** SKUs with so many waiting photos in all, no two the same. @returns their codes */
export async function waitingPhotos(api: Reachable, name: string, count: number): Promise<string[]> {
  const codes: string[] = [];
  for (let left = count; left > 0; left -= photosPerSku) {
    const code = `${name}-${codes.length + 1}`;
    await skuWithPhotos(api, code, Math.min(left, photosPerSku));
    codes.push(code);
  }
  return codes;
}

/** @returns the job's global id */
export async function submitJob(api: Pick<Reachable, "as">, input: Record<string, unknown>): Promise<string> {
  const { data, errors } = await api.as()(submit, { input: { output, ...input } });
  if (errors !== undefined) throw new Error(errors[0]?.message);
  return data.submitJob.id;
}

export const readState = async (api: Pick<Reachable, "as">, id: string): Promise<JobState> => (await api.as()(readJob, { id })).data.job;

export const untilEnded = (api: Pick<Reachable, "as">, id: string): Promise<JobState> =>
  until(
    `job ${id} ends`,
    async () => {
      const job = await readState(api, id);
      return job.finishedAt !== null && job;
    },
    patienceMs,
  );

/** The job's items with the names of their photos, in order. */
export async function itemsOf(api: Pick<TestApi, "app">, id: string) {
  const jobId = Buffer.from(id, "base64").toString().split(":")[1] ?? "";
  const items = await api.app.db.jobItem.findMany({
    where: { jobId },
    include: { pair: { include: { source: true } }, logs: true },
    orderBy: { position: "asc" },
  });
  return items.map(({ pair, ...item }) => ({ ...item, name: pair.source.name }));
}
