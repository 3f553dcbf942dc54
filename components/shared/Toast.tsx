// A sentence over everything that goes by itself: what was done, with the way back, or what went wrong and why.
import { Check, CircleAlert, X } from "lucide-react";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { Button } from "./Button.tsx";
import { useStudio } from "./context.ts";

/** Long enough to read two lines twice. */
const shownMs = 12_000;
/** What was done is soon seen; its way back stays under a key. */
const doneMs = 6_000;
/** Lines shown of a list; more are counted. */
const linesShown = 6;
const none = (): undefined => undefined;

export interface ToastProps {
  readonly tone?: "done" | "refused";
  /** Undefined shows nothing. */
  readonly children: string | undefined;
  /** Lines below it; with any, it stays until it is closed. */
  readonly details?: readonly string[];
  readonly action?: ReactNode;
  readonly onGone: () => void;
}

export function Toast({ tone = "refused", children, details = [], action, onGone }: ToastProps) {
  const { t, layer, dialogs } = useStudio();
  const top = useSyncExternalStore(dialogs.subscribe, dialogs.top, none);
  const stays = details.length > 0;
  useEffect(() => {
    if (children === undefined || stays) return;
    const timer = setTimeout(onGone, tone === "done" ? doneMs : shownMs);
    return () => clearTimeout(timer);
  }, [children, stays, tone, onGone]);
  const place = top ?? layer;
  if (children === undefined || place === null) return null;
  return createPortal(
    <div className="studio-toast" role={tone === "done" ? "status" : "alert"}>
      {tone === "done" ? <Check className="studio-icon studio-ok" /> : <CircleAlert className="studio-icon studio-bad" />}
      <div className="studio-toast-words">
        <span>{children}</span>
        {stays ? (
          <ul className="studio-toast-list studio-small studio-2nd">
            {details.slice(0, linesShown).map((line) => (
              <li key={line}>{line}</li>
            ))}
            {details.length > linesShown ? <li>{t("more", { count: details.length - linesShown })}</li> : null}
          </ul>
        ) : null}
      </div>
      {action}
      {tone === "done" && !stays ? null : (
        <Button kind="quiet" size="s" label={t("dismiss")} icon={<X className="studio-icon" />} onClick={onGone} />
      )}
    </div>,
    place,
  );
}
