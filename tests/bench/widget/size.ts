// What a host's users download for the widget: its code bundled and minified as a host would, gzipped, React and other peers left out.
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { build, type Plugin, type Rolldown } from "vite";

const root = new URL("../../../components/", import.meta.url).pathname;

export interface WidgetSize {
  /** Gzipped bytes that a page loads before the widget is shown. */
  readonly first: number;
  /** The same of what comes when a dialog is opened, or in a quiet moment. */
  readonly later: number;
  readonly styles: number;
  /** Gzipped bytes of each chunk that comes later, the largest first. */
  readonly chunks: readonly (readonly [name: string, bytes: number])[];
}

/** What a host writes that embeds the whole studio; parts and hooks that it does not name are left out by its bundler. */
const host: Plugin = {
  name: "host",
  resolveId: (id) => (id === "host" ? "\0host" : null),
  load: (id) => (id === "\0host" ? `export { ImageStudio } from ${JSON.stringify(`${root}index.ts`)};` : null),
};

/** @param peers packages that the host has anyway, with everything under them */
export async function widgetSize(peers: readonly string[]): Promise<WidgetSize> {
  const built = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [react(), host],
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      minify: true,
      rolldownOptions: {
        input: { host: "host", styles: `${root}styles/index.css` },
        preserveEntrySignatures: "strict",
        external: (id) => peers.some((peer) => id === peer || id.startsWith(`${peer}/`)),
      },
    },
  });
  const outputs = [built].flat().flatMap((each) => ("output" in each ? each.output : []));
  const chunks = outputs.filter((each) => each.type === "chunk");
  const initial = closure(chunks, (chunk) => chunk.name === "host");
  const bytes = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length;
  const sum = (of: readonly Rolldown.OutputChunk[]): number => of.reduce((total, { code }) => total + bytes(code), 0);
  const onDemand = chunks.filter((chunk) => !initial.has(chunk.fileName) && chunk.name !== "styles");
  return {
    chunks: onDemand.map(({ name, code }) => [name, bytes(code)] as const).toSorted(([, one], [, other]) => other - one),
    first: sum(chunks.filter((chunk) => initial.has(chunk.fileName))),
    later: sum(onDemand),
    styles: outputs.reduce(
      (total, each) => (each.type === "asset" && each.fileName.endsWith(".css") ? total + bytes(each.source) : total),
      0,
    ),
  };
}

/** Gzipped bytes of the one script that pages without React load, its stylesheet and React included. */
export async function elementSize(): Promise<number> {
  const built = await build({ configFile: `${root}vite.element.config.ts`, logLevel: "silent", build: { write: false, sourcemap: false } });
  const outputs = [built].flat().flatMap((each) => ("output" in each ? each.output : []));
  return outputs.reduce((total, each) => (each.type === "chunk" ? total + gzipSync(each.code, { level: 9 }).length : total), 0);
}

/** The chunks that come with those that fit: what they import, not what they load on demand. */
function closure(chunks: readonly Rolldown.OutputChunk[], fits: (chunk: Rolldown.OutputChunk) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (chunk: Rolldown.OutputChunk): void => {
    if (found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    for (const name of chunk.imports) {
      const imported = chunks.find((each) => each.fileName === name);
      if (imported !== undefined) add(imported);
    }
  };
  for (const chunk of chunks.filter(fits)) add(chunk);
  return found;
}
