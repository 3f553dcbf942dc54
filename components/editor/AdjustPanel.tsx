// What is changed beside the picture: the crop's ratio, the tone, and the ground.
import { Pipette } from "lucide-react";
import type { CSSProperties } from "react";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { SliderRow } from "../shared/Slider.tsx";
import { type Edit, type Ground, type RatioName, ratios, type ToneName, toneNames, withRatio } from "./edit.ts";
import type { Size } from "./geometry.ts";
import type { EditHandle } from "./useEdit.ts";

/** A preset as it matters here: what it is called, and its shape. */
export interface RatioPreset {
  readonly title: string;
  readonly output: Size;
}

export interface AdjustPanelProps {
  readonly handle: EditHandle;
  readonly picture: Size;
  readonly presets: readonly RatioPreset[];
  /** False where a new ground is shown only once it is saved. */
  readonly isGroundSeen: boolean;
}

const toneWords: Readonly<Record<ToneName, MessageKey>> = {
  brightness: "toneBrightness",
  contrast: "toneContrast",
  saturation: "toneSaturation",
  warmth: "toneWarmth",
  sharpness: "toneSharpness",
};
const grounds: readonly (readonly [Ground, MessageKey])[] = [
  ["#ffffff", "groundWhite"],
  ["#f4f4f4", "groundPale"],
  ["#e6e6e6", "groundLight"],
  ["#cfcfcf", "groundGrey"],
  ["#efe9df", "groundSand"],
  ["transparent", "groundClear"],
];
/** Tone is said in hundredths. */
const hundred = 100;
/** Shapes' sides that differ by less are one shape. */
const sameRatio = 0.01;

export function AdjustPanel({ handle, picture, presets, isGroundSeen }: AdjustPanelProps) {
  const { t, format } = useStudio();
  const { edit, change, settle } = handle;
  const setTone = (name: ToneName, value: number): void => change({ ...edit, tone: { ...edit.tone, [name]: value / hundred } }, name);
  return (
    <div className="studio-side-scroll">
      <section className="studio-section" aria-label={t("crop")}>
        <h3 className="studio-section-title">{t("crop")}</h3>
        <div className="studio-ratios" role="group" aria-label={t("ratio")}>
          {(Object.keys(ratios) as RatioName[]).map((name) => (
            <button
              key={name}
              type="button"
              className="studio-ratio"
              aria-pressed={edit.ratio === name}
              onClick={() => change(withRatio(edit, name, picture))}
            >
              <i className="studio-ratio-shape" style={shapeOf(name)} data-free={name === "free" ? "" : undefined} />
              <span className="studio-small">{name === "free" ? t("ratioFree") : name}</span>
            </button>
          ))}
        </div>
        <p className="studio-small studio-2nd studio-ratio-hint">{useSuits(edit.ratio, presets)}</p>
      </section>
      <section className="studio-section" aria-label={t("tone")}>
        <h3 className="studio-section-title">{t("tone")}</h3>
        {toneNames.map((name) => (
          <SliderRow
            key={name}
            stacked
            label={t(toneWords[name])}
            value={Math.round(edit.tone[name] * hundred)}
            min={-hundred}
            max={hundred}
            step={1}
            origin={0}
            text={format.change(Math.round(edit.tone[name] * hundred))}
            onChange={(value) => setTone(name, value)}
            onCommit={settle}
          />
        ))}
      </section>
      <GroundSection edit={edit} onChange={(ground) => change({ ...edit, ground })} isSeen={isGroundSeen} />
    </div>
  );
}

/** A ratio as a small drawing of itself. */
function shapeOf(name: RatioName): CSSProperties {
  const ratio = ratios[name] ?? 4 / 3;
  const side = ratio === 1 ? 14 : 16;
  return { width: ratio >= 1 ? side : side * ratio, height: ratio >= 1 ? side / ratio : side };
}

function useSuits(name: RatioName, presets: readonly RatioPreset[]): string {
  const { t, format } = useStudio();
  const ratio = ratios[name];
  if (ratio === undefined) return t("ratioAny");
  const titles = presets.filter(({ output }) => Math.abs(output.width / output.height - ratio) < sameRatio).map(({ title }) => title);
  return titles.length === 0 ? t("ratioSuitsNone") : t("ratioSuits", { ratio: name, names: format.list(titles) });
}

interface GroundSectionProps {
  readonly edit: Edit;
  readonly onChange: (ground: Ground | undefined) => void;
  readonly isSeen: boolean;
}

function GroundSection({ edit, onChange, isSeen }: GroundSectionProps) {
  const { t } = useStudio();
  const { ground } = edit;
  const known = grounds.find(([value]) => value === ground);
  const isOther = ground !== undefined && known === undefined;
  return (
    <section className="studio-section" aria-label={t("background")}>
      <h3 className="studio-section-title">{t("background")}</h3>
      <div className="studio-swatches" role="group" aria-label={t("background")}>
        {grounds.map(([value, word]) => (
          <button
            key={value}
            type="button"
            className="studio-swatch"
            aria-label={t(word)}
            title={t(word)}
            aria-pressed={ground === value}
            data-clear={value === "transparent" ? "" : undefined}
            style={value === "transparent" ? undefined : { background: value }}
            // Pressing what is chosen leaves the ground as it is.
            onClick={() => onChange(ground === value ? undefined : value)}
          />
        ))}
        <label
          className="studio-swatch"
          title={t("groundOther")}
          data-other=""
          data-on={isOther ? "" : undefined}
          style={isOther ? { background: ground } : undefined}
        >
          <Pipette className="studio-icon" />
          <input
            type="color"
            className="studio-check-input"
            aria-label={t("groundOther")}
            value={isOther ? ground : "#ffffff"}
            onChange={(event) => onChange(event.target.value as Ground)}
          />
        </label>
      </div>
      <p className="studio-small studio-2nd">
        {ground === undefined
          ? t("groundKept")
          : `${known === undefined ? t("groundOther") : t(known[1])} ${ground === "transparent" ? "" : ground}`}
        {ground === undefined || isSeen ? null : <span className="studio-ground-later">{t("groundLater")}</span>}
      </p>
    </section>
  );
}
