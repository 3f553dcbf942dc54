// What every run takes unless it is told otherwise: engine, model, options, output, and the group of prompts.
import { type ReactNode, useEffect, useState } from "react";
import type { ImageFormat, SettingsInput } from "../api/generated/graphql.ts";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { OptionsForm } from "../shared/OptionsForm.tsx";
import { fieldsOf, knownValues, type OptionValues } from "../shared/options.ts";
import { Segmented } from "../shared/Segmented.tsx";
import { Slider } from "../shared/Slider.tsx";
import { Blank, Trouble } from "../shared/Trouble.tsx";
import type { Saving } from "../shared/useSaving.ts";
import { usePrompts } from "./usePrompts.ts";
import { type SettingsHandle, useSettings } from "./useSettings.ts";

/** Changes that rest this long are sent. */
const restMs = 500;
const megabyte = 1_000_000;
const formats: readonly (readonly [ImageFormat, string])[] = [
  ["JPEG", "JPEG"],
  ["PNG", "PNG"],
  ["WEBP", "WebP"],
  ["AVIF", "AVIF"],
];

export function Defaults({ saving }: { readonly saving: Saving }) {
  const { t } = useStudio();
  const handle = useSettings(saving);
  const { settings, error, refresh } = handle;
  if (settings === undefined)
    return error === undefined ? <Blank title={t("loading")} /> : <Trouble title={t("settingsFailed")} error={error} onRetry={refresh} />;
  return (
    <div className="studio-settings-form">
      <EngineRows handle={handle} settings={settings} />
      <OutputRows handle={handle} settings={settings} />
      <PromptsRow handle={handle} saving={saving} settings={settings} />
    </div>
  );
}

interface RowsProps {
  readonly handle: SettingsHandle;
  readonly settings: NonNullable<SettingsHandle["settings"]>;
}

function EngineRows({ handle, settings }: RowsProps) {
  const { t, say } = useStudio();
  const { engines, change } = handle;
  const engine = engines.find(({ name }) => name === settings.engine);
  const fields = fieldsOf(engine?.optionsSchema);
  const [options, setOptions] = useRested<OptionValues>(knownValues(fields, settings.options), settings.engine, (next) =>
    change({ options: next }),
  );
  return (
    <div className="studio-settings-rows">
      <Row name={t("engine")} hint={t("engineHint")}>
        <SelectField
          label={t("engine")}
          isLabelHidden
          value={settings.engine}
          onChange={(name) => change({ engine: name })}
          options={engines.map((each) => ({
            value: each.name,
            label: each.title,
            disabled: !each.available,
            hint: each.unavailableReason ? say(each.unavailableReason) : undefined,
          }))}
        />
      </Row>
      {engine === undefined || engine.models.length === 0 ? null : (
        <Row name={t("model")}>
          <SelectField
            label={t("model")}
            isLabelHidden
            value={settings.model ?? ""}
            onChange={(model) => change({ model: model === "" ? null : model })}
            options={[{ value: "", label: t("modelDefault") }, ...engine.models.map((model) => ({ value: model, label: model }))]}
          />
        </Row>
      )}
      {fields.length === 0 ? null : (
        <Row name={t("options")}>
          <OptionsForm schema={engine?.optionsSchema} values={options} onChange={setOptions} />
        </Row>
      )}
    </div>
  );
}

function OutputRows({ handle, settings }: RowsProps) {
  const { t, format } = useStudio();
  const { presets, change } = handle;
  const { output } = settings;
  const key = `${output.preset} ${output.format}`;
  const set = (part: SettingsInput["output"]): void => change({ output: part });
  const [quality, setQuality] = useRested(output.quality, key, (next) => set({ quality: next }));
  const [limit, setLimit] = useRested(output.maxBytes === null ? "" : String(output.maxBytes / megabyte), key, (next) => {
    const bytes = Math.round(Number(next.replace(",", ".")) * megabyte);
    if (next.trim() === "") set({ maxBytes: null });
    else if (Number.isFinite(bytes) && bytes > 0) set({ maxBytes: bytes });
  });
  return (
    <div className="studio-settings-rows">
      <Row name={t("output")}>
        <SelectField
          label={t("output")}
          isLabelHidden
          value={output.preset ?? ""}
          onChange={(preset) => set({ preset })}
          options={[
            ...(output.preset === null ? [{ value: "", label: t("presetOwn"), hint: format.size(output.width, output.height) }] : []),
            ...presets.map((each) => ({
              value: each.name,
              label: each.title,
              hint: format.size(each.output.width, each.output.height),
            })),
          ]}
        />
      </Row>
      <Row name={t("downloadFormat")} hint={t("formatHint")}>
        <Segmented
          label={t("downloadFormat")}
          isWide
          value={output.format}
          onChange={(next) => set({ format: next })}
          segments={formats.map(([value, label]) => ({ value, label }))}
        />
      </Row>
      <Row name={t("quality")} hint={t("qualityHint")}>
        <div className="studio-settings-slider">
          <Slider
            label={t("quality")}
            value={quality}
            min={1}
            max={100}
            step={1}
            text={format.number(quality)}
            disabled={output.format === "PNG"}
            onChange={setQuality}
          />
          <span className="studio-slider-value">{format.number(quality)}</span>
        </div>
      </Row>
      <Row name={t("maxBytes")} hint={t("maxBytesHint")}>
        <span className="studio-line">
          <input
            className="studio-field studio-input studio-settings-short"
            data-framed=""
            inputMode="decimal"
            aria-label={t("maxBytes")}
            placeholder={t("noLimit")}
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
          />
          <span className="studio-2nd">{t("megabytes")}</span>
        </span>
      </Row>
    </div>
  );
}

function PromptsRow({ handle, saving, settings }: RowsProps & { readonly saving: Saving }) {
  const { t } = useStudio();
  const { groups } = usePrompts(saving);
  if (groups === undefined || groups.length === 0) return null;
  return (
    <div className="studio-settings-rows">
      <Row name={t("prompts")} hint={t("promptsHint")}>
        <SelectField
          label={t("prompts")}
          isLabelHidden
          value={settings.activePromptGroup?.id ?? ""}
          onChange={(id) => handle.change({ activePromptGroup: id === "" ? null : id })}
          options={[
            { value: "", label: t("promptsNone") },
            ...groups.map((each) => ({
              value: each.id,
              label: each.name,
              hint: t("templates", { count: each.templates.filter((template) => template.enabled).length }),
            })),
          ]}
        />
      </Row>
    </div>
  );
}

function Row({ name, hint, children }: { readonly name: string; readonly hint?: string; readonly children: ReactNode }) {
  return (
    <div className="studio-settings-row">
      <div>
        <div>{name}</div>
        {hint === undefined ? null : <div className="studio-small studio-2nd">{hint}</div>}
      </div>
      <div className="studio-settings-value">{children}</div>
    </div>
  );
}

/**
 * A value that is shown at once and sent when it rests.
 * @param key another one takes the value that is kept over what was being changed
 */
function useRested<Value>(kept: Value, key: string, send: (value: Value) => void): [Value, (value: Value) => void] {
  const [own, setOwn] = useState<{ key: string; value: Value }>();
  const isOwn = own !== undefined && own.key === key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: sent once for each change, not for each rendering
  useEffect(() => {
    if (own === undefined) return;
    const timer = setTimeout(() => send(own.value), restMs);
    return () => clearTimeout(timer);
  }, [own]);
  return [isOwn ? own.value : kept, (value) => setOwn({ key, value })];
}
