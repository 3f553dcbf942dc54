// One network for all who ask: each gets the answers to its own questions, whatever else is asked at the same time.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { weighingNetwork } from "../../../tests/testkit/networks.ts";
import type { Picture } from "../../images/picture.ts";
import { builtInModel } from "./model-slot/known.ts";
import { type Model, ModelFault } from "./model-slot/spec.ts";
import type { Network } from "./network.ts";
import { serve } from "./network.worker.ts";
import { networkOver } from "./remote-network.ts";

const side = 16;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-remote-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A network that says of each pixel its red, times a factor. */
async function modelOf(version: string, factor: number): Promise<Model> {
  const path = join(folder, `${version}.onnx`);
  await writeFile(path, weighingNetwork({ side, weights: [factor, 0, 0] }));
  return { name: "tiny", path, spec: { ...builtInModel.spec, usualSide: side }, version };
}

function open(model: Model): { network: Network; served: Promise<void> } {
  const { port1, port2 } = new MessageChannel();
  return { network: networkOver(port1, model.spec), served: serve({ model, threads: 1, port: port2 }) };
}

const red = (byte: number): Picture => ({
  data: Buffer.from(Array.from({ length: side * side }, () => [byte, 0, 0]).flat()),
  width: side,
  height: side,
  channels: 3,
});

describe("a network that many ask", () => {
  it("answers each of its own question, until it is closed", async () => {
    const model = await modelOf("one", 1);
    const open1 = open(model);
    const open2 = open(model);
    const answers = await Promise.all([51, 102, 204].flatMap((byte, at) => [(at % 2 ? open1 : open2).network.predict(red(byte))]));
    expect(answers.map((plane) => Math.round(plane[0]! * 255))).toEqual([51, 102, 204]);
    await Promise.all([open1, open2].map(({ network }) => network.close()));
    await Promise.all([open1.served, open2.served]);
  });

  it("is that of the run that asks, where the file was replaced between two of them", async () => {
    const before = open(await modelOf("before", 1));
    const after = open(await modelOf("after", 0.5));
    const asked = [before, after, before, after].map(({ network }) => network);
    const said: number[] = [];
    for (const network of asked) said.push(Math.round((await network.predict(red(200)))[0]! * 255));
    expect(said).toEqual([200, 100, 200, 100]);
    const both = await Promise.all([before.network.predict(red(100)), after.network.predict(red(100))]);
    expect(both.map((plane) => Math.round(plane[0]! * 255))).toEqual([100, 50]);
    await Promise.all([before, after].map(({ network }) => network.close()));
  });

  it("says what is wrong with its file, and answers the others all the same", async () => {
    const path = join(folder, "broken.onnx");
    await writeFile(path, "no network");
    const broken = open({ ...(await modelOf("whole", 1)), path, version: "broken" });
    const whole = open(await modelOf("whole", 1));
    await expect(broken.network.predict(red(1))).rejects.toThrow(ModelFault);
    expect(await whole.network.predict(red(255))).toContain(1);
    await Promise.all([broken, whole].map(({ network }) => network.close()));
  });

  it("fails who waits when its thread ends", async () => {
    const { port1, port2 } = new MessageChannel();
    const asked = networkOver(port1, builtInModel.spec).predict(red(1));
    port2.close();
    await expect(asked).rejects.toThrow("thread ended");
  });
});
