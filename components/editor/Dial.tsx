// The dial that straightens: a scale that moves under a fixed mark, by pointer, wheel and keys.
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useStudio } from "../shared/context.ts";
import { straightenMost } from "./edit.ts";
import { clamp } from "./geometry.ts";

/** Screen pixels of a degree. */
const pixelsPerDegree = 16;
/** Degrees seen to each side of the mark. */
const seen = 14;
/** Degrees a step of the dial, of a key, of a key with Shift, and of Page Up. */
const steps = { dial: 0.1, key: 0.1, shift: 1, page: 5 } as const;

export interface DialProps {
  readonly value: number;
  readonly onChange: (degrees: number) => void;
  readonly onCommit: () => void;
}

const rounded = (degrees: number): number => Math.round(clamp(degrees, -straightenMost, straightenMost) / steps.dial) * steps.dial;

export function Dial({ value, onChange, onCommit }: DialProps) {
  const { t, format } = useStudio();
  const held = useRef<{ x: number; from: number }>(undefined);
  const set = (degrees: number): void => onChange(Number(rounded(degrees).toFixed(1)));
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? steps.shift : steps.key;
    const to = {
      ArrowLeft: value - step,
      ArrowDown: value - step,
      ArrowRight: value + step,
      ArrowUp: value + step,
      PageDown: value - steps.page,
      PageUp: value + steps.page,
      Home: -straightenMost,
      End: straightenMost,
      "0": 0,
    }[event.key];
    if (to === undefined) return;
    set(to);
    onCommit();
    event.preventDefault();
    event.stopPropagation();
  };
  const release = (): void => {
    if (held.current === undefined) return;
    held.current = undefined;
    onCommit();
  };
  return (
    <div
      className="studio-dial"
      role="slider"
      tabIndex={0}
      aria-label={t("straighten")}
      aria-valuemin={-straightenMost}
      aria-valuemax={straightenMost}
      aria-valuenow={value}
      aria-valuetext={format.degrees(value)}
      onKeyDown={onKeyDown}
      onDoubleClick={() => {
        set(0);
        onCommit();
      }}
      onPointerDown={(event: PointerEvent<HTMLDivElement>) => {
        if (event.button !== 0) return;
        held.current = { x: event.clientX, from: value };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        // The scale is what is dragged, so it goes the other way.
        if (held.current !== undefined) set(held.current.from - (event.clientX - held.current.x) / pixelsPerDegree);
      }}
      onPointerUp={release}
      onPointerCancel={release}
    >
      <span className="studio-dial-value" data-still={value === 0 ? "" : undefined}>
        {format.degrees(value)}
      </span>
      <svg className="studio-dial-scale" viewBox={`${-seen * pixelsPerDegree} 0 ${2 * seen * pixelsPerDegree} 34`} aria-hidden="true">
        {/* Places are coordinates: a transform would be undone with those of the host. */}
        {ticks.map((degrees) => {
          const x = (degrees - value) * pixelsPerDegree;
          const isLong = degrees % 5 === 0;
          return (
            <g key={degrees}>
              <line x1={x} x2={x} y1={isLong ? 2 : 7} y2="14" stroke="currentColor" opacity={isLong ? 1 : 0.5} />
              {isLong ? (
                <text x={x} y="30" textAnchor="middle">
                  {format.degrees(degrees, 0)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <i className="studio-dial-mark" />
    </div>
  );
}

const ticks = Array.from({ length: 2 * straightenMost + 1 }, (_, index) => index - straightenMost);
