// The middle pane of a run: the engine, its model and options, and the words that are sent to it.
import { CircleSlash } from "lucide-react";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { OptionsForm } from "../shared/OptionsForm.tsx";
import { fieldsOf, knownValues } from "../shared/options.ts";
import type { RunPlan } from "./plan.ts";
import { useChangeSettings } from "./useChangeSettings.ts";
import type { RunChoices } from "./useRun.ts";

export interface RunHowProps {
  readonly choices: RunChoices;
  readonly plan: RunPlan;
  readonly onChange: (part: Partial<RunPlan>) => void;
}

export function RunHow({ choices, plan, onChange }: RunHowProps) {
  const { t, say } = useStudio();
  const settings = useChangeSettings();
  const engine = choices.engines.find(({ name }) => name === plan.engine);
  const isOwn = plan.engine === choices.engine;
  const model = plan.model ?? (isOwn ? choices.model : undefined);
  const fields = fieldsOf(engine?.optionsSchema);
  const kept = knownValues(fields, isOwn ? choices.options : undefined);
  const models = engine?.models ?? [];
  const template = choices.groups.flatMap(({ templates }) => templates).find(({ id }) => id === plan.template);
  return (
    <div className="studio-pane studio-pane-middle">
      <div className="studio-pane-row">
        <SelectField
          label={t("engine")}
          value={plan.engine ?? ""}
          onChange={(name) => onChange({ engine: name })}
          options={choices.engines.map((each) => ({
            value: each.name,
            label: each.title,
            disabled: !each.available,
            hint: each.unavailableReason ? say(each.unavailableReason) : undefined,
          }))}
        />
        {models.length === 0 ? null : (
          <SelectField
            label={t("model")}
            value={model ?? ""}
            onChange={(name) => onChange({ model: name === "" ? undefined : name })}
            options={[
              ...(isOwn && choices.model !== undefined ? [] : [{ value: "", label: t("modelDefault") }]),
              ...models.map((name) => ({ value: name, label: name })),
            ]}
          />
        )}
      </div>
      {choices.groups.length === 0 || plan.mode !== "batch" ? null : (
        <SelectField
          label={t("prompts")}
          value={settings.pending?.group ?? choices.group ?? ""}
          onChange={(group) => settings.change({ group })}
          options={[
            { value: "", label: t("promptsNone") },
            ...choices.groups.map((each) => ({
              value: each.id,
              label: each.name,
              hint: t("templates", { count: each.templates.filter(({ enabled }) => enabled).length }),
            })),
          ]}
        />
      )}
      {settings.failure === undefined ? null : (
        <p className="studio-bad studio-small" role="alert">
          {settings.failure}
        </p>
      )}
      {fields.length === 0 ? null : (
        <div className="studio-formrow">
          <div className="studio-line">
            <span className="studio-label studio-grow">{t("options")}</span>
            <Button
              kind="quiet"
              size="xs"
              className="studio-accent"
              disabled={plan.options === undefined}
              onClick={() => onChange({ options: undefined })}
            >
              {t("optionsReset")}
            </Button>
          </div>
          <OptionsForm schema={engine?.optionsSchema} values={plan.options ?? kept} onChange={(options) => onChange({ options })} />
        </div>
      )}
      {plan.mode !== "template" || template === undefined || engine?.promptable === false ? null : (
        <div className="studio-formrow">
          <span className="studio-label">{t("whatIsSent")}</span>
          <p className="studio-sent studio-small">{template.text}</p>
        </div>
      )}
      <EnginesOff engines={choices.engines} />
    </div>
  );
}

function EnginesOff({ engines }: Pick<RunChoices, "engines">) {
  const { t, say } = useStudio();
  const off = engines.filter((engine) => !engine.available);
  if (off.length === 0) return null;
  return (
    <div className="studio-formrow">
      <span className="studio-label">{t("enginesOff")}</span>
      {off.map((engine) => (
        <div key={engine.name} className="studio-off studio-small studio-2nd">
          <CircleSlash className="studio-icon" />
          <span>{t("engineOff", { engine: engine.title, reason: engine.unavailableReason ? say(engine.unavailableReason) : "" })}</span>
        </div>
      ))}
    </div>
  );
}
