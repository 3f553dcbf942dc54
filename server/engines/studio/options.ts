// What a caller may tune on the studio engine.
import { z } from "zod";
import { badUserInput } from "../../errors.ts";

const schema = z.strictObject({
  edgeSoftness: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("How softly the outline fades: 0 is crisp (metal, glass), 1 is soft (fur, fabric)."),
  edgeShift: z
    .number()
    .min(-1)
    .max(1)
    .default(0)
    .describe("Trims the outline (below 0) or widens it (above 0), by about a pixel at the ends."),
  cleanEdges: z.boolean().default(true).describe("Takes the old background's colour out of the product's outline."),
  enlarge: z
    .boolean()
    .default(true)
    .describe("Enlarges a product that is small in the photo with a network; off, it is enlarged by Lanczos, faster and softer."),
  denoise: z.boolean().default(true).describe("Takes grain out of noisy photos; photos without it are not touched."),
  straighten: z
    .boolean()
    .default(true)
    .describe(
      "Sets a standing product upright that surely leans, by at most 4 degrees; a product that runs out of the photo is never turned.",
    ),
  cutToEdge: z
    .boolean()
    .default(true)
    .describe("Sets a product that its photo cuts off at the picture's edge on that side; off, it is centred with a margin all round."),
  rest: z
    .enum(["auto", "standing", "lying"])
    .default("auto")
    .describe(
      "What casts the shadow: a product that stands, at its feet, or one that lies and was taken from above, all round; auto tells by its outline.",
    ),
});

export type StudioOptions = z.infer<typeof schema>;

export const studioOptionsSchema: Readonly<Record<string, unknown>> = z.toJSONSchema(schema, { io: "input" });

/** Left-out options take their defaults. @throws UserError BAD_USER_INPUT naming each option at fault. */
export function parseStudioOptions(options: unknown): StudioOptions {
  const parsed = schema.safeParse(options ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `options${issue.path.map((step) => `.${String(step)}`).join("")}: ${issue.message}`);
  throw badUserInput(`${faults.join("; ")}. The studio engine knows ${Object.keys(schema.shape).join(", ")}.`);
}
