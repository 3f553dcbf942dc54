// How a network is fed and read: with nets whose answer is arithmetic on what they were given, so that each number shows.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftNetwork, sideTellingNetwork, weighingNetwork } from "../../../tests/testkit/networks.ts";
import { type OnnxModel, writeOnnx } from "../../../tests/testkit/onnx.ts";
import type { Picture } from "../../images/picture.ts";
import { builtInModel, knownModels } from "./model-slot/known.ts";
import type { NetworkSpec } from "./model-slot/spec.ts";
import { loadNetwork } from "./network.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-network-"));
});
afterAll(() => rm(folder, { recursive: true }));

const plain: NetworkSpec = { ...builtInModel.spec, usualSide: 32 };
let written = 0;

/** What the network says of the picture, from file to plane. */
async function ask(file: Buffer, spec: Partial<NetworkSpec>, picture: Picture): Promise<Float32Array> {
  const path = join(folder, `${++written}.onnx`);
  await writeFile(path, file);
  const network = await loadNetwork({ name: "tiny", path, spec: { ...plain, ...spec }, version: "1" }, 1);
  try {
    return await network.predict(picture);
  } finally {
    await network.close();
  }
}

/** A picture of one colour, not square, so that its shape does not matter. */
function flat(...color: [number, number, number]): Picture {
  return { data: Buffer.from(Array.from({ length: 40 * 24 }, () => color).flat()), width: 40, height: 24, channels: 3 };
}

const only = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] } as const;

describe("what a network is given", () => {
  it.each([
    ["red", 0, 51],
    ["green", 1, 102],
    ["blue", 2, 204],
  ] as const)("has %s in plane %s, as (value / scale - mean) / std of that channel", async (channel, plane, value) => {
    const spec = { mean: [0.1, 0.2, 0.3], std: [0.5, 0.8, 2] } as const;
    const said = await ask(weighingNetwork({ side: 16, weights: only[channel] }), spec, flat(51, 102, 204));
    const wanted = (value / 255 - spec.mean[plane]) / spec.std[plane];
    expect(said).toHaveLength(40 * 24);
    for (const each of said) expect(each).toBeCloseTo(wanted, 5);
  });

  it("is divided by the given scale, or by the picture's own brightest value", async () => {
    const net = weighingNetwork({ side: 16, weights: only.green });
    expect((await ask(net, { scale: 1000 }, flat(10, 50, 100)))[0]).toBeCloseTo(0.05, 5);
    expect((await ask(net, { scale: "maximum" }, flat(10, 50, 100)))[0]).toBeCloseTo(0.5, 5);
    expect((await ask(net, { scale: "maximum" }, flat(0, 0, 0)))[0]).toBe(0);
  });

  it.each([
    ["asked for", { inputSide: 96, usualSide: 64 }, 96],
    ["usual, where nobody asked", { usualSide: 64 }, 64],
  ])("has the side that is %s, where the file leaves it open", async (_, spec, side) => {
    expect((await ask(sideTellingNetwork(), spec, flat(9, 9, 9)))[0]).toBeCloseTo(side / 10_000, 6);
  });

  it("has the file's own side, whatever is usual in its family", async () => {
    const said = await ask(weighingNetwork({ side: 48, weights: only.red }), { usualSide: 1024 }, flat(51, 0, 0));
    expect(said[0]).toBeCloseTo(0.2, 5);
  });

  it.each([
    ["rembg's u2netp", knownModels.u2netp.spec, [(0.8 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (1 - 0.406) / 0.225]],
    ["rembg's IS-Net", knownModels["isnet-general-use"].spec, [0.3, -0.1, 0.5]],
    ["rembg's BiRefNet", knownModels["birefnet-lite"].spec, [(0.8 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (1 - 0.406) / 0.225]],
  ] as const)("is for %s as rembg feeds it", async (_, spec, wanted) => {
    const picture = flat(160, 80, 200);
    for (const [channel, value] of wanted.entries()) {
      // Brought to between 0 and 1 by the net itself, for that is what its answer must be.
      const weights = [0, 1, 2].map((each) => (each === channel ? 0.1 : 0)) as [number, number, number];
      const said = await ask(weighingNetwork({ side: 16, weights, bias: 0.5 }), { ...spec, sigmoid: false, stretch: false }, picture);
      expect(said[0]).toBeCloseTo(0.1 * value + 0.5, 5);
    }
  });
});

describe("what a network says", () => {
  it("is the mean of the photo and its mirror image, but with few looks a single one", async () => {
    const both = await ask(leftNetwork(40), {}, flat(9, 9, 9));
    expect([both[2], both[37]]).toEqual([0.5, 0.5]);
    const once = await ask(leftNetwork(40), { looks: "few" }, flat(9, 9, 9));
    expect([once[2], once[37]]).toEqual([1, 0]);
  });

  it("goes through the sigmoid where it is logits", async () => {
    const net = weighingNetwork({ side: 16, weights: [0, 0, 0], bias: -2 });
    expect((await ask(net, { sigmoid: true }, flat(9, 9, 9)))[0]).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
  });

  it("is stretched to 0 and 1, but not where a look shows nothing that differs", async () => {
    const halves = flat(0, 0, 0);
    for (let at = 0; at < 40 * 24; at++) if (at % 40 >= 20) halves.data[at * 3] = 255;
    const strong = await ask(weighingNetwork({ side: 40, weights: [0.6, 0, 0], bias: 0.2 }), { stretch: true, looks: "few" }, halves);
    expect([strong[2], strong[37]]).toEqual([0, 1]);
    const faint = await ask(weighingNetwork({ side: 40, weights: [0.1, 0, 0], bias: 0.2 }), { stretch: true, looks: "few" }, halves);
    expect(faint[2]).toBeCloseTo(0.2, 5);
    expect(faint[37]).toBeCloseTo(0.3, 5);
  });
});

const image = { name: "image", shape: [1, 3, 16, 16] };
const answer = { name: "p", shape: [1, 1, 16, 16] };
const first = { op: "Conv", inputs: ["image", "weights"], output: "p" };
const weights = { shape: [1, 3, 1, 1], values: Float32Array.of(0.1, 0.1, 0.1) };
const sound: OnnxModel = { inputs: [image], outputs: [answer], nodes: [first], constants: { weights } };

describe("a file that is no network for pictures", () => {
  const two = { shape: [2, 3, 1, 1], values: new Float32Array(6) };
  it.each<[string, OnnxModel, RegExp]>([
    ["has two inputs", { ...sound, inputs: [image, { name: "points", shape: [1, 2] }] }, /2 inputs and not one/],
    [
      "has an input of the wrong rank",
      {
        ...sound,
        inputs: [{ name: "image", shape: [1, 48] }],
        outputs: [{ name: "p", shape: [1, 48] }],
        nodes: [{ ...first, op: "Identity", inputs: ["image"] }],
      },
      /its input is 1 x 48: one input of 1 x 3 x side x side/,
    ],
    [
      "has its channels last",
      {
        ...sound,
        inputs: [{ name: "image", shape: [1, 16, 16, 3] }],
        outputs: [{ name: "p", shape: [1, 16, 16, 3] }],
        nodes: [{ ...first, op: "Identity", inputs: ["image"] }],
      },
      /1 x 16 x 16 x 3/,
    ],
    [
      "has an oblong input",
      { ...sound, inputs: [{ ...image, shape: [1, 3, 16, 32] }], outputs: [{ ...answer, shape: [1, 1, 16, 32] }] },
      /no square/,
    ],
    [
      "has an input of bytes",
      {
        ...sound,
        inputs: [{ ...image, type: "uint8" }],
        nodes: [
          { op: "Cast", inputs: ["image"], output: "cast", attributes: { to: 1 } },
          { ...first, inputs: ["cast", "weights"] },
        ],
      },
      /uint8/,
    ],
    [
      "answers two classes",
      { ...sound, outputs: [{ ...answer, shape: [1, 2, 16, 16] }], constants: { weights: two } },
      /1 x 2 x 16 x 16: one plane/,
    ],
    [
      "answers one number",
      {
        ...sound,
        outputs: [{ name: "p", shape: [1, 1, 1, 1] }],
        nodes: [
          { op: "GlobalAveragePool", inputs: ["image"], output: "pool" },
          { ...first, inputs: ["pool", "weights"] },
        ],
      },
      /one plane/,
    ],
    ["answers no numbers", { ...sound, constants: { weights: { ...weights, values: Float32Array.of(Number.NaN, 0, 0) } } }, /no numbers/],
    [
      "answers logits and nobody said so",
      { ...sound, constants: { weights: { ...weights, values: Float32Array.of(-30, 0, 0) } } },
      /runs from -30\.00 to -30\.00.*"sigmoid": true/,
    ],
  ])("because it %s says so", async (_, model, message) => {
    const refused = ask(writeOnnx(model), {}, flat(255, 0, 0));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ name: "ModelFault", message: expect.stringContaining("The model tiny cannot be used") });
  });

  it("because its side file contradicts it says so", async () => {
    await expect(ask(writeOnnx(sound), { inputSide: 32 }, flat(9, 9, 9))).rejects.toThrow(/inputSize 32.*1 x 3 x 16 x 16/);
  });

  it.each([
    ["text", Buffer.from("<!doctype html><title>Sign in</title>")],
    ["a download that was cut off", writeOnnx(sound).subarray(0, 90)],
    ["a graph that cannot be", writeOnnx({ ...sound, nodes: [{ ...first, op: "NoSuchOperator" }] })],
  ])("because it is %s says so", async (_, file) => {
    await expect(ask(file, {}, flat(9, 9, 9))).rejects.toMatchObject({
      name: "ModelFault",
      message: expect.stringContaining("no ONNX file"),
    });
  });
});
