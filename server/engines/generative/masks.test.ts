// Masks given to a generative engine: sent as each provider reads them, refused before anything is sent where they make no sense.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maskModels, openEngine, runGenerative } from "../../../tests/testkit/generative-runs.ts";
import { flat } from "../../../tests/testkit/odd-photos.ts";
import { makePhoto } from "../../../tests/testkit/photos.ts";
import { type ProviderServer, startProviders } from "../../../tests/testkit/providers.ts";
import { sharp } from "../../images/libvips.ts";
import { providers } from "./providers.ts";

let server: ProviderServer;
let photo: Buffer;
beforeAll(async () => {
  server = await startProviders();
  photo = await makePhoto(320);
});
afterAll(() => server.close());
beforeEach(() => server.reset());

/** White on the left half. */
const leftHalf = async (): Promise<Buffer> => {
  const white = await flat(160, 320, "#fff").png().toBuffer();
  return flat(320, 320, "#000")
    .composite([{ input: white, left: 0, top: 0 }])
    .png()
    .toBuffer();
};

const run = (name: (typeof masked)[number], mask: Buffer) =>
  runGenerative(openEngine(server, name), photo, { mask, model: maskModels[name] ?? null });
const masked = providers.map(({ name }) => name).filter((name) => maskModels[name] !== undefined);

/** The value that says "paint" or "leave" at a point of the mask that was sent. */
async function sentAt(x: number): Promise<{ width: number; height: number; value: number }> {
  const sent = Object.entries(server.seen[0]?.files ?? {}).find(([field]) => field.startsWith("mask"))?.[1];
  const { data, info } = await sharp(sent).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, value: data[(160 * info.width + x) * info.channels + info.channels - 1]! };
}

describe.each(masked)("%s", (name) => {
  const paints = providers.find((each) => each.name === name)?.maskStyle === "transparent" ? 0 : 255;

  it("gets the mask in the way the provider reads it", async () => {
    const made = await run(name, await leftHalf());
    expect(made).toMatchObject({ model: maskModels[name], warnings: [], disclosure: "compositeWithTrainedAlgorithmicMedia" });
    expect(await sentAt(40)).toEqual({ width: 320, height: 320, value: paints });
    expect(await sentAt(280)).toEqual({ width: 320, height: 320, value: 255 - paints });
  });

  it.each([
    ["of another size", () => flat(200, 320, "#fff").png().toBuffer(), /200 x 320 pixels.*as large as the photo, 320 x 320/],
    ["that is no picture", async () => Buffer.from("certainly no picture"), /mask can not be read/],
    ["cut short", async () => (await leftHalf()).subarray(0, 90), /mask can not be read.*damaged/],
    ["that is black everywhere", () => flat(320, 320, "#000").png().toBuffer(), /black everywhere.*Paint white/],
    ["that is transparent everywhere", () => flat(320, 320, "#fff").ensureAlpha(0).png().toBuffer(), /black everywhere/],
  ])("refuses one %s before anything is sent", async (_, make, message) => {
    await expect(run(name, await make())).rejects.toMatchObject({
      name: "EngineError",
      kind: "input",
      message: expect.stringMatching(message),
    });
    expect(server.seen).toHaveLength(0);
  });

  it("takes one that is white everywhere, and warns", async () => {
    const made = await run(name, await flat(320, 320, "#fff").png().toBuffer());
    expect(made.warnings.join()).toContain("white everywhere");
  });

  it("takes white strokes on a transparent ground", async () => {
    const strokes = await sharp({ create: { width: 320, height: 320, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } } })
      .composite([{ input: await flat(160, 320, "#fff").png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    await run(name, strokes);
    expect((await sentAt(40)).value).toBe(paints);
    expect((await sentAt(280)).value).toBe(255 - paints);
  });
});

describe("a large photo's mask", () => {
  it("is measured against the photo itself and sent as small as the photo is", async () => {
    const large = await flat(4000, 2000, "#888").jpeg().toBuffer();
    const mask = await flat(4000, 2000, "#fff").png().toBuffer();
    await runGenerative(openEngine(server, "openai"), large, { mask, model: "gpt-image-1.5" });
    expect(await sentAt(100)).toMatchObject({ width: 2048, height: 1024 });
  });
});

describe("a model", () => {
  it("that takes no mask, or needs one, is refused before anything is sent", async () => {
    const fal = openEngine(server, "fal");
    await expect(runGenerative(fal, photo, { mask: await leftHalf(), model: "fal-ai/flux-pro/kontext" })).rejects.toThrow(/takes no mask/);
    await expect(runGenerative(fal, photo, { model: "fal-ai/flux-pro/v1/fill" })).rejects.toThrow(/inside a mask/);
    await expect(runGenerative(openEngine(server, "openai-compatible"), photo, { model: null })).rejects.toThrow(/no default model/);
    expect(server.seen).toHaveLength(0);
  });
});
