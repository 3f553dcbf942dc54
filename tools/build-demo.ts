// Builds the demo's pages when their sources are newer than what was built: an unchanged checkout starts without waiting for it.
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const built = join(root, "demo/dist/index.html");
const sources = ["components", "demo", "package-lock.json"];
const notSources = new Set(["dist", "node_modules", "photos", "scripts"]);

/** Milliseconds since 1970 of the youngest file below a path. */
async function youngest(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.mtimeMs;
  const names = (await readdir(path)).filter((name) => !notSources.has(name));
  return Math.max(0, ...(await Promise.all(names.map((name) => youngest(join(path, name))))));
}

const changedAt = Math.max(...(await Promise.all(sources.map((source) => youngest(join(root, source))))));
if (!existsSync(built) || (await stat(built)).mtimeMs < changedAt) {
  const { build } = await import("vite");
  await build({ root: join(root, "demo"), configFile: join(root, "demo/vite.config.ts"), logLevel: "warn" });
}
