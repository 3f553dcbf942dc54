// The first pane of a run: by which words, and which photos.
import { Check } from "lucide-react";

import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { Picture } from "../shared/Picture.tsx";
import { PromptArea } from "../shared/PromptArea.tsx";
import type { RunTarget } from "../shared/run-target.ts";
import { Segmented } from "../shared/Segmented.tsx";
import { photosOf, type RunMode, type RunPlan, type Thumb } from "./plan.ts";
import type { RunChoices } from "./useRun.ts";

export interface RunWhatProps {
  readonly target: RunTarget;
  readonly choices: RunChoices;
  readonly plan: RunPlan;
  /** Those that can be chosen. */
  readonly modes: readonly RunMode[];
  readonly onChange: (part: Partial<RunPlan>) => void;
  readonly photos: number;
  readonly shown: readonly Thumb[];
  readonly onEditTemplates: (() => void) | undefined;
}

const modeWords: Readonly<Record<RunMode, MessageKey>> = { batch: "modeBatch", template: "modeTemplate", own: "modeOwn" };
const modes = ["batch", "template", "own"] as const;
/** Thumbnails shown; more are counted. */
const thumbsShown = 14;

export function RunWhat(props: RunWhatProps) {
  const { target, choices, plan, onChange, photos, shown } = props;
  const { t, format } = useStudio();
  return (
    <div className="studio-pane">
      <Segmented
        label={t("runMode")}
        isWide
        value={plan.mode}
        onChange={(mode) => onChange({ mode })}
        segments={modes.map((mode) => ({
          value: mode,
          label: t(modeWords[mode]),
          disabled: !props.modes.includes(mode) || (mode === "template" && choices.groups.every(({ templates }) => templates.length === 0)),
        }))}
      />
      <Words {...props} />
      {target.kind === "skus" ? (
        <label className="studio-check-line">
          <span className="studio-check" data-on={plan.includeDone ? "" : undefined}>
            <input
              type="checkbox"
              className="studio-check-input"
              checked={plan.includeDone}
              onChange={(event) => onChange({ includeDone: event.target.checked })}
            />
            {plan.includeDone ? <Check className="studio-icon" /> : null}
          </span>
          <span>{t("runIncludeDone")}</span>
          <span className="studio-3rd">{format.number(photosOf(target, true) - photosOf(target, false))}</span>
        </label>
      ) : null}
      <div className="studio-formrow">
        <span className="studio-label">{t(plan.includeDone || target.kind === "pairs" ? "runChosen" : "runWaitingOnly")}</span>
        {photos === 0 ? <p className="studio-small studio-2nd">{t("runNone")}</p> : <Thumbs pairs={shown} count={photos} />}
      </div>
    </div>
  );
}

/** What the chosen mode asks for. */
function Words({ choices, plan, onChange, onEditTemplates }: RunWhatProps) {
  const { t } = useStudio();
  const group = choices.groups.find(({ id }) => id === choices.group);
  if (plan.mode === "own") {
    const engine = choices.engines.find(({ name }) => name === plan.engine);
    return (
      <div className="studio-formrow">
        <PromptArea labelClass="studio-label" value={plan.prompt} onChange={(prompt) => onChange({ prompt })} />
        {engine?.promptable === false ? <p className="studio-small studio-2nd">{t("modeOwnHint")}</p> : null}
      </div>
    );
  }
  if (plan.mode === "batch")
    return <p className="studio-small studio-2nd">{t(group === undefined ? "modeBatchPlain" : "modeBatchHint")}</p>;
  // The group in use comes first.
  const groups = choices.groups.toSorted((one, other) => Number(other.id === choices.group) - Number(one.id === choices.group));
  return (
    <div className="studio-formrow" role="radiogroup" aria-label={t("modeTemplate")}>
      {groups.map((each, index) =>
        each.templates.length === 0 ? null : (
          <div key={each.id} className="studio-formrow">
            <div className="studio-line">
              <span className="studio-label studio-grow">{each.name}</span>
              {index === 0 && onEditTemplates !== undefined ? (
                <Button kind="quiet" size="xs" className="studio-accent" onClick={onEditTemplates}>
                  {t("templatesEdit")}
                </Button>
              ) : null}
            </div>
            {each.templates.map((template) => (
              <label key={template.id} className="studio-radio" data-on={template.id === plan.template ? "" : undefined}>
                <span className="studio-dot" data-on={template.id === plan.template ? "" : undefined}>
                  <input
                    type="radio"
                    className="studio-check-input"
                    checked={template.id === plan.template}
                    onChange={() => onChange({ template: template.id })}
                  />
                </span>
                <span className="studio-radio-words" title={template.text}>
                  <span className="studio-cut">{template.name}</span>
                  <span className="studio-small studio-2nd studio-cut">{template.text}</span>
                </span>
              </label>
            ))}
          </div>
        ),
      )}
    </div>
  );
}

function Thumbs({ pairs, count }: { readonly pairs: readonly Thumb[]; readonly count: number }) {
  const { t } = useStudio();
  const shown = pairs.slice(0, count > thumbsShown ? thumbsShown - 1 : thumbsShown);
  const rest = count - shown.length;
  return (
    <div className="studio-thumbs">
      {shown.map((pair) => (
        <div key={pair.id} className="studio-tile studio-mini">
          <Picture photo={pair.source} url={pair.source.thumb} size="thumb" alt={pair.source.name} />
        </div>
      ))}
      {rest > 0 ? (
        <div
          className="studio-tile studio-mini studio-small studio-2nd"
          role="img"
          aria-label={t("more", { count: rest })}
        >{`+${rest}`}</div>
      ) : null}
    </div>
  );
}
