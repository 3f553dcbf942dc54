// How an edit ends: saved as a new result, or run with its mask; reset, or left.
import { Play } from "lucide-react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { Ring } from "../shared/Ring.tsx";
import { hasPaint } from "./strokes.ts";
import type { EditHandle } from "./useEdit.ts";
import type { MaskEngine, MaskRun } from "./useMaskRun.ts";

export interface EditActionsProps {
  readonly handle: EditHandle;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

export function EditActions({ handle, onSave, onClose }: EditActionsProps) {
  const { t } = useStudio();
  const { isSaving, failure, operations } = handle;
  return (
    <div className="studio-section studio-side-actions">
      <Failure text={failure} />
      <Button
        kind="primary"
        className="studio-actions-wide"
        shortcut="↵"
        icon={isSaving ? <Ring size={16} /> : undefined}
        disabled={operations.length === 0 || isSaving}
        onClick={onSave}
      >
        {t(isSaving ? "editSaving" : "editSave")}
      </Button>
      <Button disabled={operations.length === 0 || isSaving} onClick={handle.reset}>
        {t("reset")}
      </Button>
      <Button shortcut="Esc" onClick={onClose}>
        {t("cancel")}
      </Button>
    </div>
  );
}

export interface MaskActionsProps {
  readonly run: MaskRun;
  readonly engine: MaskEngine | undefined;
  readonly prompt: string;
  readonly onStart: () => void;
  readonly onClose: () => void;
}

export function MaskActions({ run, engine, prompt, onStart, onClose }: MaskActionsProps) {
  const { t } = useStudio();
  const isPainted = hasPaint(run.strokes);
  const lacksPrompt = engine?.promptable === true && prompt.trim() === "";
  return (
    <div className="studio-section studio-side-actions">
      <Failure text={run.failure} />
      <Button
        kind="primary"
        className="studio-actions-wide"
        icon={run.isStarting ? <Ring size={16} /> : <Play className="studio-icon" />}
        disabled={!isPainted || lacksPrompt || engine === undefined || run.isStarting}
        title={isPainted ? (lacksPrompt ? t("maskPromptHint") : undefined) : t("maskNothing")}
        onClick={onStart}
      >
        {t("maskRun")}
      </Button>
      <Button disabled={!isPainted || run.isStarting} onClick={run.clear}>
        {t("maskClear")}
      </Button>
      <Button shortcut="Esc" onClick={onClose}>
        {t("cancel")}
      </Button>
    </div>
  );
}

function Failure({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p className="studio-bad studio-small studio-actions-wide" role="alert">
      {text}
    </p>
  );
}
