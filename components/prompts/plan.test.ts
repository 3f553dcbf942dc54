// What a run's dialog asks the API for.
import { describe, expect, it } from "vitest";
import { samplePair, sampleSku } from "../shared/samples.ts";
import { inputOf, photosOf, photosToShow, type RunPlan, ratioOf, shaped } from "./plan.ts";

const plan: RunPlan = {
  mode: "batch",
  template: undefined,
  prompt: "",
  includeDone: false,
  engine: "studio",
  model: undefined,
  options: undefined,
  preset: "square",
};
const sku = { kind: "skus", skus: [sampleSku(1)] } as const;
const chosen = { kind: "pairs", pairs: [samplePair(0), samplePair(1)] } as const;
const known = [samplePair(0), samplePair(1, "WAITING")];

describe("a run", () => {
  it("is a batch of what waits in the SKUs", () => {
    expect(photosOf(sku, false)).toBe(1);
    expect(inputOf(sku, known, plan)).toEqual({
      mode: "BATCH",
      skus: ["MUG-00001"],
      includeDone: false,
      engine: "studio",
      output: { preset: "square" },
    });
    expect(photosToShow(sku, known, false).map(({ id }) => id)).toEqual(["pair-1"]);
  });

  it("is of the chosen photos, by one template where one is chosen", () => {
    const input = inputOf(chosen, [], { ...plan, mode: "template", template: "t1", options: { quality: "high" }, model: "big" });
    expect(input).toEqual({
      mode: "SINGLE",
      pairs: ["pair-0", "pair-1"],
      template: "t1",
      engine: "studio",
      model: "big",
      options: { quality: "high" },
      output: { preset: "square" },
    });
  });

  it("with words of one's own names its photos", () => {
    const own: RunPlan = { ...plan, mode: "own", prompt: " on moss " };
    expect(inputOf(sku, known, own)).toMatchObject({ mode: "CUSTOM", pairs: ["pair-1"], prompt: "on moss" });
    // Not all of its photos are known here.
    expect(inputOf(sku, [], own)).toBeUndefined();
  });

  it("is none while something is missing", () => {
    expect(inputOf(sku, known, { ...plan, mode: "own" })).toBeUndefined();
    expect(inputOf(sku, known, { ...plan, mode: "template" })).toBeUndefined();
    expect(inputOf({ kind: "pairs", pairs: [] }, known, plan)).toBeUndefined();
  });
});

describe("another shape", () => {
  it("keeps the longer side, and is told by its name", () => {
    const portrait = { width: 1200, height: 1600 };
    expect(ratioOf(portrait)).toBe("3:4");
    expect(shaped(portrait, "1:1")).toEqual({ width: 1600, height: 1600 });
    expect(shaped(portrait, "4:3")).toEqual({ width: 1600, height: 1200 });
    expect(ratioOf({ width: 1000, height: 1500 })).toBeUndefined();
  });

  it("goes with the preset, as another format does", () => {
    const own: RunPlan = { ...plan, size: { width: 1600, height: 1200 }, format: "PNG" };
    expect(inputOf(chosen, known, own)).toMatchObject({ output: { preset: "square", width: 1600, height: 1200, format: "PNG" } });
  });
});
