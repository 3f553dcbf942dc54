// What an engine that follows no prompts does: ground, shadow, margin, sharpness, tone.
import type { BackgroundKind } from "../api/generated/graphql.ts";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { SliderRow } from "../shared/Slider.tsx";
import { Switch } from "../shared/Switch.tsx";
import type { Template } from "./usePrompts.ts";

type Recipe = Template["recipe"];

const kinds: readonly (readonly [BackgroundKind, MessageKey])[] = [
  ["COLOR", "backgroundColor"],
  ["GRADIENT", "backgroundGradient"],
  ["TRANSPARENT", "backgroundTransparent"],
  ["KEEP", "backgroundKeep"],
];
const colorCount: Readonly<Record<BackgroundKind, number>> = { COLOR: 1, GRADIENT: 2, TRANSPARENT: 0, KEEP: 0 };
/** What a ground has until its colours are chosen, top and bottom. */
const firstColors = ["#ffffff", "#dcdcdc"] as const;
/** As far as the API goes. */
const mostMargin = 0.4;
const steps = { share: 0.05, margin: 0.005 } as const;

export interface RecipeFormProps {
  readonly recipe: Recipe;
  readonly disabled: boolean;
  readonly onChange: (recipe: Recipe) => void;
}

export function RecipeForm({ recipe, disabled, onChange }: RecipeFormProps) {
  const { t, format } = useStudio();
  const share = (name: "shadow" | "sharpen", word: MessageKey) => (
    <SliderRow
      label={t(word)}
      value={recipe[name]}
      min={0}
      max={1}
      step={steps.share}
      text={format.decimal(recipe[name], steps.share)}
      disabled={disabled}
      onChange={(value) => onChange({ ...recipe, [name]: value })}
    />
  );
  const setKind = (background: BackgroundKind): void =>
    onChange({
      ...recipe,
      background,
      colors: firstColors.slice(0, colorCount[background]).map((first, index) => recipe.colors[index] ?? first),
    });
  return (
    <div className="studio-recipe" role="group" aria-label={t("recipe")}>
      <div className="studio-label">{t("recipe")}</div>
      {share("shadow", "recipeShadow")}
      <SliderRow
        label={t("recipeMargin")}
        value={recipe.margin}
        min={0}
        max={mostMargin}
        step={steps.margin}
        text={format.fraction(recipe.margin)}
        disabled={disabled}
        onChange={(margin) => onChange({ ...recipe, margin })}
      />
      {share("sharpen", "recipeSharpen")}
      <Switch
        label={t("recipeAutoTone")}
        checked={recipe.autoTone}
        disabled={disabled}
        onChange={(autoTone) => onChange({ ...recipe, autoTone })}
      />
      <div className="studio-slider-row" data-typed="">
        <span className="studio-slider-name">{t("background")}</span>
        <div className="studio-line">
          <div className="studio-grow">
            <SelectField
              label={t("background")}
              isLabelHidden
              value={recipe.background}
              disabled={disabled}
              onChange={setKind}
              options={kinds.map(([value, word]) => ({ value, label: t(word) }))}
            />
          </div>
          {recipe.colors.slice(0, colorCount[recipe.background]).map((color, index) => (
            <label key={index === 0 ? "top" : "bottom"} className="studio-swatch" style={{ background: color }} title={color}>
              <input
                type="color"
                className="studio-check-input"
                aria-label={t(recipe.background === "COLOR" ? "backgroundColor" : index === 0 ? "colorTop" : "colorBottom")}
                value={color}
                disabled={disabled}
                onChange={(event) => onChange({ ...recipe, colors: recipe.colors.with(index, event.target.value) })}
              />
            </label>
          ))}
        </div>
      </div>
    </div>
  );
}
