// Reads the imports of TypeScript sources, tells types from values, and finds circles among them.
import { posix } from "node:path";
import { parseSync } from "vite";

export interface Import {
  readonly from: string;
  /** Path from the repository's root, or a package's name. */
  readonly to: string;
  readonly isPackage: boolean;
  /** Erased when the code runs. */
  readonly isType: boolean;
  readonly line: number;
}

interface Found {
  readonly specifier: string;
  readonly isType: boolean;
  readonly at: number;
}

/**
 * @param file path from the repository's root
 * @returns imports, re-exports and dynamic imports of a literal; Node's own modules are left out
 */
export function importsOf(file: string, source: string): Import[] {
  return found(file, source)
    .filter(({ specifier }) => !specifier.startsWith("node:"))
    .map(({ specifier, isType, at }) => {
      const isPackage = !specifier.startsWith(".");
      const to = isPackage ? specifier : posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ""));
      return { from: file, to, isPackage, isType, line: source.slice(0, at).split("\n").length };
    });
}

function found(file: string, source: string): Found[] {
  const { module, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const imports = module.staticImports.map(({ moduleRequest, entries, start }) => ({
    specifier: moduleRequest.value,
    isType: entries.length > 0 && entries.every(({ isType }) => isType),
    at: start,
  }));
  const exports = module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest, isType }) => (moduleRequest ? [{ specifier: moduleRequest.value, isType, at: start }] : [])),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const literal = /^["'`]([^"'`$]+)["'`]$/.exec(source.slice(start, end))?.[1];
    return literal === undefined ? [] : [{ specifier: literal, isType: false, at: start }];
  });
  return [...imports, ...exports, ...dynamic];
}

/** Circles of imports that exist when the code runs, each once, as a path that ends where it begins. */
export function circlesIn(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, isPackage, isType } of imports) {
    if (!isPackage && !isType) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const circles: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return circles;
}
