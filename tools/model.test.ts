// `npm run model` as a person runs it: the list, a fetch with its progress, slips of the pen, and Ctrl-C.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { knownModels } from "../server/engines/studio/model-slot/known.ts";
import { type FileServer, startFileServer } from "../tests/testkit/file-server.ts";
import { modelCommand } from "./model.ts";

/** As large as the real u2netp; what is in it no test can have. */
const file = Buffer.alloc(knownModels.u2netp.bytes, "not that file");
/** A table whose u2netp is that. */
const models = { ...knownModels, u2netp: { ...knownModels.u2netp, sha256: createHash("sha256").update(file).digest("hex") } };

let server: FileServer;
let folder: string;
beforeAll(async () => {
  server = await startFileServer(file);
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-model-"));
  server.plan({});
  server.seen.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], terminal: { isTTY?: true; columns?: number } = {}) {
  let out = "";
  let err = "";
  const code = await modelCommand({
    args,
    folder,
    models,
    signal: new AbortController().signal,
    out: { ...terminal, write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

describe("without a name", () => {
  it("the models are listed, with licences, and which of them are there", async () => {
    const { code, out } = await run([]);
    expect(code).toBe(0);
    for (const { name, licence } of Object.values(models)) expect(out).toMatch(new RegExp(`${name} .*${licence.slice(0, 6)}`));
    expect(out).not.toContain("fetched");
    await writeFile(join(folder, "u2netp.onnx"), file);
    expect((await run([])).out).toMatch(/u2netp .* fetched/);
  });
});

describe("a slip of the pen", () => {
  it.each([
    [["u2net"], /no model u2net\..*178\.6 MB.*birefnet-lite/s],
    [["u2netp", "birefnet-lite"], /One model at a time/],
    [["u2netp", "--form", "http://x"], /--form.*npm run model NAME/s],
    [["u2netp", "--from", "ftp://x/"], /http or https/],
    [["u2netp", "--from", "mirror"], /http or https.*u2netp\.onnx/],
  ])("%j is told, with what is right, and nothing is fetched", async (args, message) => {
    const { code, err } = await run(args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("with a name", () => {
  it.each([
    ["a folder", "/mirror", "/mirror/u2netp.onnx"],
    ["a folder with a slash", "/mirror/", "/mirror/u2netp.onnx"],
    ["the root", "", "/u2netp.onnx"],
    ["a file of any name", "/mirror/renamed.onnx?token=1", "/mirror/renamed.onnx?token=1"],
  ])("the model comes from a mirror that is given as %s", async (_, from, path) => {
    const { code, out } = await run(["u2netp", "--from", `${server.url}${from}`]);
    expect(server.seen.map((request) => request.path)).toEqual([path]);
    expect(code).toBe(0);
    expect(out).toContain("STUDIO_MODEL=u2netp");
    expect((await readFile(join(folder, "u2netp.onnx"))).equals(file)).toBe(true);
  });

  it("the second time says that it is there, once that was checked", async () => {
    await run(["u2netp", "--from", server.url]);
    expect(await run(["u2netp", "--from", server.url])).toMatchObject({ code: 0, out: expect.stringContaining("already, and whole") });
    expect(server.seen).toHaveLength(1);
  });

  it("the progress is drawn over itself on a terminal, and is whole lines elsewhere", async () => {
    const drawn = await run(["u2netp", "--from", server.url], { isTTY: true, columns: 40 });
    expect(drawn.out).toContain("\r\u001b[2Ku2netp  100 %");
    for (const line of drawn.out.split("\r").slice(1)) expect(line.split("\n")[0]?.length).toBeLessThanOrEqual(40 + "\u001b[2K".length);
    await rm(join(folder, "u2netp.onnx"));
    const logged = await run(["u2netp", "--from", server.url]);
    for (const control of ["\r", "\u001b"]) expect(logged.out).not.toContain(control);
    expect(logged.out).toMatch(/^u2netp {2}100 % {2}4\.6 of 4\.6 MB/m);
  });

  it("a wrong file is told and not kept", async () => {
    server.plan({ bytes: Buffer.alloc(file.length) });
    expect(await run(["u2netp", "--from", server.url])).toMatchObject({ code: 1, err: expect.stringContaining("sha256") });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  it("keeps what has arrived, and the next run goes on from there", async () => {
    const door = fileURLToPath(new URL("./model.ts", import.meta.url));
    const start = () => {
      const child = spawn(process.execPath, [door, "u2netp", "--from", server.url], {
        env: { PATH: process.env["PATH"], DATA_DIR: folder },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const said = child.stdout.setEncoding("utf8").toArray();
      return { child, said, ended: once(child, "exit") };
    };
    const part = join(folder, "models/u2netp.onnx.part");
    server.plan({ silentAt: 1_000_000 });
    const first = start();
    await expect.poll(async () => (await stat(part).catch(() => null))?.size, { timeout: 20_000 }).toBe(1_000_000);
    first.child.kill("SIGINT");
    expect(await first.ended).toEqual([130, null]);
    expect((await first.said).join("")).toContain("the same command goes on from there");
    const second = start();
    await expect.poll(() => server.seen.length, { timeout: 20_000 }).toBe(2);
    second.child.kill("SIGINT");
    await second.ended;
    expect(server.seen[1]?.headers).toMatchObject({ range: "bytes=1000000-", "if-range": '"1"' });
    expect((await readdir(join(folder, "models"))).toSorted()).toEqual(["u2netp.onnx.part", "u2netp.onnx.part.json"]);
  });
});
