// What a mask is painted with and run by: engine, brush, size, and a prompt where the engine follows one.
import { Eraser } from "lucide-react";

import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { PromptArea } from "../shared/PromptArea.tsx";
import { Segmented } from "../shared/Segmented.tsx";
import { SliderRow } from "../shared/Slider.tsx";
import type { Brush } from "./strokes.ts";
import type { MaskEngine } from "./useMaskRun.ts";

/** The brush's width, as shares of the photo's shorter side, in hundredths: from an eyelet to half a cushion. */
export const brushShares = { least: 0.5, most: 30, usual: 5 } as const;

export interface MaskPanelProps {
  /** Those that take a mask. */
  readonly engines: readonly MaskEngine[];
  readonly engine: MaskEngine | undefined;
  readonly onEngineChange: (name: string) => void;
  readonly brush: Brush;
  readonly onBrushChange: (brush: Brush) => void;
  readonly share: number;
  readonly onShareChange: (share: number) => void;
  readonly prompt: string;
  readonly onPromptChange: (prompt: string) => void;
}

export function MaskPanel(props: MaskPanelProps) {
  const { engines, engine, brush, share, prompt } = props;
  const { t, say, format } = useStudio();
  if (engine === undefined) {
    return (
      <div className="studio-side-scroll">
        <section className="studio-section">
          <p className="studio-2nd">{t("maskNoEngine")}</p>
        </section>
      </div>
    );
  }
  const redraws = engine.promptable;
  return (
    <div className="studio-side-scroll">
      <section className="studio-section">
        <SelectField
          label={t("engine")}
          value={engine.name}
          onChange={props.onEngineChange}
          options={engines.map((each) => ({
            value: each.name,
            label: each.title,
            disabled: !each.available,
            hint: each.unavailableReason ? say(each.unavailableReason) : undefined,
          }))}
        />
        <p className="studio-small studio-2nd">{t(redraws ? "maskHintRedraw" : "maskHintCut")}</p>
      </section>
      <section className="studio-section" aria-label={t("maskBrush")}>
        <h3 className="studio-section-title">{t("maskBrush")}</h3>
        <Segmented
          label={t("maskBrush")}
          isWide
          value={brush}
          onChange={props.onBrushChange}
          segments={[
            { value: "black", label: <Ink brush="black" word={t(redraws ? "maskKeep" : "maskProduct")} /> },
            { value: "white", label: <Ink brush="white" word={t(redraws ? "maskRedraw" : "maskGround")} /> },
            { value: "erase", label: <Ink brush="erase" word={t("maskErase")} /> },
          ]}
        />
        <SliderRow
          stacked
          label={t("maskSize")}
          value={share}
          min={brushShares.least}
          max={brushShares.most}
          step={0.5}
          text={format.percent(share / 100)}
          onChange={props.onShareChange}
        />
      </section>
      {redraws ? (
        <section className="studio-section">
          <PromptArea labelClass="studio-section-title" placeholder={t("maskPromptHint")} value={prompt} onChange={props.onPromptChange} />
        </section>
      ) : null}
    </div>
  );
}

function Ink({ brush, word }: { readonly brush: Brush; readonly word: string }) {
  return (
    <>
      {brush === "erase" ? <Eraser className="studio-icon" data-small="" /> : <i className="studio-ink" data-brush={brush} />}
      {word}
    </>
  );
}
