// Prompts: the template that a photo takes, and the words that are sent.
import { describe, expect, it } from "vitest";
import { whiteRecipe } from "../images/picture.ts";
import { defaultOutput } from "../images/presets.ts";
import { assemblePrompt, type PlannedTemplate } from "./prompt.ts";

const recipe = { ...whiteRecipe, colors: [...whiteRecipe.colors] };
const template = (name: string, appliesTo: PlannedTemplate["appliesTo"], text = name): PlannedTemplate => ({
  name,
  text,
  appliesTo,
  recipe,
});
const subject = (isMain: boolean) => ({
  sku: { code: "MUG-1", title: "Mug" },
  image: { name: "a.jpg", position: 3, isMain },
  output: { ...defaultOutput, width: 900, height: 1200 },
});

describe("assembling a prompt", () => {
  it("takes the first template that applies to the photo", () => {
    const templates = [template("main", "MAIN"), template("detail", "DETAIL"), template("all", "ALL")];
    expect(assemblePrompt(templates, null, subject(true)).prompt).toBe("main");
    expect(assemblePrompt(templates, null, subject(false)).prompt).toBe("detail");
    expect(assemblePrompt(templates.toReversed(), null, subject(true)).prompt).toBe("all");
  });

  it("fills in the variables and leaves a misspelt one to be seen", () => {
    const text = "{{sku.code}} {{ sku.title }} {{image.name}} {{image.position}} {{output.width}}x{{output.height}} {{sku.kode}}";
    expect(assemblePrompt([template("t", "ALL", text)], null, subject(true)).prompt).toBe("MUG-1 Mug a.jpg 3 900x1200 {{sku.kode}}");
  });

  it("sends a prompt of one's own in place of any template", () => {
    expect(assemblePrompt([template("t", "ALL")], "on a beach", subject(true)).prompt).toBe("on a beach");
  });

  it("falls back to white with a soft shadow where there is no template", () => {
    expect(assemblePrompt([], null, subject(true))).toEqual({ prompt: null, recipe: whiteRecipe });
  });
});
