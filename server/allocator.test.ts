// A process that works on pictures gives memory back, whoever started it.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { thriftyEnv } from "./allocator.ts";

const bare = { PATH: process.env.PATH };
let directory: string;
let script: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "studio-allocator-"));
  script = join(directory, "look.ts");
  await writeFile(
    script,
    `import { becomeThrifty } from ${JSON.stringify(new URL("./allocator.ts", import.meta.url).href)};
     becomeThrifty();
     console.log(JSON.stringify({ arenas: process.env.MALLOC_ARENA_MAX, argument: process.argv[2], flags: process.execArgv }));`,
  );
});

afterAll(() => rm(directory, { recursive: true }));

async function look(env: NodeJS.ProcessEnv): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--stack-trace-limit=3", script, "worker"], { env });
  return JSON.parse(stdout);
}

describe.runIf(platform() === "linux")("a worker's allocator", () => {
  it("is thrifty though nobody asked for it, with arguments and flags as they were given", async () => {
    expect(await look(bare)).toEqual({ arenas: "2", argument: "worker", flags: ["--stack-trace-limit=3"] });
  });

  it("is left as its operator set it", async () => {
    expect(await look({ ...bare, MALLOC_ARENA_MAX: "5" })).toMatchObject({ arenas: "5" });
    expect(thriftyEnv({ MALLOC_ARENA_MAX: "5" })).toMatchObject({ MALLOC_ARENA_MAX: "5" });
  });

  it("is set for a child from the start, which then need not start anew", async () => {
    expect(await look(thriftyEnv(bare))).toMatchObject({ arenas: "2" });
  });
});
