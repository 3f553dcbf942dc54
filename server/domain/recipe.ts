// Recipes as a person gives them: which numbers and colours may stand in one.
import { badUserInput } from "../errors.ts";
import { type BackgroundKind, type Recipe, whiteRecipe } from "../images/picture.ts";

/** As given; what is null takes the default of `whiteRecipe`. */
export interface RecipeInput {
  readonly background?: BackgroundKind | null | undefined;
  readonly colors?: readonly string[] | null | undefined;
  readonly shadow?: number | null | undefined;
  readonly margin?: number | null | undefined;
  readonly autoTone?: boolean | null | undefined;
  readonly sharpen?: number | null | undefined;
}

/** More free space would leave the product smaller than its surroundings. */
const maxMargin = 0.4;
const colorsOf: Readonly<Record<BackgroundKind, number>> = { KEEP: 0, TRANSPARENT: 0, COLOR: 1, GRADIENT: 2 };
const cssHex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** @throws BAD_USER_INPUT naming the field and its range */
export function requireRecipe(input: RecipeInput): Recipe {
  const background = input.background ?? whiteRecipe.background;
  return {
    background,
    colors: requireColors(background, input.colors ?? whiteRecipe.colors),
    shadow: between("shadow", input.shadow ?? whiteRecipe.shadow, 1),
    margin: between("margin", input.margin ?? whiteRecipe.margin, maxMargin),
    autoTone: input.autoTone ?? whiteRecipe.autoTone,
    sharpen: between("sharpen", input.sharpen ?? whiteRecipe.sharpen, 1),
  };
}

function requireColors(background: BackgroundKind, colors: readonly string[]): readonly string[] {
  const count = colorsOf[background];
  // White stands here as the input's default, also where nobody asked for a colour.
  if (count === 0 && colors.length === 1 && colors[0] === whiteRecipe.colors[0]) return [];
  if (colors.length !== count) {
    const wanted = count === 0 ? "it takes none" : `it takes ${count === 1 ? "one" : "two: top, bottom"}`;
    throw badUserInput(`recipe.colors holds ${colors.length} colours, but the background is ${background}: ${wanted}.`);
  }
  const wrong = colors.find((color) => !cssHex.test(color));
  if (wrong !== undefined) throw badUserInput(`recipe.colors holds "${wrong.slice(0, 50)}": a colour is CSS hex, as in #fff or #f2f2f2.`);
  return colors;
}

function between(field: string, value: number, most: number): number {
  if (value >= 0 && value <= most) return value;
  throw badUserInput(`recipe.${field} is ${value}: it must be between 0 and ${most}.`);
}
