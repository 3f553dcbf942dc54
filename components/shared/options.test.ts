// Options as engines describe them: each kind is drawn, defaults are not sent, and what no form can draw is left to the engine.
import { describe, expect, it } from "vitest";
import { fieldsOf, knownValues, shownValue, withValue } from "./options.ts";

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    edgeSoftness: { type: "number", minimum: 0, maximum: 1, default: 0.5, description: "How softly the outline fades." },
    passes: { type: "integer", minimum: 1, maximum: 8, default: 2 },
    cleanEdges: { default: true, type: "boolean" },
    quality: { default: "medium", type: "string", enum: ["low", "medium", "high"] },
    seed: { type: "integer", minimum: 0, maximum: 2_147_483_647 },
    note: { anyOf: [{ type: "string", maxLength: 40 }, { type: "null" }], title: "A note" },
    palette: { type: "array", items: { type: "string" } },
  },
  additionalProperties: false,
};
const fields = fieldsOf(schema);
const field = (name: string) => {
  const found = fields.find((each) => each.name === name);
  if (found === undefined) throw new Error(`No field ${name}`);
  return found;
};

describe("fields", () => {
  it("are drawn by what they hold", () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ["edgeSoftness", "range"],
      ["passes", "range"],
      ["cleanEdges", "switch"],
      ["quality", "choice"],
      ["seed", "number"],
      ["note", "text"],
    ]);
  });

  it("are called as people would, or as the schema says", () => {
    expect([field("edgeSoftness").label, field("note").label]).toEqual(["Edge softness", "A note"]);
  });

  it("move by steps that suit their range", () => {
    expect(field("edgeSoftness")).toMatchObject({ step: 0.01, initial: 0.5 });
    expect(field("passes")).toMatchObject({ step: 1 });
    const wide = fieldsOf({ properties: { shift: { type: "number", minimum: -1, maximum: 1, default: 0 } } });
    expect(wide[0]).toMatchObject({ step: 0.02 });
  });

  it("are none of what is no schema", () => {
    for (const odd of [null, undefined, 3, "x", [], {}, { properties: 4 }, { properties: { a: 1, b: null } }])
      expect(fieldsOf(odd)).toEqual([]);
  });
});

describe("values", () => {
  it("are the defaults until they are chosen, and again when the default is chosen", () => {
    expect(shownValue(field("quality"), {})).toBe("medium");
    const chosen = withValue(field("quality"), { seed: 4 }, "high");
    expect(chosen).toEqual({ seed: 4, quality: "high" });
    expect(withValue(field("quality"), chosen, "medium")).toEqual({ seed: 4 });
    expect(withValue(field("seed"), chosen, undefined)).toEqual({ quality: "high" });
  });

  it("of another kind count as not chosen", () => {
    expect(shownValue(field("cleanEdges"), { cleanEdges: "yes" })).toBe(true);
    expect(shownValue(field("quality"), { quality: "best" })).toBe("medium");
  });

  it("of another engine are not sent", () => {
    expect(knownValues(fields, { seed: 4, denoise: false })).toEqual({ seed: 4 });
    expect(knownValues(fields, null)).toEqual({});
  });
});
