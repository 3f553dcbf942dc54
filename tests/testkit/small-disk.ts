// A disk of its own that can really be full: a small tmpfs in a mount namespace, for processes that are started on it. Linux, with the right to mount.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

export interface SmallDisk {
  /** The same folder as the tests see it, who are not on the disk. */
  readonly here: string;
  /** A shell's words before a command, which is then run where `folder` is the disk. */
  readonly before: string;
  /** Bytes that are free. */
  fill(): Promise<void>;
  /** Gives back what `fill` has taken. */
  makeRoom(): Promise<void>;
  close(): Promise<void>;
}

const isRoot = process.getuid?.() === 0;
/** Root mounts by himself; others become whoever may within a namespace of users, and stay who they are, since PostgreSQL runs as nobody else. */
const separate = isRoot ? ["--mount"] : ["--user", "--map-current-user", "--keep-caps", "--mount"];
/** Pieces in which the disk is filled up, the last ones small, bytes. */
const pieces = [1 << 20, 1 << 16, 1 << 12];
/** Milliseconds after which what others have freed is taken too. */
const topUpEveryMs = 20;

const mount = (mebibytes: number): string => `mount -t tmpfs -o size=${mebibytes}m,mode=0755 tmpfs "$0"`;

/** Why there can be none here; null where there can. */
export function whyNoSmallDisk(): string | null {
  const tried = spawnSync("unshare", [...separate, "/bin/sh", "-c", mount(1), tmpdir()], { encoding: "utf8" });
  if (tried.status === 0) return null;
  return tried.error?.message ?? (tried.stderr.trim() || `unshare ended with ${tried.status}`);
}

/** @param folder empty; whoever does not run on the disk finds it empty ever after */
export async function startSmallDisk(folder: string, mebibytes: number): Promise<SmallDisk> {
  // Reads until its input ends, which it does with the tests, however they end; the disk is gone with the last process on it.
  const holder = spawn("unshare", [...separate, "/bin/sh", "-c", `${mount(mebibytes)} && echo mounted && exec cat`, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await untilMounted(holder);
  const here = `/proc/${holder.pid}/root${folder}`;
  const enter = `nsenter --target ${holder.pid} ${isRoot ? "--mount" : "--user --mount --preserve-credentials"}`;
  const ballast = `${here}/ballast`;
  let filling: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  const keepFull = async (signal: AbortSignal, isFull: () => void): Promise<void> => {
    const file = await open(ballast, "w");
    try {
      for (; !signal.aborted; await sleep(topUpEveryMs)) {
        for (const piece of pieces) await writeUntilFull(file, Buffer.alloc(piece));
        isFull();
      }
    } finally {
      await file.close();
    }
  };
  const makeRoom = async (): Promise<void> => {
    filling?.stop.abort();
    await filling?.done;
    filling = undefined;
    await rm(ballast, { force: true });
  };

  return {
    here,
    before: `exec ${enter} /bin/sh -c 'cd "$0" && "$@"' "$PWD"`,
    async fill() {
      const [stop, full] = [new AbortController(), Promise.withResolvers<void>()];
      filling = { stop, done: keepFull(stop.signal, full.resolve) };
      await Promise.race([full.promise, filling.done]);
    },
    makeRoom,
    async close() {
      await makeRoom();
      holder.stdin?.end();
      if (holder.exitCode === null && holder.signalCode === null) await once(holder, "exit");
    },
  };
}

async function untilMounted(holder: ChildProcess): Promise<void> {
  const mounted = holder.stdout === null ? Promise.reject(new Error("no output")) : once(holder.stdout, "data");
  const ended = once(holder, "exit").then(([code]) => {
    throw new Error(`The small disk was not mounted: exit code ${code}.`);
  });
  await Promise.race([mounted, ended]);
  ended.catch(() => {});
}

async function writeUntilFull(file: Awaited<ReturnType<typeof open>>, piece: Buffer): Promise<void> {
  try {
    for (;;) if ((await file.write(piece)).bytesWritten < piece.byteLength) return;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}
