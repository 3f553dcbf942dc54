// The gate for the law of imports: reads every source, prints each breach with the right room, and fails when there is one.
import { globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isAllowed, roomOf } from "./import-law.ts";
import { circlesIn, type Import, importsOf } from "./imports.ts";

/**
 * @param sources text by path from the repository's root
 * @returns one sentence for each breach
 */
export function faultsIn(sources: ReadonlyMap<string, string>): string[] {
  const imports = [...sources].flatMap(([file, source]) => importsOf(file, source));
  const breaches = imports.map(breachOf).filter((fault) => fault !== undefined);
  const circles = circlesIn(imports).map(
    (path) => `A circle of imports: ${path.join(" -> ")}\n  Move what both ends need into a file of its own.`,
  );
  return [...breaches, ...circles];
}

function breachOf({ from, to, isPackage, isType, line }: Import): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return undefined;
  const isRefused = isPackage ? isRefusedPackage(from, to, room.neverPackages) : !isAllowed(room, to, isType);
  return isRefused
    ? `${from}:${line} ${room.room} must not import ${to}${isType ? " (not even its types)" : ""}\n  ${room.help}`
    : undefined;
}

/** The widget's package is known by its name, and to the demo alone; a path into it is refused to all. */
function isRefusedPackage(from: string, name: string, never: RegExp | undefined): boolean {
  if (name.startsWith("@image-studio/")) return !from.startsWith("demo/") || !/^@image-studio\/react(\/styles\.css)?$/.test(name);
  return never?.test(name) ?? false;
}

function readSources(root: string): Map<string, string> {
  const files = globSync("{server,components,demo,tests,tools}/**/*.{ts,tsx}", {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|generated|dist)$/.test(path),
  });
  return new Map(files.map((file) => [file, readFileSync(`${root}/${file}`, "utf8")]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sources = readSources(dirname(import.meta.dirname));
  const faults = faultsIn(sources);
  for (const fault of faults) console.error(`${fault}\n`);
  console.log(`${sources.size} files, ${faults.length} breaches of the law of imports`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
