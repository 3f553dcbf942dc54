// Which processes belong to a started product, told from Linux's /proc: its children however deep, and what works in its folder.
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessInfo {
  readonly id: number;
  /** In clock ticks since the machine started; with the id it is unique. */
  readonly startedAt: number;
  readonly command: string;
}

interface Search {
  /** The product's own process, which leads its group. */
  readonly pid: number;
  /** Its data folder: PostgreSQL runs in it, in a session of its own. */
  readonly folder: string;
  /** Processes seen before; one whose parent has died can be found no other way. */
  readonly known?: readonly ProcessInfo[];
}

interface Row extends ProcessInfo {
  readonly parent: number;
  readonly group: number;
  readonly cwd: string;
}

/** The living ones (a zombie is dead). On a system without /proc only the product's own process can be told. */
export function livingProcesses({ pid, folder, known = [] }: Search): ProcessInfo[] {
  if (!existsSync("/proc/self/stat")) return isAlive(pid) ? [{ id: pid, startedAt: 0, command: "the product" }] : [];
  const rows = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readRow(Number(name)))
    .filter((row) => row !== undefined);
  const found = new Set([pid]);
  const isOurs = (row: Row) =>
    row.group === pid || row.cwd.startsWith(folder) || known.some(({ id, startedAt }) => id === row.id && startedAt === row.startedAt);
  for (const row of rows) if (isOurs(row)) found.add(row.id);
  // Each round finds the children of those found so far; the tree is a few levels deep.
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const row of rows) if (found.has(row.parent)) found.add(row.id);
  }
  return rows.filter((row) => found.has(row.id)).map(({ id, startedAt, command }) => ({ id, startedAt, command }));
}

/** Field 22 of proc_pid_stat(5), counted from the third, which is the first after the command. */
const startTimeField = 19;

/** Undefined for one that is dead or has ended meanwhile. */
function readRow(id: number): Row | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    // The command stands in brackets and may hold any character; the fields after it are plain.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, group] = fields;
    if (state === "Z" || state === "X") return undefined;
    const command = readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { id, startedAt: Number(fields[startTimeField]), command, parent: Number(parent), group: Number(group), cwd: readCwd(id) };
  } catch {
    return undefined;
  }
}

function readCwd(id: number): string {
  try {
    return readlinkSync(`/proc/${id}/cwd`);
  } catch {
    return ""; // another user's process
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
