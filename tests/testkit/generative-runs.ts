// Runs of a generative engine against the local provider server, everything as usual but what a test says.
import { type GenerativeName, readConfig } from "../../server/config.ts";
import type { Engine, EngineInput, EngineOutput } from "../../server/engines/engine.ts";
import { createGenerativeEngine, type GenerativeSettings } from "../../server/engines/generative/generative.ts";
import { providers } from "../../server/engines/generative/providers.ts";
import { type OutputSpec, whiteRecipe } from "../../server/images/picture.ts";
import type { ProviderServer } from "./providers.ts";

export const usualOutput: OutputSpec = { preset: null, width: 400, height: 300, format: "JPEG", quality: 90, maxBytes: null };

/** A model of each that takes a mask, where the default does not. */
export const maskModels: Partial<Record<GenerativeName, string>> = {
  openai: "gpt-image-1.5",
  fal: "fal-ai/flux-pro/v1/fill",
  replicate: "black-forest-labs/flux-fill-pro",
  "openai-compatible": "local/painter",
};

export function openEngine(
  server: ProviderServer,
  name: GenerativeName,
  { env = {}, ...settings }: GenerativeSettings & { env?: Record<string, string> } = {},
): Engine {
  const provider = providers.find((each) => each.name === name);
  if (provider === undefined) throw new Error(`There is no provider ${name}`);
  return createGenerativeEngine(provider, readConfig({ ...server.env, ...env }).generative[name], settings);
}

export const runGenerative = (engine: Engine, source: Buffer, input: Partial<EngineInput> = {}): Promise<EngineOutput> =>
  engine.run({
    source,
    prompt: "Put it on white.",
    recipe: whiteRecipe,
    model: engine.name === "openai-compatible" ? "local/painter" : null,
    options: engine.parseOptions({}),
    output: usualOutput,
    signal: new AbortController().signal,
    onStage: () => {},
    ...input,
  });
