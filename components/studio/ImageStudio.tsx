// The whole studio, ready-made: bar, list, pairs, and the dialogs over them.
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import type { PairCellFragment, SkuRowFragment } from "../api/generated/graphql.ts";
import { JobIndicator } from "../progress/JobIndicator.tsx";
import { useJob } from "../progress/useJob.ts";
import { useChangeSettings } from "../prompts/useChangeSettings.ts";
import { useRun, useRunChoices } from "../prompts/useRun.ts";
import { ReviewToast } from "../review/ReviewToast.tsx";
import { useReview } from "../review/useReview.ts";
import { useStudio } from "../shared/context.ts";
import { commandOf, isTyping } from "../shared/keyboard.ts";
import { StudioProvider, type StudioProviderProps } from "../shared/StudioProvider.tsx";
import { Toast } from "../shared/Toast.tsx";
import { Blank } from "../shared/Trouble.tsx";
import { SkuList } from "../sku-list/SkuList.tsx";
import { type SkuTab, useSkuCounts, useSkus } from "../sku-list/useSkus.ts";
import { FirstUse } from "./FirstUse.tsx";
import { OfflineNotice } from "./OfflineNotice.tsx";
import { DownloadModal, KeysModal, ProgressModal, prepareDialogs, SettingsModal } from "./on-demand.ts";
import { Photos } from "./Photos.tsx";
import { SkuSelectionBar } from "./Selection.tsx";
import { TopBar } from "./TopBar.tsx";
import { useDialogs } from "./useDialogs.ts";
import { useLayout } from "./useLayout.ts";
import { useViewer } from "./useViewer.ts";

export interface ImageStudioProps extends Omit<StudioProviderProps, "children"> {
  /** The code of the SKU that is shown; left out, the studio remembers by itself. */
  readonly sku?: string | undefined;
  /** Called when the user chooses another SKU. */
  readonly onSkuChange?: (code: string) => void;
}

export function ImageStudio({ sku, onSkuChange, ...provider }: ImageStudioProps) {
  return (
    <StudioProvider {...provider}>
      <Workbench sku={sku} onSkuChange={onSkuChange} />
    </StudioProvider>
  );
}

const noneTicked: ReadonlySet<string> = new Set();

interface WorkbenchProps {
  readonly sku: string | undefined;
  readonly onSkuChange: ((code: string) => void) | undefined;
}

function Workbench({ sku: given, onSkuChange }: WorkbenchProps) {
  const { t } = useStudio();
  const { canEdit, canReview, isOwner } = useViewer();
  const review = useReview();
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const layout = useLayout(root);
  const [search, setSearch] = useState("");
  const [tab, setTab] = useState<SkuTab>("all");
  const [chosen, setChosen] = useState<string>();
  const [ticked, setTicked] = useState(noneTicked);
  const [photos, setPhotos] = useState<readonly PairCellFragment[]>([]);
  const [isListOpen, setIsListOpen] = useState(false);
  const skus = useSkus({ search, tab });
  const counts = useSkuCounts(search);
  // The first SKU is shown until one is chosen, and stays shown while the list is searched.
  const first = useFirst(skus.nodes);
  const current = given ?? chosen ?? first;
  const choices = useRunChoices();
  const settings = useChangeSettings();
  const dialogs = useDialogs();
  const known = useKnown(skus.nodes);
  const run = useRun();

  const choose = (code: string): void => {
    setChosen(code);
    setIsListOpen(false);
    onSkuChange?.(code);
  };
  const selected =
    ticked.size > 0 ? [...ticked].flatMap((code) => known.get(code) ?? []) : current === undefined ? [] : [known.get(current) ?? []].flat();
  const waiting = selected.reduce((sum, sku) => sum + sku.counts.waiting, 0);
  const runSkus = canEdit ? () => dialogs.openRun({ kind: "skus", skus: selected }) : undefined;

  const job = useJob(dialogs.jobId);
  const runAgain = useCallback(
    async (ids: readonly string[]) => {
      const started = await run.start({ mode: "SINGLE", pairs: [...ids] });
      if (started !== undefined) dialogs.follow(started.id);
    },
    [run.start, dialogs.follow],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const command = commandOf(event.nativeEvent);
    if (command === "undo" && canReview) review.undo();
    else if (command === "help") setIsHelpOpen(true);
    if (command === "undo" || command === "help") event.preventDefault();
    // Within a dialog there is nothing to search.
    if (event.target instanceof Element && event.target.closest("dialog") !== null) return;
    if (event.key !== "/" || isTyping(event.target) || event.ctrlKey || event.metaKey) return;
    searchField.current?.focus();
    searchField.current?.select();
    event.preventDefault();
  };
  useQuietMoment(prepareDialogs);
  const isEmpty = skus.total === 0 && search === "" && tab === "all";

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the whole studio
    <div className="studio-app" ref={root} data-layout={layout} data-list-open={isListOpen ? "" : undefined} onKeyDown={onKeyDown}>
      <TopBar
        search={search}
        onSearchChange={setSearch}
        searchRef={searchField}
        choices={choices}
        onChoose={canReview ? settings.change : undefined}
        job={job.job === undefined ? null : <JobIndicator job={job.job} onOpen={dialogs.openProgress} />}
        waiting={waiting}
        isRunOff={selected.length === 0}
        onRun={runSkus}
        onSettings={canReview ? () => dialogs.openSettings() : undefined}
        onShowList={layout === "wide" ? undefined : () => setIsListOpen(!isListOpen)}
      />
      <SkuList
        skus={skus}
        counts={counts}
        tab={tab}
        onTabChange={setTab}
        search={search}
        current={current}
        onChoose={choose}
        ticked={ticked}
        onTickedChange={setTicked}
        isRail={layout === "rail" && !isListOpen}
      >
        {ticked.size === 0 || (layout === "rail" && !isListOpen) ? null : (
          <SkuSelectionBar
            count={ticked.size}
            photos={selected.reduce((sum, sku) => sum + sku.counts.total - sku.counts.archived, 0)}
            onClear={() => setTicked(noneTicked)}
            onRun={runSkus}
            onDecide={
              canReview
                ? (decision) => {
                    review.decideSkus(
                      decision,
                      selected.map((sku) => sku.code),
                    );
                    setTicked(noneTicked);
                  }
                : undefined
            }
            onDownload={canReview ? () => dialogs.openDownload({ kind: "skus", skus: selected }) : undefined}
          />
        )}
      </SkuList>
      <div className="studio-main">
        <OfflineNotice />
        {current !== undefined ? (
          <Photos
            key={current}
            code={current}
            dialogs={dialogs}
            choices={choices}
            review={review}
            stagesJob={job.job}
            onPairs={setPhotos}
            onRunAgain={canEdit ? (ids) => void runAgain(ids) : undefined}
            canEdit={canEdit}
            canReview={canReview}
          />
        ) : isEmpty && canEdit ? (
          <FirstUse
            onAdded={(code) => {
              skus.refresh();
              choose(code);
            }}
          />
        ) : skus.isLoading ? null : (
          <Blank title={isEmpty ? t("skusEmpty") : t("chooseSku")} />
        )}
      </div>
      <ProgressModal
        open={dialogs.isProgressOpen}
        onClose={dialogs.closeProgress}
        handle={job}
        engineTitle={choices.engineTitle}
        presetTitle={choices.presetTitle}
        onRunAgain={canEdit ? (ids) => void runAgain(ids) : undefined}
        finalFocus={dialogs.opener}
      />
      <DownloadModal target={dialogs.download} onClose={dialogs.closeDownload} />
      <SettingsModal
        open={dialogs.settings !== undefined}
        tab={dialogs.settings?.tab}
        onClose={dialogs.closeSettings}
        canEdit={canEdit}
        isOwner={isOwner}
        photos={photos}
        finalFocus={dialogs.opener}
      />
      <KeysModal open={isHelpOpen} onClose={() => setIsHelpOpen(false)} canReview={canReview} canEdit={canEdit} />
      <ReviewToast review={review} />
      <Toast onGone={settings.clear}>{settings.failure}</Toast>
      <Toast onGone={run.clear}>{run.failure === undefined ? undefined : `${t("notStarted")}. ${run.failure}`}</Toast>
    </div>
  );
}

/** Long enough for the first pictures to be asked for, where the browser does not tell when it is idle. */
const settledMs = 1500;

/** Once, after the first paint, when the page has nothing more urgent to do. */
function useQuietMoment(act: () => Promise<void>): void {
  useEffect(() => {
    if (typeof requestIdleCallback === "function") {
      const handle = requestIdleCallback(() => void act(), { timeout: settledMs * 2 });
      return () => cancelIdleCallback(handle);
    }
    const timer = setTimeout(() => void act(), settledMs);
    return () => clearTimeout(timer);
  }, [act]);
}

/** The code of the first SKU that was ever there. */
function useFirst(nodes: readonly SkuRowFragment[]): string | undefined {
  const [first, setFirst] = useState<string>();
  const now = nodes[0]?.code;
  if (first === undefined && now !== undefined) setFirst(now);
  return first;
}

/** SKUs by code that were seen, with their newest numbers: ticks outlive a search. */
function useKnown(nodes: readonly SkuRowFragment[]): ReadonlyMap<string, SkuRowFragment> {
  const known = useRef(new Map<string, SkuRowFragment>());
  for (const sku of nodes) known.current.set(sku.code, sku);
  return known.current;
}
