// More than a hundred bad pictures through one process: each ends in words, none takes it down, holds it up or makes it swell.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { BadRun } from "../testkit/bad-run.ts";

/** Bytes; what the network and one ordinary photo take is some 500 MB of it. */
const mostMemory = 900_000_000;

it("refuses each in words for people or runs it, and does a good photo after all of them", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "../testkit/bad-run.ts")]);
  const { outcomes, peakMemory } = JSON.parse(stdout) as BadRun;
  expect(outcomes.length).toBeGreaterThan(100);
  expect(outcomes.filter(([, outcome]) => outcome === "hung" || outcome.startsWith("FAULT"))).toEqual([]);
  const refused = outcomes.filter(([, outcome]) => outcome !== "done");
  // Some are repaired by their decoder, as every viewer repairs them; the others are told what to do.
  expect(refused.length).toBeGreaterThan(60);
  for (const [name, outcome] of refused) {
    expect(outcome.length, name).toBeGreaterThan(30);
    expect(outcome, name).not.toMatch(/libvips|vips|sharp|\.ts\b|node_modules| at \//i);
  }
  expect(outcomes.at(-1)).toEqual(["a good one after all of them", "done"]);
  expect(peakMemory).toBeLessThan(mostMemory);
}, 240_000);
