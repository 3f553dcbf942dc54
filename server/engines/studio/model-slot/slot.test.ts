// What STUDIO_MODEL stands for: by name, by path, with and without a side file, and the sentence for each way of not being there.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { builtInModel, knownModels } from "./known.ts";
import { openModelSlot } from "./slot.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "studio-slot-"));
});
afterEach(() => rm(dir, { recursive: true }));

const slotOf = (file: string) => openModelSlot({ kind: "file", path: join(dir, file) });
const write = (file: string, contents: string | Buffer): Promise<void> => writeFile(join(dir, file), contents);

describe("a known model", () => {
  it("that was not fetched says how to fetch it", () => {
    const slot = openModelSlot({ kind: "known", name: "birefnet-lite", dir });
    expect(slot.name).toBe("birefnet-lite");
    expect(() => slot.find()).toThrow("npm run model birefnet-lite");
  });

  it("that is not whole says so, and is there once it is, without a restart", async () => {
    const slot = openModelSlot({ kind: "known", name: "u2netp", dir });
    await write("u2netp.onnx", Buffer.alloc(1000));
    expect(() => slot.find()).toThrow(/1000 bytes and not 4574861.*npm run model u2netp/);
    await write("u2netp.onnx", Buffer.alloc(knownModels.u2netp.bytes));
    expect(slot.find()).toMatchObject({ name: "u2netp", path: join(dir, "u2netp.onnx"), spec: knownModels.u2netp.spec });
  });

  it("has a file, a hash and an address of its own", () => {
    const all = Object.entries(knownModels);
    for (const [name, model] of all) {
      expect(model.name).toBe(name);
      expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(model.url.endsWith(`/v0.0.0/${model.file}`)).toBe(true);
    }
    expect(new Set(all.map(([, { sha256 }]) => sha256)).size).toBe(all.length);
  });
});

describe("a path", () => {
  it.each([
    ["nothing", undefined, /no such file/],
    ["a folder", "folder", /a folder and no file/],
    ["an empty file", "", /empty/],
  ])("to %s says so", async (_, contents, message) => {
    if (contents === "folder") await mkdir(join(dir, "net.onnx"));
    else if (contents !== undefined) await write("net.onnx", contents);
    expect(() => slotOf("net.onnx").find()).toThrow(message);
    expect(() => slotOf("net.onnx").find()).toThrow("STUDIO_MODEL");
  });

  it.each([
    ["u2net_mine.onnx", knownModels.u2netp.spec],
    ["silueta.onnx", knownModels.u2netp.spec],
    ["isnet-anime.onnx", knownModels["isnet-general-use"].spec],
    ["my-BiRefNet-512.onnx", knownModels["birefnet-lite"].spec],
    ["product-seg-512.onnx", builtInModel.spec],
  ])("%s is read as its family is", async (file, spec) => {
    await write(file, "x");
    expect(slotOf(file).find()).toMatchObject({ name: file.replace(".onnx", ""), spec });
  });

  it("of another name, with a known model's hash, is that model", async () => {
    const bytes = Buffer.alloc(1234, 7);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const isnet = { ...knownModels["isnet-general-use"], bytes: bytes.length, sha256 };
    const find = (file: string) => openModelSlot({ kind: "file", path: join(dir, file) }, { ...knownModels, [isnet.name]: isnet }).find();
    await write("renamed.onnx", bytes);
    await write("stranger.onnx", Buffer.alloc(1234, 8));
    expect(find("renamed.onnx")).toMatchObject({ name: "isnet-general-use", spec: isnet.spec });
    expect(find("stranger.onnx")).toMatchObject({ name: "stranger", spec: { scale: 255 } });
  });

  it("that nobody knows wants ImageNet's numbers, and is taken for heavy as its size is not known", async () => {
    await write("net.onnx", "x");
    expect(slotOf("net.onnx").find().spec).toMatchObject({
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      scale: 255,
      sigmoid: false,
      stretch: false,
      looks: "few",
      heavy: true,
    });
  });

  it("with many bytes is heavy, though its family is light", async () => {
    await write("u2net.onnx", Buffer.alloc(20_000_000));
    expect(slotOf("u2net.onnx").find().spec).toMatchObject({ usualSide: 320, heavy: true });
  });
});

describe("a side file", () => {
  it("has the last word over family and defaults, field by field", async () => {
    await write("isnet-small.onnx", "x");
    await write("isnet-small.json", '{ "name": "Small", "inputSize": 256, "std": [0.5, 0.5, 0.5], "sigmoid": true, "scale": 255 }');
    expect(slotOf("isnet-small.onnx").find()).toMatchObject({
      name: "Small",
      spec: { inputSide: 256, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], sigmoid: true, stretch: true, scale: 255 },
    });
    expect(slotOf("isnet-small.onnx").name).toBe("Small");
  });

  it("makes a stranger light by a small input, and heavy or light by its word", async () => {
    await write("net.onnx", "x");
    await write("net.json", '{ "inputSize": 320 }');
    expect(slotOf("net.onnx").find().spec.heavy).toBe(false);
    await write("net.json", '{ "inputSize": 320, "heavy": true }');
    expect(slotOf("net.onnx").find().spec.heavy).toBe(true);
  });

  it.each([
    ["{", /net\.json.*no JSON/],
    ["[]", /net\.json/],
    ['{ "mean": [0.5], "std": [0, 1, 1], "scale": "brightest", "inputSize": 5000, "colour": "red" }', /mean.*std\.0.*scale.*colour/],
  ])("with faults, such as %s, names them", async (contents, message) => {
    await write("net.onnx", "x");
    await write("net.json", contents);
    expect(() => slotOf("net.onnx").find()).toThrow(message);
  });

  it("that was changed counts from then on", async () => {
    const slot = slotOf("net.onnx");
    await write("net.onnx", "x");
    const before = slot.find();
    expect(slot.find()).toBe(before);
    await write("net.json", '{ "name": "Renamed" }');
    expect(slot.find()).toMatchObject({ name: "Renamed" });
    await utimes(join(dir, "net.onnx"), new Date(), new Date(0));
    expect(slot.find().version).not.toBe(before.version);
  });
});
