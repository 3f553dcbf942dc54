// An engine's options as a form, drawn from its JSON Schema.
import { useMemo } from "react";
import { SelectField } from "./Choice.tsx";
import { useStudio } from "./context.ts";
import type { MessageKey } from "./messages/messages.ts";
import { fieldsOf, type OptionField, type OptionValues, shownValue, withValue } from "./options.ts";
import { SliderRow } from "./Slider.tsx";
import { Switch } from "./Switch.tsx";
import { useStudioId } from "./useStudioId.ts";

export interface OptionsFormProps {
  /** JSON Schema of an object. */
  readonly schema: unknown;
  /** What was chosen; what is left out stands at its default. */
  readonly values: OptionValues;
  readonly onChange: (values: OptionValues) => void;
  readonly disabled?: boolean;
}

/** The built-in engines' options in the user's language; others are called as their schema says. */
const words: Readonly<Record<string, MessageKey>> = {
  edgeSoftness: "optionEdgeSoftness",
  edgeShift: "optionEdgeShift",
  cleanEdges: "optionCleanEdges",
  enlarge: "optionEnlarge",
  denoise: "optionDenoise",
  straighten: "optionStraighten",
  cutToEdge: "optionCutToEdge",
  rest: "optionRest",
  quality: "optionQuality",
  seed: "optionSeed",
};
const valueWords: Readonly<Record<string, MessageKey>> = {
  low: "optionLow",
  medium: "optionMedium",
  high: "optionHigh",
};
/** Values whose meaning depends on what they are of. */
const restWords: typeof valueWords = { auto: "optionRestAuto", standing: "optionRestStanding", lying: "optionRestLying" };

export function OptionsForm({ schema, values, onChange, disabled = false }: OptionsFormProps) {
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  return (
    <div className="studio-options">
      {fields.map((field) => (
        <div key={field.name} title={field.hint}>
          <Field field={field} values={values} disabled={disabled} onChange={(value) => onChange(withValue(field, values, value))} />
        </div>
      ))}
    </div>
  );
}

interface FieldProps {
  readonly field: OptionField;
  readonly values: OptionValues;
  readonly disabled: boolean;
  readonly onChange: (value: boolean | number | string | undefined) => void;
}

function Field({ field, values, disabled, onChange }: FieldProps) {
  const { t, format } = useStudio();
  const id = useStudioId();
  const word = words[field.name];
  const label = word === undefined ? field.label : t(word);
  const value = shownValue(field, values);
  if (field.kind === "switch") return <Switch label={label} checked={value === true} disabled={disabled} onChange={onChange} />;
  if (field.kind === "range") {
    const number = typeof value === "number" ? value : field.initial;
    const origin = field.least < 0 && field.most > 0 ? 0 : field.least;
    const text = format.decimal(number, field.step);
    const { least: min, most: max, step } = field;
    return <SliderRow {...{ label, min, max, step, origin, text, disabled, onChange }} value={number} />;
  }
  if (field.kind === "choice") {
    const wordOf = field.name === "rest" ? restWords : valueWords;
    const options = field.values.map((each) => ({ value: each, label: wordOf[each] === undefined ? each : t(wordOf[each]) }));
    return (
      <SelectField
        label={label}
        value={typeof value === "string" ? value : ""}
        onChange={onChange}
        options={field.initial === undefined ? [{ value: "", label: t("optionUnset") }, ...options] : options}
      />
    );
  }
  const limits =
    field.kind === "number" ? { min: field.least, max: field.most, step: field.isWhole ? 1 : "any" } : { maxLength: field.most };
  return (
    <div className="studio-slider-row" data-typed="">
      <label className="studio-slider-name" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="studio-field studio-input"
        data-framed=""
        type={field.kind === "number" ? "number" : "text"}
        placeholder={t("optionUnset")}
        disabled={disabled}
        {...limits}
        value={value === undefined ? "" : String(value)}
        onChange={(event) => onChange(read(field, event.target.value))}
      />
    </div>
  );
}

function read(field: OptionField, text: string): number | string | undefined {
  if (text.trim() === "") return undefined;
  return field.kind === "number" ? Number(text) : text;
}
