// The image of the Dockerfile: built by Docker or Podman, or step by step in a folder where there is neither, nor a registry; and processes of it.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, matchesGlob, relative, resolve } from "node:path";
import { type Copy, DockerfileParser, type Env, type From, type Instruction } from "dockerfile-ast";

const root = join(import.meta.dirname, "../..");
const tag = "image-studio:tested";
/** Seconds that a stop waits before it kills, as compose.yaml has it. */
const graceSeconds = 20;
/** Milliseconds; where there is no registry some wait for ever. */
const pullTimeoutMs = 120_000;
/** The user without rights, on every Linux. */
const nobody = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

export interface StartFromImage {
  /** Left out: the image's own. */
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What is mounted at /data. */
  readonly dataDir: string;
}

export interface ImageProcess {
  readonly output: () => string;
  /** Runs a command inside. @returns its exit code */
  readonly run: (command: readonly string[]) => number | null;
  /** SIGTERM. @returns the exit code */
  readonly stop: () => Promise<number | null>;
}

export interface BuiltImage {
  readonly by: string;
  /** Of all that comes on top of Node's own image. */
  readonly mebibytes: number;
  /** What HEALTHCHECK runs. */
  readonly healthcheck: readonly string[];
  readonly start: (what: StartFromImage) => ImageProcess;
  readonly remove: () => Promise<void>;
}

const instructions = DockerfileParser.parse(readFileSync(join(root, "Dockerfile"), "utf8")).getInstructions();
const argumentsOf = (each: Instruction): string => each.getRawArgumentsContent() ?? "";
const is = (keyword: string) => (each: Instruction) => each.getKeyword() === keyword;
const nodeImage = /NODE_IMAGE=(\S+)/.exec(instructions.filter(is("ARG")).map(argumentsOf).join("\n"))?.[1] ?? "";
const execForm = (text: string): string[] => JSON.parse(/\[.*\]$/.exec(text)?.[0] ?? "[]") as string[];
const healthcheck = execForm(instructions.filter(is("HEALTHCHECK")).map(argumentsOf).at(-1) ?? "");

export async function buildImage(): Promise<BuiltImage> {
  const engine = ["docker", "podman"].find((each) => {
    const found = spawnSync(each, ["image", "inspect", nodeImage]).status === 0;
    return found || spawnSync(each, ["pull", "--quiet", nodeImage], { timeout: pullTimeoutMs }).status === 0;
  });
  return engine === undefined ? buildByHand() : buildBy(engine);
}

function must(command: string, args: readonly string[], options: SpawnOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { ...options, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout.trim();
}

function buildBy(engine: string): BuiltImage {
  // Only so does Podman keep what HEALTHCHECK says.
  const own = engine === "podman" ? ["--format", "docker"] : [];
  must(engine, ["build", ...own, "--network", "host", "--tag", tag, root]);
  const bytesOf = (image: string): number => Number(must(engine, ["image", "inspect", "--format", "{{.Size}}", image]));
  let count = 0;
  return {
    by: engine,
    mebibytes: Math.round((bytesOf(tag) - bytesOf(nodeImage)) / 2 ** 20),
    healthcheck,
    start({ command = [], env, dataDir }) {
      const name = `image-studio-${process.pid}-${++count}`;
      const settings = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
      // As compose.yaml has it, but on this machine's own network, where the tests' database is.
      const hardened = ["--init", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
      const options = ["--rm", "--name", name, "--network", "host", ...hardened, "--volume", `${dataDir}:/data`, ...settings];
      return processOf(spawn(engine, ["run", ...options, tag, ...command], { stdio: ["ignore", "pipe", "pipe"] }), {
        run: (inside) => spawnSync(engine, ["exec", name, ...inside]).status,
        end: () => void spawn(engine, ["stop", "--time", String(graceSeconds), name], { stdio: "ignore" }),
      });
    },
    remove: async () => void must(engine, ["image", "rm", "--force", tag]),
  };
}

interface Ways {
  readonly run: ImageProcess["run"];
  readonly end: () => void;
}

function processOf(child: ChildProcess, { run, end }: Ways): ImageProcess {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return {
    output: () => output,
    run,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) end();
      return exited;
    },
  };
}

/**
 * The Dockerfile's steps in a folder a stage, on this machine's system and with the project's Node. What it can not tell is whether Node's image has
 * what they need; everything else is as in the image: which files are let in, what is installed, what is left of it, and by whom it is run.
 */
async function buildByHand(): Promise<BuiltImage> {
  const all = await mkdtemp(join(tmpdir(), "studio-image-"));
  const remove = async (): Promise<void> => {
    if (!isRoot) must("chmod", ["-R", "u+w", all]);
    await rm(all, { recursive: true, force: true });
  };
  try {
    // Entered by the user without rights.
    await chmod(all, 0o755);
    const last = await carryOut(all);
    const cwd = join(last.folder, last.workdir);
    if (!isRoot) must("chmod", ["-R", "a-w", cwd]);
    const mebibytes = Number(must("du", ["-sm", cwd]).split("\t")[0]);
    return { by: "hand", mebibytes, healthcheck, start: (what) => startByHand(cwd, last.env, what), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Stage {
  readonly stages: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly workdir: string;
}

/** @returns the last stage, and its variables */
async function carryOut(all: string): Promise<Stage & { readonly env: Record<string, string> }> {
  const stages = new Map<string, string>();
  let folder = all;
  let env: Record<string, string> = {};
  let workdir = "/";
  for (const each of instructions) {
    const text = argumentsOf(each);
    if (is("FROM")(each)) {
      folder = join(all, String(stages.size));
      stages.set((each as From).getBuildStage() ?? "last", folder);
      [env, workdir] = [{}, "/"];
    } else if (is("ENV")(each)) {
      for (const property of (each as Env).getProperties()) env[property.getName()] = property.getValue() ?? "";
    } else if (is("WORKDIR")(each)) {
      workdir = text;
      await mkdir(join(folder, workdir), { recursive: true });
    } else if (is("COPY")(each)) await copy(each as Copy, { stages, folder, workdir });
    // Paths from the root lie in the stage; its users are nobody's here.
    else if (is("RUN")(each)) {
      const command = text.replaceAll(/ (\/data)\b/g, ` ${folder}$1`).replaceAll(/ -[og] node/g, "");
      must("/bin/sh", ["-c", command], { cwd: join(folder, workdir), env: { ...outerEnv(), ...env } });
    }
  }
  return { stages, folder, workdir, env };
}

const ownCommand = execForm(instructions.filter(is("CMD")).map(argumentsOf).at(-1) ?? "");

function startByHand(
  cwd: string,
  own: Readonly<Record<string, string>>,
  { command = ownCommand, env, dataDir }: StartFromImage,
): ImageProcess {
  const account = isRoot ? nobody : {};
  const options = { cwd, ...account, env: { PATH: outerEnv()["PATH"], ...own, DATA_DIR: dataDir, ...env } };
  const begin = ([program = "", ...args]: readonly string[]) => [program === "node" ? process.execPath : program, args] as const;
  const child = spawn(...begin(command), { ...options, stdio: ["ignore", "pipe", "pipe"] });
  return processOf(child, {
    run: (inside) => spawnSync(...begin(inside), options).status,
    end: () => {
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), graceSeconds * 1_000).unref();
    },
  });
}

/** Of this process, without what npm and Vitest have added for themselves. */
function outerEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env["PATH"] ?? ""}` };
}

async function copy(each: Copy, { stages, folder, workdir }: Stage): Promise<void> {
  const from = each.getFlags().find((flag) => flag.getName() === "from");
  const paths = argumentsOf(each).split(/\s+/);
  const to = paths.pop() ?? ".";
  const target = resolve(folder, `.${workdir}`, to);
  for (const path of paths) {
    const source = from === undefined ? join(root, path) : join(stages.get(from.getValue() ?? "") ?? "", path);
    const filter = (inner: string): boolean => from !== undefined || isLetIn(relative(root, inner));
    // Files into a folder; of a folder its contents.
    const isInto = to.endsWith("/");
    await cp(source, isInto ? join(target, path.split("/").at(-1) ?? "") : to.startsWith(".") ? join(target, path) : target, {
      recursive: true,
      verbatimSymlinks: true,
      filter,
    });
  }
}

const ignored = readFileSync(join(root, ".dockerignore"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

/** By .dockerignore: the last pattern that fits the path, or a folder that it lies in, counts. */
function isLetIn(path: string): boolean {
  const parents = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
  const last = ignored.findLast((line) => parents.some((parent) => matchesGlob(parent, line.replace(/^!/, ""))));
  return last === undefined || last.startsWith("!");
}
