// What review has just done, with Undo; or what the server put back, and why.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { Toast } from "../shared/Toast.tsx";
import type { ReviewHandle } from "./useReview.ts";

const none = (): undefined => undefined;

export function ReviewToast({ review }: { readonly review: ReviewHandle }) {
  const { t, dialogs } = useStudio();
  const { notice, dismiss } = review;
  const top = useSyncExternalStore(dialogs.subscribe, dialogs.top, none);
  const before = useRef(top);
  const isList = (notice?.details.length ?? 0) > 0;
  // A list that stays until it is closed would stand in the way of the dialog that comes.
  useEffect(() => {
    if (before.current !== top && isList) dismiss();
    before.current = top;
  }, [top, isList, dismiss]);
  return (
    <Toast
      tone={notice?.tone ?? "done"}
      details={notice?.details ?? []}
      onGone={dismiss}
      action={
        notice?.canUndo ? (
          <Button kind="quiet" size="s" className="studio-accent" shortcut="U" onClick={review.undo}>
            {t("undo")}
          </Button>
        ) : null
      }
    >
      {notice?.text}
    </Toast>
  );
}
