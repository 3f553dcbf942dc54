// What a caller may tune on the generative engines.
import { z } from "zod";
import { badUserInput } from "../../errors.ts";
import { type Quality, qualities } from "./models.ts";

/** The largest seed that every provider takes. */
const maxSeed = 2_147_483_647;

const fields = {
  quality: z.enum(qualities).default("medium").describe("How much work goes into the picture; the price follows it."),
  seed: z
    .number()
    .int()
    .min(0)
    .max(maxSeed)
    .optional()
    .describe("The same number with the same prompt gives nearly the same picture again."),
};
export type OptionName = keyof typeof fields;

export interface GenerativeOptions {
  readonly quality?: Quality | undefined;
  readonly seed?: number | undefined;
}

export interface OptionsReader {
  readonly schema: Readonly<Record<string, unknown>>;
  /** Left-out options take their defaults. @throws UserError BAD_USER_INPUT naming each option at fault. */
  parse(options: unknown): GenerativeOptions;
}

/** @param names the options that the engine's provider takes */
export function optionsReader(title: string, names: readonly OptionName[]): OptionsReader {
  const shape: Record<string, z.ZodType> = Object.fromEntries(names.map((name) => [name, fields[name]]));
  const schema = z.strictObject(shape);
  return {
    schema: z.toJSONSchema(schema, { io: "input" }),
    parse: (options) => {
      const parsed = schema.safeParse(options ?? {});
      if (parsed.success) return parsed.data;
      const faults = parsed.error.issues.map(
        (issue) => `options${issue.path.map((step) => `.${String(step)}`).join("")}: ${issue.message}`,
      );
      throw badUserInput(`${faults.join("; ")}. ${title} knows ${names.length > 0 ? names.join(" and ") : "no options"}.`);
    },
  };
}
