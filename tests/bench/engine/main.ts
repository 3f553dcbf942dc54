// `npm run bench:engine -- [cut-outs] [speed] [leaks] [--photos FILE] [--sheet FILE]`: how good and how fast the engine is. Nothing passes or fails.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { createEngines } from "../../../server/engines/registry.ts";
import { createLog } from "../../../server/log.ts";
import { confidenceTable, cutOutTable, kindTable, measureCutOuts } from "./cut-outs.ts";
import { readMeasuredPhotos } from "./photos.ts";
import { writeSheet } from "./sheet.ts";
import { leakTable, speedTable } from "./speed.ts";

const defaultSheet = ".data/bench/engine.jpg";
const speedPhotos = 48;
const leakPhotos = 500;

/** Cut-outs against exact mattes; writes the contact sheet besides. */
async function cutOuts(catalog: string | undefined, sheet: string): Promise<string[]> {
  const photos = await readMeasuredPhotos(catalog);
  const engines = createEngines({ studioModel: undefined, concurrency: 2 }, createLog("warn"));
  try {
    const measured = await measureCutOuts(engines.default, photos);
    await writeSheet(engines.default, measured, sheet);
    return [...cutOutTable(measured), "", ...kindTable(measured), "", ...confidenceTable(measured), "", `contact sheet: ${sheet}`];
  } finally {
    await engines.close();
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { photos: { type: "string" }, sheet: { type: "string", default: defaultSheet } },
});
const parts: Readonly<Record<string, () => Promise<string[]>>> = {
  "cut-outs": () => cutOuts(values.photos, values.sheet),
  speed: () => speedTable(speedPhotos),
  leaks: () => leakTable(leakPhotos),
};
const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: use ${Object.keys(parts).join(", ")}, or none for all.`);
  process.exit(2);
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.versions.node}`,
);
for (const [name, measure] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}\n${(await measure()).map((line) => `  ${line}`).join("\n")}`);
}
