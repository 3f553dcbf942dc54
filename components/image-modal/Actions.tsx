// What can be done with the shown photo: Approve and Reject filled, the rest quiet, each with its key.
import { Archive, Check, Download, RotateCcw, RotateCw, SlidersHorizontal, Star, Store, X } from "lucide-react";
import type { PairStatus } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { type Decision, useStudio } from "../shared/context.ts";
import { stepFor } from "../shared/decisions.ts";
import type { ResultInFull } from "./usePair.ts";

export interface ActionsProps {
  readonly pair: { readonly status: PairStatus; readonly isMain: boolean };
  /** What is shown, to be downloaded. */
  readonly result: ResultInFull | undefined;
  readonly canDownload: boolean;
  /** Each is left out where the viewer may not. */
  readonly onDecide: ((decision: Decision) => void) | undefined;
  readonly onMakeMain: (() => void) | undefined;
  readonly onRunAgain: (() => void) | undefined;
  readonly onEdit: (() => void) | undefined;
  /** For approved ones. */
  readonly onPublish: (() => void) | undefined;
  /** Where an earlier result is shown: makes it the current one. */
  readonly onSelect: (() => void) | undefined;
}

export function Actions(props: ActionsProps) {
  const { pair, result, canDownload, onDecide, onMakeMain, onRunAgain, onEdit, onPublish, onSelect } = props;
  const { t } = useStudio();
  const takes = (decision: Decision): boolean => stepFor(decision, pair.status) !== undefined;
  return (
    <div className="studio-section studio-side-actions">
      {onSelect === undefined ? null : (
        <Button className="studio-actions-wide" icon={<Check className="studio-icon" />} onClick={onSelect}>
          {t("useResult")}
        </Button>
      )}
      {onDecide === undefined ? null : (
        <>
          <Button
            kind="primary"
            icon={<Check className="studio-icon" />}
            shortcut="A"
            disabled={!takes("approve") || result?.isCurrent === false}
            onClick={() => onDecide("approve")}
          >
            {t("approve")}
          </Button>
          <Button icon={<X className="studio-icon" />} shortcut="R" disabled={!takes("reject")} onClick={() => onDecide("reject")}>
            {t("reject")}
          </Button>
        </>
      )}
      {onEdit === undefined ? null : (
        <Button kind="quiet" icon={<SlidersHorizontal className="studio-icon" />} shortcut="E" onClick={onEdit}>
          {t("edit")}
        </Button>
      )}
      {onRunAgain === undefined ? null : (
        <Button kind="quiet" icon={<RotateCw className="studio-icon" />} shortcut="G" onClick={onRunAgain}>
          {t("runAgain")}
        </Button>
      )}
      {onDecide === undefined ? null : (
        <Button
          kind="quiet"
          icon={<Archive className="studio-icon" />}
          shortcut="X"
          disabled={!takes("archive")}
          onClick={() => onDecide("archive")}
        >
          {t("archive")}
        </Button>
      )}
      {onMakeMain === undefined ? null : (
        <Button
          kind="quiet"
          icon={<Star className="studio-icon" />}
          shortcut="M"
          disabled={pair.isMain || pair.status === "ARCHIVED"}
          onClick={onMakeMain}
        >
          {t("makeMain")}
        </Button>
      )}
      {result === undefined || !canDownload ? null : (
        <a
          className="studio-button"
          data-kind="quiet"
          data-size="m"
          href={result.image.saved}
          download={result.image.name}
          target="_blank"
          rel="noreferrer"
        >
          <Download className="studio-icon" />
          <span className="studio-button-text">{t("download")}</span>
        </a>
      )}
      {onPublish === undefined ? null : (
        <Button kind="quiet" icon={<Store className="studio-icon" />} onClick={onPublish}>
          {t("publishOpen")}
        </Button>
      )}
      {onDecide === undefined || !takes("reopen") ? null : (
        <Button kind="quiet" icon={<RotateCcw className="studio-icon" />} onClick={() => onDecide("reopen")}>
          {t("reopen")}
        </Button>
      )}
    </div>
  );
}
