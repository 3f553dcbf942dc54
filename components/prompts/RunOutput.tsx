// The last pane of a run: what comes out, drawn in its shape over a photo of the selection.
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import type { RunPlan, Thumb } from "./plan.ts";
import type { RunChoices } from "./useRun.ts";

export interface RunOutputProps {
  readonly choices: RunChoices;
  readonly plan: RunPlan;
  readonly onChange: (part: Partial<RunPlan>) => void;
  readonly photo: Thumb | undefined;
}

export function RunOutput({ choices, plan, onChange, photo }: RunOutputProps) {
  const { t, format } = useStudio();
  const preset = choices.presets.find(({ name }) => name === plan.preset);
  const output = preset?.output;
  const picture = photo?.result ?? photo?.source;
  return (
    <div className="studio-pane studio-pane-side">
      <SelectField
        label={t("output")}
        value={plan.preset ?? ""}
        onChange={(name) => onChange({ preset: name })}
        options={[
          ...(choices.preset === undefined && plan.preset === undefined ? [{ value: "", label: t("presetOwn") }] : []),
          ...choices.presets.map((each) => ({
            value: each.name,
            label: each.title,
            hint: format.size(each.output.width, each.output.height),
          })),
        ]}
      />
      {output === undefined ? null : (
        <>
          <div className="studio-output">
            <div
              className="studio-output-frame"
              data-tall={output.height > output.width ? "" : undefined}
              style={{ aspectRatio: `${output.width} / ${output.height}` }}
            >
              {picture === undefined ? null : (
                <Picture photo={picture} url={picture.tile} size="tile" fit={photo?.result == null ? "cover" : "contain"} alt="" />
              )}
            </div>
          </div>
          <div className="studio-facts studio-small">
            <div className="studio-fact">
              <span className="studio-fact-name">{t("factSize")}</span>
              <span className="studio-fact-value">{format.size(output.width, output.height)}</span>
            </div>
            <div className="studio-fact">
              <span className="studio-fact-name">{t("factFile")}</span>
              <span className="studio-fact-value">
                {output.format}
                {output.maxBytes === null ? "" : ` ≤ ${format.bytes(output.maxBytes)}`}
              </span>
            </div>
          </div>
        </>
      )}
    </div>
  );
}
