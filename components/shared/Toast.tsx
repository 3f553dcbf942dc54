// A sentence over everything that goes by itself: for what went wrong where nothing on screen could say it.

import { CircleAlert } from "lucide-react";
import { useEffect } from "react";
import { createPortal } from "react-dom";
import { useStudio } from "./context.ts";

/** Long enough to read two lines twice. */
const shownMs = 12_000;

export function Toast({ children, onGone }: { readonly children: string | undefined; readonly onGone: () => void }) {
  const { layer } = useStudio();
  useEffect(() => {
    if (children === undefined) return;
    const timer = setTimeout(onGone, shownMs);
    return () => clearTimeout(timer);
  }, [children, onGone]);
  if (children === undefined || layer === null) return null;
  return createPortal(
    <div className="studio-toast" role="alert">
      <CircleAlert className="studio-icon studio-bad" />
      <span>{children}</span>
    </div>,
    layer,
  );
}
