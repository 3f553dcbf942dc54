// What the pointer does on a comparison: one moves the divider or the picture, or holds the source; two pinch.
import { type PointerEvent, useRef } from "react";
import { type Point, pinched } from "./geometry.ts";
import type { ViewHandle } from "./useView.ts";

export interface DragOptions {
  /** Where there is a divider: told where it goes, in pixels from the left. */
  readonly onDivider: ((x: number) => void) | undefined;
  /** Where a picture that fits is turned over as long as it is held. */
  readonly onHold: ((isHeld: boolean) => void) | undefined;
  /** Views beside each other. */
  readonly columns: 1 | 2;
}

interface Drag extends Point {
  readonly isDivider: boolean;
}

/** The handle always moves the divider; beside it a drag does so while the picture fits, and moves the picture once it does not. */
export function useDrag(view: ViewHandle, { onDivider, onHold, columns }: DragOptions) {
  const drag = useRef<Drag>(undefined);
  const fingers = useRef(new Map<number, Point>());
  const end = (): void => {
    drag.current = undefined;
    onHold?.(false);
  };
  const release = (event: PointerEvent<HTMLDivElement>): void => {
    fingers.current.delete(event.pointerId);
    end();
  };
  const pinch = (event: PointerEvent<HTMLDivElement>): void => {
    const now: Point = { x: event.clientX, y: event.clientY };
    const still = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    const before = fingers.current.get(event.pointerId);
    fingers.current.set(event.pointerId, now);
    if (still === undefined || before === undefined) return;
    const { factor, middle, by } = pinched([still, before], [still, now]);
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    view.zoom(factor, { x: (middle.x - left) % (width / columns), y: middle.y - top });
    view.pan(by.x, by.y);
  };
  return {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0) return;
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      event.currentTarget.setPointerCapture(event.pointerId);
      if (fingers.current.size > 1) {
        end();
        return;
      }
      const isHandle = event.target instanceof Element && event.target.closest(".studio-divider") !== null;
      drag.current = { x: event.clientX, y: event.clientY, isDivider: onDivider !== undefined && (isHandle || view.isFit) };
      if (drag.current.isDivider && !isHandle) onDivider?.(event.clientX - event.currentTarget.getBoundingClientRect().left);
      if (view.isFit) onHold?.(true);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (fingers.current.size > 1) {
        pinch(event);
        return;
      }
      const { current } = drag;
      if (current === undefined) return;
      if (current.isDivider) onDivider?.(event.clientX - event.currentTarget.getBoundingClientRect().left);
      else view.pan(event.clientX - current.x, event.clientY - current.y);
      drag.current = { ...current, x: event.clientX, y: event.clientY };
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}
