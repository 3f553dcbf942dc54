// Worker processes of their own, as production runs them: to be killed, stopped and looked at.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { App } from "../../server/app.ts";
import { until } from "./until.ts";

const root = join(import.meta.dirname, "../..");

export interface WorkerProcess {
  readonly pid: number;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Sends the signal. @returns its exit code once it has ended; null when a signal ended it */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
  readonly exited: Promise<number | null>;
}

export interface StartWorkerProcess {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly env?: Record<string, string>;
  /** A shell's words before the command, such as a limit. */
  readonly before?: string;
}

/** `node server/main.ts worker`. */
export function startWorkerProcess({ databaseUrl, dataDir, env = {}, before = "" }: StartWorkerProcess): WorkerProcess {
  const { PATH, HOME } = process.env;
  const all = { PATH, HOME, WORKER_CONCURRENCY: "2", LOG_LEVEL: "fatal", ...env, DATABASE_URL: databaseUrl, DATA_DIR: dataDir };
  const command = `${before} exec "$0" server/main.ts worker`;
  // A worker with a channel ends when whoever is at its other end has died: an interrupted test leaves none behind.
  const child: ChildProcess = spawn("/bin/sh", ["-c", command, process.execPath], {
    cwd: root,
    env: all,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
  };
}

export interface Crew {
  /** Those that live, the dead replaced. */
  readonly members: readonly WorkerProcess[];
  /** The worker's id by its heartbeat; undefined before the first. */
  idOf(member: WorkerProcess): Promise<string | undefined>;
  /** Resolves once as many beat as there should be. */
  untilComplete(): Promise<void>;
  /** SIGTERM to all; nobody is replaced any more. @returns their exit codes */
  stop(): Promise<(number | null)[]>;
}

export interface CrewBed extends StartWorkerProcess {
  /** To look at the heartbeats by. */
  readonly app: Pick<App, "db">;
}

/** So many workers at any time: one that ends is replaced at once, as every orchestrator does. */
export function startCrew(bed: CrewBed, size: number): Crew {
  let isStopping = false;
  const members: WorkerProcess[] = [];
  const hire = (): void => {
    const member = startWorkerProcess(bed);
    members.push(member);
    void replaceOnceEnded(member);
  };
  const replaceOnceEnded = async (member: WorkerProcess): Promise<void> => {
    await member.exited;
    if (isStopping) return;
    members.splice(members.indexOf(member), 1);
    hire();
  };
  for (let count = 0; count < size; count++) hire();
  const beats = () => bed.app.db.workerHeartbeat.findMany({ orderBy: { startedAt: "desc" } });
  return {
    members,
    idOf: async ({ pid }) => (await beats()).find((beat) => beat.pid === pid)?.id,
    async untilComplete() {
      await until("all workers beat", async () => {
        const alive = new Set((await beats()).map(({ pid }) => pid));
        return members.every(({ pid }) => alive.has(pid));
      });
    },
    async stop() {
      isStopping = true;
      return Promise.all(members.map((member) => member.end("SIGTERM")));
    },
  };
}
