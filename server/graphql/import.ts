// Photos by URL.
import { importSources } from "../domain/import.ts";
import { builder } from "./builder.ts";
import { SourcesPayload } from "./upload.ts";

const ImportSourcesInput = builder.inputType("ImportSourcesInput", {
  fields: (t) => ({
    sku: t.string({ required: true }),
    urls: t.field({ type: ["URL"], required: true }),
  }),
});

builder.mutationField("importSources", (t) =>
  t.field({
    type: SourcesPayload,
    description: "Fetches photos by URL, guarded against requests into private networks.",
    args: { input: t.arg({ type: ImportSourcesInput, required: true }) },
    resolve: (_root, { input }, { app, viewer }) => importSources(app, viewer, input),
  }),
);
