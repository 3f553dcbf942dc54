import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../tests/testkit/until.ts";
import { keepRunning } from "./worker-process.ts";

const restartMs = 200;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-worker-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Notes in the file that it was started, then does what it is told. */
const noting = (file: string, then: string): readonly string[] => [
  "-e",
  `require("node:fs").appendFileSync(${JSON.stringify(file)}, "x"); ${then}`,
];
const starts = async (file: string): Promise<number> => (await readFile(file, "utf8").catch(() => "")).length;

it("starts anew what ended, and nothing once it is stopped in between", async () => {
  const file = join(folder, "ends");
  const told: string[] = [];
  const stopped = Promise.withResolvers<void>();
  const worker = keepRunning({
    command: process.execPath,
    args: noting(file, "process.exit(3)"),
    env: process.env,
    restartMs,
    tell: (sentence) => {
      told.push(sentence);
      // In the moment between two processes.
      if (told.length === 2) queueMicrotask(() => stopped.resolve(worker.stop()));
    },
  });
  await stopped.promise;
  expect(told[0]).toBe("The worker ended (exit code 3); a new one starts.");
  await sleep(5 * restartMs);
  expect(await starts(file)).toBe(2);
});

it("ends what runs, and starts nothing in its place", async () => {
  const file = join(folder, "runs");
  const told: string[] = [];
  const worker = keepRunning({
    command: process.execPath,
    args: noting(file, "setInterval(() => {}, 1_000)"),
    env: process.env,
    tell: (sentence) => told.push(sentence),
    restartMs,
  });
  await until("it runs", async () => (await starts(file)) === 1);
  await worker.stop();
  await sleep(5 * restartMs);
  expect(await starts(file)).toBe(1);
  expect(told).toEqual([]);
});

it("tries again where no process can be started", async () => {
  const told: string[] = [];
  const worker = keepRunning({
    command: join(folder, "nothing"),
    args: [],
    env: process.env,
    tell: (sentence) => told.push(sentence),
    restartMs: 1,
  });
  await until("it has been tried twice", async () => told.length >= 2);
  expect(told[0]).toContain("ENOENT");
  await worker.stop();
});
