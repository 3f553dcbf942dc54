// On or off, with its name beside it.
import { Switch as Base } from "@base-ui/react/switch";

export interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  /** Seen by those who listen only, where the name stands elsewhere already. */
  readonly isNameHidden?: boolean;
}

export function Switch({ label, checked, onChange, disabled = false, isNameHidden = false }: SwitchProps) {
  const knob = (
    <Base.Root className="studio-switch" checked={checked} disabled={disabled} aria-label={label} onCheckedChange={onChange}>
      <Base.Thumb className="studio-switch-knob" />
    </Base.Root>
  );
  if (isNameHidden) return knob;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch within is the control
    <label className="studio-slider-row">
      <span className="studio-slider-name">{label}</span>
      {knob}
    </label>
  );
}
