// Out and in, and between them how large the picture is seen.
import { ZoomIn, ZoomOut } from "lucide-react";
import type { RefObject } from "react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { type ViewHandle, zoomStep } from "./useView.ts";

interface ZoomButtonsProps {
  readonly view: RefObject<ViewHandle | null>;
  /** Pixels of the screen per pixel of the picture; left out: not told. */
  readonly percent?: number;
}

export function ZoomButtons({ view, percent }: ZoomButtonsProps) {
  const { t, format } = useStudio();
  return (
    <>
      <Button
        kind="quiet"
        size="s"
        className="studio-zoom"
        label={t("zoomOut")}
        icon={<ZoomOut className="studio-icon" />}
        onClick={() => view.current?.zoom(1 / zoomStep)}
      />
      {percent === undefined ? null : <span className="studio-percent">{format.percent(percent)}</span>}
      <Button
        kind="quiet"
        size="s"
        className="studio-zoom"
        label={t("zoomIn")}
        icon={<ZoomIn className="studio-icon" />}
        onClick={() => view.current?.zoom(zoomStep)}
      />
    </>
  );
}
