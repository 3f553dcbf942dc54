// A process of its own that looks a photo over and runs it through the studio engine, then says how much memory it ever held: `node huge-run.ts FILE`.
import { readFileSync } from "node:fs";
import { argv, resourceUsage } from "node:process";
import { createEngines } from "../../server/engines/registry.ts";
import { messageOf } from "../../server/errors.ts";
import { inspectPhoto } from "../../server/images/inspect.ts";
import { whiteRecipe } from "../../server/images/picture.ts";
import { defaultOutput } from "../../server/images/presets.ts";
import { createLog } from "../../server/log.ts";
import { runStudio } from "./studio-runs.ts";

export interface HugeRun {
  /** "done", or why not. */
  readonly outcome: string;
  /** Bytes. */
  readonly peakMemory: number;
}

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));
const photo = readFileSync(argv[2] ?? "");
const outcome = await inspectPhoto(photo)
  .then(() => runStudio(engines.default, photo, { recipe: whiteRecipe, output: defaultOutput }))
  .then(() => "done", messageOf);
await engines.close();
const run: HugeRun = { outcome, peakMemory: resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(run));
