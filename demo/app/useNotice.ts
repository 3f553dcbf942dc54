// What the host says in its own voice when the studio tells it of something.
import type { ImageStudioProps } from "@image-studio/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Words } from "./words.ts";

/** Long enough to be read, short enough not to lie about. */
const shownMs = 6000;

/** What the app does about decisions and runs, wherever the studio stands. */
export interface Told {
  readonly onReview: NonNullable<ImageStudioProps["onReview"]>;
  readonly onJobFinished: NonNullable<ImageStudioProps["onJobFinished"]>;
}

export function useNotice(say: Words): { readonly notice: string | undefined; readonly dismiss: () => void; readonly told: Told } {
  // An object, so that the same words said again are shown as long again.
  const [shown, setShown] = useState<{ text: string }>();
  const dismiss = useCallback(() => setShown(undefined), []);
  useEffect(() => {
    if (shown === undefined) return;
    const timer = setTimeout(dismiss, shownMs);
    return () => clearTimeout(timer);
  }, [shown, dismiss]);
  const told = useMemo<Told>(
    () => ({
      onReview: ({ decision, pairs }) => setShown({ text: say.decided[decision].replace("{n}", String(pairs.length)) }),
      onJobFinished: ({ number, progress }) =>
        setShown({
          text: (progress.succeeded === 0 ? say.jobFailed : say.jobDone)
            .replace("{number}", String(number))
            .replace("{done}", String(progress.succeeded))
            .replace("{total}", String(progress.total)),
        }),
    }),
    [say],
  );
  return { notice: shown?.text, dismiss, told };
}
