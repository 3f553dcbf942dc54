// The two selections' bars: ticked SKUs below the list, ticked pairs over free ground below the grid.
import { Play, RotateCw, X } from "lucide-react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";

export interface SelectionBarProps {
  readonly count: number;
  readonly onClear: () => void;
  /** Left out where the viewer may not run. */
  readonly onRun?: (() => void) | undefined;
}

export function SkuSelectionBar({ count, photos, onClear, onRun }: SelectionBarProps & { readonly photos: number }) {
  const { t } = useStudio();
  return (
    <div className="studio-listfoot">
      <span className="studio-grow studio-listfoot-words">
        <span className="studio-medium studio-cut">{t("skuSelected", { count })}</span>
        <span className="studio-3rd studio-small studio-cut">{t("photos", { count: photos })}</span>
      </span>
      {onRun === undefined ? null : (
        <Button kind="quiet" size="s" label={t("run")} icon={<Play className="studio-icon" />} onClick={onRun} />
      )}
      <Button kind="quiet" size="s" label={t("clearSelection")} icon={<X className="studio-icon" />} onClick={onClear} />
    </div>
  );
}

export function PairSelectionBar({ count, onClear, onRun }: SelectionBarProps) {
  const { t } = useStudio();
  return (
    <div className="studio-bulk" role="toolbar" aria-label={t("pairSelected", { count })}>
      <span className="studio-medium">{t("pairSelected", { count })}</span>
      <span className="studio-rule" data-room="" />
      {onRun === undefined ? null : (
        <Button kind="quiet" icon={<RotateCw className="studio-icon" />} shortcut="G" onClick={onRun}>
          {t("runAgain")}
        </Button>
      )}
      <Button kind="quiet" label={t("clearSelection")} icon={<X className="studio-icon" />} onClick={onClear} />
    </div>
  );
}
