// Prompts: which template a photo takes, and the words that are really sent.
import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { badUserInput, notFound } from "../errors.ts";
import { backgroundKinds, type OutputSpec, type Recipe, whiteRecipe } from "../images/picture.ts";

const recipe = z.object({
  background: z.enum(backgroundKinds),
  colors: z.array(z.string()),
  shadow: z.number(),
  margin: z.number(),
  autoTone: z.boolean(),
  sharpen: z.number(),
});

const template = z.object({ name: z.string(), text: z.string(), appliesTo: z.enum(["ALL", "MAIN", "DETAIL"]), recipe });

/** A template as it stood when its job was submitted: editing it later changes no run under way. */
export type PlannedTemplate = z.infer<typeof template>;

export const parseRecipe = (stored: unknown): Recipe => recipe.parse(stored);

/** Reads what `planTemplates` stored in a job. */
export const parsePlannedTemplates = (stored: unknown): PlannedTemplate[] => z.array(template).parse(stored);

/** The given template alone, else the enabled ones of the active group in their order; empty means the white default. */
export async function planTemplates(
  tx: Tx,
  workspace: string,
  { templateId, groupId }: { templateId: string | null; groupId: string | null },
): Promise<PlannedTemplate[]> {
  if (templateId !== null) {
    const row = await tx.promptTemplate.findFirst({ where: { id: templateId, workspace } });
    if (row === null) throw notFound("prompt template with this id");
    return [template.parse({ ...row, appliesTo: "ALL" })];
  }
  if (groupId === null) return [];
  const rows = await tx.promptTemplate.findMany({
    where: { groupId, workspace, enabled: true },
    orderBy: [{ position: "asc" }, { id: "asc" }],
  });
  return rows.map((row) => template.parse(row));
}

export interface PromptSubject {
  readonly sku: { readonly code: string; readonly title: string | null };
  readonly image: { readonly name: string; readonly position: number; readonly isMain: boolean };
  readonly output: OutputSpec;
}

/** What one photo is run with: the first template that applies to it, variables filled in. */
export function assemblePrompt(
  templates: readonly PlannedTemplate[],
  customPrompt: string | null,
  subject: PromptSubject,
): { prompt: string | null; recipe: Recipe } {
  const scope = subject.image.isMain ? "MAIN" : "DETAIL";
  const chosen = templates.find(({ appliesTo }) => appliesTo === "ALL" || appliesTo === scope);
  const text = customPrompt ?? chosen?.text ?? null;
  return { prompt: text === null ? null : fillIn(text, subject), recipe: chosen?.recipe ?? whiteRecipe };
}

/** What a prompt may hold between double braces. */
const promptVariables = ["sku.code", "sku.title", "image.name", "image.position", "output.width", "output.height"] as const;

const isVariable = (name: string): name is (typeof promptVariables)[number] => (promptVariables as readonly string[]).includes(name);
const braces = (name: string): string => `{{${name}}}`;

/** @throws BAD_USER_INPUT naming what is unknown in the text and what is known */
export function assertKnownVariables(field: string, text: string): void {
  const names = text
    .split("{{")
    .slice(1)
    .map((part) => (part.split("}}", 1)[0] ?? "").trim());
  const unknown = new Set(names.filter((name) => !isVariable(name)));
  if (unknown.size === 0) return;
  const shown = [...unknown].slice(0, 5).map((name) => braces(name.slice(0, 50)));
  throw badUserInput(
    `${field} holds ${shown.join(", ")}, which nothing fills in: the variables are ${promptVariables.map(braces).join(", ")}.`,
  );
}

/** Unknown variables stay as they stand, so that a misspelt one is seen in the stored prompt. */
function fillIn(text: string, { sku, image, output }: PromptSubject): string {
  const values: Readonly<Record<(typeof promptVariables)[number], string>> = {
    "sku.code": sku.code,
    "sku.title": sku.title ?? sku.code,
    "image.name": image.name,
    "image.position": String(image.position),
    "output.width": String(output.width),
    "output.height": String(output.height),
  };
  return text.replace(/\{\{\s*([a-z.]+)\s*\}\}/g, (whole, name: string) => (isVariable(name) ? values[name] : whole));
}
