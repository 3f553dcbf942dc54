// The photos of the chosen SKU: head, grid, upload, and the dialogs about them.
import { useMemo, useState } from "react";
import type { JobStateFragment } from "../api/generated/graphql.ts";
import { ImageModal } from "../image-modal/ImageModal.tsx";
import { type CellSize, PairGrid } from "../pair-grid/PairGrid.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { useJobItems } from "../progress/useJob.ts";
import { PromptModal } from "../prompts/PromptModal.tsx";
import type { RunChoices } from "../prompts/useRun.ts";
import { UploadTile } from "../upload/UploadTile.tsx";
import { useUpload } from "../upload/useUpload.ts";
import { filtered, type PairFilter, PairHead } from "./PairHead.tsx";
import { PairSelectionBar } from "./Selection.tsx";
import type { Dialogs } from "./useDialogs.ts";

export interface PhotosProps {
  readonly code: string;
  readonly dialogs: Dialogs;
  readonly choices: RunChoices;
  readonly stagesJob: JobStateFragment | undefined;
  readonly onRunAgain: ((ids: readonly string[]) => void) | undefined;
  readonly canEdit: boolean;
}

const noneTicked: ReadonlySet<string> = new Set();

export function Photos({ code, dialogs, choices, stagesJob, onRunAgain, canEdit }: PhotosProps) {
  const pairs = usePairs(code);
  const upload = useUpload(pairs.refresh);
  const [filter, setFilter] = useState<PairFilter>("ALL");
  const [size, setSize] = useState<CellSize>("medium");
  const [ticked, setTicked] = useState(noneTicked);
  const [opened, setOpened] = useState<string>();
  const shown = useMemo(() => filtered(pairs.nodes, filter), [pairs.nodes, filter]);
  const stages = useStages(stagesJob);
  const isTarget = dialogs.target?.kind === "skus" && dialogs.target.skus.some((sku) => sku.code === code);
  const tickedPairs = pairs.nodes.filter((pair) => ticked.has(pair.id));

  return (
    <>
      <PairHead
        code={code}
        sku={pairs.sku}
        pairs={pairs.nodes}
        filter={filter}
        onFilterChange={setFilter}
        size={size}
        onSizeChange={setSize}
      />
      <PairGrid
        pairs={shown}
        list={pairs}
        size={size}
        ticked={ticked}
        onTickedChange={setTicked}
        onOpen={setOpened}
        onRunAgain={onRunAgain}
        engineTitle={choices.engineTitle}
        stages={stages}
      >
        {canEdit && filter === "ALL" ? <UploadTile upload={upload} onFiles={(files) => void upload.send(code, files)} /> : null}
      </PairGrid>
      {tickedPairs.length === 0 ? null : (
        <PairSelectionBar
          count={tickedPairs.length}
          onClear={() => setTicked(noneTicked)}
          onRun={onRunAgain && (() => dialogs.openRun({ kind: "pairs", pairs: tickedPairs }))}
        />
      )}
      <ImageModal id={opened} onIdChange={setOpened} pairs={shown} engineTitle={choices.engineTitle} onRunAgain={onRunAgain} />
      <PromptModal
        target={dialogs.target}
        choices={choices}
        pairs={isTarget ? pairs.nodes : []}
        onClose={dialogs.closeRun}
        onStarted={dialogs.started}
        finalFocus={dialogs.opener}
      />
    </>
  );
}

/** What the photos of a running job are at, by pair. */
function useStages(job: PhotosProps["stagesJob"]): ReadonlyMap<string, string> {
  const { running } = useJobItems(job?.status === "RUNNING" ? job : undefined);
  return useMemo(() => new Map(running.flatMap((item) => (item.stage === null ? [] : [[item.pair.id, item.stage] as const]))), [running]);
}
