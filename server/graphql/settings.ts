// The viewer's own settings.
import { readSettings, type Settings, setActivePromptGroup, updateSettings } from "../domain/settings.ts";
import { builder } from "./builder.ts";
import { decodeId, noRowId } from "./ids.ts";
import { OutputInput, OutputType } from "./output.ts";
import { PromptGroup } from "./prompt.ts";

const SettingsType = builder.objectRef<Settings>("Settings").implement({
  fields: (t) => ({
    engine: t.exposeString("engine"),
    model: t.exposeString("model", { nullable: true }),
    options: t.expose("options", { type: "JSON" }),
    output: t.expose("output", { type: OutputType }),
    activePromptGroup: t.prismaField({
      type: PromptGroup,
      nullable: true,
      resolve: (query, { activePromptGroupId: id }, _args, { app, viewer }) =>
        id === null ? null : app.db.promptGroup.findFirst({ ...query, where: { id, workspace: viewer.workspace } }),
    }),
    additional: t.expose("additional", { type: "JSON", description: "What the host stores beside them." }),
  }),
});

builder.queryField("settings", (t) =>
  t.field({
    type: SettingsType,
    description: "The viewer's own settings.",
    resolve: (_root, _args, { app, viewer }) => readSettings(app, viewer),
  }),
);

const SettingsInput = builder.inputType("SettingsInput", {
  description: "What is left out stays as it is; null goes back to the server's default.",
  fields: (t) => ({
    engine: t.string({ description: "Another engine drops the model and the options that were chosen for the last one." }),
    model: t.string(),
    options: t.field({ type: "JSON" }),
    output: t.field({ type: OutputInput, description: "Laid over the output that stands; a preset replaces all of it." }),
    activePromptGroup: t.id({ description: "As setActivePromptGroup does; null: none, so that photos take the white default recipe." }),
    additional: t.field({ type: "JSON", description: "A JSON object of at most 64 KB, kept as it is given." }),
  }),
});

builder.mutationFields((t) => ({
  updateSettings: t.field({
    type: SettingsType,
    args: { input: t.arg({ type: SettingsInput, required: true }) },
    resolve: (_root, { input: { activePromptGroup, ...input } }, { app, viewer }) =>
      updateSettings(app, viewer, {
        ...input,
        activePromptGroupId: activePromptGroup ? (decodeId("PromptGroup", activePromptGroup) ?? noRowId) : activePromptGroup,
      }),
  }),
  setActivePromptGroup: t.field({
    type: SettingsType,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { app, viewer }) => setActivePromptGroup(app, viewer, decodeId("PromptGroup", id)),
  }),
}));
