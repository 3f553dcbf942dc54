// One of a few, all in sight: a single stop for Tab, walked by arrows.
import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactNode } from "react";

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  /** The key that does the same. */
  readonly shortcut?: string;
  readonly disabled?: boolean;
}

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly segments: readonly Segment<Value>[];
  readonly onChange: (value: Value) => void;
  /** As wide as what holds it. */
  readonly isWide?: boolean;
}

export function Segmented<Value extends string>({ label, value, segments, onChange, isWide = false }: SegmentedProps<Value>) {
  return (
    <ToggleGroup<Value>
      className="studio-segmented"
      data-wide={isWide ? "" : undefined}
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        // Pressing what is chosen leaves it chosen.
        if (next !== undefined) onChange(next);
      }}
    >
      {segments.map((each) => (
        <Toggle<Value> key={each.value} className="studio-segment" value={each.value} disabled={each.disabled ?? false}>
          {each.label}
          {each.shortcut === undefined ? null : (
            <span className="studio-key" aria-hidden="true">
              {each.shortcut}
            </span>
          )}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
