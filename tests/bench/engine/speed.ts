// How fast the engine is, stage by stage, against bare sharp, and what memory a worker process takes, also after many photos.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { thriftyEnv } from "../../../server/allocator.ts";
import type { Load } from "./load.ts";

const loadFile = fileURLToPath(new URL("./load.ts", import.meta.url));
/** Photos at once: as many as a worker runs on two cores. */
const concurrency = 2;

async function load(photos: number, enlarge: "enlarge" | "plain" = "plain"): Promise<Load> {
  const { stdout } = await promisify(execFile)(process.execPath, [loadFile, String(photos), String(concurrency), enlarge], {
    // As a worker is started.
    env: thriftyEnv(process.env),
  });
  return JSON.parse(stdout) as Load;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

export async function speedTable(photos: number): Promise<string[]> {
  const { seconds, refused, stages, bareMs, peak } = await load(photos);
  const perPhoto = (seconds * 1000) / photos;
  const enlarged = await load(photos, "enlarge");
  const own = Object.entries(stages).filter(([name]) => name !== "Waiting");
  return [
    `${photos} photos of 3600 px to 2200 x 2200 JPEGs, ${concurrency} at once, ${refused} refused`,
    "what is too small is enlarged by Lanczos",
    `a photo, on ${concurrency} cores                  ${(perPhoto / 1000).toFixed(2)} s`,
    `a photo on its one thread             ${(own.reduce((sum, [, ms]) => sum + ms, 0) / 1000).toFixed(2)} s`,
    ...own.map(([name, ms]) => `  ${name.padEnd(35)} ${ms.toFixed(0)} ms`),
    `bare sharp: decode, resize, encode    ${bareMs.toFixed(0)} ms; the engine takes ${((perPhoto * concurrency) / bareMs).toFixed(1)} times that`,
    `most resident memory of the process   ${megabytes(peak)}`,
    `with the enlarging network, on ${concurrency} cores  ${(enlarged.seconds / photos).toFixed(2)} s a photo, most memory ${megabytes(enlarged.peak)}`,
  ];
}

/** Memory after every 25 photos of a long row. */
export async function leakTable(photos: number): Promise<string[]> {
  const { samples, peak } = await load(photos);
  return [`${photos} photos in a row, resident memory every 25: ${samples.map(megabytes).join(", ")}; most ${megabytes(peak)}`];
}
