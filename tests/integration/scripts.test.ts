// The scripts that the README shows, run as a person runs them, against a real server.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, startApi } from "../../server/api.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { makePhoto } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";
import { readZip } from "../testkit/zip.ts";

const run = promisify(execFile);
const scripts = join(import.meta.dirname, "../../demo/scripts");

describe("scripts", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let server: Api;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const port = await freePort();
    api = await createTestApi({ engines: engine.engines, env: { PORT: String(port) } });
    server = await startApi(api.app, { developmentSecret: null });
    await api.startWorker();
    engine.script = async (input) => painted(input);
    const made = await api.as({ role: "OWNER" })(`mutation { createApiKey(input: { name: "script", role: EDITOR }) { secret } }`);
    env = {
      PATH: process.env["PATH"],
      IMAGE_STUDIO_URL: `http://127.0.0.1:${port}/graphql`,
      IMAGE_STUDIO_KEY: made.data.createApiKey.secret,
    };
    folder = await mkdtemp(join(tmpdir(), "studio-scripts-"));
  });
  afterAll(async () => {
    await server.stop();
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("processes a folder with a SKU in each sub-folder and brings the results home", async () => {
    for (const [code, count] of [
      ["FOLD-1", 2],
      ["FOLD-2", 1],
    ] as const) {
      await mkdir(join(folder, "photos", code), { recursive: true });
      for (let n = 1; n <= count; n++) await writeFile(join(folder, "photos", code, `${n}.jpg`), await makePhoto());
    }
    await writeFile(join(folder, "photos", "FOLD-2", "broken.jpg"), "no picture");
    const { stdout, stderr } = await run(process.execPath, [join(scripts, "process-folder.mjs"), "photos", "out.zip", "taobao"], {
      cwd: folder,
      env,
    });
    expect(stderr).toContain("broken.jpg: ");
    expect(stdout).toContain("3 pictures");
    const entries = await readZip(await readFile(join(folder, "out.zip")));
    expect(entries.map(({ path }) => path)).toEqual(["FOLD-1/FOLD-1_01.jpg", "FOLD-1/FOLD-1_02.jpg", "FOLD-2/FOLD-2_01.jpg"]);
    // A download that broke off is had by running it again.
    const again = await run(process.execPath, [join(scripts, "process-folder.mjs"), "photos", "again.zip", "taobao"], { cwd: folder, env });
    expect(again.stdout).toContain("3 pictures");
    expect(await readZip(await readFile(join(folder, "again.zip")))).toHaveLength(3);
  });

  it("does the same by curl and jq", async () => {
    await mkdir(join(folder, "shell"));
    await writeFile(join(folder, "shell", "a.JPG"), await makePhoto());
    await writeFile(join(folder, "shell", "broken.png"), "no picture");
    const process = (code: string, from = "shell", more = {}) =>
      run("sh", [join(scripts, "process-folder.sh"), from, code, "shell.zip"], { cwd: folder, env: { ...env, ...more } });
    const { stdout, stderr } = await process("SH-1");
    expect(stdout).toContain("1 of 1 done, 0 failed");
    expect(stdout).not.toContain("uploaded broken.png");
    expect(stderr).toMatch(/^broken\.png: .*\n$/);
    expect(await readZip(await readFile(join(folder, "shell.zip")))).toHaveLength(1);
    expect(await process("SH-1")).toMatchObject({ stdout: expect.stringContaining("shell.zip"), stderr });
    await mkdir(join(folder, "empty"));
    for (const [ended, why] of [
      [() => process("SH-2", "shell", { IMAGE_STUDIO_KEY: "isk_wrong" }), /^[^\n]*API key[^\n]*\n?$/],
      [() => process("SH-2", "empty"), /^There are no photos in empty\.\n$/],
    ] as const) {
      await expect(ended()).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(why) });
    }
  });

  it("approves what passes a marketplace's rules and says why the rest does not", async () => {
    const approve = async (preset: string, ...more: string[]) =>
      (await run(process.execPath, [join(scripts, "approve-passing.mjs"), preset, ...more], { cwd: folder, env })).stdout;
    const refused = await approve("portrait-master");
    expect(refused).toMatch(/SH-1 a\.JPG: .*portrait-master/);
    expect(refused).toContain("0 of 4 approved for portrait-master");
    const [doubted] = await api.app.db.result.findMany({ where: { pair: { sku: { code: "SH-1" } } } });
    await api.app.db.result.update({ where: { id: doubted?.id ?? "" }, data: { warnings: ["Check this cut-out."] } });
    const passed = await approve("taobao");
    expect(passed).toContain("3 of 4 approved for taobao");
    expect(passed).toContain("SH-1 a.JPG: left for a person. Check this cut-out.");
    expect(await approve("taobao", "--with-warnings")).toContain("1 of 1 approved for taobao");
    await expect(approve("nosuch")).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("no preset nosuch") });
  });

  it("says what is wrong and fails where the key is", async () => {
    const failed = await run(process.execPath, [join(scripts, "approve-passing.mjs")], {
      cwd: folder,
      env: { ...env, IMAGE_STUDIO_KEY: "isk_wrong" },
    }).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("API key") });
  });
});
