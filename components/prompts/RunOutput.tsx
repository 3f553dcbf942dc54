// The last pane of a run: what comes out, drawn in its shape over a photo of the selection.
import type { ImageFormat } from "../api/generated/graphql.ts";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import { Segmented, type SegmentedProps } from "../shared/Segmented.tsx";
import { type OutputRatio, outputRatios, type RunPlan, ratioOf, shaped, type Thumb } from "./plan.ts";
import type { OutputPreset, RunChoices } from "./useRun.ts";

/** Of this run; others are the settings' matter. */
const formats: readonly (readonly [ImageFormat, string])[] = [
  ["JPEG", "JPEG"],
  ["PNG", "PNG"],
  ["WEBP", "WebP"],
];

export interface RunOutputProps {
  readonly choices: RunChoices;
  readonly plan: RunPlan;
  readonly onChange: (part: Partial<RunPlan>) => void;
  readonly photo: Thumb | undefined;
}

export function RunOutput({ choices, plan, onChange, photo }: RunOutputProps) {
  const { t, format } = useStudio();
  const preset = choices.presets.find(({ name }) => name === plan.preset);
  const output = preset && { ...preset.output, ...plan.size, format: plan.format ?? preset.output.format };
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
      {preset === undefined || output === undefined ? null : (
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
          <Shape {...{ preset: preset.output, plan, onChange }} />
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

interface ShapeProps extends Pick<RunOutputProps, "plan" | "onChange"> {
  readonly preset: OutputPreset["output"];
}

/** What this run alone has otherwise than its preset. */
function Shape({ preset, plan, onChange }: ShapeProps) {
  const { t } = useStudio();
  const own = ratioOf(preset);
  const set = (ratio: OutputRatio): void => onChange({ size: ratio === own ? undefined : shaped(preset, ratio) });
  return (
    <>
      <ChoiceRow
        label={t("ratio")}
        // A preset of another shape has none of these pressed.
        value={ratioOf(plan.size ?? preset) ?? ("" as OutputRatio)}
        onChange={set}
        segments={(Object.keys(outputRatios) as OutputRatio[]).map((value) => ({ value, label: value }))}
      />
      <ChoiceRow
        label={t("downloadFormat")}
        value={plan.format ?? preset.format}
        onChange={(format) => onChange({ format: format === preset.format ? undefined : format })}
        segments={formats.map(([value, label]) => ({ value, label }))}
      />
    </>
  );
}

function ChoiceRow<Value extends string>(choice: Omit<SegmentedProps<Value>, "isWide">) {
  return (
    <div className="studio-formrow">
      <span className="studio-label" aria-hidden="true">
        {choice.label}
      </span>
      <Segmented {...choice} isWide />
    </div>
  );
}
