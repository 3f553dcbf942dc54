// One pair: source and result side by side, touching; below them its place, name, status, and one line that matters.
import { Check, RotateCcw, SlidersHorizontal, Star, TriangleAlert, X } from "lucide-react";
import { type MouseEvent, memo, useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { type Decision, useStudio } from "../shared/context.ts";
import { isEditable, stepFor } from "../shared/decisions.ts";
import { Picture } from "../shared/Picture.tsx";
import { PublishedMark } from "../shared/PublishedMark.tsx";
import { Ring } from "../shared/Ring.tsx";
import { reasonOf } from "../shared/reason.ts";
import { pairSigns, Status } from "../shared/Status.tsx";

export interface PairCellProps {
  /** Its place among those that are shown. */
  readonly index: number;
  readonly row: number;
  /** For the first cell in a row, whose height stands for the row's. */
  readonly rowRef?: ((cell: HTMLElement | null) => void) | undefined;
  readonly pair: PairCellFragment;
  /** Its decision waits for the connection. */
  readonly isUnsent?: boolean;
  /** What a running photo is at, in the server's words. */
  readonly stage?: string | undefined;
  readonly engineTitle: (name: string) => string;
  readonly galleryTitle: ((name: string) => string) | undefined;
  readonly isTicked: boolean;
  readonly isFocusable: boolean;
  /** The source is shown in the result's place. */
  readonly isFlipped: boolean;
  readonly onTick: (withRange: boolean) => void;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
  /** Undefined where the viewer may not run. */
  readonly onRunAgain: (() => void) | undefined;
  /** Undefined where the viewer may not edit. */
  readonly onEdit: (() => void) | undefined;
  /** Undefined where the viewer may not review. */
  readonly onDecide: ((decision: Decision) => void) | undefined;
}

export const PairCell = memo(function PairCell(props: PairCellProps) {
  const { pair, index, row, rowRef, galleryTitle, isTicked, isFocusable, onTick, onOpen, onFocus } = props;
  const { t } = useStudio();
  const { mark, word } = pairSigns[pair.status];
  const position = pair.position + 1;
  // What is for the pointer is not there before it has come: it is a third of a cell, of which there are dozens.
  const [wasPointed, setWasPointed] = useState(false);
  const click = (event: MouseEvent): void => {
    const isOnCheck = event.target instanceof Element && event.target.closest(".studio-check") !== null;
    if (isOnCheck || event.shiftKey || event.ctrlKey || event.metaKey) onTick(event.shiftKey);
  };
  return (
    <div role="row" className="studio-cell" aria-selected={isTicked} aria-rowindex={index + 1} ref={rowRef} data-index={row}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens to the keys of all its cells */}
      <div
        role="gridcell"
        className="studio-pair"
        tabIndex={isFocusable ? 0 : -1}
        aria-selected={isTicked}
        data-checked={isTicked ? "" : undefined}
        data-faded={pair.status === "REJECTED" ? "" : undefined}
        data-status={pair.status}
        data-pair={pair.id}
        onClick={click}
        onDoubleClick={onOpen}
        onFocus={onFocus}
        onPointerEnter={() => setWasPointed(true)}
      >
        <span className="studio-check" data-on={isTicked ? "" : undefined}>
          {isTicked ? <Check className="studio-icon" /> : null}
        </span>
        <div className="studio-tiles">
          <div className="studio-tile">
            <Picture photo={pair.source} url={pair.source.tile} size="tile" alt={t("source")} />
          </div>
          <ResultTile {...props} />
        </div>
        <div className="studio-caption">
          <div className="studio-line">
            <span className="studio-3rd">{position}</span>
            {pair.isMain ? <Star className="studio-icon studio-star" role="img" aria-label={t("mainPhoto")} aria-hidden={false} /> : null}
            <span className="studio-cut studio-grow" title={pair.source.name}>
              {pair.source.name}
            </span>
            <PublishedMark publications={pair.publications} galleryTitle={galleryTitle} />
            <Status mark={mark}>{t(word)}</Status>
          </div>
          <SecondLine {...props} />
          {wasPointed ? <QuickActions {...props} /> : null}
        </div>
      </div>
    </div>
  );
});

const quick = [
  { decision: "approve", word: "approve", icon: <Check className="studio-icon" /> },
  { decision: "reject", word: "reject", icon: <X className="studio-icon" /> },
  { decision: "reopen", word: "reopen", icon: <RotateCcw className="studio-icon" /> },
] as const;

/** For the pointer; the same stands under keys. */
function QuickActions({ pair, onDecide, onEdit }: PairCellProps) {
  const { t } = useStudio();
  const offered = quick.flatMap(({ decision, word, icon }) =>
    onDecide === undefined || stepFor(decision, pair.status) === undefined ? [] : [{ word, icon, act: () => onDecide(decision) }],
  );
  const actions =
    onEdit === undefined || !isEditable(pair.status)
      ? offered
      : [...offered, { word: "edit" as const, icon: <SlidersHorizontal className="studio-icon" />, act: onEdit }];
  if (actions.length === 0) return null;
  return (
    <div className="studio-quick">
      {actions.map(({ word, icon, act }) => (
        <Button
          key={word}
          kind="quiet"
          size="xs"
          tabIndex={-1}
          label={t(word)}
          icon={icon}
          onClick={(event) => {
            event.stopPropagation();
            act();
          }}
          onDoubleClick={(event) => event.stopPropagation()}
        />
      ))}
    </div>
  );
}

function ResultTile({ pair, isFlipped, onRunAgain }: PairCellProps) {
  const { t, say } = useStudio();
  if (isFlipped) {
    return (
      <div className="studio-tile" data-flipped="">
        <Picture photo={pair.source} url={pair.source.tile} size="tile" alt={t("source")} />
      </div>
    );
  }
  if (pair.status === "PROCESSING") {
    return (
      <div className="studio-tile">
        <Picture photo={pair.source} url={pair.source.tile} size="tile" className="studio-blur" />
        <span className="studio-shimmer" />
        <Ring size={24} />
      </div>
    );
  }
  if (pair.status === "FAILED" && pair.result === null) {
    return (
      <div className="studio-tile">
        <div className="studio-say">
          <span className="studio-say-text">{reasonOf(pair, say) ?? t("pairFailed")}</span>
          {onRunAgain === undefined ? null : (
            <Button size="xs" className="studio-button-raised" tabIndex={-1} onClick={onRunAgain}>
              {t("runAgain")}
            </Button>
          )}
        </div>
      </div>
    );
  }
  if (pair.result === null) {
    return (
      <div className="studio-tile">
        <div className="studio-say studio-3rd">{t(pair.status === "QUEUED" ? "inQueue" : "notRunYet")}</div>
      </div>
    );
  }
  return (
    <div className="studio-tile" data-result={pair.result.mimeType === "image/jpeg" ? "opaque" : "clear"}>
      <Picture photo={pair.result} url={pair.result.tile} size="tile" fit="contain" alt={t("result")} />
    </div>
  );
}

function SecondLine({ pair, isUnsent, stage, engineTitle }: PairCellProps) {
  const { t, say, format } = useStudio();
  const warnings = pair.current?.warnings.map(say) ?? [];
  const words = (): string => {
    if (isUnsent === true) return t("notSent");
    if (pair.status === "PROCESSING") return stage ?? t("inWork");
    if (pair.note !== null && pair.status === "REJECTED") return t("quoted", { note: pair.note });
    // The tile says the reason where there is no earlier result to show.
    if (pair.note !== null && pair.status === "FAILED" && pair.result !== null) return reasonOf(pair, say) ?? pair.note;
    if (pair.current === null) return t("added", { when: format.moment(pair.createdAt) });
    return t("engineSeconds", { engine: engineTitle(pair.current.engine), seconds: format.seconds(pair.current.durationMs) });
  };
  if (warnings.length > 0 && pair.status === "READY" && isUnsent !== true) {
    return (
      <div className="studio-line studio-warn" title={warnings.join("\n")}>
        <TriangleAlert className="studio-icon" />
        <span className="studio-cut">{warnings[0]}</span>
      </div>
    );
  }
  const line = words();
  return (
    <div className="studio-line studio-3rd">
      <span className="studio-cut studio-grow" title={line}>
        {line}
      </span>
    </div>
  );
}
