// The viewer's own settings.
import { readSettings, type Settings } from "../domain/settings.ts";
import { builder } from "./builder.ts";
import { OutputType } from "./output.ts";

const SettingsType = builder.objectRef<Settings>("Settings").implement({
  fields: (t) => ({
    engine: t.exposeString("engine"),
    model: t.exposeString("model", { nullable: true }),
    options: t.expose("options", { type: "JSON" }),
    output: t.expose("output", { type: OutputType }),
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
