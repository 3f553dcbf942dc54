// Changes that save themselves: whether one is on its way, whether the last one is kept, and why not.
import type { CombinedError } from "@urql/core";
import { useCallback, useRef, useState } from "react";
import { failureText } from "../api/failure.ts";
import { useStudio } from "./context.ts";

export interface Saving {
  readonly state: "idle" | "saving" | "saved";
  readonly failure: string | undefined;
  /** Sends one change and answers with what came back, undefined where it was refused. */
  readonly save: <Data>(
    work: () => Promise<{ readonly data?: Data | undefined; readonly error?: CombinedError | undefined }>,
  ) => Promise<Data | undefined>;
}

export function useSaving(): Saving {
  const { t, say } = useStudio();
  const [state, setState] = useState<Saving["state"]>("idle");
  const [failure, setFailure] = useState<string>();
  const underWay = useRef(0);
  // One after the other: the last word is the one that is kept, and of two alike at once the client tells the end of one alone.
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const save = useCallback<Saving["save"]>(
    async (work) => {
      underWay.current++;
      setState("saving");
      const answer = last.current.then(work);
      last.current = answer;
      const { data, error } = await answer;
      underWay.current--;
      const isRefused = error !== undefined;
      setFailure(isRefused ? (failureText(error, say) ?? t("serverSilent")) : undefined);
      if (underWay.current === 0) setState(isRefused ? "idle" : "saved");
      return isRefused ? undefined : data;
    },
    [t, say],
  );
  return { state, failure, save };
}
