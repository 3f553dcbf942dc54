// The whole product as a person starts it: a child process with an empty environment, a folder and a port of its own.
import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../testkit/port.ts";
import { livingProcesses, type ProcessInfo } from "./processes.ts";

/** A first start makes a database and loads the demo photos; on an idle machine it takes about 4 s. */
const startTimeoutMs = 60_000;
/** The promise is 20 s for everything to end. */
const stopTimeoutMs = 20_000;
const pollMs = 100;

const root = join(import.meta.dirname, "../..");

export interface Product {
  /** Without a trailing slash. */
  readonly url: string;
  /** What it has printed so far, both streams. */
  output(): string;
  /** The API key that the start has made. */
  apiKey(): Promise<string>;
  /**
   * Ctrl-C: SIGINT to the process group.
   * @returns its exit code, and the processes of the product that are still there
   */
  interrupt(): Promise<{ exitCode: number | null; left: readonly ProcessInfo[] }>;
  /** For clearing up after a failed test; nothing happens when it has ended. */
  kill(): void;
}

/** As empty as a fresh machine's: above all no NODE_ENV of the test runner's, which would build React's development form. */
const bareEnv = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

/** Builds the admin app's pages, as `npm start` does. */
export async function buildDemo(): Promise<void> {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "demo", "--logLevel", "warn"], { cwd: root, env: bareEnv });
}

/** Some end by themselves between the look at them and this: PostgreSQL's own, when their parent is gone. */
function end(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Starts `node server/main.ts` and waits until it is ready. @throws with what it printed when it does not become so */
export async function startProduct(dataDir: string): Promise<Product> {
  const port = await freePort();
  const env = { ...bareEnv, DATA_DIR: dataDir, PORT: String(port) };
  const child = spawn(process.execPath, ["server/main.ts"], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const { pid } = child;
  if (pid === undefined) throw new Error("The server process could not be started.");
  const product: Product = {
    url: `http://localhost:${port}`,
    output: () => output,
    apiKey: async () => (await readFile(join(dataDir, "api-key"), "utf8")).trim(),
    interrupt: async () => {
      const before = livingProcesses({ pid, folder: dataDir });
      process.kill(-pid, "SIGINT");
      const deadline = Date.now() + stopTimeoutMs;
      const exitCode = await Promise.race([exited, sleep(stopTimeoutMs, null, { ref: false })]);
      const left = () => livingProcesses({ pid, folder: dataDir, known: before });
      while (left().length > 0 && Date.now() < deadline) await sleep(pollMs);
      return { exitCode, left: left() };
    },
    kill: () => {
      for (const { id } of livingProcesses({ pid, folder: dataDir })) end(id);
    },
  };
  try {
    await untilReady(product, exited);
  } catch (error) {
    product.kill();
    throw error;
  }
  return product;
}

async function untilReady(product: Product, exited: Promise<number | null>): Promise<void> {
  const ended = exited.then(() => "ended" as const);
  const deadline = Date.now() + startTimeoutMs;
  let state: "starting" | "ended" = "starting";
  while (Date.now() < deadline && state === "starting") {
    const response = await fetch(`${product.url}/readyz`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    state = await Promise.race([ended, sleep(pollMs, "starting" as const)]);
  }
  const what = state === "ended" ? "ended before it was ready" : `was not ready within ${startTimeoutMs / 1000} s`;
  throw new Error(`The server ${what}. It printed:\n${product.output()}`);
}
