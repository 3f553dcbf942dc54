// One of several: the system's own list, light and at home on every device, under the studio's look.
// Kit selects and menus were tried: with their positioning they weigh half as much as the whole widget may.
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { useStudioId } from "./useStudioId.ts";

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** A word beside it, such as a size or why it cannot be chosen. */
  readonly hint?: string | undefined;
  readonly disabled?: boolean;
}

export interface ChoiceProps<Value extends string> {
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
}

/** A labelled field that opens a list. */
export function SelectField<Value extends string>({
  label,
  isLabelHidden = false,
  disabled = false,
  ...choice
}: ChoiceProps<Value> & {
  readonly label: string;
  /** Seen by those who listen only, where the name stands elsewhere already. */
  readonly isLabelHidden?: boolean;
  readonly disabled?: boolean;
}) {
  const id = useStudioId();
  const chosen = choice.options.find((option) => option.value === choice.value);
  return (
    <div className="studio-formrow">
      <label className={isLabelHidden ? "studio-hidden" : "studio-label"} htmlFor={id}>
        {label}
      </label>
      <span className="studio-field studio-pick" title={chosen?.label} data-off={disabled ? "" : undefined}>
        <span className="studio-cut studio-grow" aria-hidden="true">
          {chosen?.label ?? choice.value}
        </span>
        {chosen?.hint === undefined ? null : (
          <span className="studio-3rd studio-small" aria-hidden="true">
            {chosen.hint}
          </span>
        )}
        <ChevronDown className="studio-icon" />
        <Native {...choice} id={id} disabled={disabled} />
      </span>
    </div>
  );
}

/** A choice within a bar: a quiet word with an arrow, or whatever stands for it as children. */
export function QuietChoice<Value extends string>({
  name,
  lead,
  word,
  children,
  ...choice
}: ChoiceProps<Value> & {
  readonly name: string;
  /** A quiet word before what is chosen. */
  readonly lead?: string;
  /** Stands in place of what is chosen. */
  readonly word?: string;
  readonly children?: ReactNode;
}) {
  const chosen = choice.options.find((option) => option.value === choice.value);
  return (
    <span
      className="studio-select studio-pick"
      data-icon={children === undefined ? undefined : ""}
      title={lead === undefined ? name : `${name}: ${chosen?.label ?? ""}`}
    >
      {children ?? (
        <>
          {lead === undefined ? null : (
            <span className="studio-3rd studio-used-name" aria-hidden="true">
              {lead}
            </span>
          )}
          <span className={word === undefined ? "studio-cut" : "studio-cut studio-2nd studio-small"} aria-hidden="true">
            {word ?? chosen?.label}
          </span>
          <ChevronDown className="studio-icon" />
        </>
      )}
      <Native {...choice} name={name} />
    </span>
  );
}

/** Lies over what is seen, and takes the pointer and the keys. */
function Native<Value extends string>({
  value,
  options,
  onChange,
  id,
  name,
  disabled,
}: ChoiceProps<Value> & { readonly id?: string; readonly name?: string; readonly disabled?: boolean }) {
  return (
    <select
      className="studio-native"
      id={id}
      aria-label={name}
      disabled={disabled}
      value={value}
      onChange={(event) => {
        const chosen = options[event.target.selectedIndex];
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.hint === undefined ? option.label : `${option.label} · ${option.hint}`}
        </option>
      ))}
    </select>
  );
}
