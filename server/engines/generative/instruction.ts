// What is sent where a run has no prompt: the recipe in words.
import type { OutputSpec, Recipe } from "../../images/picture.ts";
import { findPreset } from "../../images/presets.ts";

/** Shadow strengths, 0 to 1, from which the words change. */
const softFrom = 0.05;
const clearFrom = 0.5;

/** Names the background, the product's share (a preset's decides, else the recipe's margin) and the shadow, and forbids changes to the product. */
export function instructionOf(recipe: Recipe, { preset }: Pick<OutputSpec, "preset">): string {
  const share = Math.round((findPreset(preset ?? "")?.fill ?? 1 - 2 * recipe.margin) * 100);
  return [
    "Turn this photo into a clean product picture for an online shop.",
    "Keep the product exactly as it is: the same shape, proportions, colours, materials, texts, logos and number of pieces. Add nothing to it, remove nothing from it and redraw nothing on it.",
    backgroundOf(recipe),
    recipe.background === "KEEP"
      ? "Keep the framing as it is."
      : `Show the whole product upright and centred, filling about ${share} percent of the picture, with nothing cut off.`,
    shadowOf(recipe),
    ...(recipe.autoTone ? ["Even out exposure and take away any colour cast, true to the product's own colours."] : []),
    "Photorealistic and sharp. No people, hands, props, text, borders or watermarks that the photo does not show on the product.",
  ].join(" ");
}

function backgroundOf({ background, colors }: Recipe): string {
  const [top = "#ffffff", bottom = top] = colors;
  if (background === "KEEP") return "Keep the photo's own background, only tidied.";
  if (background === "TRANSPARENT") return "Remove the background: it must be fully transparent.";
  if (background === "GRADIENT")
    return `Replace the background by a smooth vertical gradient from ${top} at the top to ${bottom} at the bottom.`;
  if (/^#(fff|ffffff)$/i.test(top)) return "Replace the background by pure white (#ffffff), up to every edge.";
  return `Replace the background by one even colour, ${top}, up to every edge.`;
}

function shadowOf({ background, shadow }: Recipe): string {
  if (background === "KEEP") return "Leave shadows as they fall.";
  if (shadow < softFrom) return "No shadow and no reflection.";
  return shadow < clearFrom ? "A faint, soft contact shadow under the product." : "A clear but soft contact shadow under the product.";
}
