// One download of a file at a time, over all processes that share the folder: a lock file that lives as long as it is touched.
import { randomUUID } from "node:crypto";
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";

/** Milliseconds between touches, and without one after which the holder counts as dead. */
const touchMs = 2_000;
const deadMs = 15_000;
/** Milliseconds between looks at another's lock. */
const pollMs = 300;

const holder = z.object({ token: z.string(), pid: z.number(), host: z.string() });

export interface Lock {
  /** Aborts when another took the lock over, because this process stood still for long. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** @param onWait told once, when another process holds it @throws the signal's reason */
export async function takeLock(path: string, { signal, onWait }: { signal: AbortSignal; onWait: () => void }): Promise<Lock> {
  const mine = { token: randomUUID(), pid: process.pid, host: hostname() };
  const watch = createWatch(path);
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    if (await create(path, JSON.stringify(mine))) return hold(path, mine.token);
    // Between this look and the removal another may do the same: whoever loses its lock so notices at its next touch, and
    // what two have written into one part fails its hash and is fetched anew.
    if (await watch.isDead()) await rm(path, { force: true });
    else {
      if (tries === 0) onWait();
      await setTimeout(pollMs, undefined, { signal });
    }
  }
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** By its own clock alone: those of two machines that share a folder differ. */
function createWatch(path: string): { isDead(): Promise<boolean> } {
  let touchedAt: number | undefined;
  let seenAt = performance.now();
  return {
    async isDead() {
      const modified = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      );
      if (modified === undefined) return false;
      if (modified !== touchedAt) {
        touchedAt = modified;
        seenAt = performance.now();
      }
      return performance.now() - seenAt > deadMs || (await isGone(path));
    },
  };
}

/** Whether the holder was a process of this machine that has ended. */
async function isGone(path: string): Promise<boolean> {
  const { pid, host } = (await readHolder(path)) ?? {};
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

async function readHolder(path: string): Promise<z.infer<typeof holder> | null> {
  try {
    return holder.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // Gone, or just being written.
    return null;
  }
}

function hold(path: string, token: string): Lock {
  const lost = new AbortController();
  const isMine = async (): Promise<boolean> => (await readHolder(path))?.token === token;
  const touch = async (): Promise<void> => {
    if (!(await isMine())) return lost.abort();
    await utimes(path, new Date(), new Date());
  };
  // A folder that went away is told by the download itself.
  const timer = setInterval(() => void touch().catch(() => lost.abort()), touchMs);
  return {
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      if (await isMine()) await rm(path, { force: true });
    },
  };
}
