// A number on a track, by pointer and by keys; the fill begins where nothing is changed.
import { Slider as Base } from "@base-ui/react/slider";
import type { CSSProperties } from "react";

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value as people say it; shown beside the track and read aloud. */
  readonly text: string;
  /** Where the fill begins; left out, at the least value. */
  readonly origin?: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
  /** Once the pointer is let go, and after each key. */
  readonly onCommit?: (value: number) => void;
}

/** Steps that Page Up and Shift with an arrow take at once. */
const largeSteps = 10;

export function Slider({ label, value, min, max, step, text, origin = min, disabled = false, onChange, onCommit }: SliderProps) {
  const at = (number: number): number => (max > min ? (number - min) / (max - min) : 0);
  const [from, to] = [at(origin), at(value)].toSorted((one, other) => one - other);
  const fill: CSSProperties = { left: `${(from ?? 0) * 100}%`, right: `${(1 - (to ?? 0)) * 100}%` };
  return (
    <Base.Root
      className="studio-slider"
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={step * largeSteps}
      disabled={disabled}
      onValueChange={onChange}
      {...(onCommit === undefined ? {} : { onValueCommitted: onCommit })}
    >
      <Base.Control className="studio-slider-control">
        <Base.Track className="studio-slider-track">
          <i className="studio-slider-fill" style={fill} />
          <Base.Thumb className="studio-slider-thumb" getAriaLabel={() => label} getAriaValueText={() => text} />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  );
}

/** A slider in a form: its name before it, its value after it. */
export function SliderRow({ stacked = false, ...slider }: SliderProps & { readonly stacked?: boolean }) {
  return (
    <div className="studio-slider-row" data-stacked={stacked ? "" : undefined} data-off={slider.disabled ? "" : undefined}>
      <span className="studio-slider-name">{slider.label}</span>
      <Slider {...slider} />
      <span className="studio-slider-value" data-still={slider.value === (slider.origin ?? Number.NaN) ? "" : undefined}>
        {slider.text}
      </span>
    </div>
  );
}
