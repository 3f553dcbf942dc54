// Every provider through the real SDK against a local server that speaks its format: what is sent, what comes back, what each failure means.
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEngine, runGenerative, usualOutput } from "../../../tests/testkit/generative-runs.ts";
import { makePhoto } from "../../../tests/testkit/photos.ts";
import { answerPicture, type Behaviour, type ProviderServer, startProviders, testKey } from "../../../tests/testkit/providers.ts";
import { type GenerativeName, readConfig } from "../../config.ts";
import { encodePicture } from "../../images/encode.ts";
import { whiteRecipe } from "../../images/picture.ts";
import { verifyEncoded } from "../../images/verify.ts";
import { type Engine, EngineError, type EngineInput, type EngineOutput } from "../engine.ts";
import { createGenerativeEngine } from "./generative.ts";
import { providers } from "./providers.ts";

const output = usualOutput;

let server: ProviderServer;
let photo: Buffer;
beforeAll(async () => {
  server = await startProviders();
  photo = await makePhoto(320);
});
afterAll(() => server.close());
beforeEach(() => server.reset());

const open = (name: GenerativeName, options: Parameters<typeof openEngine>[2] = {}): Engine => openEngine(server, name, options);
const run = (engine: Engine, input: Partial<EngineInput> = {}): Promise<EngineOutput> => runGenerative(engine, photo, input);

async function failure(name: GenerativeName, behaviour: Behaviour): Promise<EngineError> {
  server.behave = () => behaviour;
  const error = await run(open(name)).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect((error as EngineError).message).not.toContain(testKey);
  expect(server.seen).toHaveLength(1);
  return error as EngineError;
}

describe.each(providers.map(({ name }) => name))("%s", (name) => {
  it("sends the photo and the prompt, and fits the answer to the output", async () => {
    const made = await run(open(name));
    expect(made.picture).toMatchObject({ width: 400, height: 300, channels: 3 });
    expect(made).toMatchObject({ placement: null, confidence: null, upscaled: true, promptSent: "Put it on white." });
    expect(made.costUsd > 0).toBe(name !== "openai-compatible");
    const [asked] = server.seen;
    expect(asked?.provider).toBe(name);
    expect(JSON.stringify(asked?.body)).toContain("Put it on white.");
    const [sent] = Object.values(asked?.files ?? {});
    expect(await sharp(sent).metadata()).toMatchObject({ format: "jpeg", width: 320, height: 320 });
  });

  it("hangs up within two seconds when the run is cancelled", async () => {
    server.behave = () => ({ kind: "silence" });
    const controller = new AbortController();
    const running = run(open(name), { signal: controller.signal });
    running.catch(() => {});
    await expect.poll(() => server.seen.length).toBe(1);
    const startedAt = performance.now();
    controller.abort(new Error("The job was cancelled"));
    await expect(running).rejects.toThrow("The job was cancelled");
    await expect.poll(() => server.abandoned()).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it("gives up on a provider that says nothing, to be tried again", async () => {
    server.behave = () => ({ kind: "silence" });
    await expect(run(open(name, { timeoutMs: 300 }))).rejects.toMatchObject({
      name: "EngineError",
      kind: "passing",
      message: expect.stringContaining("0.3 seconds"),
    });
  });

  it("waits as long as a 429 says", async () => {
    const error = await failure(name, { kind: "error", status: 429, message: "Slow down", headers: { "retry-after": "7" } });
    expect(error).toMatchObject({ kind: "passing", retryAfterMs: 7000 });
    expect(error.message).toContain("Slow down");
  });

  it("tries again after a fault of the provider's own", async () => {
    expect(await failure(name, { kind: "error", status: 500, message: "Something broke" })).toMatchObject({ kind: "passing" });
  });

  it("names the variable of a key that is not accepted, and never shows the key", async () => {
    const error = await failure(name, { kind: "error", status: 401, message: `Incorrect API key provided: ${testKey}.` });
    expect(error.kind).toBe("lasting");
    expect(error.message).toContain(providers.find((each) => each.name === name)?.keyVariable);
  });

  it("passes on why a photo was refused, and does not try again", async () => {
    const error = await failure(name, { kind: "refuse" });
    expect(error.kind).toBe("lasting");
    expect(error.message).toMatch(/refused.*(SAFETY|safety|flagged)/);
  });

  it("says that the account has no money left", async () => {
    const error = await failure(name, {
      kind: "error",
      status: name === "openai" || name === "gemini" ? 429 : 402,
      message: "You exceeded your current quota, please check your plan and billing details.",
      code: "insufficient_quota",
    });
    expect(error.kind).toBe("lasting");
    expect(error.message).toContain("billing");
  });

  it("says that the provider does not know the model", async () => {
    const error = await failure(name, { kind: "error", status: 404, message: "model not found", code: "NOT_FOUND" });
    expect(error).toMatchObject({ kind: "lasting", message: expect.stringContaining("does not know the model") });
  });

  it.each([
    { kind: "garbage" },
    { kind: "nothing" },
    { kind: "picture", bytes: Buffer.from("no picture at all") },
  ] as const)("tries again when the answer is no picture: $kind", async (behaviour) => {
    expect(await failure(name, behaviour)).toMatchObject({ kind: "passing" });
  });

  it("tries again when the provider can not be reached", async () => {
    const variable = providers.find((each) => each.name === name)!.variable.replace(/(_API_KEY|_API_TOKEN|_BASE_URL)$/, "_BASE_URL");
    const engine = open(name, { env: { [variable]: "http://127.0.0.1:9/v1" } });
    await expect(run(engine)).rejects.toMatchObject({ name: "EngineError", kind: "passing" });
  });
});

describe("generative engines", () => {
  it("wait as Gemini says when a minute's limit is reached, whatever it says of billing", async () => {
    const error = await failure("gemini", {
      kind: "error",
      status: 429,
      code: "RESOURCE_EXHAUSTED",
      message: "You exceeded your current quota, please check your plan and billing details.",
      details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "31s" }],
    });
    expect(error).toMatchObject({ kind: "passing", retryAfterMs: 31_000 });
  });

  it("ask for the shape nearest to the output", async () => {
    const wide = { ...output, width: 1600, height: 1000 };
    for (const name of ["gemini", "openai", "fal", "replicate"] as const) await run(open(name), { output: wide });
    await run(open("gemini"), { output: { ...output, width: 2000, height: 2000 }, model: "gemini-3.1-flash-image-preview" });
    const [gemini, openai, fal, replicate, large] = server.seen.map(({ body }) => body);
    expect(gemini).toMatchObject({ generationConfig: { imageConfig: { aspectRatio: "3:2" } } });
    expect(openai).toMatchObject({ size: "1536x1024", quality: "medium" });
    expect(fal).toMatchObject({ aspect_ratio: "3:2" });
    expect(replicate).toMatchObject({ input: { aspect_ratio: "3:2", input_image: "(picture)" } });
    expect(large).toMatchObject({ generationConfig: { imageConfig: { aspectRatio: "1:1", imageSize: "2K" } } });
  });

  it("say what to do in the recipe's words where there is no prompt, and what they sent", async () => {
    const made = await run(open("gemini"), { prompt: null });
    expect(made.promptSent).toMatch(/Keep the product exactly as it is.*pure white.*84 percent.*shadow/);
    expect(JSON.stringify(server.seen[0]?.body)).toContain("Keep the product exactly as it is");
  });

  it("are listed with the variable that is missing", () => {
    const { generative } = readConfig({});
    for (const provider of providers) {
      const engine = createGenerativeEngine(provider, generative[provider.name]);
      expect(engine.availability).toMatchObject({ available: false, reason: expect.stringContaining(provider.variable) });
    }
  });

  it("know their prices, and the environment's over them", () => {
    const env = {
      ENGINE_MODELS: JSON.stringify({ gemini: { "gemini-2.5-flash-image": { priceUsd: 1 }, "gemini-next": { priceUsd: 2 } } }),
    };
    expect(open("gemini").pricePerImageUsd?.(null)).toBe(0.039);
    expect(open("gemini", { env }).pricePerImageUsd?.(null)).toBe(1);
    expect(open("gemini", { env }).models).toContain("gemini-next");
    expect(open("gemini", { env }).pricePerImageUsd?.("gemini-next")).toBe(2);
    expect(open("openai").pricePerImageUsd?.("gpt-image-1", { output, options: { quality: "high" } })).toBeCloseTo(0.2815);
    expect(open("openai-compatible").pricePerImageUsd?.("anything")).toBeNull();
  });

  it("take the photo upright and no larger than models look at", async () => {
    const large = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: "#888" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    await run(open("openai"), { source: large });
    expect(await sharp(Object.values(server.seen[0]!.files)[0]).metadata()).toMatchObject({ width: 1024, height: 2048 });
  });

  it("make a white preset's edge pure white, and say when the model's ground is not white", async () => {
    const preset = { ...output, preset: "square-master", width: 500, height: 500 };
    const good = await run(open("gemini"), { output: preset });
    expect(good.warnings).toEqual([]);
    server.behave = () => ({ kind: "picture", bytes: Buffer.alloc(0) });
    const beach = await answerPicture(256, 256, "#c0a070");
    server.behave = () => ({ kind: "picture", bytes: beach });
    const bad = await run(open("gemini"), { output: preset });
    expect(bad.warnings.join()).toContain("not white");
    for (const made of [good, bad]) {
      const { data } = await encodePicture(made.picture, preset, made.disclosure);
      await verifyEncoded(data, preset, whiteRecipe, made.disclosure);
    }
    expect([...good.picture.data.subarray((250 * 500 + 400) * 3, (250 * 500 + 400) * 3 + 3)]).toEqual([255, 255, 255]);
  });

  it("never stretch: an answer of another shape stands whole on its own ground", async () => {
    const tall = await answerPicture(128, 256, "#ff0000");
    server.behave = () => ({ kind: "picture", bytes: tall });
    const { picture } = await run(open("gemini"), { recipe: { ...whiteRecipe, background: "KEEP" } });
    const at = (x: number): number[] => [...picture.data.subarray((290 * 400 + x) * 3, (290 * 400 + x) * 3 + 3)];
    expect([at(5), at(200), at(395)]).toEqual([
      [255, 0, 0],
      [255, 0, 0],
      [255, 0, 0],
    ]);
  });

  it("keep transparency where the recipe wants it, and say when the model painted a background", async () => {
    const recipe = { ...whiteRecipe, background: "TRANSPARENT" } as const;
    const opaque = await run(open("openai"), { recipe, model: "gpt-image-1.5" });
    expect(server.seen[0]?.body).toMatchObject({ background: "transparent" });
    expect(opaque.warnings.join()).toContain("painted a background");
    const clear = await sharp({ create: { width: 200, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    server.behave = () => ({ kind: "picture", bytes: clear });
    expect((await run(open("openai"), { recipe, model: "gpt-image-1.5" })).picture.channels).toBe(4);
  });

  it("warn a reviewer of a product that no longer looks like the photo", async () => {
    const config = readConfig(server.env).generative.gemini;
    const withFigure = (figure: number | null): Engine =>
      createGenerativeEngine(providers.find(({ name }) => name === "gemini")!, config, {
        fidelity: async () => (figure === null ? null : { figure, changed: ["shape", "colours", "details or texts"] }),
      });
    const changed = await run(withFigure(0.42));
    expect(changed.fidelity).toBe(0.42);
    expect(changed.warnings.join()).toMatch(/shape, colours and details or texts: it matches the photo to 42 %/);
    expect(await run(withFigure(0.97))).toMatchObject({ fidelity: 0.97, warnings: [] });
    const unknown = await run(withFigure(null));
    expect([unknown.fidelity, unknown.warnings]).toEqual([undefined, []]);
  });

  it("refuse options that the provider does not take", () => {
    expect(() => open("openai").parseOptions({ quality: "perfect" })).toThrow(/options.quality/);
    expect(() => open("gemini").parseOptions({ quality: "low" })).toThrow(/no options/);
  });
});
