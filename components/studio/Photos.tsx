// The photos of the chosen SKU: head, grid, upload, review, and the dialogs about them.
import { useEffect, useMemo, useRef, useState } from "react";
import type { JobStateFragment, PairCellFragment, SkuRowFragment } from "../api/generated/graphql.ts";
import type { CellSize } from "../pair-grid/PairBones.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { useJobItems } from "../progress/useJob.ts";
import type { RunChoices } from "../prompts/useRun.ts";
import type { ReviewHandle } from "../review/useReview.ts";
import type { Decision } from "../shared/context.ts";
import { useStudio } from "../shared/context.ts";
import { isEditable, nextUndecided, stepFor } from "../shared/decisions.ts";
import { ReasonBar } from "../shared/ReasonBar.tsx";
import type { RunTarget } from "../shared/run-target.ts";
import type { Upload } from "../upload/useUpload.ts";
import type { Offer } from "./features.ts";
import { filtered, type PairFilter } from "./PairHead.tsx";
import { PairSelectionBar } from "./Selection.tsx";
import { useParts } from "./slots.ts";
import type { Added } from "./useArrivals.ts";
import type { Dialogs } from "./useDialogs.ts";

export interface PhotosRead {
  readonly pairs: readonly PairCellFragment[];
  readonly sku: SkuRowFragment | undefined;
}

export interface PhotosProps {
  readonly code: string;
  readonly dialogs: Dialogs;
  readonly choices: RunChoices;
  readonly review: ReviewHandle;
  readonly stagesJob: JobStateFragment | undefined;
  /** Told of the photos that are there, and of their SKU as soon as it is read. */
  readonly onRead: (read: PhotosRead) => void;
  /** Of this SKU; it goes on while another one is shown. */
  readonly upload: Upload;
  /** Where photos came in last. */
  readonly added: Added | undefined;
  readonly onRunAgain: ((ids: readonly string[]) => void) | undefined;
  /** Opens the galleries to add from; left out where there are none. */
  readonly onGallery: (() => void) | undefined;
  /** Left out where there is nowhere to publish to. */
  readonly onPublish: ((target: RunTarget) => void) | undefined;
  readonly galleryTitle: (name: string) => string;
  readonly offer: Offer;
}

const noneTicked: ReadonlySet<string> = new Set();

export function Photos(props: PhotosProps) {
  const { code, dialogs, choices, review, stagesJob, onRead, upload, added, onRunAgain, onGallery, onPublish, galleryTitle, offer } = props;
  const { PairHead, PairGrid, UploadTile, ImageModal, EditImageModal, PromptModal } = useParts();
  const pairs = usePairs(code);
  useEffect(() => onRead({ pairs: pairs.nodes, sku: pairs.sku }), [onRead, pairs.nodes, pairs.sku]);
  const { refresh } = pairs;
  useEffect(() => {
    if (added?.sku === code) refresh();
  }, [added, code, refresh]);
  const [filter, setFilter] = useState<PairFilter>("ALL");
  const [size, setSize] = useState<CellSize>("medium");
  const [ticked, setTicked] = useState(noneTicked);
  const [opened, setOpened] = useState<string>();
  const [editing, setEditing] = useState<string>();
  const [rejecting, setRejecting] = useState<readonly string[]>();
  const [focusOn, setFocusOn] = useState<{ id: string }>();
  const shown = useMemo(() => filtered(pairs.nodes, filter), [pairs.nodes, filter]);
  const stages = useStages(stagesJob);
  const isTarget = dialogs.target?.kind === "skus" && dialogs.target.skus.some((sku) => sku.code === code);
  const tickedPairs = pairs.nodes.filter((pair) => ticked.has(pair.id));

  const focus = (id: string | undefined): void => setFocusOn(id === undefined ? undefined : { id });
  /** Decides on one or many, and leads on to the next undecided photo. */
  const decide = (decision: Decision, ids: readonly string[], reason?: string): void => {
    const meant = new Set(ids);
    const decided = pairs.nodes.filter((pair) => meant.has(pair.id) && stepFor(decision, pair.status) !== undefined);
    if (decided.length === 0) return;
    const gone = new Set(decided.map((pair) => pair.id));
    const isReview = decision === "approve" || decision === "reject" || decision === "archive";
    const next = isReview ? nextUndecided(shown, gone, decision) : undefined;
    review.decide(decision, decided, reason);
    setTicked(noneTicked);
    focus(next ?? ids[0]);
    if (opened !== undefined && next !== undefined) setOpened(next);
  };
  /** A rejection asks for its reason first. */
  const ask = (decision: Decision, ids: readonly string[]): void => {
    if (decision !== "reject") decide(decision, ids);
    else if (pairs.nodes.some((pair) => ids.includes(pair.id) && stepFor("reject", pair.status) !== undefined)) setRejecting(ids);
  };
  useUndone(review, (id) => {
    focus(id);
    setOpened((now) => now && id);
  });
  const edit = (id: string): void => {
    const pair = pairs.nodes.find((each) => each.id === id);
    if (offer.edit && pair !== undefined && isEditable(pair.status)) setEditing(id);
  };
  const publish = (of: readonly PairCellFragment[]): (() => void) | undefined => {
    const approved = of.filter(({ status }) => status === "APPROVED");
    return onPublish === undefined || approved.length === 0 ? undefined : () => onPublish({ kind: "pairs", pairs: of });
  };
  const passing = shown.filter((pair) => pair.status === "READY");

  return (
    <>
      <PairHead
        code={code}
        sku={pairs.sku}
        pairs={pairs.nodes}
        isCounted={pairs.total !== undefined}
        filter={filter}
        onFilterChange={setFilter}
        size={size}
        onSizeChange={setSize}
        onPublish={publish(pairs.nodes)}
        isApproving={review.isChecking}
        onApprovePassing={
          offer.review && choices.preset !== undefined && passing.length > 0
            ? () => {
                review.approvePassing(passing, choices.preset ?? "");
                // The button goes off and takes the keys with it.
                focus(passing[0]?.id);
              }
            : undefined
        }
      />
      <PairGrid
        pairs={shown}
        list={pairs}
        size={size}
        ticked={ticked}
        onTickedChange={setTicked}
        onOpen={setOpened}
        onRunAgain={onRunAgain}
        onEdit={offer.edit ? edit : undefined}
        onDecide={offer.review ? ask : undefined}
        onMakeMain={offer.review ? review.makeMain : undefined}
        focusOn={focusOn}
        engineTitle={choices.engineTitle}
        galleryTitle={galleryTitle}
        stages={stages}
      >
        {offer.upload && filter === "ALL" ? (
          <UploadTile upload={upload} onFiles={(files) => void upload.send(code, files)} onGallery={onGallery} />
        ) : null}
      </PairGrid>
      {rejecting !== undefined ? (
        <ReasonBar
          count={rejecting.length}
          onReject={(reason) => {
            setRejecting(undefined);
            decide("reject", rejecting, reason);
          }}
          onCancel={() => {
            setRejecting(undefined);
            focus(rejecting[0]);
          }}
        />
      ) : tickedPairs.length === 0 ? null : (
        <PairSelectionBar
          pairs={tickedPairs}
          onClear={() => setTicked(noneTicked)}
          onRun={offer.runDialog ? () => dialogs.openRun({ kind: "pairs", pairs: tickedPairs }) : undefined}
          onDecide={
            offer.review
              ? (decision) =>
                  ask(
                    decision,
                    tickedPairs.map((pair) => pair.id),
                  )
              : undefined
          }
          onDownload={offer.download ? () => dialogs.openDownload({ kind: "pairs", pairs: tickedPairs }) : undefined}
          onPublish={publish(tickedPairs)}
        />
      )}
      <ImageModal
        id={opened}
        onIdChange={(id) => {
          if (id === undefined) focus(opened);
          setOpened(id);
        }}
        pairs={shown}
        engineTitle={choices.engineTitle}
        galleryTitle={galleryTitle}
        presets={choices.presets}
        preset={choices.preset}
        canDownload={offer.saving}
        onEdit={offer.edit ? edit : undefined}
        onRunAgain={onRunAgain}
        onDecide={offer.review ? (decision, id, reason) => decide(decision, [id], reason) : undefined}
        onMakeMain={offer.review ? review.makeMain : undefined}
        onPublish={onPublish && ((id) => publish(pairs.nodes.filter((pair) => pair.id === id))?.())}
        onSelectResult={offer.review ? review.selectResult : undefined}
      />
      <EditImageModal
        id={editing}
        engines={choices.engines}
        presets={choices.presets}
        onClose={() => {
          setEditing(undefined);
          if (opened === undefined) focus(editing);
        }}
        onSaved={() => {
          setEditing(undefined);
          if (opened === undefined) focus(editing);
        }}
        onStarted={(job) => {
          setEditing(undefined);
          dialogs.follow(job.id);
        }}
      />
      <PromptModal
        target={dialogs.target}
        choices={choices}
        pairs={isTarget ? pairs.nodes : []}
        onClose={dialogs.closeRun}
        onStarted={dialogs.started}
        onEditTemplates={() => {
          dialogs.closeRun();
          dialogs.openSettings({ tab: "prompts" });
        }}
        finalFocus={dialogs.opener}
      />
    </>
  );
}

/** Leads back to the photo whose decision was taken back. */
function useUndone({ undone }: ReviewHandle, onUndone: (id: string) => void): void {
  const lead = useRef(onUndone);
  const seen = useRef(undone);
  useEffect(() => {
    lead.current = onUndone;
  });
  useEffect(() => {
    if (seen.current === undone) return;
    seen.current = undone;
    const id = undone?.ids[0];
    if (id !== undefined) lead.current(id);
  }, [undone]);
}

/** What the photos of a running job are at, by pair. */
function useStages(job: PhotosProps["stagesJob"]): ReadonlyMap<string, string> {
  const { say } = useStudio();
  const { running } = useJobItems(job?.status === "RUNNING" ? job : undefined);
  return useMemo(
    () => new Map(running.flatMap((item) => (item.stage === null ? [] : [[item.pair.id, say(item.stage)] as const]))),
    [running, say],
  );
}
