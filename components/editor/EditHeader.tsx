// The editor's header: what one starts from, what one does, back and forth, and the picture as it was.
import { Eye, Redo2, Undo2 } from "lucide-react";
import type { RefObject } from "react";
import type { EditBase } from "../api/generated/graphql.ts";
import type { ViewHandle } from "../comparison/useView.ts";
import { ZoomButtons } from "../comparison/ZoomButtons.tsx";
import { Button } from "../shared/Button.tsx";
import { QuietChoice } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { Segmented } from "../shared/Segmented.tsx";

export type EditMode = "adjust" | "mask";

export interface EditHeaderProps {
  /** Undefined where there is no choice. */
  readonly base: EditBase | undefined;
  readonly onBaseChange: (base: EditBase) => void;
  /** Undefined where no masks are offered. */
  readonly mode: EditMode | undefined;
  readonly onModeChange: (mode: EditMode) => void;
  readonly steps: { readonly undo: () => void; readonly redo: () => void; readonly canUndo: boolean; readonly canRedo: boolean };
  /** Where the stage can be seen closer. */
  readonly view: RefObject<ViewHandle | null> | undefined;
  readonly isBefore: boolean;
  readonly onBefore: (isBefore: boolean) => void;
}

export function EditHeader({ base, onBaseChange, mode, onModeChange, steps, view, isBefore, onBefore }: EditHeaderProps) {
  const { t } = useStudio();
  return (
    <>
      {base === undefined ? null : (
        <QuietChoice
          name={t("editFrom")}
          value={base}
          onChange={onBaseChange}
          options={[
            { value: "RESULT", label: t("editFromResult") },
            { value: "SOURCE", label: t("editFromSource") },
          ]}
        />
      )}
      <span className="studio-grow" />
      {mode === undefined ? null : (
        <>
          <Segmented
            label={t("edit")}
            value={mode}
            onChange={onModeChange}
            segments={[
              { value: "adjust", label: t("editAdjust") },
              { value: "mask", label: t("editMask") },
            ]}
          />
          <span className="studio-grow" />
        </>
      )}
      {view === undefined ? null : (
        <>
          <ZoomButtons view={view} />
          <span className="studio-rule" />
        </>
      )}
      <Button
        kind="quiet"
        size="s"
        label={t("undo")}
        icon={<Undo2 className="studio-icon" />}
        disabled={!steps.canUndo}
        onClick={steps.undo}
      />
      <Button
        kind="quiet"
        size="s"
        label={t("redo")}
        icon={<Redo2 className="studio-icon" />}
        disabled={!steps.canRedo}
        onClick={steps.redo}
      />
      <span className="studio-rule" />
      <Button
        kind="quiet"
        size="s"
        on={isBefore}
        className="studio-before"
        title={t("holdBefore")}
        shortcut={t("keySpace")}
        icon={<Eye className="studio-icon" />}
        onPointerDown={() => onBefore(true)}
        onPointerUp={() => onBefore(false)}
        onPointerLeave={() => onBefore(false)}
        onKeyDown={(event) => {
          if (event.key === " " || event.key === "Enter") onBefore(true);
        }}
        onKeyUp={() => onBefore(false)}
        onBlur={() => onBefore(false)}
      >
        {t("holdBefore")}
      </Button>
      <span className="studio-rule" />
    </>
  );
}
