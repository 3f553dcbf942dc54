// Dialogs whose code comes when they are first opened, or in a quiet moment before that: a page that shows the list waits for none of it.
import { type ComponentType, type ReactElement, useCallback, useEffect, useReducer, useRef, useState } from "react";
import { useStudio } from "./context.ts";
import { Toast } from "./Toast.tsx";

export interface OnDemand<Props> {
  (props: Props): ReactElement | null;
  /** Brings the code without showing anything; a failure is left to the opening, which says it. */
  readonly prepare: () => Promise<void>;
}

/**
 * @param load brings the part's code
 * @param isOpen whether these props show anything; until they have once, the part is not there at all
 */
export function onDemand<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  isOpen: (props: Props) => boolean,
): OnDemand<Props> {
  let Part: ComponentType<Props> | undefined;
  const bring = async (): Promise<void> => {
    Part ??= await load();
  };

  function Demanded(props: Props): ReactElement | null {
    const { host, t } = useStudio();
    const [hasFailed, setHasFailed] = useState(false);
    const forget = useCallback(() => setHasFailed(false), []);
    const [, show] = useReducer((times: number) => times + 1, 0);
    // Once opened it stays, so that it can close in its own way; before that it reads nothing.
    const wasOpen = useRef(false);
    const isOpenNow = isOpen(props);
    wasOpen.current ||= isOpenNow;
    const isMissing = isOpenNow && Part === undefined;
    useEffect(() => {
      if (!isMissing) return;
      let isThere = true;
      const bringAndShow = async (): Promise<void> => {
        try {
          await bring();
          if (isThere) show();
        } catch (error) {
          // Such as a new version deployed since the page was loaded: the host knows what to do, and the next opening tries again.
          if (isThere) setHasFailed(true);
          host.onError?.(error instanceof Error ? error : new Error(String(error)));
        }
      };
      void bringAndShow();
      return () => {
        isThere = false;
      };
    }, [isMissing, host]);
    if (hasFailed && Part === undefined) return <Toast onGone={forget}>{t("partFailed")}</Toast>;
    return wasOpen.current && Part !== undefined ? <Part {...props} /> : null;
  }

  const prepare = async (): Promise<void> => {
    try {
      await bring();
    } catch {
      // Said when it is opened.
    }
  };
  return Object.assign(Demanded, { prepare });
}
