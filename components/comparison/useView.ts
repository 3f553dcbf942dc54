// Zoom and pan of a comparison: wheel, drag and buttons, held within the picture.
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useSize } from "../shared/useSize.ts";
import { type Box, clampView, contain, fitView, type Point, type Size, type View, viewed, zoomAt } from "./geometry.ts";

/** Zoom per wheel pixel: one notch of a mouse (100) is about a quarter. */
const zoomPerWheelPixel = 0.0022;
/** One press of a zoom button or key. */
export const zoomStep = 1.25;
/** Free room around a fitted picture, in pixels. */
const marginPixels = 32;

export interface ViewHandle {
  /** Of one column. */
  readonly viewport: Size;
  /** The result's frame on the screen. */
  readonly frame: Box;
  readonly view: View;
  /** Screen pixels per pixel of the result. */
  readonly percent: number;
  readonly isFit: boolean;
  readonly zoom: (factor: number, at?: Point) => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly fit: () => void;
  /** 100 %, or back to fit. */
  readonly toggleActual: () => void;
}

/**
 * @param content the result's size in its own pixels
 * @param columns views of the same size beside each other, held in step
 */
export function useView(stage: RefObject<HTMLElement | null>, content: Size, columns: 1 | 2 = 1): ViewHandle {
  const whole = useSize(stage);
  const [view, setView] = useState(fitView);
  const viewport: Size = { width: whole.width / columns, height: whole.height };
  const room = { width: Math.max(1, viewport.width - 2 * marginPixels), height: Math.max(1, viewport.height - 2 * marginPixels) };
  const inRoom = contain(content, room);
  const fitted: Box = { ...inRoom, x: inRoom.x + marginPixels, y: inRoom.y + marginPixels };
  const actual = content.width / fitted.width;
  const held = clampView(view, fitted, viewport);
  const middle: Point = { x: viewport.width / 2, y: viewport.height / 2 };

  const zoom = (factor: number, at: Point = middle): void => setView((now) => zoomAt(now, at, factor, { fitted, viewport, actual }));
  const latestZoom = useRef(zoom);
  useEffect(() => {
    latestZoom.current = zoom;
  });
  // React's wheel listeners are passive, and the page would scroll along.
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      latestZoom.current(Math.exp(-event.deltaY * zoomPerWheelPixel), {
        x: (event.clientX - box.left) % (box.width / columns),
        y: event.clientY - box.top,
      });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [stage, columns]);

  const fit = useCallback(() => setView(fitView), []);
  return {
    viewport,
    frame: viewed(fitted, held),
    view: held,
    percent: (fitted.width * held.scale) / Math.max(1, content.width),
    isFit: held.scale === 1,
    zoom,
    pan: (dx, dy) => setView((now) => clampView({ ...now, x: now.x + dx, y: now.y + dy }, fitted, viewport)),
    fit,
    toggleActual: () => {
      if (held.scale !== 1 || actual <= 1) fit();
      else zoom(actual);
    },
  };
}
