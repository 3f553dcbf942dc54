// What a picture costs: by the table beforehand, by what the provider says afterwards, told as soon as it has to be paid.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEngine, runGenerative } from "../../../tests/testkit/generative-runs.ts";
import { flat } from "../../../tests/testkit/odd-photos.ts";
import { makePhoto } from "../../../tests/testkit/photos.ts";
import { answerPicture, type Behaviour, type ProviderServer, startProviders } from "../../../tests/testkit/providers.ts";
import type { GenerativeName } from "../../config.ts";
import { providers } from "./providers.ts";

let server: ProviderServer;
let photo: Buffer;
let picture: Buffer;
beforeAll(async () => {
  server = await startProviders();
  photo = await makePhoto(320);
  picture = await answerPicture(256);
});
afterAll(() => server.close());
beforeEach(() => server.reset());

/** What a run told of its cost, and what it ended with. */
async function spend(
  name: GenerativeName,
  input: Parameters<typeof runGenerative>[2] = {},
): Promise<{ told: number[]; cost: number | null }> {
  const told: number[] = [];
  const made = await runGenerative(openEngine(server, name), photo, { onAnswered: (usd) => told.push(usd), ...input }).catch(() => null);
  return { told, cost: made?.costUsd ?? null };
}

const billed = (usage: unknown): Behaviour => ({
  kind: "json",
  body: { created: 1, data: [{ b64_json: picture.toString("base64") }], usage },
});

describe("a picture", () => {
  it.each(providers.map(({ name }) => name))("of %s tells its cost once, before it is fitted, and ends with it", async (name) => {
    const { told, cost } = await spend(name);
    expect(told).toEqual([cost]);
  });

  it("of OpenAI costs what its tokens come to", async () => {
    const usage = {
      input_tokens: 3_150,
      output_tokens: 1_056,
      total_tokens: 4_206,
      input_tokens_details: { image_tokens: 3_050, text_tokens: 100 },
    };
    server.behave = () => billed(usage);
    const { cost } = await spend("openai", { model: "gpt-image-1" });
    expect(cost).toBeCloseTo((100 * 5 + 3_050 * 10 + 1_056 * 40) / 1e6, 6);
    server.behave = () => billed({ input_tokens: 3_150, output_tokens: 1_056, total_tokens: 4_206 });
    expect((await spend("openai", { model: "gpt-image-2" })).cost).toBeCloseTo((3_150 * 8 + 1_056 * 30) / 1e6, 6);
  });

  it("of fal's fill model costs what its megapixels come to, each begun one whole", async () => {
    const large = await flat(1600, 1000, "#fff").png().toBuffer();
    server.behave = () => ({ kind: "picture", bytes: large });
    const mask = await flat(320, 320, "#fff").png().toBuffer();
    expect((await spend("fal", { model: "fal-ai/flux-pro/v1/fill", mask })).cost).toBeCloseTo(0.1, 6);
  });
});

describe("a run that comes to nothing", () => {
  it.each<[string, GenerativeName, () => Behaviour, number]>([
    [
      "a picture that was blacked out",
      "fal",
      () => ({ kind: "json", body: { images: [{ url: `${server.env["FAL_BASE_URL"]}/a.png` }], has_nsfw_concepts: [true] } }),
      0.04,
    ],
    ["a picture that can not be read", "gemini", () => ({ kind: "picture", bytes: picture.subarray(0, 900) }), 0.039],
  ])("tells what was paid for it: %s", async (_, name, behaviour, usd) => {
    server.behave = ({ method }) => (method === "GET" ? { kind: "json", body: {} } : behaviour());
    expect(await spend(name)).toEqual({ told: [usd], cost: null });
  });

  it.each<[string, Behaviour]>([
    ["refused", { kind: "refuse" }],
    ["told to wait", { kind: "error", status: 429, message: "Slow down" }],
    ["without a picture", { kind: "nothing" }],
  ])("costs nothing where the provider did not paint: %s", async (_, behaviour) => {
    server.behave = () => behaviour;
    for (const { name } of providers) expect(await spend(name)).toEqual({ told: [], cost: null });
  });
});

describe("looking closely at the source", () => {
  it("is asked of the models that would not do so by themselves, and of no other, because those refuse to be asked", async () => {
    const models = ["gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini", "gpt-image-1"];
    for (const model of models) await spend("openai", { model });
    expect(server.seen.map(({ body }) => body["input_fidelity"])).toEqual([undefined, "high", undefined, "high"]);
  });
});
