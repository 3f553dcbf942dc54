// A worker process whose engine is somebody else's machine: it answers after as long as the job says and costs this one nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeApp, openApp } from "../../server/app.ts";
import { readConfig } from "../../server/config.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { createLog } from "../../server/log.ts";
import { startWorker } from "../../server/tasks/runner.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";

const options = z.object({ latencyMs: z.number() });

const databaseUrl = process.env["DATABASE_URL"] ?? "";
const engine = scriptedEngine();
engine.script = async (input) => {
  await sleep(options.parse(input.options).latencyMs, undefined, { signal: input.signal });
  return { ...painted(input), costUsd: 0 };
};
const log = createLog("warn");
const config = readConfig(process.env);
const app = await openApp({ config, log, databaseUrl, linkSecret: (db) => sharedSecret(db, "links"), engines: engine.engines });
const worker = await startWorker(app, databaseUrl);
console.log("ready");
process.once("SIGTERM", async () => {
  await worker.stop();
  await closeApp(app);
});
