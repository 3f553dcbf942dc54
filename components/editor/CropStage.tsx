// The stage of an edit: the picture turned and toned, and over it the frame, with what is cut away fading into the surround.
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { ComparedPicture } from "../comparison/ImageComparison.tsx";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { Picture } from "../shared/Picture.tsx";
import { useSize } from "../shared/useSize.ts";
import { degreesOf, type Edit, frameOf, ratios } from "./edit.ts";
import { GroundPreview } from "./GroundPreview.tsx";
import { type Frame, fitted, type Point, type Pull, pulled, scaled, toward, turnedSize, whole } from "./geometry.ts";

/** Free room around the picture, screen pixels: for the handles, and for corners that turn out. */
const marginPixels = 48;
/** Steps by keys, as shares of the picture's longer side. */
const steps = { small: 0.005, large: 0.05 } as const;
/** One press of plus. */
const zoomStep = 1.05;

const handles: readonly { readonly pull: Pull; readonly word: MessageKey; readonly at: string }[] = [
  { pull: { x: -1, y: -1 }, word: "cropTopLeft", at: "nw" },
  { pull: { x: 0, y: -1 }, word: "cropTop", at: "n" },
  { pull: { x: 1, y: -1 }, word: "cropTopRight", at: "ne" },
  { pull: { x: 1, y: 0 }, word: "cropRight", at: "e" },
  { pull: { x: 1, y: 1 }, word: "cropBottomRight", at: "se" },
  { pull: { x: 0, y: 1 }, word: "cropBottom", at: "s" },
  { pull: { x: -1, y: 1 }, word: "cropBottomLeft", at: "sw" },
  { pull: { x: -1, y: 0 }, word: "cropLeft", at: "w" },
];

export interface CropStageProps {
  readonly photo: ComparedPicture;
  readonly name: string;
  readonly edit: Edit;
  readonly onFrame: (frame: Frame, about: string) => void;
  readonly onCommit: () => void;
  /** Shown as it was. */
  readonly isBefore: boolean;
  /** Of the tone's filter; undefined where there is no tone. */
  readonly filterId: string | undefined;
  /** Told when a new ground cannot be shown before it is saved. */
  readonly onGroundSeen: (isSeen: boolean) => void;
}

export function CropStage({ photo, name, edit, onFrame, onCommit, isBefore, filterId, onGroundSeen }: CropStageProps) {
  const { t, format } = useStudio();
  const stage = useRef<HTMLDivElement>(null);
  const room = useSize(stage);
  const degrees = isBefore ? 0 : degreesOf(edit);
  const frame = isBefore ? whole(photo) : frameOf(edit, photo);
  // The scale is that of right angles: it does not breathe while the dial moves.
  const upright = turnedSize(photo, isBefore ? 0 : edit.quarters * 90);
  const scale = Math.max(0, Math.min((room.width - 2 * marginPixels) / upright.width, (room.height - 2 * marginPixels) / upright.height));
  const middle: Point = { x: room.width / 2, y: room.height / 2 };
  const drag = useRef<{ pull: Pull | undefined; x: number; y: number; from: Frame }>(undefined);

  const pull = (from: Frame, by: Point, way: Pull): Frame =>
    toward(from, pulled(from, way, { by, ratio: ratios[edit.ratio] }), { picture: photo, degrees });
  const move = (from: Frame, by: Point): Frame => fitted({ ...from, x: from.x + by.x, y: from.y + by.y }, photo, degrees);

  const start = (event: PointerEvent<HTMLElement>, way: Pull | undefined): void => {
    if (event.button !== 0) return;
    drag.current = { pull: way, x: event.clientX, y: event.clientY, from: frame };
    event.currentTarget.setPointerCapture(event.pointerId);
    event.stopPropagation();
  };
  const follow = (event: PointerEvent): void => {
    const { current } = drag;
    if (current === undefined || scale === 0) return;
    const by = { x: (event.clientX - current.x) / scale, y: (event.clientY - current.y) / scale };
    onFrame(current.pull === undefined ? move(current.from, by) : pull(current.from, by, current.pull), "frame");
  };
  const release = (): void => {
    if (drag.current === undefined) return;
    drag.current = undefined;
    onCommit();
  };
  const onKeyDown = (event: KeyboardEvent, way: Pull | undefined): void => {
    const step = (event.shiftKey ? steps.large : steps.small) * Math.max(photo.width, photo.height);
    const by = { ArrowLeft: { x: -step, y: 0 }, ArrowRight: { x: step, y: 0 }, ArrowUp: { x: 0, y: -step }, ArrowDown: { x: 0, y: step } }[
      event.key
    ];
    const factor = { "+": zoomStep, "=": zoomStep, "-": 1 / zoomStep }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (by === undefined && factor === undefined)) return;
    if (by !== undefined) onFrame(way === undefined ? move(frame, by) : pull(frame, by, way), "frame-keys");
    else if (factor !== undefined) onFrame(fitted(scaled(frame, factor), photo, degrees), "frame-keys");
    event.preventDefault();
    event.stopPropagation();
  };

  const box: CSSProperties = {
    left: middle.x + (frame.x - frame.width / 2) * scale,
    top: middle.y + (frame.y - frame.height / 2) * scale,
    width: frame.width * scale,
    height: frame.height * scale,
  };
  const flip = (isFlipped: boolean): number => (isFlipped && !isBefore ? -1 : 1);
  const place: CSSProperties = {
    left: middle.x,
    top: middle.y,
    width: photo.width * scale,
    height: photo.height * scale,
    transform: `translate(-50%, -50%) rotate(${degrees}deg) scale(${flip(edit.mirrored.sides)}, ${flip(edit.mirrored.ends)})`,
  };
  return (
    <div className="studio-surround studio-crop" ref={stage}>
      <div className="studio-crop-picture" style={place} data-clear={photo.mimeType === "image/jpeg" ? undefined : ""}>
        <GroundPreview photo={photo} ground={isBefore ? undefined : edit.ground} onSeen={onGroundSeen}>
          <Picture
            photo={photo}
            url={photo.large}
            size="large"
            fit="contain"
            alt={name}
            loading="eager"
            className="studio-layer-picture"
            style={filterId === undefined || isBefore ? undefined : { filter: `url("#${filterId}")` }}
          />
        </GroundPreview>
      </div>
      {isBefore || scale === 0 ? null : (
        <div
          className="studio-crop-frame"
          style={box}
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys
          tabIndex={0}
          aria-label={t("cropFrame", { size: format.size(Math.round(frame.width), Math.round(frame.height)) })}
          aria-description={t("cropFrameHint")}
          onPointerDown={(event) => start(event, undefined)}
          onPointerMove={follow}
          onPointerUp={release}
          onPointerCancel={release}
          onKeyDown={(event) => onKeyDown(event, undefined)}
          onKeyUp={onCommit}
        >
          <i className="studio-crop-thirds" />
          {handles.map(({ pull: way, word, at }) => (
            <button
              key={at}
              type="button"
              className="studio-crop-handle"
              data-at={at}
              aria-label={t(word)}
              // Sides are reached by pointer; corners do the same and more by keys.
              tabIndex={way.x !== 0 && way.y !== 0 ? 0 : -1}
              onPointerDown={(event) => start(event, way)}
              onPointerMove={follow}
              onPointerUp={release}
              onPointerCancel={release}
              onKeyDown={(event) => onKeyDown(event, way)}
              onKeyUp={onCommit}
            />
          ))}
          <span className="studio-plate studio-crop-size">{format.size(Math.round(frame.width), Math.round(frame.height))}</span>
        </div>
      )}
    </div>
  );
}
