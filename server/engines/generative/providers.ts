// The providers: how each is opened through the AI SDK, what it calls things, how much it lets through.
import type { ImageModel, JSONValue } from "ai";
import type { GenerativeName, ProviderConfig } from "../../config.ts";
import type { EngineLimits } from "../engine.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { ModelSpec } from "./models.ts";
import type { GenerativeOptions, OptionName } from "./options.ts";
import type { WantedShape } from "./shape.ts";

/** Milliseconds that a provider has for one picture: the slowest model takes two minutes at its best quality. */
export const runTimeoutMs = 180_000;

export interface Wanted {
  readonly spec: ModelSpec;
  readonly shape: WantedShape;
  readonly options: GenerativeOptions;
  readonly transparent: boolean;
  /** A data URI of the source, for inputs that the SDK names otherwise. */
  readonly imageUri: () => string;
}

export interface Provider {
  readonly name: GenerativeName;
  readonly title: string;
  /** The environment variable without which it can not run. */
  readonly variable: string;
  /** Where its key stands, which a 401 is about. */
  readonly keyVariable: string;
  readonly acceptsMask: boolean;
  /** How a mask says where to paint: by transparency, or by white on black. */
  readonly maskStyle: "transparent" | "white";
  readonly options: readonly OptionName[];
  /** What a new account of the provider may ask of it; ENGINE_LIMITS sets more. */
  readonly limits: EngineLimits;
  /** Loaded where it is used: five SDKs would take a good part of a start. */
  open(config: ProviderConfig, model: string): Promise<ImageModel>;
  /** What goes beside prompt, size and ratio. */
  extras?(wanted: Wanted): Record<string, JSONValue>;
  /** The key that `extras` stand under. */
  readonly extrasKey: string;
  /** Whether ratios go in `extras` because the SDK would turn them into something that the models do not know. */
  readonly ownRatios?: true;
}

const transport = ({ baseUrl }: ProviderConfig): { fetch: typeof fetch; baseURL?: string } => ({
  fetch: boundedFetch,
  ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
});

const gemini: Provider = {
  name: "gemini",
  title: "Google Gemini",
  variable: "GEMINI_API_KEY",
  keyVariable: "GEMINI_API_KEY",
  acceptsMask: false,
  maskStyle: "white",
  options: [],
  limits: { concurrency: 4, requestsPerMinute: 60 },
  extrasKey: "google",
  extras: ({ shape }) => (shape.tier === null ? {} : { imageConfig: { imageSize: shape.tier.name } }),
  async open(config, model) {
    const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
    return createGoogleGenerativeAI({ apiKey: config.apiKey ?? "", ...transport(config) }).image(model);
  },
};

const openai: Provider = {
  name: "openai",
  title: "OpenAI",
  variable: "OPENAI_API_KEY",
  keyVariable: "OPENAI_API_KEY",
  acceptsMask: true,
  maskStyle: "transparent",
  options: ["quality"],
  limits: { concurrency: 4, requestsPerMinute: 20 },
  extrasKey: "openai",
  extras: ({ spec, options, transparent }) => ({
    quality: options.quality ?? "medium",
    outputFormat: "png",
    ...(spec.inputFidelity ? { inputFidelity: "high" } : {}),
    ...(transparent && spec.transparent ? { background: "transparent" } : {}),
  }),
  async open(config, model) {
    const { createOpenAI } = await import("@ai-sdk/openai");
    return createOpenAI({ apiKey: config.apiKey ?? "", ...transport(config) }).image(model);
  },
};

const fal: Provider = {
  name: "fal",
  title: "fal",
  variable: "FAL_API_KEY",
  keyVariable: "FAL_API_KEY",
  acceptsMask: true,
  maskStyle: "white",
  options: ["seed"],
  limits: { concurrency: 2, requestsPerMinute: 60 },
  extrasKey: "fal",
  ownRatios: true,
  extras: ({ shape }) => ({ outputFormat: "png", ...(shape.ratio === null ? {} : { aspect_ratio: shape.ratio }) }),
  async open(config, model) {
    const { createFal } = await import("@ai-sdk/fal");
    return createFal({ apiKey: config.apiKey ?? "", ...transport(config) }).image(model);
  },
};

const replicate: Provider = {
  name: "replicate",
  title: "Replicate",
  variable: "REPLICATE_API_TOKEN",
  keyVariable: "REPLICATE_API_TOKEN",
  acceptsMask: true,
  maskStyle: "white",
  options: ["seed"],
  limits: { concurrency: 4, requestsPerMinute: 60 },
  extrasKey: "replicate",
  extras: ({ spec, imageUri }) => ({ output_format: "png", ...(spec.imageField === undefined ? {} : { [spec.imageField]: imageUri() }) }),
  async open(config, model) {
    const { createReplicate } = await import("@ai-sdk/replicate");
    // A prediction that nobody waits for any more would go on, and be paid for.
    const headers = { "cancel-after": `${runTimeoutMs / 1000}s` };
    return createReplicate({ apiToken: config.apiKey ?? "", headers, ...transport(config) }).image(model);
  },
};

const openaiCompatible: Provider = {
  name: "openai-compatible",
  title: "OpenAI-compatible server",
  variable: "OPENAI_COMPATIBLE_BASE_URL",
  keyVariable: "OPENAI_COMPATIBLE_API_KEY",
  acceptsMask: true,
  maskStyle: "transparent",
  options: [],
  limits: { concurrency: 2, requestsPerMinute: 60 },
  extrasKey: "compatible",
  async open(config, model) {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    const key = config.apiKey === undefined ? {} : { apiKey: config.apiKey };
    return createOpenAICompatible({ name: "compatible", ...transport(config), baseURL: config.baseUrl ?? "", ...key }).imageModel(model);
  },
};

/** In the order in which they are shown. */
export const providers: readonly Provider[] = [gemini, openai, fal, replicate, openaiCompatible];
