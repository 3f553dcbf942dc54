// Settings, prompts and keys: what people arrange once.
import type {
  CreateApiKeyInput,
  PromptGroupInput,
  PromptTemplateInput,
  RecipeInput,
  SettingsInput,
} from "../../components/api/generated/graphql.ts";
import type { Context, Resolvers } from "./context.ts";
import { notFound, refusal } from "./refusal.ts";
import type { GroupRow, KeyRow, RecipeRow, SettingsRow, TemplateRow } from "./rows.ts";
import { newTemplate, presetOutput, type World } from "./world.ts";

const variables = ["sku.code", "sku.title", "image.name", "image.position", "output.width", "output.height"];
/** Characters of a key that tell it from others. */
const prefixLength = 8;

function updateSettings(input: SettingsInput, { world: { settings } }: Context): SettingsRow {
  const { engine, model, options, output, activePromptGroup, additional } = input;
  // Another engine drops what was chosen for the last one.
  if (engine != null && engine !== settings.engine) Object.assign(settings, { engine, model: null, options: {} });
  if (model !== undefined) settings.model = model;
  if (options !== undefined) settings.options = options ?? {};
  if (activePromptGroup !== undefined) settings.activePromptGroup = activePromptGroup === null ? null : String(activePromptGroup);
  if (additional !== undefined) settings.additional = additional ?? {};
  if (output != null) settings.output = { ...settings.output, ...presetOutput(output.preset ?? ""), ...given(output) };
  return settings;
}

/** What is null or left out stays as it is. */
export function given<Input extends object>(input: Input): { [Key in keyof Input]?: NonNullable<Input[Key]> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value != null)) as {
    [Key in keyof Input]?: NonNullable<Input[Key]>;
  };
}

function groupIn(world: World, id: string): GroupRow {
  const group = world.groups.find((each) => each.id === id);
  if (group === undefined) throw notFound("prompt group with this id");
  return group;
}

function templateIn(world: World, id: string): { readonly group: GroupRow; readonly template: TemplateRow } {
  for (const group of world.groups) {
    const template = group.templates.find((each) => each.id === id);
    if (template !== undefined) return { group, template };
  }
  throw notFound("prompt template with this id");
}

function assertVariables(text: string): void {
  const unknown = [...text.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)].map(([, name]) => name ?? "").filter((name) => !variables.includes(name));
  if (unknown.length > 0) throw refusal("BAD_USER_INPUT", `text holds {{${unknown.join("}}, {{")}}}, which nothing fills in.`);
}

/** Writes what is given into the template and puts it at its place, so that the others move. */
function write(group: GroupRow, template: TemplateRow, input: PromptTemplateInput): TemplateRow {
  assertVariables(input.text);
  const { position, recipe, ...rest } = input;
  Object.assign(template, given(rest), { updatedAt: new Date().toISOString() });
  if (recipe != null) template.recipe = { ...template.recipe, ...recipeOf(recipe) };
  const at = group.templates.indexOf(template);
  if (at >= 0 && (position == null || position === at)) return template;
  if (at >= 0) group.templates.splice(at, 1);
  group.templates.splice(position ?? group.templates.length, 0, template);
  return template;
}

const recipeOf = (recipe: RecipeInput): Partial<RecipeRow> => {
  const { colors, ...rest } = given(recipe);
  return { ...rest, ...(colors === undefined ? {} : { colors: [colors].flat() }) };
};

function createGroup({ name, description }: PromptGroupInput, { world }: Context): GroupRow {
  const group: GroupRow = {
    __typename: "PromptGroup",
    id: world.nextId("group"),
    name,
    description: description ?? null,
    templates: [],
    updatedAt: world.nextTime(),
  };
  world.groups.push(group);
  return group;
}

function deleteGroup(id: string, { world }: Context): string {
  const group = groupIn(world, id);
  if (world.settings.activePromptGroup === id) {
    throw refusal("CONFLICT", "The group is in use: choose another one in the settings before you delete it.");
  }
  world.groups.splice(world.groups.indexOf(group), 1);
  return id;
}

function createKey({ name, role, expiresAt }: CreateApiKeyInput, { world }: Context) {
  const secret = `isk_${crypto.randomUUID().replaceAll("-", "")}`;
  const apiKey: KeyRow = {
    __typename: "ApiKey",
    id: world.nextId("key"),
    name,
    role,
    prefix: secret.slice(0, prefixLength),
    createdAt: new Date().toISOString(),
    expiresAt: expiresAt ?? null,
    lastUsedAt: null,
    revokedAt: null,
  };
  world.keys.unshift(apiKey);
  return { secret, apiKey };
}

function revokeKey(id: string, { world }: Context): KeyRow {
  const key = world.keys.find((each) => each.id === id);
  if (key === undefined) throw notFound("key with this id");
  key.revokedAt ??= new Date().toISOString();
  return key;
}

type ById = { readonly id: string };

export const preferences: Resolvers = {
  Mutation: {
    updateSettings: (_: unknown, { input }: { input: SettingsInput }, context: Context) => updateSettings(input, context),
    setActivePromptGroup(_: unknown, { id }: ById, { world }: Context) {
      world.settings.activePromptGroup = groupIn(world, id).id;
      return world.settings;
    },
    createPromptGroup: (_: unknown, { input }: { input: PromptGroupInput }, context: Context) => createGroup(input, context),
    updatePromptGroup: (_: unknown, { id, input }: ById & { input: PromptGroupInput }, { world }: Context) =>
      Object.assign(groupIn(world, id), given(input)),
    deletePromptGroup: (_: unknown, { id }: ById, context: Context) => deleteGroup(id, context),
    createPromptTemplate: (_: unknown, { group, input }: { group: string; input: PromptTemplateInput }, { world }: Context) =>
      write(groupIn(world, group), newTemplate(world), input),
    updatePromptTemplate(_: unknown, { id, input }: ById & { input: PromptTemplateInput }, { world }: Context) {
      const { group, template } = templateIn(world, id);
      return write(group, template, input);
    },
    deletePromptTemplate(_: unknown, { id }: ById, { world }: Context) {
      const { group, template } = templateIn(world, id);
      group.templates.splice(group.templates.indexOf(template), 1);
      return id;
    },
    createApiKey: (_: unknown, { input }: { input: CreateApiKeyInput }, context: Context) => createKey(input, context),
    revokeApiKey: (_: unknown, { id }: ById, context: Context) => revokeKey(id, context),
  },
};
