// An API process of its own, whose memory can be told from the tests'.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Answer, Ask } from "./api.ts";

const root = join(import.meta.dirname, "../..");

export interface ApiProcess {
  /** Without a trailing slash. */
  readonly url: string;
  /** GraphQL as the OWNER that development mode makes. @throws with the first error's words */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as they come
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
  /** The same, with the errors as they come. */
  as(): Ask;
  fetch(request: Request): Promise<Response>;
  /** A key of the OWNER. */
  readonly apiKey: string;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Whether it is still the process that was started. */
  isRunning(): boolean;
  /** Resident memory, bytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

export interface ApiProcessOptions {
  readonly env?: Record<string, string>;
  /** A shell's words before the command, such as a limit. */
  readonly before?: string;
  /** `dataDir` as the tests see it, where that process sees another folder under its name. */
  readonly here?: string;
}

/** `node server/main.ts api`. @param databaseUrl left out: an embedded PostgreSQL in `dataDir` */
export async function startApiProcess(
  dataDir: string,
  databaseUrl?: string,
  { env: given = {}, before = "", here = dataDir }: ApiProcessOptions = {},
): Promise<ApiProcess> {
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    DATA_DIR: dataDir,
    PORT: "0",
    ...given,
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
  };
  const command = `${before} exec "$0" server/main.ts api`;
  const child = spawn("/bin/sh", ["-c", command, process.execPath], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let printed = "";
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        const ready = /GraphiQL +(\S+)\/graphql/.exec(printed)?.[1];
        if (ready !== undefined) resolve(ready);
      });
    }
    void exited.then(() => reject(new Error(`The API ended before it was ready. It printed:\n${printed}`)));
  });
  const key = (await readFile(join(here, "api-key"), "utf8")).trim();
  const answer: Ask = async (query, variables = {}) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Answer;
  };
  return {
    url,
    async ask(query, variables) {
      const { data, errors } = await answer(query, variables);
      if (errors) throw new Error(errors[0]?.message);
      return data;
    },
    as: () => answer,
    fetch: (request) => fetch(request),
    apiKey: key,
    output: () => printed,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    memory: () => residentBytes(child.pid ?? 0),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
    },
  };
}

/** In kibibytes everywhere, BusyBox aside. */
async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}
