// A worker as a process of its own, for as long as its parent runs: one that ends is started again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { messageOf } from "./errors.ts";

/** How much it yields to its parent where both share a machine: pages stay quick while photos are run. */
const niceness = 10;
/** Milliseconds that it gets to end before it is killed; with what follows it stays under 20 s. */
const stopMs = 12_000;
/** Milliseconds between its end and the next start. */
const usualRestartMs = 1_000;

export interface KeepRunning {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Told in a sentence what happens to it. */
  readonly tell: (sentence: string) => void;
  readonly restartMs?: number;
}

/** @returns what ends it for good; with a channel, it also ends when its parent has died */
export function keepRunning({ command, args, env, tell, restartMs = usualRestartMs }: KeepRunning): { stop(): Promise<void> } {
  let child: ChildProcess;
  let restart: NodeJS.Timeout | undefined;
  let isStopping = false;

  const startAgain = (why: string): void => {
    if (isStopping) return;
    tell(`The worker ended (${why}); a new one starts.`);
    restart = setTimeout(start, restartMs);
  };
  const start = (): void => {
    const started = spawn(command, args, { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    child = started;
    started.once("exit", (code, signal) => startAgain(signal ?? `exit code ${code}`));
    // Without a process there is no exit; of one that lives, it is about a signal or a message that did not reach it.
    started.on("error", (error) => (started.pid === undefined ? startAgain(messageOf(error)) : tell(`The worker: ${messageOf(error)}`)));
    if (started.pid !== undefined) yieldToParent(started.pid, tell);
  };
  start();

  return {
    async stop() {
      isStopping = true;
      clearTimeout(restart);
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const force = setTimeout(() => child.kill("SIGKILL"), stopMs);
      child.kill("SIGTERM");
      await once(child, "exit");
      clearTimeout(force);
    },
  };
}

/** It may have ended already, or the system forbids it. */
function yieldToParent(pid: number, tell: KeepRunning["tell"]): void {
  try {
    setPriority(pid, niceness);
  } catch (error) {
    tell(`The worker runs at its parent's priority: ${messageOf(error)}`);
  }
}
