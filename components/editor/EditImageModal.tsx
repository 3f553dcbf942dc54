// The dialog that edits one picture: crop, turn, tone and ground, saved as a new result; or a mask that an engine runs with.
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { EditBase, JobStateFragment, PairCellFragment } from "../api/generated/graphql.ts";
import type { ViewHandle } from "../comparison/useView.ts";
import { type PairInFull, usePair } from "../image-modal/usePair.ts";
import { useStudio } from "../shared/context.ts";
import { isTyping } from "../shared/keyboard.ts";
import { Modal } from "../shared/Modal.tsx";
import { Ring } from "../shared/Ring.tsx";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { useStudioId } from "../shared/useStudioId.ts";
import { AdjustPanel, type RatioPreset } from "./AdjustPanel.tsx";
import { CropStage } from "./CropStage.tsx";
import { EditActions, MaskActions } from "./EditActions.tsx";
import { EditHeader, type EditMode } from "./EditHeader.tsx";
import { brushShares, MaskPanel } from "./MaskPanel.tsx";
import { MaskStage } from "./MaskStage.tsx";
import type { Brush } from "./strokes.ts";
import { hasTone, ToneFilter } from "./ToneFilter.tsx";
import { TurnBar } from "./TurnBar.tsx";
import { useEdit } from "./useEdit.ts";
import { type MaskEngine, useMaskRun } from "./useMaskRun.ts";

export interface EditImageModalProps {
  /** The pair that is edited; undefined closes the dialog. */
  readonly id: string | undefined;
  readonly onClose: () => void;
  /** The pair with the new result. */
  readonly onSaved: (pair: PairCellFragment) => void;
  /** A run with a mask has begun. Left out, no masks are offered. */
  readonly onStarted?: ((job: JobStateFragment) => void) | undefined;
  readonly engines?: readonly MaskEngine[];
  /** Marketplaces whose shapes the ratios are told by. */
  readonly presets?: readonly RatioPreset[];
  readonly finalFocus?: RefObject<HTMLElement | null> | undefined;
}

export function EditImageModal(props: EditImageModalProps) {
  const { id, onClose, finalFocus } = props;
  const { t } = useStudio();
  const { pair, error, refresh } = usePair(id);
  if (id === undefined) return null;
  const shown = pair?.id === id ? pair : undefined;
  if (shown !== undefined) return <OpenEditor key={id} {...props} pair={shown} />;
  return (
    <Modal open onClose={onClose} name="edit" width="100%" height="100%" title={t("edit")} finalFocus={finalFocus}>
      {error !== undefined ? <Trouble title={t("pairFailedToLoad")} error={error} onRetry={refresh} /> : null}
      {pair === null ? <Blank title={t("pairGone")} hint={t("pairGoneHint")} /> : null}
      {error === undefined && pair !== null ? (
        <div className="studio-surround" aria-busy="true">
          <Ring size={24} />
        </div>
      ) : null}
    </Modal>
  );
}

const noEngines: readonly MaskEngine[] = [];
const noPresets: readonly RatioPreset[] = [];

function OpenEditor(props: EditImageModalProps & { readonly pair: PairInFull }) {
  const { pair, onClose, onSaved, onStarted, engines = noEngines, presets = noPresets, finalFocus } = props;
  const { t } = useStudio();
  const filterId = useStudioId();
  const current = pair.results.find((result) => result.isCurrent)?.image;
  const [base, setBase] = useState<EditBase>(current === undefined ? "SOURCE" : "RESULT");
  const [mode, setMode] = useState<EditMode>("adjust");
  const [isBefore, setIsBefore] = useState(false);
  const [isGroundSeen, setIsGroundSeen] = useState(true);
  const photo = base === "RESULT" && current !== undefined ? current : pair.source;
  const handle = useEdit(pair.id, base, photo);
  const mask = useMask(pair, engines);
  const view = useRef<ViewHandle>(null);
  const { edit, change, settle } = handle;
  const steps = mode === "adjust" ? handle : mask.run;
  const filter = hasTone(edit.tone) ? filterId : undefined;

  const save = async (): Promise<void> => {
    if (handle.operations.length === 0 || handle.isSaving) return;
    const saved = await handle.save();
    if (saved !== undefined) onSaved(saved);
  };
  const start = async (): Promise<void> => {
    if (mask.engine === undefined) return;
    const job = await mask.run.run(mask.engine, mask.prompt);
    if (job !== undefined) onStarted?.(job);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // What is typed here means nothing to the dialogs below.
    event.stopPropagation();
    if (event.defaultPrevented || (isTyping(event.target) && !isRange(event.target))) return;
    const key = event.key.toLowerCase();
    const isOnButton = event.target instanceof HTMLButtonElement;
    const isUndo = key === "z" && (event.ctrlKey || event.metaKey);
    if ((isUndo && event.shiftKey) || (key === "y" && event.ctrlKey)) steps.redo();
    else if (isUndo || (key === "u" && !event.ctrlKey && !event.metaKey)) steps.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === " " && !isOnButton && !isSwitch(event.target)) setIsBefore(true);
    else if (key === "enter" && mode === "adjust" && !isOnButton) void save();
    else if (mode === "mask" && (key === "[" || key === "]")) mask.resize(key === "]" ? 1 : -1);
    else return;
    event.preventDefault();
  };
  useReleaseOnBlur(isBefore, setIsBefore);

  return (
    <Modal
      open
      onClose={onClose}
      name="edit"
      width="100%"
      height="100%"
      finalFocus={finalFocus}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => {
        if (event.key === " ") setIsBefore(false);
      }}
      title={
        <>
          {t("edit")} <span className="studio-dialog-file studio-2nd">{`${pair.sku.code} · ${pair.source.name}`}</span>
        </>
      }
      header={
        <EditHeader
          base={current === undefined || mode === "mask" ? undefined : base}
          onBaseChange={setBase}
          mode={onStarted === undefined ? undefined : mode}
          onModeChange={setMode}
          steps={steps}
          view={mode === "mask" ? view : undefined}
          isBefore={isBefore}
          onBefore={setIsBefore}
        />
      }
    >
      <div className="studio-body" data-mode={mode}>
        <div className="studio-stage">
          {mode === "adjust" ? (
            <>
              <ToneFilter id={filterId} tone={edit.tone} shownSide={previewSide} />
              <CropStage
                key={base}
                photo={photo}
                name={pair.source.name}
                edit={edit}
                onFrame={(wanted, about) => change({ ...edit, wanted }, about)}
                onCommit={settle}
                isBefore={isBefore}
                filterId={filter}
                onGroundSeen={setIsGroundSeen}
              />
              <TurnBar edit={edit} picture={photo} onChange={change} onCommit={settle} />
            </>
          ) : (
            <MaskStage
              photo={pair.source}
              name={pair.source.name}
              brush={mask.brush}
              radius={mask.radius}
              strokes={mask.run.strokes}
              onStroke={mask.run.add}
              isBefore={isBefore}
              viewRef={view}
            />
          )}
        </div>
        <div className="studio-side">
          {mode === "adjust" ? (
            <>
              <AdjustPanel handle={handle} picture={photo} presets={presets} isGroundSeen={isGroundSeen} />
              <EditActions handle={handle} onSave={() => void save()} onClose={onClose} />
            </>
          ) : (
            <>
              <MaskPanel
                engines={mask.engines}
                engine={mask.engine}
                onEngineChange={mask.setEngine}
                brush={mask.brush}
                onBrushChange={mask.setBrush}
                share={mask.share}
                onShareChange={mask.setShare}
                prompt={mask.prompt}
                onPromptChange={mask.setPrompt}
              />
              <MaskActions run={mask.run} engine={mask.engine} prompt={mask.prompt} onStart={() => void start()} onClose={onClose} />
            </>
          )}
        </div>
      </div>
    </Modal>
  );
}

/** Longer side of the picture that fits the stage, screen pixels, for the preview's blur. */
const previewSide = 800;

const isRange = (target: EventTarget): boolean => target instanceof HTMLInputElement && target.type === "range";
const isSwitch = (target: EventTarget): boolean => target instanceof HTMLElement && target.role === "switch";

/** What the mask is painted with, and which engine runs it. */
function useMask(pair: PairInFull, all: readonly MaskEngine[]) {
  const run = useMaskRun(pair);
  const engines = all.filter((engine) => engine.acceptsMask);
  const [name, setEngine] = useState<string>();
  const engine = engines.find((each) => each.name === name) ?? engines.find((each) => each.available);
  const [brush, setBrush] = useState<Brush>("black");
  const [share, setShare] = useState<number>(brushShares.usual);
  const [prompt, setPrompt] = useState("");
  const { width, height } = pair.source;
  return {
    run,
    engines,
    engine,
    setEngine,
    brush,
    setBrush,
    share,
    setShare,
    resize: (way: 1 | -1) =>
      setShare((now) => Math.min(brushShares.most, Math.max(brushShares.least, Math.round(now * (way === 1 ? 2.5 : 1.6)) / 2))),
    /** Pixels of the photo. */
    radius: ((share / 100) * Math.min(width, height)) / 2,
    prompt,
    setPrompt,
  };
}

/** A key that is let go outside of the window tells nobody. */
function useReleaseOnBlur(isHeld: boolean, set: (isHeld: boolean) => void): void {
  useEffect(() => {
    if (!isHeld) return;
    const release = (): void => set(false);
    window.addEventListener("blur", release);
    return () => window.removeEventListener("blur", release);
  }, [isHeld, set]);
}
