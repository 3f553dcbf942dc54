// What to run, how, and what comes out; count, time and cost stand beside the button that spends them.
import { Play } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import type { JobStateFragment, PairCellFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { DialogFoot } from "../shared/DialogFoot.tsx";
import { Modal } from "../shared/Modal.tsx";
import type { Translate } from "../shared/messages/messages.ts";
import { Ring } from "../shared/Ring.tsx";
import type { RunTarget } from "../shared/run-target.ts";
import { useStudioId } from "../shared/useStudioId.ts";
import { namedPhotos, photosOf, photosToShow, type RunMode } from "./plan.ts";
import { RunHow } from "./RunHow.tsx";
import { RunOutput } from "./RunOutput.tsx";
import { RunWhat } from "./RunWhat.tsx";
import { RunWord, runName } from "./RunWord.tsx";
import { type RunChoices, useRun } from "./useRun.ts";
import { useRunPlan } from "./useRunPlan.ts";

export interface PromptModalProps {
  /** Undefined closes the dialog. */
  readonly target: RunTarget | undefined;
  readonly choices: RunChoices;
  /** Photos of the target that are known: shown as thumbnails. */
  readonly pairs: readonly PairCellFragment[];
  readonly onClose: () => void;
  readonly onStarted: (job: JobStateFragment) => void;
  /** Left out where templates cannot be edited. */
  readonly onEditTemplates?: (() => void) | undefined;
  readonly finalFocus?: RefObject<HTMLElement | null>;
}

export function PromptModal(props: PromptModalProps) {
  const { target } = props;
  // What was last asked for stays while the dialog closes; each opening starts afresh.
  const [last, setLast] = useState({ target, opening: 0 });
  if (target !== undefined && target !== last.target) setLast({ target, opening: last.opening + 1 });
  return last.target === undefined ? null : (
    <OpenPromptModal key={last.opening} {...props} target={last.target} isOpen={target !== undefined} />
  );
}

function OpenPromptModal(props: PromptModalProps & { readonly target: RunTarget; readonly isOpen: boolean }) {
  const { target, isOpen, choices, pairs, onClose, onStarted, onEditTemplates, finalFocus } = props;
  const { t } = useStudio();
  const run = useRun();
  const startButton = useRef<HTMLButtonElement>(null);
  const failureId = useStudioId();
  const { plan, set, input, estimate } = useRunPlan({ target, choices, known: pairs, isOpen });
  const photos = photosOf(target, plan.includeDone);
  const shown = photosToShow(target, pairs, plan.includeDone);
  const modes: readonly RunMode[] =
    namedPhotos(target, pairs, plan.includeDone) === undefined ? ["batch", "template"] : ["batch", "template", "own"];

  const start = async (): Promise<void> => {
    if (input === undefined) return;
    const job = await run.start(input);
    if (job !== undefined) onStarted(job);
  };
  return (
    <Modal
      open={isOpen}
      onClose={onClose}
      name="prompt"
      width="1080px"
      height="704px"
      finalFocus={finalFocus}
      initialFocus={startButton}
      title={t("runPhotos", { count: photos })}
      header={
        <>
          <span className="studio-2nd studio-cut">{targetWords(target, t)}</span>
          <span className="studio-grow" />
        </>
      }
      footer={
        <DialogFoot
          words={<Estimate photos={photos} estimate={estimate} />}
          failure={run.failure && `${t("notStarted")}. ${run.failure}`}
          failureId={failureId}
        >
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            kind="primary"
            ref={startButton}
            aria-label={runName(t)}
            aria-describedby={run.failure === undefined ? undefined : failureId}
            icon={run.isStarting ? <Ring size={16} /> : <Play className="studio-icon" />}
            disabled={input === undefined || run.isStarting}
            onClick={() => void start()}
          >
            <RunWord count={photos} />
          </Button>
        </DialogFoot>
      }
    >
      <div className="studio-body studio-prompt">
        <RunWhat
          target={target}
          choices={choices}
          plan={plan}
          modes={modes}
          onChange={set}
          photos={photos}
          shown={shown}
          onEditTemplates={onEditTemplates}
        />
        <RunHow choices={choices} plan={plan} onChange={set} />
        <RunOutput choices={choices} plan={plan} onChange={set} photo={shown[0] ?? pairs[0]} />
      </div>
    </Modal>
  );
}

interface EstimateProps {
  readonly photos: number;
  readonly estimate: { readonly durationMs: number; readonly costUsd: number } | undefined;
}

function Estimate({ photos, estimate }: EstimateProps) {
  const { t, format } = useStudio();
  const parts = estimate && [
    t("estimateTime", { time: format.about(estimate.durationMs / 1000) }),
    estimate.costUsd > 0 ? format.money(estimate.costUsd) : t("estimateFree"),
  ];
  return (
    <>
      <span className="studio-medium">{t("photos", { count: photos })}</span>
      {parts === undefined || photos === 0 ? null : <span className="studio-2nd"> · {parts.join(" · ")}</span>}
    </>
  );
}

function targetWords(target: RunTarget, t: Translate): string {
  if (target.kind === "pairs") return t("runChosen");
  const only = target.skus.length === 1 ? target.skus[0] : undefined;
  return only === undefined ? t("ofSkus", { count: target.skus.length }) : t("ofSku", { code: only.code });
}
