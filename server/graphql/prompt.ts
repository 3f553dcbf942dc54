// Prompt groups and their templates.
import { TemplateScope } from "../db/generated/prisma/enums.ts";
import { parseRecipe } from "../domain/prompt.ts";
import { createPromptGroup, deletePromptGroup, updatePromptGroup } from "../domain/prompt-group.ts";
import { createPromptTemplate, deletePromptTemplate, updatePromptTemplate } from "../domain/prompt-template.ts";
import { backgroundKinds, type Recipe } from "../images/picture.ts";
import { builder } from "./builder.ts";
import { decodeId } from "./ids.ts";
import { sentFields } from "./sent.ts";

const TemplateScopeEnum = builder.enumType(TemplateScope, {
  name: "TemplateScope",
  description: "In BATCH each photo takes the first enabled template of the active group that applies to it.",
});
export const BackgroundKindEnum = builder.enumType("BackgroundKind", { values: backgroundKinds });

const RecipeType = builder.objectRef<Recipe>("Recipe").implement({
  fields: (t) => ({
    background: t.expose("background", { type: BackgroundKindEnum }),
    colors: t.stringList({ resolve: ({ colors }) => [...colors] }),
    shadow: t.exposeFloat("shadow", { description: "From 0 (none) to 1." }),
    margin: t.exposeFloat("margin", { description: "Free space around the product, as a fraction of the picture's side." }),
    autoTone: t.exposeBoolean("autoTone", { description: "Evens out exposure and colour cast." }),
    sharpen: t.exposeFloat("sharpen"),
  }),
});

const PromptTemplate = builder.prismaNode("PromptTemplate", {
  id: { field: "id" },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    name: t.exposeString("name"),
    text: t.exposeString("text", {
      description: "May hold {{sku.code}}, {{sku.title}}, {{image.name}}, {{image.position}}, {{output.width}}, {{output.height}}.",
    }),
    appliesTo: t.expose("appliesTo", { type: TemplateScopeEnum }),
    recipe: t.field({
      type: RecipeType,
      description: "What an engine that follows no prompts does instead.",
      select: { recipe: true },
      resolve: ({ recipe }) => parseRecipe(recipe),
    }),
    position: t.exposeInt("position", { description: "Order within the group, from 0." }),
    enabled: t.exposeBoolean("enabled"),
    updatedAt: t.expose("updatedAt", { type: "DateTime" }),
  }),
});

export const PromptGroup = builder.prismaNode("PromptGroup", {
  id: { field: "id" },
  nullable: true,
  description: "A set of templates used together; one is active for a user at a time.",
  findUnique: (id, { viewer }) => ({ id, workspace: viewer.workspace }),
  fields: (t) => ({
    name: t.exposeString("name"),
    description: t.exposeString("description", { nullable: true }),
    isActive: t.boolean({
      description: "For the viewer.",
      select: (_args, { viewer }) => ({ preferences: { where: { userId: viewer.userId }, select: { userId: true } } }),
      resolve: ({ preferences }) => preferences.length > 0,
    }),
    templates: t.relation("templates", { description: "In order.", query: { orderBy: [{ position: "asc" }, { id: "asc" }] } }),
    updatedAt: t.expose("updatedAt", { type: "DateTime" }),
  }),
});

builder.queryField("promptGroups", (t) =>
  t.prismaField({
    type: [PromptGroup],
    description: "By name.",
    resolve: (query, _root, _args, { app, viewer }) =>
      app.db.promptGroup.findMany({ ...query, where: { workspace: viewer.workspace }, orderBy: [{ name: "asc" }, { id: "asc" }] }),
  }),
);

const PromptGroupInput = builder.inputType("PromptGroupInput", {
  fields: (t) => ({
    name: t.string({ required: true }),
    description: t.string({ description: "Left out in an update: stays as it is." }),
  }),
});

const RecipeInput = builder.inputType("RecipeInput", {
  fields: (t) => ({
    background: t.field({ type: BackgroundKindEnum, defaultValue: "COLOR" }),
    colors: t.stringList({
      defaultValue: ["#ffffff"],
      description: "CSS hex colours: one for COLOR, two for GRADIENT (top, bottom), none for the others.",
    }),
    shadow: t.float({ defaultValue: 0.3, description: "0 to 1." }),
    margin: t.float({ defaultValue: 0.08, description: "0 to 0.4." }),
    autoTone: t.boolean({ defaultValue: true }),
    sharpen: t.float({ defaultValue: 0.3, description: "0 to 1." }),
  }),
});

const PromptTemplateInput = builder.inputType("PromptTemplateInput", {
  fields: (t) => ({
    name: t.string({ required: true }),
    text: t.string({ required: true, description: "Variables that are not among those of PromptTemplate.text are refused." }),
    appliesTo: t.field({ type: TemplateScopeEnum, defaultValue: "ALL", description: "Left out in an update: stays as it is." }),
    recipe: t.field({ type: RecipeInput, description: "Left out: white; in an update it stays as it is." }),
    position: t.int({ description: "From 0; the others move. Left out: at the end; in an update it stays where it is." }),
    enabled: t.boolean({ defaultValue: true, description: "Left out in an update: stays as it is." }),
  }),
});

builder.mutationFields((t) => ({
  createPromptGroup: t.prismaField({
    type: PromptGroup,
    args: { input: t.arg({ type: PromptGroupInput, required: true }) },
    resolve: async (query, _root, { input }, { app, viewer }) => {
      const { id } = await createPromptGroup(app, viewer, input);
      return app.db.promptGroup.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
  updatePromptGroup: t.prismaField({
    type: PromptGroup,
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: PromptGroupInput, required: true }) },
    resolve: async (query, _root, args, { app, viewer }) => {
      const { id } = await updatePromptGroup(app, viewer, { ...args.input, id: decodeId("PromptGroup", args.id) });
      return app.db.promptGroup.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
  deletePromptGroup: t.id({
    description: "Refused while the group is active for anybody. Answers the id.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { app, viewer }) => {
      await deletePromptGroup(app, viewer, decodeId("PromptGroup", id));
      return id;
    },
  }),
  createPromptTemplate: t.prismaField({
    type: PromptTemplate,
    args: { group: t.arg.id({ required: true }), input: t.arg({ type: PromptTemplateInput, required: true }) },
    resolve: async (query, _root, { group, input }, { app, viewer }) => {
      const { id } = await createPromptTemplate(app, viewer, { ...input, groupId: decodeId("PromptGroup", group) });
      return app.db.promptTemplate.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
  updatePromptTemplate: t.prismaField({
    type: PromptTemplate,
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: PromptTemplateInput, required: true }) },
    resolve: async (query, _root, args, context, info) => {
      const { app, viewer } = context;
      const sent = sentFields(context, info, "input");
      const { appliesTo, enabled, ...input } = args.input;
      const { id } = await updatePromptTemplate(app, viewer, {
        ...input,
        ...(sent.has("appliesTo") ? { appliesTo } : {}),
        ...(sent.has("enabled") ? { enabled } : {}),
        id: decodeId("PromptTemplate", args.id),
      });
      return app.db.promptTemplate.findUniqueOrThrow({ ...query, where: { id } });
    },
  }),
  deletePromptTemplate: t.id({
    description: "Answers the id.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { app, viewer }) => {
      await deletePromptTemplate(app, viewer, decodeId("PromptTemplate", id));
      return id;
    },
  }),
}));
