// A process of its own that runs the engine on photo after photo, so that its memory is the engine's: prints one JSON object.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngines } from "../../../server/engines/registry.ts";
import { encodePicture } from "../../../server/images/encode.ts";
import { giveBack } from "../../../server/images/give-back.ts";
import { sharp } from "../../../server/images/libvips.ts";
import { whiteRecipe } from "../../../server/images/picture.ts";
import { defaultOutput } from "../../../server/images/presets.ts";
import { verifyEncoded } from "../../../server/images/verify.ts";
import { createLog } from "../../../server/log.ts";
import { readMeasuredPhotos } from "./photos.ts";

/** Pixels on the longer side: a camera's photo, large enough that a product needs no enlarging to 2200 x 2200. */
const cameraSide = 3_600;
/** How many photos lie between two looks at the memory. */
const sampleEvery = 25;

export interface Load {
  readonly photos: number;
  readonly refused: number;
  readonly seconds: number;
  /** Mean milliseconds of each stage of a photo, by the name that people see, and of encoding and checking. */
  readonly stages: Readonly<Record<string, number>>;
  /** Mean milliseconds of the same decode, resize and encode by bare sharp. */
  readonly bareMs: number;
  /** Resident bytes: the most, and every 25 photos. */
  readonly peak: number;
  readonly samples: readonly number[];
}

/** Photos, photos at once, and `enlarge` where the network may enlarge products that are still too small. */
const [runs = "24", concurrency = "2", enlarge = ""] = process.argv.slice(2);
// On disk, as a worker finds them in a store: held here they would count for the engine's memory.
const folder = await mkdtemp(join(tmpdir(), "studio-bench-"));
const files: string[] = [];
for (const { name, photo } of await readMeasuredPhotos()) {
  const file = join(folder, `${name.replaceAll("/", "-")}.jpg`);
  await sharp(photo).resize(cameraSide, cameraSide, { fit: "inside" }).jpeg({ quality: 90 }).toFile(file);
  files.push(file);
}
const engines = createEngines({ studioModel: undefined, concurrency: Number(concurrency) }, createLog("warn"));
const engine = engines.default;
const options = engine.parseOptions({ enlarge: enlarge === "enlarge" });
const sums = new Map<string, number>();
const samples: number[] = [];
let done = 0;
let refused = 0;

const add = (stage: string, ms: number): void => void sums.set(stage, (sums.get(stage) ?? 0) + ms);

async function runOne(file: string): Promise<void> {
  let stage = "Waiting";
  let since = performance.now();
  const next = (name: string): void => {
    add(stage, performance.now() - since);
    [stage, since] = [name, performance.now()];
  };
  const signal = new AbortController().signal;
  const input = { prompt: null, recipe: whiteRecipe, model: null, options, output: defaultOutput, signal };
  try {
    const source = await readFile(file);
    const made = await engine.run({ ...input, source, onStage: next });
    // As a worker does it.
    giveBack(source);
    next("Encoding and checking");
    const { data } = await encodePicture(made.picture, defaultOutput);
    giveBack(made.picture.data);
    await verifyEncoded(data, defaultOutput, whiteRecipe);
    giveBack(data);
  } catch {
    refused++;
  }
  next("over");
  if (++done % sampleEvery === 0) samples.push(await residentBytes("VmRSS"));
}

/** Linux's own figures; 0 elsewhere. */
async function residentBytes(field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
}

async function measureBare(): Promise<number> {
  const startedAt = performance.now();
  for (const file of files)
    await sharp(file).resize(2200, 2200, { fit: "contain", background: "#ffffff" }).jpeg({ quality: 90 }).toBuffer();
  return (performance.now() - startedAt) / files.length;
}

const bareMs = await measureBare();
// The first photos load the network; what is measured is the rate after that.
await Promise.all(files.slice(0, Number(concurrency)).map(runOne));
sums.clear();
[done, refused] = [0, 0];
let index = 0;
const startedAt = performance.now();
await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    while (index < Number(runs)) await runOne(files[index++ % files.length] ?? "");
  }),
);
const seconds = (performance.now() - startedAt) / 1000;
const stages = Object.fromEntries([...sums].map(([name, ms]) => [name, ms / done]));
const load: Load = { photos: done, refused, seconds, stages, bareMs, peak: await residentBytes("VmHWM"), samples };
await engines.close();
await rm(folder, { recursive: true });
console.log(JSON.stringify(load));
