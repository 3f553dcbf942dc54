// `npm run model NAME [-- --from URL]`: fetches a larger network of the studio engine into DATA_DIR/models, or lists what there is.
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readModelsDir } from "../server/config.ts";
import { downloadModel } from "../server/engines/studio/model-download/download.ts";
import { DownloadError } from "../server/engines/studio/model-download/failures.ts";
import { createMeter, megabytes } from "../server/engines/studio/model-download/progress.ts";
import { type KnownModel, type KnownModels, knownModels } from "../server/engines/studio/model-slot/known.ts";
import { messageOf } from "../server/errors.ts";

/** Milliseconds between two states of the progress: on a terminal, and where each is a line of a log. */
const redrawMs = 100;
const logLineMs = 10_000;
/** What shells report for a program that Ctrl-C ended. */
const interruptedCode = 130;

const usage = "npm run model NAME fetches one; npm run model NAME -- --from URL has it from a mirror: the file's address, or a folder's.";

/** Where words go: a terminal, or anything that takes lines. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ModelCommand {
  readonly args: readonly string[];
  /** Where models are kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly out: Output;
  /** What went wrong. */
  readonly err: Output;
  /** Left out: the project's own. */
  readonly models?: KnownModels;
}

/** @returns the exit code */
export async function modelCommand(command: ModelCommand): Promise<number> {
  const { args, folder, out, models = knownModels } = command;
  try {
    const { name, from } = readArguments(args);
    if (name === undefined) {
      out.write(`${list(models, folder)}\n`);
      return 0;
    }
    const model = Object.values(models).find((each) => each.name === name);
    if (model === undefined) throw new DownloadError(`There is no model ${name}. These are known:\n\n${list(models, folder)}`);
    return await fetchModel(command, model, from === undefined ? undefined : addressOf(from, model));
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    command.err.write(`${error.message}\n`);
    return 1;
  }
}

function readArguments(args: readonly string[]): { name: string | undefined; from: string | undefined } {
  try {
    const { positionals, values } = parseArgs({ args: [...args], options: { from: { type: "string" } }, allowPositionals: true });
    if (positionals.length > 1) throw new Error(`One model at a time, and not ${positionals.join(", ")}.`);
    return { name: positionals[0], from: values.from };
  } catch (error) {
    throw new DownloadError(`${messageOf(error)}\n${usage}`);
  }
}

/** Of a mirror either the file itself, or the folder that has it under its own name. */
function addressOf(from: string, { file }: KnownModel): URL {
  const url = URL.canParse(from) ? new URL(from) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new DownloadError(`--from is ${from}: it must be an http or https address, of the file or of the folder that has ${file}.`);
  if (!/\.onnx$/i.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/$/, "")}/${file}`;
  return url;
}

function list(models: KnownModels, folder: string): string {
  const rows = Object.values(models).map(({ name, bytes, spec, licence, home, file }) => [
    name,
    `${megabytes(bytes)} MB`,
    `${spec.usualSide} px`,
    licence,
    sizeOf(join(folder, file)) === bytes ? "fetched" : "",
    home,
  ]);
  const table = [["name", "size", "input", "licence", "", "made by"], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
  return `${lines.join("\n")}\n\n${usage}\nWhat else there is to know about them, their licences too: docs/models/larger-models.md`;
}

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

async function fetchModel({ folder, signal, out }: ModelCommand, model: KnownModel, url: URL | undefined): Promise<number> {
  const screen = createScreen(model, out);
  try {
    const { path, wasThere } = await downloadModel({ model, folder, url, signal, onProgress: screen.progress, onNote: screen.say });
    const state = wasThere ? "is there already, and whole" : "was fetched and checked";
    screen.say(`${model.name} ${state}: ${path}\nSet STUDIO_MODEL=${model.name} to use it.`);
    if (model.caution !== null) screen.say(model.caution);
    return 0;
  } catch (error) {
    screen.end();
    if (!signal.aborted) throw error;
    out.write("Stopped. What has arrived is kept: the same command goes on from there.\n");
    return interruptedCode;
  }
}

/** One line that is drawn over, with sentences above it; where no terminal reads, lines now and then. */
function createScreen({ name, bytes }: KnownModel, out: Output) {
  const meter = createMeter(bytes);
  const pauseMs = out.isTTY ? redrawMs : logLineMs;
  let drawnAt = performance.now();
  let isDrawn = false;
  const end = (): void => {
    if (isDrawn) out.write("\n");
    isDrawn = false;
  };
  return {
    end,
    progress(done: number): void {
      meter.note(done);
      if (performance.now() - drawnAt < pauseMs && done < bytes) return;
      drawnAt = performance.now();
      const line = `${name}  ${meter.line}`;
      if (!out.isTTY) return void out.write(`${line}\n`);
      // Back to the first column, and what stood there wiped; a longer line than the terminal's could not be drawn over.
      out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 80) - 1)}`);
      isDrawn = true;
    },
    say(sentence: string): void {
      end();
      out.write(`${sentence}\n`);
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  process.exitCode = await modelCommand({
    args: process.argv.slice(2),
    folder: readModelsDir(process.env),
    signal: stop.signal,
    out: process.stdout,
    err: process.stderr,
  });
}
