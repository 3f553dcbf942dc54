// `npm run bench [PART …]`: measures the promises on this machine and prints tables. Nothing here passes or fails; ratios are of one run.
import { cpus } from "node:os";
import { measureBatch, type Row } from "./batch.ts";
import { measureDownload } from "./download.ts";
import { measureNews } from "./news.ts";
import { measureOrchestration } from "./orchestration.ts";
import { measurePages } from "./pages.ts";
import { measurePictures } from "./pictures.ts";
import { measureScaling } from "./scaling.ts";
import { measureSoak } from "./soak.ts";
import { measureSubmit } from "./submit.ts";

/** Photos in the measured batch. */
const batchPhotos = 100;

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  batch: () => measureBatch(batchPhotos),
  pages: measurePages,
  submit: measureSubmit,
  download: measureDownload,
  orchestration: measureOrchestration,
  news: measureNews,
  pictures: measurePictures,
  scaling: measureScaling,
  soak: measureSoak,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: use ${Object.keys(parts).join(", ")}, or none for all.`);
  process.exit(2);
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.versions.node}`,
);
for (const [name, measure] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const rows = await measure();
  const width = Math.max(...rows.map(([label]) => label.length));
  console.log(`\n${name}\n${rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join("\n")}`);
}
