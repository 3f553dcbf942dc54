// Engines that do not end, and runs that do.
import { expect, it } from "vitest";
import { boundedRun } from "./bounded-run.ts";

const limits = { runMs: 60_000, abandonMs: 1 };
const never = new AbortController().signal;

it("gives what the run gives, and throws what it throws", async () => {
  expect(await boundedRun(never, limits, async () => "made")).toBe("made");
  await expect(
    boundedRun(never, limits, async () => {
      throw new Error("refused");
    }),
  ).rejects.toThrow("refused");
});

it("stops an engine whose time is over, and counts it as a passing fault", async () => {
  const run = boundedRun(never, { runMs: 1, abandonMs: 60_000 }, (signal) => {
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  await expect(run).rejects.toMatchObject({ kind: "passing", message: expect.stringContaining("no picture within 0.001 seconds") });
});

it.each(["was told to stop", "has had its time"])("lets go of an engine that %s and does not hear of it", async (why) => {
  const controller = new AbortController();
  const late = Promise.withResolvers<string>();
  const byTime = why.startsWith("has");
  const run = boundedRun(controller.signal, { runMs: byTime ? 1 : 60_000, abandonMs: 1 }, () => late.promise);
  if (!byTime) controller.abort(new Error("cancelled"));
  await expect(run).rejects.toThrow(byTime ? "no picture within" : "cancelled");
  // What it comes to afterwards harms nobody.
  late.reject(new Error("too late"));
});

it("starts nothing once the signal is aborted", async () => {
  const controller = new AbortController();
  controller.abort(new Error("cancelled"));
  let isStarted = false;
  await expect(boundedRun(controller.signal, limits, async () => (isStarted = true))).rejects.toThrow("cancelled");
  expect(isStarted).toBe(false);
});
