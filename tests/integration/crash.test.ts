// A process that meets what nobody foresaw: it ends, and says where that came from.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { until } from "../testkit/until.ts";
import { startWorkerProcess } from "../testkit/worker-processes.ts";

let api: TestApi;
let dataDir: string;
beforeAll(async () => {
  api = await createTestApi();
  dataDir = await mkdtemp(join(tmpdir(), "studio-crash-"));
});
afterAll(async () => {
  await api.close();
  await rm(dataDir, { recursive: true, force: true });
});

it.for([
  "throw new Error('out of nowhere')",
  "Promise.reject(new Error('out of nowhere'))",
])("logs the stack of %s before it ends", async (fault) => {
  const code = `process.once("SIGUSR2", function whence() { ${fault} })`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
  const worker = startWorkerProcess({ databaseUrl: api.databaseUrl, dataDir, env });
  await until("it beats", () => api.app.db.workerHeartbeat.findFirst({ where: { pid: worker.pid } }));
  process.kill(worker.pid, "SIGUSR2");
  expect(await worker.exited).toBe(1);
  const line = worker
    .output()
    .split("\n")
    .find((each) => each.includes('"level":60'));
  expect(JSON.parse(line ?? "null")).toMatchObject({ err: { message: "out of nowhere", stack: expect.stringContaining("whence") } });
});
