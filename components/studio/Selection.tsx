// The two selections' bars: ticked SKUs below the list, ticked pairs over free ground below the grid.
import { Archive, Check, Download, Play, RotateCcw, RotateCw, Store, X } from "lucide-react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { type Decision, useStudio } from "../shared/context.ts";
import { stepFor } from "../shared/decisions.ts";

interface SelectionBarProps {
  readonly onClear: () => void;
  /** Left out where the viewer may not run. */
  readonly onRun?: (() => void) | undefined;
  /** Left out where the viewer may not review. */
  readonly onDownload?: (() => void) | undefined;
  /** Left out where nothing of it is approved, or the viewer may not publish. */
  readonly onPublish?: (() => void) | undefined;
}

export interface SkuSelectionBarProps extends SelectionBarProps {
  readonly count: number;
  readonly photos: number;
  readonly onDecide?: ((decision: "approve" | "archive") => void) | undefined;
}

export function SkuSelectionBar({ count, photos, onClear, onRun, onDecide, onDownload, onPublish }: SkuSelectionBarProps) {
  const { t } = useStudio();
  return (
    <div className="studio-listfoot" role="toolbar" aria-label={t("skuSelected", { count })}>
      <span className="studio-grow studio-listfoot-words">
        <span className="studio-medium studio-cut">{t("skuSelected", { count })}</span>
        <span className="studio-3rd studio-small studio-cut">{t("photos", { count: photos })}</span>
      </span>
      {onDecide === undefined ? null : (
        <>
          <Button kind="quiet" size="s" label={t("approve")} icon={<Check className="studio-icon" />} onClick={() => onDecide("approve")} />
          <Button
            kind="quiet"
            size="s"
            label={t("archive")}
            icon={<Archive className="studio-icon" />}
            onClick={() => onDecide("archive")}
          />
        </>
      )}
      {onRun === undefined ? null : (
        <Button kind="quiet" size="s" label={t("run")} icon={<Play className="studio-icon" />} onClick={onRun} />
      )}
      {onDownload === undefined ? null : (
        <Button kind="quiet" size="s" label={t("download")} icon={<Download className="studio-icon" />} onClick={onDownload} />
      )}
      {onPublish === undefined ? null : (
        <Button kind="quiet" size="s" label={t("publishOpen")} icon={<Store className="studio-icon" />} onClick={onPublish} />
      )}
      <Button kind="quiet" size="s" label={t("clearSelection")} icon={<X className="studio-icon" />} onClick={onClear} />
    </div>
  );
}

export interface PairSelectionBarProps extends SelectionBarProps {
  readonly pairs: readonly PairCellFragment[];
  readonly onDecide?: ((decision: Decision) => void) | undefined;
}

const decisions = [
  { decision: "approve", word: "approve", key: "A", icon: <Check className="studio-icon" /> },
  { decision: "reject", word: "reject", key: "R", icon: <X className="studio-icon" /> },
  { decision: "archive", word: "archive", key: "X", icon: <Archive className="studio-icon" /> },
] as const;

export function PairSelectionBar({ pairs, onClear, onRun, onDecide, onDownload, onPublish }: PairSelectionBarProps) {
  const { t } = useStudio();
  const words = t("pairSelected", { count: pairs.length });
  const takes = (decision: Decision): boolean => pairs.some((pair) => stepFor(decision, pair.status) !== undefined);
  return (
    <div className="studio-bulk" role="toolbar" aria-label={words}>
      <span className="studio-medium studio-bulk-count">{words}</span>
      <span className="studio-rule" data-room="" />
      {onDecide === undefined
        ? null
        : decisions.map(({ decision, word, key, icon }) => (
            <Button key={decision} kind="quiet" icon={icon} shortcut={key} disabled={!takes(decision)} onClick={() => onDecide(decision)}>
              {t(word)}
            </Button>
          ))}
      {onDecide === undefined || !takes("reopen") ? null : (
        <Button kind="quiet" icon={<RotateCcw className="studio-icon" />} onClick={() => onDecide("reopen")}>
          {t("reopen")}
        </Button>
      )}
      {onRun === undefined ? null : (
        <Button kind="quiet" icon={<RotateCw className="studio-icon" />} shortcut="G" onClick={onRun}>
          {t("runAgain")}
        </Button>
      )}
      {onDownload === undefined ? null : (
        <Button kind="quiet" icon={<Download className="studio-icon" />} onClick={onDownload}>
          {t("download")}
        </Button>
      )}
      {onPublish === undefined ? null : (
        <Button kind="quiet" icon={<Store className="studio-icon" />} onClick={onPublish}>
          {t("publishOpen")}
        </Button>
      )}
      <span className="studio-rule" data-room="" />
      <Button kind="quiet" label={t("clearSelection")} icon={<X className="studio-icon" />} onClick={onClear} />
    </div>
  );
}
