// A job as it goes: its numbers by subscription, its items read again as they change, and the job under way when one arrives.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type CombinedError, useClient, useSubscription } from "urql";
import { failureText } from "../api/failure.ts";
import {
  ActiveJobsDocument,
  CancelJobDocument,
  JobDocument,
  JobItemsDocument,
  type JobItemTileFragment,
  JobProgressDocument,
  type JobProgressSubscription,
  type JobProgressSubscriptionVariables,
  type JobStateFragment,
  type JobStatus,
  PauseJobDocument,
  ResumeJobDocument,
  RetryJobDocument,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useRead } from "../shared/useRead.ts";
import { useRereadAfterSilence, useRereadOnChange } from "../shared/useReread.ts";

/** Items are read again at most this often, however fast they land. */
const itemsEveryMs = 900;
/** What a progress view shows of each kind. */
const itemsShown = { running: 12, landed: 56, failed: 50 } as const;

const ended: readonly JobStatus[] = ["SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED"];
export const hasEnded = (job: Pick<JobStateFragment, "status">): boolean => ended.includes(job.status);

export interface JobHandle {
  readonly job: JobStateFragment | undefined;
  readonly error: CombinedError | undefined;
  /** What was asked for and is not answered yet. */
  readonly steering: Steering | undefined;
  /** Why the last of these was not done. */
  readonly failure: string | undefined;
  /** `retry` takes the failed photos of an ended job again. */
  readonly steer: (how: Steering) => Promise<void>;
}

export type Steering = "cancel" | "pause" | "resume" | "retry";
const documents = { cancel: CancelJobDocument, pause: PauseJobDocument, resume: ResumeJobDocument, retry: RetryJobDocument } as const;

/** @param id undefined asks for nothing */
export function useJob(id: string | undefined): JobHandle {
  const client = useClient();
  const { host, t, say } = useStudio();
  const { data, error, refresh } = useRead(JobDocument, { id: id ?? "" }, { pause: id === undefined });
  const job = id === undefined ? undefined : (data?.job ?? undefined);
  const isOver = job !== undefined && hasEnded(job);
  useSubscription<JobProgressSubscription, null, JobProgressSubscriptionVariables>(
    { query: JobProgressDocument, variables: { id: id ?? "" }, pause: id === undefined || isOver },
    () => null,
  );
  useRereadAfterSilence(isOver ? undefined : job, refresh);
  const [steering, setSteering] = useState<Steering>();
  const [failure, setFailure] = useState<string>();
  const steer = useCallback(
    async (how: Steering) => {
      if (id === undefined) return;
      setSteering(how);
      setFailure(undefined);
      const { error: refusal } = await client.mutation<unknown, { id: string }>(documents[how], { id });
      setSteering(undefined);
      if (refusal !== undefined) setFailure(failureText(refusal, say) ?? t("serverSilent"));
    },
    [client, id, t, say],
  );

  const wasRunning = useRef<string>(undefined);
  useEffect(() => {
    if (job === undefined) return;
    if (!hasEnded(job)) wasRunning.current = job.id;
    else if (wasRunning.current === job.id) {
      wasRunning.current = undefined;
      host.onJobFinished?.(job);
    }
  }, [job, host]);
  return { job, error, steering, failure, steer };
}

export interface JobItems {
  readonly running: readonly JobItemTileFragment[];
  /** The newest first. */
  readonly landed: readonly JobItemTileFragment[];
  readonly failed: readonly JobItemTileFragment[];
}

const none: JobItems = { running: [], landed: [], failed: [] };

/** The items of a job, read again as its numbers change. */
export function useJobItems(job: JobStateFragment | undefined): JobItems {
  const { widths } = useStudio();
  const { data, refresh } = useRead(JobItemsDocument, { id: job?.id ?? "", ...itemsShown, ...widths }, { pause: job === undefined });
  const { succeeded = 0, failed = 0, cancelled = 0, running = 0 } = job?.progress ?? {};
  useRereadOnChange(`${job?.id} ${succeeded} ${failed} ${cancelled} ${running}`, refresh, itemsEveryMs);

  return useMemo(() => {
    if (data?.job == null || job === undefined) return none;
    const of = (connection: { edges: readonly { node: JobItemTileFragment }[] }): JobItemTileFragment[] =>
      connection.edges.map((edge) => edge.node);
    return {
      running: of(data.job.running),
      landed: of(data.job.landed).toSorted((one, other) => (other.finishedAt ?? "").localeCompare(one.finishedAt ?? "")),
      failed: of(data.job.failed),
    };
  }, [data, job]);
}

/** The newest job under way in the workspace, so that a reload or a colleague's job is seen; undefined where none is. */
export function useActiveJobId(): string | undefined {
  const { data } = useRead(ActiveJobsDocument, {});
  return useMemo(() => {
    const jobs = data?.jobs.edges.map((edge) => edge.node).filter((job) => !hasEnded(job)) ?? [];
    return jobs.toSorted((one, other) => other.number - one.number)[0]?.id;
  }, [data]);
}
