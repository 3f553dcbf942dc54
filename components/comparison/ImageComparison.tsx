// Before and after on a neutral ground: a slider, side by side, or source and result in turns; the product on the same pixels in all.
import { ChevronsLeftRight } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { useStudio } from "../shared/context.ts";
import { Picture, type PictureSource } from "../shared/Picture.tsx";
import { Difference } from "./Difference.tsx";
import { aligned, clamp, dividerAt, type Placement, placed, type Size, unaligned, visible } from "./geometry.ts";
import { useDrag } from "./useDrag.ts";
import { useView, type ViewHandle } from "./useView.ts";

export const compareModes = ["slider", "sides", "flip", "difference"] as const;
export type CompareMode = (typeof compareModes)[number];

export interface ComparedPicture extends PictureSource, Size {
  readonly mimeType: string;
  /** Enough for a picture that fits the window. */
  readonly large: string;
  /** As stored, for a closer look. */
  readonly full: string;
}

export interface ImageComparisonProps {
  readonly source: ComparedPicture;
  readonly result: ComparedPicture | null;
  /** Where the source lies in the result; null where nobody knows. */
  readonly placement: Placement | null;
  readonly mode?: CompareMode;
  /** Lays the product of the source over the result's. */
  readonly align?: boolean;
  /** The source is shown in the result's place, as long as a key is held. */
  readonly isFlipped?: boolean;
  /** Zoom for buttons that stand elsewhere. */
  readonly viewRef?: RefObject<ViewHandle | null>;
  /** Told how large the picture is shown, in screen pixels per pixel of the result. */
  readonly onPercentChange?: (percent: number) => void;
}

/** Width asked for as `large`; beyond it the picture as stored is shown. */
export const largePixels = 1600;
/** One step of the divider, and one with Shift, as fractions. */
const steps = { small: 0.01, large: 0.1 } as const;

export function ImageComparison(props: ImageComparisonProps) {
  const { source, result, mode = "slider", viewRef, onPercentChange } = props;
  const { t, format } = useStudio();
  const stage = useRef<HTMLDivElement>(null);
  const isSides = mode === "sides" && result !== null;
  const [isHeld, setIsHeld] = useState(false);
  const isFlipped = props.isFlipped === true || (isHeld && mode === "flip");
  const frameSize = result ?? source;
  const view = useView(stage, frameSize, isSides ? 2 : 1);
  useImperativeHandle(viewRef, () => view);
  useEffect(() => onPercentChange?.(view.percent), [onPercentChange, view.percent]);
  const [divider, setDivider] = useState(0.5);
  const place =
    props.align === true && result !== null && props.placement !== null ? aligned(props.placement, result) : unaligned(source, frameSize);
  const isSourceOnly = result === null || isFlipped;
  const seen = visible(view.frame, view.viewport);
  const at = seen.x + seen.width * divider;
  const isSlider = mode === "slider" && !isSourceOnly;
  const isDifference = mode === "difference" && !isSourceOnly;
  const drag = useDrag(view, {
    onDivider: isSlider ? (x) => setDivider(dividerAt(x, seen)) : undefined,
    onHold: mode === "flip" ? setIsHeld : undefined,
    columns: isSides ? 2 : 1,
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? steps.large : steps.small;
    const to = {
      ArrowLeft: divider - step,
      ArrowRight: divider + step,
      ArrowDown: divider - step,
      ArrowUp: divider + step,
      Home: 0,
      End: 1,
    }[event.key];
    if (to === undefined) return;
    setDivider(clamp(to, 0, 1));
    event.preventDefault();
    event.stopPropagation();
  };

  const box = view.frame;
  const isClose = view.percent * density() * frameSize.width > largePixels;
  const sourceLayer = <Layer box={box} place={place} photo={source} name={t("source")} isClose={isClose} />;
  const resultLayer = result && <Layer box={box} photo={result} name={t("result")} isClose={isClose} />;

  return (
    <div className="studio-surround" ref={stage} data-mode={mode} data-grab={view.isFit ? undefined : ""} {...drag}>
      {isSides ? (
        <>
          <div className="studio-half">{sourceLayer}</div>
          <div className="studio-half" data-side="right">
            {isFlipped ? sourceLayer : resultLayer}
          </div>
        </>
      ) : isSourceOnly || mode === "slider" ? (
        sourceLayer
      ) : null}
      {isDifference ? <Difference box={box} place={place} source={source} result={result} isClose={isClose} /> : null}
      {!isSides && !isSourceOnly && !isDifference ? <Clip left={isSlider ? at : 0}>{resultLayer}</Clip> : null}
      {isSlider ? (
        <div className="studio-divider" style={{ left: at, top: seen.y, height: seen.height }}>
          <button
            type="button"
            role="slider"
            className="studio-divider-handle"
            aria-label={t("beforeAfter")}
            aria-orientation="horizontal"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(divider * 100)}
            aria-valuetext={format.percent(divider)}
            onKeyDown={onKeyDown}
          >
            <ChevronsLeftRight className="studio-icon" />
          </button>
        </div>
      ) : null}
      {isDifference ? (
        <span className="studio-plate" data-side="left">
          {t("compareDifference")}
        </span>
      ) : null}
      {(mode === "flip" && !isSourceOnly) || isDifference ? null : <Plate side="left" word={t("source")} size={source} />}
      {result === null || isSourceOnly || isDifference ? null : <Plate side="right" word={t("result")} size={result} />}
      {mode === "flip" && result !== null ? (
        <span className="studio-plate" data-side="bottom">
          {t(isFlipped ? "spaceHeld" : "holdSpace")}
        </span>
      ) : null}
    </div>
  );
}

const density = (): number => (typeof devicePixelRatio === "number" ? devicePixelRatio : 1);

function Plate({ side, word, size }: { readonly side: "left" | "right"; readonly word: string; readonly size: Size }) {
  const { format } = useStudio();
  return (
    <span className="studio-plate" data-side={side}>
      {word} <span className="studio-plate-size">{format.size(size.width, size.height)}</span>
    </span>
  );
}

export interface LayerProps {
  /** The result's frame on the screen. */
  readonly box: { x: number; y: number; width: number; height: number };
  /** Where the picture lies in the frame, as fractions; left out, it is the frame. */
  readonly place?: Placement;
  readonly photo: ComparedPicture;
  readonly name: string;
  readonly isClose: boolean;
}

function Layer({ box, place, photo, name, isClose }: LayerProps) {
  const style: CSSProperties = { left: box.x, top: box.y, width: box.width, height: box.height };
  return (
    <div className="studio-layer-frame" style={style} data-clear={photo.mimeType === "image/jpeg" || place !== undefined ? undefined : ""}>
      <Picture
        photo={photo}
        url={isClose ? photo.full : photo.large}
        size={isClose ? "full" : "large"}
        fit="contain"
        alt={name}
        loading="eager"
        className="studio-layer-picture"
        style={place && placed(place)}
      />
    </div>
  );
}

/** Shows what lies right of a line of the viewport. */
function Clip({ left, children }: { readonly left: number; readonly children: ReactNode }) {
  return (
    <div className="studio-clip" style={{ clipPath: `inset(0 0 0 ${Math.max(0, left)}px)` }}>
      {children}
    </div>
  );
}
