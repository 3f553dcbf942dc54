// Which dialog stands open over the studio, and which job the bar follows.
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { useActiveJobId } from "../progress/useJob.ts";
import type { SettingsTab } from "../settings/SettingsModal.tsx";
import { activeElement } from "../shared/active-element.ts";
import { useStudio } from "../shared/context.ts";
import type { RunTarget } from "../shared/run-target.ts";

/** What the settings open with. */
export interface SettingsAsked {
  readonly tab?: SettingsTab;
}

export interface Dialogs {
  readonly target: RunTarget | undefined;
  readonly jobId: string | undefined;
  readonly isProgressOpen: boolean;
  /** What had the focus before the first of two dialogs in a row. */
  readonly opener: RefObject<HTMLElement | null>;
  readonly openRun: (target: RunTarget) => void;
  readonly closeRun: () => void;
  readonly started: (job: { readonly id: string }) => void;
  /** Shows a job in the bar without opening its dialog. */
  readonly follow: (id: string) => void;
  /** What a download is about; undefined while its dialog is closed. */
  readonly download: RunTarget | undefined;
  readonly openDownload: (target: RunTarget) => void;
  readonly closeDownload: () => void;
  /** What is published; undefined while its dialog is closed. */
  readonly publish: RunTarget | undefined;
  readonly openPublish: (target: RunTarget) => void;
  readonly closePublish: () => void;
  readonly settings: SettingsAsked | undefined;
  readonly openSettings: (asked?: SettingsAsked) => void;
  readonly closeSettings: () => void;
  readonly openProgress: () => void;
  readonly closeProgress: () => void;
}

export function useDialogs(): Dialogs {
  const { layer } = useStudio();
  const active = useActiveJobId();
  const opener = useRef<HTMLElement>(null);
  const [target, setTarget] = useState<RunTarget>();
  const [download, setDownload] = useState<RunTarget>();
  const [publish, setPublish] = useState<RunTarget>();
  const [settings, setSettings] = useState<SettingsAsked>();
  const [own, setOwn] = useState<string>();
  // Kept once it was seen under way: a job that ends leaves that list, and its end would be told to nobody.
  if (own === undefined && active !== undefined) setOwn(active);
  const [isProgressOpen, setIsProgressOpen] = useState(false);
  const remember = useCallback(() => {
    const focused = activeElement(layer);
    opener.current = focused instanceof HTMLElement ? focused : null;
  }, [layer]);
  const actions = useMemo(
    () => ({
      openRun: (next: RunTarget) => {
        remember();
        setTarget(next);
      },
      closeRun: () => setTarget(undefined),
      started: (job: { readonly id: string }) => {
        setOwn(job.id);
        setTarget(undefined);
        setIsProgressOpen(true);
      },
      follow: setOwn,
      openDownload: setDownload,
      closeDownload: () => setDownload(undefined),
      openPublish: setPublish,
      closePublish: () => setPublish(undefined),
      openSettings: (asked: SettingsAsked = {}) => {
        remember();
        setSettings(asked);
      },
      closeSettings: () => setSettings(undefined),
      openProgress: () => {
        remember();
        setIsProgressOpen(true);
      },
      closeProgress: () => setIsProgressOpen(false),
    }),
    [remember],
  );
  return { target, download, publish, settings, jobId: own ?? active, isProgressOpen, opener, ...actions };
}
