// A job's log: its last lines, then each new one, in order and none twice.
import { useEffect, useRef, useState } from "react";
import { JobLogDocument, JobLogsDocument, type JobStateFragment, type LogLineFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useRead } from "../shared/useRead.ts";
import { hasEnded } from "./useJob.ts";

/** Lines that are kept: a reader goes back some pages, not to the beginning of a night. */
const linesKept = 200;

/** The oldest first; of lines with one id the newer counts. */
export function mergedLines(one: readonly LogLineFragment[], other: readonly LogLineFragment[]): readonly LogLineFragment[] {
  const byId = new Map([...one, ...other].map((line) => [line.id, line]));
  return [...byId.values()].toSorted((first, second) => first.at.localeCompare(second.at)).slice(-linesKept);
}

/** @param isShown false asks for nothing */
export function useJobLog(job: JobStateFragment | undefined, isShown = true): readonly LogLineFragment[] {
  const { client } = useStudio();
  const id = job?.id;
  const isLive = isShown && job !== undefined && !hasEnded(job);
  const [news, setNews] = useState<{ readonly id: string; readonly lines: readonly LogLineFragment[] }>();
  const { data, refresh } = useRead(JobLogDocument, { id: id ?? "", last: linesKept }, { pause: id === undefined || !isShown });
  // The news of the end may come before that of the last line, and nobody listens after it.
  const wasLive = useRef(false);
  useEffect(() => {
    if (wasLive.current && !isLive) refresh();
    wasLive.current = isLive;
  }, [isLive, refresh]);
  useEffect(() => {
    if (id === undefined || !isLive) return;
    const { unsubscribe } = client.subscription(JobLogsDocument, { id, tail: linesKept }).subscribe(({ data: told }) => {
      if (told === undefined) return;
      setNews((now) => ({ id, lines: mergedLines(now?.id === id ? now.lines : [], [told.jobLogs]) }));
    });
    return unsubscribe;
  }, [client, id, isLive]);
  const own = news !== undefined && news.id === id ? news.lines : [];
  const read = data?.job?.id === id ? (data?.job?.logs.edges.map(({ node }) => node) ?? []) : [];
  return mergedLines(read, own);
}
