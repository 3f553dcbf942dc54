// Engines, outputs and marketplace presets: what a run can be made with.
import type { Engine } from "../engines/engine.ts";
import type { OutputSpec } from "../images/picture.ts";
import { type OutputPreset, presets } from "../images/presets.ts";
import { builder } from "./builder.ts";
import { ImageFormatEnum } from "./image.ts";
import { SentenceType, said } from "./sentence.ts";

const EngineType = builder.objectRef<Engine>("Engine").implement({
  fields: (t) => ({
    name: t.exposeString("name"),
    title: t.exposeString("title"),
    available: t.boolean({
      description: "False where it lacks a key or a model; `unavailableReason` says which.",
      resolve: ({ availability }) => availability.available,
    }),
    unavailableReason: t.string({ nullable: true, resolve: ({ availability }) => (availability.available ? null : availability.reason) }),
    unavailableSentence: t.field({
      type: SentenceType,
      nullable: true,
      resolve: ({ availability }) => (availability.available ? null : said(availability.reason)),
    }),
    promptable: t.exposeBoolean("promptable", { description: "Whether it follows prompts; if not, a template's recipe decides." }),
    acceptsMask: t.exposeBoolean("acceptsMask"),
    models: t.stringList({ resolve: ({ models }) => [...models] }),
    optionsSchema: t.expose("optionsSchema", { type: "JSON", description: "JSON Schema of `options`." }),
  }),
});

export const OutputType = builder.objectRef<OutputSpec>("Output").implement({
  fields: (t) => ({
    preset: t.exposeString("preset", { nullable: true }),
    width: t.exposeInt("width"),
    height: t.exposeInt("height"),
    format: t.expose("format", { type: ImageFormatEnum }),
    quality: t.exposeInt("quality"),
    maxBytes: t.exposeInt("maxBytes", { nullable: true }),
  }),
});

export const OutputInput = builder.inputType("OutputInput", {
  fields: (t) => ({
    preset: t.string({ description: "A marketplace preset's name; the fields below override it." }),
    width: t.int(),
    height: t.int(),
    format: t.field({ type: ImageFormatEnum }),
    quality: t.int({ description: "1 to 100." }),
    maxBytes: t.int(),
  }),
});

const OutputPresetType = builder.objectRef<OutputPreset>("OutputPreset").implement({
  fields: (t) => ({
    name: t.exposeString("name"),
    title: t.exposeString("title"),
    output: t.expose("output", { type: OutputType }),
    rules: t.stringList({ resolve: ({ rules }) => [...rules] }),
    source: t.expose("source", {
      type: "URL",
      nullable: true,
      description: "Where the marketplace says so, when that was read, and whether it was the marketplace's own page.",
    }),
    checkedAt: t.expose("checkedAt", { type: "DateTime" }),
    confirmed: t.exposeBoolean("confirmed"),
  }),
});

builder.queryFields((t) => ({
  engines: t.field({
    type: [EngineType],
    description: "The engines this server can run, the default first.",
    resolve: (_root, _args, { app }) => [...app.engines.list()],
  }),
  outputPresets: t.field({
    type: [OutputPresetType],
    description: "What marketplaces ask of a picture: sizes, formats, background, and the rules that are checked.",
    resolve: () => [...presets],
  }),
}));
