// The stage of a mask: the source photo, painted on by pointer or by keys, seen closer by wheel and buttons.
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import type { ComparedPicture } from "../comparison/ImageComparison.tsx";
import { useView, type ViewHandle } from "../comparison/useView.ts";
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import { type Brush, drawStrokes, extended, type Ink, type Stroke } from "./strokes.ts";

/** How far a key moves the brush, in its radii; with Shift. */
const keySteps = { small: 0.25, large: 1.5 } as const;

export interface MaskStageProps {
  readonly photo: ComparedPicture;
  readonly name: string;
  readonly brush: Brush;
  /** Pixels of the photo. */
  readonly radius: number;
  readonly strokes: readonly Stroke[];
  readonly onStroke: (stroke: Stroke) => void;
  readonly isBefore: boolean;
  readonly viewRef: RefObject<ViewHandle | null>;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

export function MaskStage({ photo, name, brush, radius, strokes, onStroke, isBefore, viewRef }: MaskStageProps) {
  const { t } = useStudio();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useView(stage, photo);
  useImperativeHandle(viewRef, () => view);
  const [painting, setPainting] = useState<Stroke>();
  const [spot, setSpot] = useState<Spot>();
  const panned = useRef<{ x: number; y: number }>(undefined);
  const { frame } = view;
  const scale = frame.width / photo.width;
  const density = typeof devicePixelRatio === "number" ? devicePixelRatio : 1;

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || canvas.current === null) return;
    const { width, height } = canvas.current;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(scale * density, 0, 0, scale * density, frame.x * density, frame.y * density);
    drawStrokes(context, painting === undefined ? strokes : [...strokes, painting], inkOf(canvas.current));
  });

  const spotAt = (event: PointerEvent<HTMLElement>): Spot => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left - frame.x) / scale, y: (event.clientY - box.top - frame.y) / scale };
  };
  const finish = (): void => {
    panned.current = undefined;
    if (painting === undefined) return;
    onStroke(painting);
    setPainting(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = radius * (event.shiftKey ? keySteps.large : keySteps.small);
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = spot ?? { x: photo.width / 2, y: photo.height / 2 };
    if (by !== undefined) {
      const [dx = 0, dy = 0] = by;
      const next = { x: Math.min(photo.width, Math.max(0, now.x + dx)), y: Math.min(photo.height, Math.max(0, now.y + dy)) };
      setSpot(next);
      if (painting !== undefined) setPainting(extended(painting, next));
    } else if (event.key === "Enter") {
      // Down it goes, and up with the next one; the arrows in between paint.
      if (painting === undefined) {
        setSpot(now);
        setPainting({ brush, radius, points: [now] });
      } else finish();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const ring: CSSProperties | undefined = spot && {
    left: frame.x + spot.x * scale,
    top: frame.y + spot.y * scale,
    width: radius * 2 * scale,
    height: radius * 2 * scale,
  };
  return (
    <div
      className="studio-surround studio-mask"
      ref={stage}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on by keys
      tabIndex={0}
      aria-label={t("maskStage", { name })}
      aria-description={t("maskStageHint")}
      onKeyDown={onKeyDown}
      onBlur={() => finish()}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        if (event.button === 1) panned.current = { x: event.clientX, y: event.clientY };
        else if (event.button === 0) setPainting({ brush, radius, points: [spotAt(event)] });
      }}
      onPointerMove={(event) => {
        setSpot(spotAt(event));
        if (panned.current !== undefined) {
          view.pan(event.clientX - panned.current.x, event.clientY - panned.current.y);
          panned.current = { x: event.clientX, y: event.clientY };
        } else if (painting !== undefined && event.buttons !== 0) setPainting(extended(painting, spotAt(event)));
      }}
      onPointerUp={finish}
      onPointerCancel={finish}
      onPointerLeave={() => setSpot(undefined)}
    >
      <div className="studio-layer-frame" style={{ left: frame.x, top: frame.y, width: frame.width, height: frame.height }}>
        <Picture photo={photo} url={photo.large} size="large" fit="contain" alt={name} loading="eager" className="studio-layer-picture" />
      </div>
      <canvas
        ref={canvas}
        className="studio-mask-paint"
        data-hidden={isBefore ? "" : undefined}
        width={Math.max(1, Math.round(view.viewport.width * density))}
        height={Math.max(1, Math.round(view.viewport.height * density))}
      />
      {ring === undefined || isBefore ? null : <i className="studio-mask-brush" data-brush={brush} style={ring} />}
    </div>
  );
}

/** Colours in which the mask is seen over the photo. */
function inkOf(near: Element): Ink {
  const style = getComputedStyle(near);
  return { white: style.getPropertyValue("--studio-mask-white").trim(), black: style.getPropertyValue("--studio-mask-black").trim() };
}
