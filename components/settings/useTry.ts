// One template tried on one photo: a run of its own, followed until it has ended.
import { useCallback, useEffect, useRef, useState } from "react";
import { failureText } from "../api/failure.ts";
import {
  JobProgressDocument,
  type JobStatus,
  type PairCellFragment,
  SubmitJobDocument,
  TriedPhotoDocument,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { randomId } from "../shared/random-id.ts";
import { reasonOf } from "../shared/reason.ts";

export interface Try {
  readonly isRunning: boolean;
  /** The photo with the result of the try. */
  readonly tried: PairCellFragment | undefined;
  readonly failure: string | undefined;
  readonly start: (template: string, pair: string) => Promise<void>;
}

const under: readonly JobStatus[] = ["QUEUED", "RUNNING", "PAUSED"];

export function useTry(): Try {
  const { client, t, say, widths } = useStudio();
  const [isRunning, setIsRunning] = useState(false);
  const [tried, setTried] = useState<PairCellFragment>();
  const [failure, setFailure] = useState<string>();
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const read = useCallback(
    async (pair: string): Promise<void> => {
      const { data, error } = await client.query(TriedPhotoDocument, { id: pair, ...widths }, { requestPolicy: "network-only" });
      const node = data?.node;
      setIsRunning(false);
      if (node != null && "source" in node) {
        setTried(node);
        if (node.status === "FAILED") setFailure(reasonOf(node, say) ?? t("pairFailed"));
      } else setFailure((error && failureText(error, say)) ?? t("serverSilent"));
    },
    [client, t, say, widths],
  );

  const start = useCallback<Try["start"]>(
    async (template, pair) => {
      stop.current?.();
      setIsRunning(true);
      setFailure(undefined);
      const input = { mode: "SINGLE" as const, pairs: [pair], template, idempotencyKey: randomId() };
      const { data, error } = await client.mutation(SubmitJobDocument, { input });
      if (data == null) {
        setIsRunning(false);
        setFailure((error && failureText(error, say)) ?? t("serverSilent"));
        return;
      }
      const following = client.subscription(JobProgressDocument, { id: data.submitJob.id }).subscribe(({ data: news }) => {
        if (news === undefined || under.includes(news.jobProgress.status)) return;
        stop.current?.();
        stop.current = undefined;
        void read(pair);
      });
      stop.current = following.unsubscribe;
    },
    [client, read, t, say],
  );
  return { isRunning, tried, failure, start };
}
