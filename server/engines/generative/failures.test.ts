// What providers say when they give no picture, as they really say it, and what follows for the photo.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEngine, runGenerative } from "../../../tests/testkit/generative-runs.ts";
import { makePhoto } from "../../../tests/testkit/photos.ts";
import { answerPicture, type Behaviour, type ProviderServer, startProviders, testKey } from "../../../tests/testkit/providers.ts";
import type { GenerativeName } from "../../config.ts";
import { EngineError } from "../engine.ts";
import { providers } from "./providers.ts";

let server: ProviderServer;
let photo: Buffer;
beforeAll(async () => {
  server = await startProviders();
  photo = await makePhoto(320);
});
afterAll(() => server.close());
beforeEach(() => server.reset());

async function failure(name: GenerativeName, behaviour: Behaviour): Promise<EngineError> {
  server.behave = () => behaviour;
  const error = await runGenerative(openEngine(server, name, { timeoutMs: 20_000 }), photo).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect((error as EngineError).message).not.toContain(testKey);
  return error as EngineError;
}

const names = providers.map(({ name }) => name);
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour => ({ kind: "json", body, status, headers });
const openaiError = (status: number, error: Record<string, unknown>): Behaviour => json({ error: { param: null, ...error } }, status);
const geminiError = (status: number, name: string, message: string, details: unknown[] = []): Behaviour =>
  json({ error: { code: status, status: name, message, details } }, status);

describe.each(names)("%s", (name) => {
  it.each([
    429, 503,
  ])("is asked again when a %i says so, in seconds or at a time of day, but never later than in ten minutes", async (status) => {
    const busyFor = (value: string): Promise<EngineError> =>
      failure(name, { kind: "error", status, message: "Busy", headers: { "retry-after": value } });
    expect(await busyFor("7")).toMatchObject({ kind: "passing", retryAfterMs: 7_000 });
    const dated = await busyFor(new Date(Date.now() + 90_000).toUTCString());
    expect(dated.kind).toBe("passing");
    expect(dated.retryAfterMs).toBeGreaterThan(60_000);
    expect(dated.retryAfterMs).toBeLessThanOrEqual(90_000);
    for (const wild of ["999999999", "Fri, 31 Dec 2999 23:59:59 GMT"]) expect((await busyFor(wild)).retryAfterMs).toBe(600_000);
  });

  it.each([
    "0",
    "-5",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "soon",
    "",
  ])("is left to the queue's own patience where Retry-After is %j", async (value) => {
    const error = await failure(name, { kind: "error", status: 429, message: "Busy", headers: { "retry-after": value } });
    expect(error).toMatchObject({ kind: "passing", retryAfterMs: null });
  });

  it.each(["reset", "half"] as const)("is asked again when the connection breaks: %s", async (kind) => {
    const error = await failure(name, { kind });
    expect(error.kind).toBe("passing");
    expect(error.message).toMatch(/can not be reached|broke off/);
  });

  it("is not listened to without end", async () => {
    const error = await failure(name, { kind: "flood" });
    expect(error).toMatchObject({ kind: "passing", message: expect.stringContaining("more than") });
    await expect.poll(() => server.abandoned()).toBe(1);
  });

  it("is given up when it answers a byte at a time", async () => {
    server.behave = () => ({ kind: "drip" });
    await expect(runGenerative(openEngine(server, name, { timeoutMs: 400 }), photo)).rejects.toMatchObject({
      kind: "passing",
      message: expect.stringContaining("within 0.4 seconds"),
    });
    await expect.poll(() => server.abandoned()).toBe(1);
  });

  it("that sends half a picture is asked again", async () => {
    const whole = await answerPicture(256);
    const error = await failure(name, { kind: "picture", bytes: whole.subarray(0, whole.length >> 1) });
    expect(error).toMatchObject({ kind: "passing", message: expect.stringContaining("no readable picture") });
  });
});

describe("content that is refused", () => {
  it.each<[string, GenerativeName, Behaviour, RegExp]>([
    [
      "Gemini's blocked prompt",
      "gemini",
      json({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: {} }),
      /PROHIBITED_CONTENT/,
    ],
    ["Gemini's unsafe picture", "gemini", json({ candidates: [{ finishReason: "IMAGE_SAFETY" }] }), /IMAGE_SAFETY/],
    ["Gemini's recitation", "gemini", json({ candidates: [{ content: {}, finishReason: "IMAGE_RECITATION" }] }), /IMAGE_RECITATION/],
    [
      "Gemini's prohibited content",
      "gemini",
      json({ candidates: [{ content: {}, finishReason: "PROHIBITED_CONTENT" }] }),
      /PROHIBITED_CONTENT/,
    ],
    [
      "OpenAI's moderation",
      "openai",
      openaiError(400, {
        message: "Your request was rejected by the safety system.",
        type: "image_generation_user_error",
        code: "moderation_blocked",
      }),
      /rejected by the safety system/,
    ],
    [
      "OpenAI's content policy",
      "openai",
      openaiError(400, { message: "Your request was rejected.", type: "invalid_request_error", code: "content_policy_violation" }),
      /was rejected/,
    ],
    [
      "fal's content policy",
      "fal",
      json(
        { detail: [{ loc: ["body", "prompt"], msg: "The content was flagged by a content checker.", type: "content_policy_violation" }] },
        422,
      ),
      /flagged by a content checker/,
    ],
    [
      "fal's content policy about the third picture",
      "fal",
      json({ detail: [{ loc: ["body", "images", 2], msg: "It could not be processed.", type: "content_policy_violation" }] }, 422),
      /could not be processed/,
    ],
    [
      "Replicate's NSFW filter",
      "replicate",
      json(
        {
          id: "p",
          status: "failed",
          error: "NSFW content detected. Try running it again, or try a different prompt.",
          urls: { get: "http://127.0.0.1/p" },
        },
        201,
      ),
      /NSFW content detected/,
    ],
  ])("%s fails the photo at once", async (_, name, behaviour, reason) => {
    const error = await failure(name, behaviour);
    expect(error.kind).toBe("lasting");
    expect(error.message).toMatch(/refused this photo or its prompt/);
    expect(error.message).toMatch(reason);
    expect(server.seen).toHaveLength(1);
  });

  it("is not read into a request that a provider quotes back", async () => {
    const input = { prompt: "a sexual, nsfw and flagged prompt", image_url: "data:image/jpeg;base64,AAAA" };
    const detail = [{ loc: ["body", "image_url"], msg: "Failed to load the image.", type: "image_load_error", input }];
    const error = await failure("fal", json({ detail }, 422));
    expect(error).toMatchObject({
      kind: "lasting",
      message: expect.stringContaining("does not accept the request (422): Failed to load the image."),
    });
  });
});

describe("money", () => {
  it.each<[string, GenerativeName, Behaviour]>([
    [
      "OpenAI's insufficient_quota, though it is a 429",
      "openai",
      openaiError(429, { message: "You exceeded your current quota.", code: "insufficient_quota" }),
    ],
    [
      "OpenAI's hard limit",
      "openai",
      openaiError(400, { message: "Billing hard limit has been reached", code: "billing_hard_limit_reached" }),
    ],
    [
      "fal's locked user",
      "fal",
      json({ detail: "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing." }, 403),
    ],
    [
      "Replicate's 402",
      "replicate",
      json({ title: "Insufficient credit", detail: "You have insufficient credit to run this model.", status: 402 }, 402),
    ],
    [
      "Gemini's quota of the day, whatever delay it names",
      "gemini",
      geminiError(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", [
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }],
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "31s" },
      ]),
    ],
  ])("that is used up ends the photo: %s", async (_, name, behaviour) => {
    const error = await failure(name, behaviour);
    expect(error).toMatchObject({ kind: "lasting", message: expect.stringContaining("plan and billing") });
  });

  it("is not what OpenAI's minute limit is about, though it points to the billing page", async () => {
    const message =
      "Rate limit reached for gpt-image-1: Limit 5 per minute. Please try again in 12s. Visit https://platform.openai.com/account/billing to raise it.";
    const error = await failure("openai", openaiError(429, { message, type: "input-images", code: "rate_limit_exceeded" }));
    expect(error).toMatchObject({ kind: "passing", message: expect.stringContaining("takes no more requests just now") });
  });
});

describe("a key", () => {
  it.each<[string, GenerativeName, Behaviour]>([
    ["Gemini does not know", "gemini", geminiError(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")],
    [
      "Gemini calls leaked",
      "gemini",
      geminiError(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
    ],
    ["OpenAI does not know", "openai", openaiError(401, { message: `Incorrect API key provided: ${testKey}.`, code: "invalid_api_key" })],
    [
      "Replicate does not know",
      "replicate",
      json({ title: "Unauthenticated", detail: "You did not pass a valid authentication token", status: 401 }, 401),
    ],
  ])("that %s is named by its variable", async (_, name, behaviour) => {
    const error = await failure(name, behaviour);
    expect(error).toMatchObject({
      kind: "lasting",
      message: expect.stringMatching(/does not accept the key in [A-Z_]+\. Set a valid one/),
    });
  });

  it.each<[string, GenerativeName, Behaviour, string]>([
    [
      "an organisation that is not verified",
      "openai",
      openaiError(403, { message: "Your organization must be verified to use the model `gpt-image-2`." }),
      "must be verified",
    ],
    [
      "an API that the key may not call",
      "gemini",
      geminiError(403, "PERMISSION_DENIED", "Requests to this API generativelanguage.googleapis.com method GenerateContent are blocked."),
      "are blocked",
    ],
  ])("without a right is told from content that is refused: %s", async (_, name, behaviour, reason) => {
    const error = await failure(name, behaviour);
    expect(error.kind).toBe("lasting");
    expect(error.message).toContain("does not let the key in");
    expect(error.message).toContain(reason);
  });
});

describe("a provider's own words", () => {
  it("are not read through when there is no end to them", async () => {
    const letters = "a".repeat(500_000);
    const { message } = await failure("gemini", geminiError(500, "INTERNAL", letters));
    expect(message).toContain(`${letters.slice(0, 300)}…`);
    expect(message.length).toBeLessThan(1_000);
    const links = await failure("gemini", geminiError(500, "INTERNAL", "https://".repeat(100_000)));
    expect(links.message.length).toBeLessThan(1_000);
  });

  it("are passed on in one line, without keys, whole or starred, without pictures and without a link's signature", async () => {
    const message =
      `Limit for ${testKey} (sk-te*****cdef) reached\nby data:image/png;base64,AAAA at https://cdn.example.com/a.png?signature=secret&x=1 ` +
      "x".repeat(1_000);
    const error = await failure("openai", openaiError(429, { message, code: "rate_limit_exceeded" }));
    expect(error.message).toMatch(/Limit for … \(…\) reached by \(data\) at https:\/\/cdn\.example\.com\/a\.png x+…$/);
    expect(error.message.length).toBeLessThan(400);
    expect(JSON.stringify([error, String(error.cause), error.stack])).not.toMatch(/secret|0123456789abcdef/);
  });
});
