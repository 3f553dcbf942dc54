// One pair in full: comparison, history, facts, and what can be done with it.
import { ChevronLeft, ChevronRight, Scan } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { type CompareMode, compareModes, ImageComparison } from "../comparison/ImageComparison.tsx";
import { type ViewHandle, zoomStep } from "../comparison/useView.ts";
import { ZoomButtons } from "../comparison/ZoomButtons.tsx";
import { Button } from "../shared/Button.tsx";
import { type Decision, useStudio } from "../shared/context.ts";
import { isEditable, stepFor } from "../shared/decisions.ts";
import { commandOf, isTyping } from "../shared/keyboard.ts";
import { Modal } from "../shared/Modal.tsx";
import type { MessageKey } from "../shared/messages/messages.ts";
import { ReasonBar } from "../shared/ReasonBar.tsx";
import { Ring } from "../shared/Ring.tsx";
import { Segmented } from "../shared/Segmented.tsx";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import { Actions } from "./Actions.tsx";
import type { CompliancePreset } from "./Compliance.tsx";
import { Facts } from "./Facts.tsx";
import { History } from "./History.tsx";
import { type PairInFull, usePair } from "./usePair.ts";

export interface ImageModalProps {
  /** The pair that is shown; undefined closes the dialog. */
  readonly id: string | undefined;
  readonly onIdChange: (id: string | undefined) => void;
  /** What previous and next walk through. */
  readonly pairs: readonly PairCellFragment[];
  readonly engineTitle?: (name: string) => string;
  /** What people call a gallery that pictures were published to. */
  readonly galleryTitle?: ((name: string) => string) | undefined;
  /** Left out where the viewer may not run. */
  readonly onRunAgain?: ((ids: readonly string[]) => void) | undefined;
  /** Left out where the viewer may not edit. */
  readonly onEdit?: ((id: string) => void) | undefined;
  /** Presets that a result can be checked against, and the one it is checked against at first. */
  readonly presets?: readonly CompliancePreset[];
  readonly preset?: string | undefined;
  /** Each is left out where the viewer may not. */
  readonly onDecide?: ((decision: Decision, id: string, reason?: string) => void) | undefined;
  readonly onMakeMain?: ((id: string) => void) | undefined;
  /** Left out where the viewer may not publish, or there is nowhere to publish to. */
  readonly onPublish?: ((id: string) => void) | undefined;
  readonly onSelectResult?: ((id: string) => void) | undefined;
  /** Whether the shown result can be downloaded; default true. */
  readonly canDownload?: boolean;
  readonly finalFocus?: RefObject<HTMLElement | null>;
}

const modeWords: Readonly<Record<CompareMode, MessageKey>> = {
  slider: "compareSlider",
  sides: "compareSides",
  flip: "compareFlip",
  difference: "compareDifference",
};
const sameName = (name: string): string => name;
const noPresets: readonly CompliancePreset[] = [];

export function ImageModal(props: ImageModalProps) {
  const { id, onIdChange, pairs, engineTitle = sameName, galleryTitle = sameName, presets = noPresets, preset } = props;
  const { onRunAgain, onEdit, onDecide, onMakeMain, onPublish, onSelectResult, canDownload = true, finalFocus } = props;
  const { t } = useStudio();
  const { pair, error, refresh } = usePair(id);
  const [mode, setMode] = useState<CompareMode>("slider");
  const [isAligned, setIsAligned] = useState(true);
  const [isFlipped, setIsFlipped] = useState(false);
  const [percent, setPercent] = useState(1);
  const [chosen, setChosen] = useState<{ pair: string; result: string }>();
  const [rejecting, setRejecting] = useState<string>();
  const view = useRef<ViewHandle>(null);
  const body = useRef<HTMLDivElement>(null);

  const index = pairs.findIndex((each) => each.id === id);
  const cell = pairs[index];
  const name = cell?.source.name ?? pair?.source.name ?? "";
  const results = pair?.results ?? [];
  const current = results.find((each) => each.isCurrent);
  const shown = (chosen?.pair === id ? results.find((each) => each.id === chosen?.result) : undefined) ?? current;
  useNews(cell, pair, refresh);
  useAhead(index < 0 ? undefined : pairs[index + 1]?.id);
  useAhead(index < 0 ? undefined : pairs[index - 1]?.id);

  const go = (step: number): void => {
    const next = pairs[index + step];
    if (next !== undefined) onIdChange(next.id);
  };
  const runAgain = onRunAgain && pair && !isBusy(pair) ? () => onRunAgain([pair.id]) : undefined;
  const edit = onEdit && pair && isEditable(pair.status) ? () => onEdit(pair.id) : undefined;
  // A button that is switched off under the focus would take the keys with it.
  const keepFocus = (): void => body.current?.closest<HTMLElement>(".studio-dialog")?.focus();
  const status = cell?.status ?? pair?.status;
  const decide = (decision: Decision): void => {
    if (id === undefined || status === undefined || stepFor(decision, status) === undefined) return;
    // What is approved is the current result: never another than the one that is seen.
    if (decision === "approve" && shown?.isCurrent === false) return;
    if (decision === "reject") {
      setRejecting(id);
      return;
    }
    onDecide?.(decision, id);
    keepFocus();
  };
  const obey = (command: ReturnType<typeof commandOf>): boolean => {
    if (command === "runAgain" && runAgain !== undefined) runAgain();
    else if (command === "edit" && edit !== undefined) edit();
    else if (command === "makeMain" && id !== undefined) onMakeMain?.(id);
    else if ((command === "approve" || command === "reject" || command === "archive") && onDecide !== undefined) decide(command);
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const isOnButton = event.target instanceof HTMLButtonElement && event.target.role !== "slider";
    const picked = compareModes[Number(key) - 1];
    if (picked !== undefined) setMode(picked);
    else if (key === " " && !isOnButton) setIsFlipped(true);
    else if (key === "f") view.current?.toggleActual();
    else if (key === "arrowright" || key === "j" || key === "arrowdown") go(1);
    else if (key === "arrowleft" || key === "k" || key === "arrowup") go(-1);
    else if (key === "+" || key === "=") view.current?.zoom(zoomStep);
    else if (key === "-") view.current?.zoom(1 / zoomStep);
    else if (!obey(commandOf(event.nativeEvent))) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const canAlign = shown?.placement != null;
  return (
    <Modal
      open={id !== undefined}
      onClose={() => onIdChange(undefined)}
      name="image"
      width="100%"
      height="100%"
      finalFocus={finalFocus}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => {
        if (event.key === " ") setIsFlipped(false);
      }}
      leading={
        <>
          <Button
            kind="quiet"
            size="s"
            label={t("previous")}
            icon={<ChevronLeft className="studio-icon" />}
            disabled={index <= 0}
            onClick={() => go(-1)}
          />
          <Button
            kind="quiet"
            size="s"
            label={t("next")}
            icon={<ChevronRight className="studio-icon" />}
            disabled={index < 0 || index + 1 >= pairs.length}
            onClick={() => go(1)}
          />
        </>
      }
      title={
        <>
          <span className="studio-strong">{pair?.sku.code ?? ""}</span> <span className="studio-dialog-file studio-2nd">{name}</span>
        </>
      }
      header={
        <>
          {index < 0 ? null : (
            <span className="studio-3rd studio-wide-only">{t("positionOf", { position: index + 1, total: pairs.length })}</span>
          )}
          <span className="studio-grow" />
          {shown === undefined ? null : (
            <Segmented
              label={t("comparison")}
              value={mode}
              onChange={setMode}
              segments={compareModes.map((each, number) => ({ value: each, label: t(modeWords[each]), shortcut: String(number + 1) }))}
            />
          )}
          <span className="studio-grow" />
          {canAlign ? (
            <>
              <Button
                kind="quiet"
                className="studio-align"
                on={isAligned}
                aria-pressed={isAligned}
                title={t("alignHint")}
                icon={<Scan className="studio-icon" />}
                onClick={() => setIsAligned(!isAligned)}
              >
                {t("align")}
              </Button>
              <span className="studio-rule" />
            </>
          ) : null}
          <ZoomButtons view={view} percent={percent} />
          <Button kind="quiet" size="s" className="studio-fit" shortcut="F" onClick={() => view.current?.toggleActual()}>
            {t("fit")}
          </Button>
          <span className="studio-rule" />
        </>
      }
    >
      {error !== undefined && pair === undefined ? <Trouble title={t("pairFailedToLoad")} error={error} onRetry={refresh} /> : null}
      {pair === null ? <Blank title={t("pairGone")} hint={t("pairGoneHint")} /> : null}
      {pair === undefined && error === undefined ? (
        <div className="studio-surround" aria-busy="true">
          <Ring size={24} />
        </div>
      ) : null}
      {pair ? (
        <div className="studio-body" ref={body}>
          <div className="studio-stage">
            <ImageComparison
              key={pair.id}
              source={pair.source}
              result={shown?.image ?? null}
              placement={shown?.placement ?? null}
              mode={mode}
              align={isAligned && canAlign}
              isFlipped={isFlipped}
              viewRef={view}
              onPercentChange={setPercent}
            />
            <History pair={pair} shown={shown?.id} engineTitle={engineTitle} onChoose={(result) => setChosen({ pair: pair.id, result })} />
          </div>
          <div className="studio-side">
            <Facts pair={pair} result={shown} engineTitle={engineTitle} galleryTitle={galleryTitle} presets={presets} preset={preset} />
            <Actions
              pair={pair}
              result={shown}
              canDownload={canDownload}
              onDecide={onDecide && decide}
              onMakeMain={
                onMakeMain &&
                (() => {
                  onMakeMain(pair.id);
                  keepFocus();
                })
              }
              onRunAgain={runAgain}
              onEdit={edit}
              onPublish={onPublish === undefined || status !== "APPROVED" ? undefined : () => onPublish(pair.id)}
              onSelect={
                onSelectResult === undefined || shown === undefined || shown.isCurrent || isBusy(pair) || pair.status === "ARCHIVED"
                  ? undefined
                  : () => {
                      onSelectResult(shown.id);
                      keepFocus();
                    }
              }
            />
          </div>
        </div>
      ) : null}
      {rejecting !== undefined && rejecting === id ? (
        <ReasonBar
          count={1}
          onReject={(reason) => {
            setRejecting(undefined);
            onDecide?.("reject", rejecting, reason);
            keepFocus();
          }}
          onCancel={() => {
            setRejecting(undefined);
            keepFocus();
          }}
        />
      ) : null}
    </Modal>
  );
}

const isBusy = (pair: PairInFull): boolean => pair.status === "QUEUED" || pair.status === "PROCESSING";

/** A new result came in while the dialog is open: the history is read anew. */
function useNews(cell: PairCellFragment | undefined, pair: PairInFull | null | undefined, refresh: () => void): void {
  const newest = cell?.current?.id;
  const isKnown = pair == null || newest === undefined || pair.results.some((result) => result.id === newest);
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  useEffect(() => {
    if (!isKnown) latest.current();
  }, [isKnown]);
}

/** Reads a neighbour ahead, its pictures too, so that going on shows it at once. */
function useAhead(id: string | undefined): void {
  const { pair } = usePair(id, { requestPolicy: "cache-first" });
  const source = pair?.source.large;
  const result = pair?.results.find((each) => each.isCurrent)?.image.large;
  useEffect(() => {
    for (const url of [source, result]) if (url !== undefined) new Image().src = url;
  }, [source, result]);
}
