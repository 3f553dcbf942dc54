// Photos as large as they may be, and larger: done or refused, and never at the price of the process's memory.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HugeRun } from "../testkit/huge-run.ts";
import { mug } from "../testkit/odd-photos.ts";

const run = promisify(execFile);
/** Bytes for one photo of the largest size, the engine's network and a result of 2200 x 2200 included. Without bounds an AVIF took 2.1 GB. */
const mostMemory = 950_000_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-huge-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const enlarged = (side: number): Sharp => sharp(mug).resize(side, side, { fit: "fill", kernel: "nearest" });

async function runAlone(photo: Sharp): Promise<HugeRun> {
  const file = join(folder, "photo");
  await writeFile(file, await photo.toBuffer());
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "../testkit/huge-run.ts"), file]);
  return JSON.parse(stdout);
}

describe("a photo of", () => {
  it.each([
    ["99.8 megapixels, stored turned", () => enlarged(9990).withMetadata({ orientation: 6 }).jpeg({ quality: 70 })],
    ["99.8 megapixels, progressive", () => enlarged(9990).jpeg({ quality: 70, progressive: true })],
    ["99.8 megapixels, interlaced", () => enlarged(9990).png({ compressionLevel: 1, progressive: true })],
    ["24.9 megapixels as AVIF", () => enlarged(4990).avif({ effort: 0, quality: 40 })],
  ])("%s is done in bounded memory", async (_, make) => {
    const { outcome, peakMemory } = await runAlone(make());
    expect(outcome).toBe("done");
    expect(peakMemory).toBeLessThan(mostMemory);
  });

  it.each([
    ["101 megapixels", () => enlarged(10_050).jpeg({ quality: 50 }), /too large|10050 x 10050 pixels.*at most 100 megapixels/],
    ["49 megapixels as AVIF", () => enlarged(7000).avif({ effort: 0, quality: 30 }), /49 megapixels.*AVIF.*at most 25 megapixels/],
    [
      "100 megapixels as GIF",
      () => sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: "#fff" } }).gif({ effort: 1 }),
      /GIF.*at most 90 megapixels/,
    ],
  ])("%s is refused before it is decoded", async (_, make, message) => {
    const { outcome, peakMemory } = await runAlone(make());
    expect(outcome).toMatch(message);
    expect(peakMemory).toBeLessThan(mostMemory / 2);
  });
}, 180_000);
