// The one thing that is said at a time: the last word wins, also over what still waits to be said.
import { useCallback, useRef, useState } from "react";
import { afterPaint } from "../shared/after-paint.ts";

interface NoticeHandle<Notice> {
  readonly notice: Notice | undefined;
  readonly say: (notice: Notice | undefined) => void;
  /** Once what was drawn until now is on the screen, unless something else is said before. */
  readonly sayAfterPaint: (notice: Notice) => void;
}

export function useNotice<Notice>(): NoticeHandle<Notice> {
  const [notice, show] = useState<Notice>();
  const times = useRef(0);
  const say = useCallback((next: Notice | undefined) => {
    times.current++;
    show(next);
  }, []);
  const sayAfterPaint = useCallback((next: Notice) => {
    const time = ++times.current;
    afterPaint(() => {
      if (times.current === time) show(next);
    });
  }, []);
  return { notice, say, sayAfterPaint };
}
