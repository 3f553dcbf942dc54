// A process of its own that takes every bad picture in as an upload would and runs what got in, then says how each ended: `node bad-run.ts`.
import { resourceUsage } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "../../server/engines/engine.ts";
import { createEngines } from "../../server/engines/registry.ts";
import { UserError } from "../../server/errors.ts";
import { inspectPhoto } from "../../server/images/inspect.ts";
import { whiteRecipe } from "../../server/images/picture.ts";
import { defaultOutput } from "../../server/images/presets.ts";
import { createLog } from "../../server/log.ts";
import { badPictures } from "./bad-pictures.ts";
import { mug } from "./odd-photos.ts";
import { runStudio } from "./studio-runs.ts";

export interface BadRun {
  /** In words that a user would read, "done", "hung", or "FAULT: …" for what no user should ever see. */
  readonly outcomes: readonly (readonly [name: string, outcome: string])[];
  /** Bytes. */
  readonly peakMemory: number;
}

/** Milliseconds for one picture, on a machine that does other things too; the slowest takes under a second by itself. */
const patienceMs = 30_000;
const output = { ...defaultOutput, width: 200, height: 200 };

const engines = createEngines({ studioModel: undefined, concurrency: 1 }, createLog("silent"));

async function outcomeOf(bytes: Buffer): Promise<string> {
  try {
    await inspectPhoto(bytes);
    await runStudio(engines.default, bytes, { recipe: whiteRecipe, output });
    return "done";
  } catch (error) {
    if (error instanceof UserError || error instanceof EngineError) return error.message;
    return `FAULT: ${String(error)}`;
  }
}

const outcomes: [string, string][] = [];
for (const { name, bytes } of [...(await badPictures()), { name: "a good one after all of them", bytes: mug }]) {
  const outcome = await Promise.race([outcomeOf(bytes), sleep(patienceMs, "hung", { ref: false })]);
  outcomes.push([name, outcome]);
  if (outcome === "hung") break;
}
const run: BadRun = { outcomes, peakMemory: resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(run));
// A hung picture would keep it alive.
process.exit(0);
