// A lock on a folder that ends with its process, however that dies: two servers never open the same data.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../errors.ts";

/** SQLite's code for "somebody else holds the lock": https://sqlite.org/rescode.html#busy */
const sqliteBusy = 5;

export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock or throws at once. The kernel frees it when the process ends, so no stale lock is ever met.
 * A SQLite file is used because Node has no file lock of its own; nothing is ever written into it.
 * @param folder exists and can be written
 * @throws Error that names the process which holds the lock
 */
export function lockFolder(folder: string): FolderLock {
  const ownerFile = join(folder, "owner");
  const lock = openLock(join(folder, "lock"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (thrown) {
    lock.close();
    if (!isBusy(thrown)) throw new Error(`Cannot lock ${folder}: ${messageOf(thrown)}.`, { cause: thrown });
    throw new Error(
      `${folder} is in use by process ${ownerOf(ownerFile)}. Stop that process first, or start this one with another DATA_DIR.`,
      { cause: thrown },
    );
  }
  writeFileSync(ownerFile, `${process.pid}\n`);
  return { release: () => lock.close() };
}

function openLock(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (thrown) {
    throw new Error(`Cannot open ${file}: ${messageOf(thrown)}. Start as the user that owns the folder, or choose another DATA_DIR.`, {
      cause: thrown,
    });
  }
}

const isBusy = (thrown: unknown): boolean => thrown instanceof Error && "errcode" in thrown && thrown.errcode === sqliteBusy;

function ownerOf(ownerFile: string): string {
  try {
    return readFileSync(ownerFile, "utf8").trim();
  } catch {
    return "(unknown: it is only just starting)";
  }
}
