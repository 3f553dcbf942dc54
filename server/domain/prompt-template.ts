// Prompt templates: the texts and recipes of a group, in an order without gaps.
import type { App } from "../app.ts";
import { assertRole, type Viewer } from "../auth/viewer.ts";
import type { Prisma, Tx } from "../db/client.ts";
import { badUserInput, limitExceeded, notFound, type UserError } from "../errors.ts";
import { type Recipe, whiteRecipe } from "../images/picture.ts";
import { requireName, requireText } from "./names.ts";
import { assertKnownVariables, type PlannedTemplate } from "./prompt.ts";
import { lockGroup } from "./prompt-group.ts";
import { type RecipeInput, requireRecipe } from "./recipe.ts";

export type PromptTemplateRow = Prisma.PromptTemplateGetPayload<object>;

/** Templates in a group at most: every job keeps a copy of the enabled ones. */
const maxTemplates = 50;
/** Characters. A text travels with every photo, and `promptGroups` answers all of them at once. */
const maxNameLength = 100;
const maxTextLength = 10_000;

export interface PromptTemplateInput {
  readonly name: string;
  readonly text: string;
  readonly appliesTo?: PlannedTemplate["appliesTo"] | null | undefined;
  /** Left out: the white one, or the one that there is. */
  readonly recipe?: RecipeInput | null | undefined;
  /** From 0; beyond the end means at the end. Left out: at the end, or where it is. */
  readonly position?: number | null | undefined;
  readonly enabled?: boolean | null | undefined;
}

/** @throws NOT_FOUND, BAD_USER_INPUT naming the field, LIMIT_EXCEEDED */
export async function createPromptTemplate(
  app: App,
  viewer: Viewer,
  { groupId, ...input }: PromptTemplateInput & { groupId: string | null },
): Promise<PromptTemplateRow> {
  assertRole(viewer, "EDITOR");
  const data = checkTemplate(input);
  return app.db.$transaction(async (tx) => {
    const group = await lockGroup(tx, viewer, groupId);
    const ids = await orderedIds(tx, group.id);
    if (ids.length >= maxTemplates)
      throw limitExceeded(`The prompt group has ${ids.length} templates: ${maxTemplates} is the most. Delete some, or use another group.`);
    const { id } = await tx.promptTemplate.create({
      data: { recipe: storedRecipe(whiteRecipe), ...data, workspace: group.workspace, groupId: group.id, position: ids.length },
    });
    await writeOrder(tx, group.id, ids.toSpliced(input.position ?? ids.length, 0, id));
    return tx.promptTemplate.findUniqueOrThrow({ where: { id } });
  });
}

/** Runs under way keep the template that they were submitted with. @throws NOT_FOUND, BAD_USER_INPUT naming the field */
export async function updatePromptTemplate(
  app: App,
  viewer: Viewer,
  { id, ...input }: PromptTemplateInput & { id: string | null },
): Promise<PromptTemplateRow> {
  assertRole(viewer, "EDITOR");
  const data = checkTemplate(input);
  return app.db.$transaction(async (tx) => {
    const template = await lockTemplate(tx, viewer, id);
    await tx.promptTemplate.update({ where: { id: template.id }, data });
    if (input.position !== undefined && input.position !== null) {
      const others = (await orderedIds(tx, template.groupId)).filter((each) => each !== template.id);
      await writeOrder(tx, template.groupId, others.toSpliced(input.position, 0, template.id));
    }
    await touchGroup(tx, template.groupId);
    return tx.promptTemplate.findUniqueOrThrow({ where: { id: template.id } });
  });
}

/** @throws NOT_FOUND */
export async function deletePromptTemplate(app: App, viewer: Viewer, id: string | null): Promise<void> {
  assertRole(viewer, "EDITOR");
  await app.db.$transaction(async (tx) => {
    const template = await lockTemplate(tx, viewer, id);
    await tx.promptTemplate.delete({ where: { id: template.id } });
    await writeOrder(tx, template.groupId, await orderedIds(tx, template.groupId));
  });
}

const templateNotFound = (): UserError => notFound("prompt template with this id");

/** Its group's row is the lock under which positions are given out. */
async function lockTemplate(tx: Tx, viewer: Viewer, id: string | null): Promise<PromptTemplateRow> {
  const where = { id: id ?? "", workspace: viewer.workspace };
  const found = id === null ? null : await tx.promptTemplate.findFirst({ where, select: { groupId: true } });
  if (found === null) throw templateNotFound();
  await tx.$queryRaw`SELECT 1 FROM ai_prompt_group WHERE id = ${found.groupId}::uuid FOR UPDATE`;
  const template = await tx.promptTemplate.findFirst({ where });
  if (template === null) throw templateNotFound();
  return template;
}

function checkTemplate({ name, text, appliesTo, recipe, position, enabled }: PromptTemplateInput) {
  assertPosition(position);
  const given = requireText("text", text, maxTextLength);
  assertKnownVariables("text", given);
  return {
    name: requireName("name", name, maxNameLength),
    text: given,
    ...(appliesTo ? { appliesTo } : {}),
    ...(recipe ? { recipe: storedRecipe(requireRecipe(recipe)) } : {}),
    ...(enabled === undefined || enabled === null ? {} : { enabled }),
  };
}

function assertPosition(position: number | null | undefined): void {
  if (position !== undefined && position !== null && position < 0)
    throw badUserInput(`position is ${position}: it counts from 0, and beyond the end means at the end.`);
}

const storedRecipe = (recipe: Recipe): Prisma.InputJsonObject => ({ ...recipe, colors: [...recipe.colors] });

async function orderedIds(tx: Tx, groupId: string): Promise<string[]> {
  const rows = await tx.promptTemplate.findMany({
    where: { groupId },
    select: { id: true },
    orderBy: [{ position: "asc" }, { id: "asc" }],
  });
  return rows.map(({ id }) => id);
}

/** Positions 0 to n-1 in the order of `ids`. */
async function writeOrder(tx: Tx, groupId: string, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE ai_prompt_template_v2 t SET position = u.n - 1 FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS u(id, n)
    WHERE t.id = u.id AND t.position <> u.n - 1`;
  await touchGroup(tx, groupId);
}

/** A group has changed when its templates have. */
async function touchGroup(tx: Tx, groupId: string): Promise<void> {
  await tx.promptGroup.update({ where: { id: groupId }, data: { updatedAt: new Date() } });
}
