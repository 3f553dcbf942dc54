// What changed of the product: the source taken from the result, made brighter by a gain, with the ground left out.
import { useEffect, useRef, useState } from "react";
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import { useGround } from "../shared/useGround.ts";
import { type Box, type Placement, placed } from "./geometry.ts";
import type { ComparedPicture } from "./ImageComparison.tsx";

/** How many times brighter: a difference of a few levels is seen at the last. */
const gains = [1, 2, 4, 8] as const;

export interface DifferenceProps {
  /** The result's frame on the screen. */
  readonly box: Box;
  readonly place: Placement;
  readonly source: ComparedPicture;
  readonly result: ComparedPicture;
  readonly isClose: boolean;
}

export function Difference({ box, place, source, result, isClose }: DifferenceProps) {
  const { t } = useStudio();
  const [step, setStep] = useState(0);
  const gain = gains[step % gains.length] ?? 1;
  const cover = useRef<HTMLCanvasElement>(null);
  const ground = useGround(result, true);
  useEffect(() => {
    const context = cover.current?.getContext("2d");
    if (context == null || ground === undefined || ground.kind === "unknown") return;
    const pixels = context.createImageData(ground.width, ground.height);
    // Black like what did not change, and as dense as the mask says.
    for (let at = 0; at < ground.mask.length; at++) pixels.data[at * 4 + 3] = ground.mask[at] === 1 ? 255 : 0;
    context.putImageData(pixels, 0, 0);
  }, [ground]);
  const picture = (photo: ComparedPicture) => ({
    photo,
    url: isClose ? photo.full : photo.large,
    size: isClose ? "full" : "large",
    fit: "contain" as const,
    loading: "eager" as const,
  });
  return (
    <>
      <div
        className="studio-layer-frame studio-difference"
        style={{ left: box.x, top: box.y, width: box.width, height: box.height, filter: `brightness(${gain})` }}
      >
        <Picture {...picture(source)} alt={t("source")} className="studio-layer-picture" style={placed(place)} />
        <Picture {...picture(result)} alt={t("result")} className="studio-layer-picture studio-taken" />
        {ground === undefined || ground.kind === "unknown" ? null : (
          <canvas ref={cover} className="studio-layer-picture" width={ground.width} height={ground.height} />
        )}
      </div>
      <button
        type="button"
        className="studio-plate studio-gain"
        data-side="right"
        aria-label={t("gain", { value: gain })}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => setStep(step + 1)}
      >
        {`× ${gain}`}
      </button>
    </>
  );
}
