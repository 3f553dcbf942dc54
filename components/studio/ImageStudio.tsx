// The whole studio, ready-made: bar, list, pairs, and the dialogs over them.
import { forwardRef, type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isAnswer } from "../api/failure.ts";
import type { SkuRowFragment } from "../api/generated/graphql.ts";
import { useGalleries } from "../gallery/useGalleries.ts";
import { useJob } from "../progress/useJob.ts";
import { useChangeSettings, withPending } from "../prompts/useChangeSettings.ts";
import { useRun, useRunChoices } from "../prompts/useRun.ts";
import { useReview } from "../review/useReview.ts";
import { useStudio } from "../shared/context.ts";
import { commandOf, isTyping } from "../shared/keyboard.ts";
import { StudioProvider, type StudioProviderProps } from "../shared/StudioProvider.tsx";
import { Toast } from "../shared/Toast.tsx";
import { type SkuTab, useSkuCounts, useSkus } from "../sku-list/useSkus.ts";
import { UploadNotice } from "../upload/UploadNotice.tsx";
import { type Features, offerOf } from "./features.ts";
import { NoSku } from "./NoSku.tsx";
import { prepareDialogs } from "./on-demand.ts";
import { Photos } from "./Photos.tsx";
import { RoleNotice } from "./RoleNotice.tsx";
import { SkuSelectionBar } from "./Selection.tsx";
import { type Slots, SlotsContext, useParts } from "./slots.ts";
import { useArrivals } from "./useArrivals.ts";
import { useDialogs } from "./useDialogs.ts";
import { useImports } from "./useImports.ts";
import { useLayout } from "./useLayout.ts";
import { useQuietMoment } from "./useQuietMoment.ts";
import { useReadPhotos } from "./useReadPhotos.ts";
import { useViewer } from "./useViewer.ts";

export interface ImageStudioProps extends Omit<StudioProviderProps, "children"> {
  /** The code of the SKU that is shown; left out, the studio remembers by itself. */
  readonly sku?: string | undefined;
  /** Called when the user chooses another SKU. */
  readonly onSkuChange?: (code: string) => void;
  /** What is set to false is not shown. */
  readonly features?: Features;
  /** Parts of the host's own in the places of the studio's; null removes one. Keep the object, or every part is mounted anew. */
  readonly slots?: Slots;
}

export const ImageStudio = forwardRef<HTMLDivElement, ImageStudioProps>(function ImageStudio(props, ref) {
  const { sku, onSkuChange, features = everything, slots = noSlots, ...provider } = props;
  return (
    <StudioProvider {...provider} ref={ref}>
      <SlotsContext.Provider value={slots}>
        <Workbench sku={sku} onSkuChange={onSkuChange} features={features} slots={slots} />
      </SlotsContext.Provider>
    </StudioProvider>
  );
});

const everything: Features = {};
const noSlots: Slots = {};
const noneTicked: ReadonlySet<string> = new Set();

interface WorkbenchProps {
  readonly sku: string | undefined;
  readonly onSkuChange: ((code: string) => void) | undefined;
  readonly features: Features;
  readonly slots: Slots;
}

function Workbench({ sku: given, onSkuChange, features, slots }: WorkbenchProps) {
  const { t, firstPictures } = useStudio();
  const viewer = useViewer();
  const offer = offerOf(viewer, features, slots);
  const { TopBar, JobIndicator, SyncIndicator, SkuList, OfflineNotice, ReviewToast, KeysModal } = useParts();
  const { ProgressModal, DownloadModal, GalleryModal, PublishModal, SettingsModal, NewSkuModal } = useParts();
  const review = useReview();
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const layout = useLayout(root);
  const [search, setSearch] = useState("");
  const [tab, setTab] = useState<SkuTab>("all");
  const [chosen, setChosen] = useState<string>();
  const [ticked, setTicked] = useState(noneTicked);
  const [isListOpen, setIsListOpen] = useState(false);
  const skus = useSkus({ search, tab });
  const counts = useSkuCounts(search);
  // The first SKU is shown until one is chosen, and stays shown while the list is searched.
  const first = useFirst(skus.nodes);
  const current = given ?? chosen ?? first;
  const settings = useChangeSettings();
  const kept = useRunChoices();
  const choices = useMemo(() => withPending(kept, settings.pending), [kept, settings.pending]);
  const dialogs = useDialogs();
  const known = useKnown(skus.nodes);
  const { read, onRead } = useReadPhotos(known, dialogs.settings !== undefined);
  const run = useRun();
  const galleries = useGalleries();
  const imports = useImports(galleries, skus.refresh);
  const onGallery = offer.gallery && galleries.galleries.length > 0 ? imports.open : undefined;
  const publish = offer.publish && galleries.targets.length > 0 ? dialogs.openPublish : undefined;

  const choose = (code: string): void => {
    setChosen(code);
    setIsListOpen(false);
    onSkuChange?.(code);
  };
  const arrivals = useArrivals(current, choose);
  // The host may show one that the list has not come to, or does not find.
  const shown = known.get(current ?? "") ?? (read.sku?.code === current ? read.sku : undefined);
  const selected = ticked.size > 0 ? [...ticked].flatMap((code) => known.get(code) ?? []) : shown === undefined ? [] : [shown];
  const waiting = selected.reduce((sum, sku) => sum + sku.counts.waiting, 0);
  const runSkus = offer.runDialog ? () => dialogs.openRun({ kind: "skus", skus: selected }) : undefined;

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
    if (command === "undo" && offer.review) review.undo();
    else if (command === "help") setIsHelpOpen(true);
    if (command === "undo" || command === "help") event.preventDefault();
    // Within a dialog there is nothing to search.
    if (event.target instanceof Element && event.target.closest("dialog") !== null) return;
    if (event.key !== "/" || !offer.search || isTyping(event.target) || event.ctrlKey || event.metaKey) return;
    searchField.current?.focus();
    searchField.current?.select();
    event.preventDefault();
  };
  useEffect(() => firstPictures.expect(), [firstPictures]);
  useQuietMoment(prepareDialogs);
  // The API is reached and says no, which the list tells: no news comes for that reason, and not because it is away.
  const isRefused = skus.error !== undefined && isAnswer(skus.error);
  // Where there is room for it; a rail or a drawer has none for what went wrong.
  const isListSeen = offer.list && (layout === "wide" || isListOpen);
  const isRail = layout === "rail" && !isListOpen;
  const notice = <UploadNotice uploads={arrivals.untold} floats={!isListSeen} />;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the whole studio
    <div
      className="studio-app"
      ref={root}
      data-layout={layout}
      data-list-open={isListOpen ? "" : undefined}
      data-unlisted={offer.list ? undefined : ""}
      onKeyDown={onKeyDown}
    >
      <TopBar
        search={search}
        onSearchChange={offer.search ? setSearch : undefined}
        searchRef={searchField}
        choices={offer.defaults ? choices : undefined}
        onChoose={viewer.canReview ? settings.change : undefined}
        // Together with what the role adds beside it, which would push it aside.
        hasLanguages={offer.language && viewer.isTold}
        job={
          job.job === undefined && (onGallery === undefined || imports.id === undefined) ? null : (
            <>
              {onGallery === undefined ? null : (
                <SyncIndicator id={imports.id} onOpen={imports.open} onEnded={imports.ended} galleryTitle={galleries.titleOf} />
              )}
              {job.job === undefined ? null : <JobIndicator job={job.job} onOpen={dialogs.openProgress} />}
            </>
          )
        }
        waiting={waiting}
        isRunOff={selected.length === 0}
        onRun={runSkus}
        onSettings={offer.settings ? () => dialogs.openSettings() : undefined}
        onShowList={layout === "wide" || !offer.list ? undefined : () => setIsListOpen(!isListOpen)}
      />
      {offer.list ? (
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
          isRail={isRail}
          onNew={offer.newSku ? arrivals.ask : undefined}
          onFiles={offer.upload ? arrivals.send : undefined}
        >
          {isListSeen ? notice : null}
          {ticked.size === 0 || isRail ? null : (
            <SkuSelectionBar
              count={ticked.size}
              photos={selected.reduce((sum, sku) => sum + sku.counts.total - sku.counts.archived, 0)}
              onClear={() => setTicked(noneTicked)}
              onRun={runSkus}
              onDecide={
                offer.review
                  ? (decision) => {
                      review.decideSkus(
                        decision,
                        selected.map((sku) => sku.code),
                      );
                      setTicked(noneTicked);
                    }
                  : undefined
              }
              onDownload={offer.download ? () => dialogs.openDownload({ kind: "skus", skus: selected }) : undefined}
              onPublish={
                publish !== undefined && selected.some((each) => each.counts.approved > 0)
                  ? () => publish({ kind: "skus", skus: selected })
                  : undefined
              }
            />
          )}
        </SkuList>
      ) : null}
      {isListSeen ? null : notice}
      <div className="studio-main">
        {isRefused ? null : <OfflineNotice />}
        {viewer.error === undefined || skus.error !== undefined ? null : <RoleNotice error={viewer.error} onRetry={viewer.refresh} />}
        {current !== undefined ? (
          <Photos
            key={current}
            code={current}
            dialogs={dialogs}
            choices={choices}
            review={review}
            stagesJob={job.job}
            onRead={onRead}
            upload={arrivals.tile.into(current)}
            added={arrivals.added}
            onRunAgain={offer.run ? (ids) => void runAgain(ids) : undefined}
            onGallery={onGallery}
            onPublish={publish}
            galleryTitle={galleries.titleOf}
            offer={offer}
          />
        ) : (
          <NoSku
            skus={skus}
            isEmpty={skus.total === 0 && search === "" && tab === "all"}
            isTroubleSeen={isListSeen}
            onGallery={onGallery}
            onAdded={
              offer.create
                ? (code) => {
                    skus.refresh();
                    choose(code);
                  }
                : undefined
            }
          />
        )}
      </div>
      <ProgressModal
        open={dialogs.isProgressOpen}
        onClose={dialogs.closeProgress}
        handle={job}
        engineTitle={choices.engineTitle}
        presetTitle={choices.presetTitle}
        onRunAgain={offer.run ? (ids) => void runAgain(ids) : undefined}
        finalFocus={dialogs.opener}
      />
      <GalleryModal open={imports.isOpen} onClose={imports.close} syncId={imports.id} onStarted={imports.started} />
      <PublishModal target={dialogs.publish} onClose={dialogs.closePublish} presetTitle={choices.presetTitle} />
      <NewSkuModal dropped={arrivals.dropped} onClose={arrivals.closeAsked} onMade={arrivals.made} />
      <DownloadModal target={dialogs.download} onClose={dialogs.closeDownload} />
      <SettingsModal
        open={dialogs.settings !== undefined}
        tab={dialogs.settings?.tab}
        onClose={dialogs.closeSettings}
        canEdit={viewer.canEdit}
        isOwner={viewer.isOwner}
        photos={read.pairs}
        finalFocus={dialogs.opener}
      />
      <KeysModal open={isHelpOpen} onClose={() => setIsHelpOpen(false)} offer={offer} />
      <ReviewToast review={review} />
      <Toast onGone={settings.clear}>{settings.failure}</Toast>
      <Toast onGone={run.clear}>{run.failure === undefined ? undefined : `${t("notStarted")}. ${run.failure}`}</Toast>
    </div>
  );
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
