// The models of each provider: what they take, what shapes they give, what a picture costs. The environment's ENGINE_MODELS goes over it.
import type { GenerativeName, ModelOverride } from "../../config.ts";

export const qualities = ["low", "medium", "high"] as const;
export type Quality = (typeof qualities)[number];

/** What may be asked for: one of some sizes (pixels), one of some aspect ratios, or nothing, for the picture keeps the source's shape. */
export type Shape =
  | { readonly kind: "sizes"; readonly sizes: readonly string[] }
  | { readonly kind: "ratios"; readonly ratios: readonly string[]; readonly tiers?: readonly Tier[] }
  | { readonly kind: "source" };

/** A resolution that a model offers by name. */
export interface Tier {
  readonly name: string;
  /** Pixels of a square's side. */
  readonly side: number;
  /** US dollars for one picture. */
  readonly usd: number;
}

/** US dollars for a million of each; `text` and `image` are what was sent. */
export interface TokenPrices {
  readonly text: number;
  readonly image: number;
  readonly output: number;
}

/** What a provider says that a picture took. */
export type Tokens = TokenPrices;

/**
 * US dollars; null: not known. `wide`: the factor for pictures that are not square. `source`: what the photo that is sent comes to. Where the
 * answer says how many tokens it took, they are what is paid, and the rest is for estimates.
 */
export type Price =
  | { readonly perPicture: number }
  | { readonly perMegapixel: number }
  | { readonly byQuality: Readonly<Record<Quality, number>>; readonly wide: number; readonly source: number; readonly tokens: TokenPrices }
  | { readonly byTier: true }
  | null;

export interface ModelSpec {
  readonly mask: "no" | "takes" | "needs";
  readonly shape: Shape;
  readonly price: Price;
  /** Gives transparent pictures when asked. */
  readonly transparent?: true;
  /** Must be asked to look at the source closely; others always do, or can not, and refuse to be asked. */
  readonly inputFidelity?: true;
  /** The input's name for the picture where it is not the SDK's. */
  readonly imageField?: string;
}

/** Each provider's models, its default first. */
type Models = Readonly<Record<string, ModelSpec>>;

const gptSizes: Shape = { kind: "sizes", sizes: ["1024x1024", "1536x1024", "1024x1536"] };
const geminiRatios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];
const kontextRatios = ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"];

/**
 * Prices as published by ai.google.dev/gemini-api/docs/pricing, read through reports of it from 2025-10 to 2026-03, collected 2026-11-24.
 * Sizes and ratios: ai.google.dev/gemini-api/docs/image-generation.
 */
const gemini: Models = {
  "gemini-2.5-flash-image": { mask: "no", shape: { kind: "ratios", ratios: geminiRatios }, price: { perPicture: 0.039 } },
  "gemini-3.1-flash-image-preview": {
    mask: "no",
    shape: {
      kind: "ratios",
      ratios: geminiRatios,
      tiers: [
        { name: "1K", side: 1024, usd: 0.067 },
        { name: "2K", side: 2048, usd: 0.101 },
        { name: "4K", side: 4096, usd: 0.151 },
      ],
    },
    price: { byTier: true },
  },
  "gemini-3-pro-image-preview": {
    mask: "no",
    shape: {
      kind: "ratios",
      ratios: geminiRatios,
      tiers: [
        { name: "1K", side: 1024, usd: 0.134 },
        { name: "2K", side: 2048, usd: 0.134 },
        { name: "4K", side: 4096, usd: 0.24 },
      ],
    },
    price: { byTier: true },
  },
};

/**
 * OpenAI bills tokens and publishes what a square picture comes to (platform.openai.com/docs/pricing, read through reports of it from 2026-03
 * and 2026-04, collected 2026-11-24). A source that is looked at closely comes to about 3,050 tokens, else to 135 (fal.ai's page on GPT-Image
 * 1.5, collected 2026-11-25). gpt-image-2 answers `input_fidelity` with a 400, for it always looks closely; so does the mini, which never does.
 */
const openai: Models = {
  "gpt-image-2": {
    mask: "takes",
    shape: gptSizes,
    price: {
      byQuality: { low: 0.006, medium: 0.053, high: 0.211 },
      wide: 1.5,
      source: 0.025,
      tokens: { text: 5, image: 8, output: 30 },
    },
  },
  "gpt-image-1.5": {
    mask: "takes",
    shape: gptSizes,
    transparent: true,
    inputFidelity: true,
    price: {
      byQuality: { low: 0.009, medium: 0.034, high: 0.133 },
      wide: 1.5,
      source: 0.025,
      tokens: { text: 5, image: 8, output: 32 },
    },
  },
  "gpt-image-1-mini": {
    mask: "takes",
    shape: gptSizes,
    transparent: true,
    price: {
      byQuality: { low: 0.005, medium: 0.011, high: 0.036 },
      wide: 1.5,
      source: 0.001,
      tokens: { text: 2, image: 2.5, output: 8 },
    },
  },
  "gpt-image-1": {
    mask: "takes",
    shape: gptSizes,
    transparent: true,
    inputFidelity: true,
    price: {
      byQuality: { low: 0.011, medium: 0.042, high: 0.167 },
      wide: 1.5,
      source: 0.031,
      tokens: { text: 5, image: 10, output: 40 },
    },
  },
};

/** fal.ai/models/<model>/llms.txt, collected 2026-11-24; Kontext max as docs.bfl.ml/quick_start/pricing has it. */
const fal: Models = {
  "fal-ai/flux-pro/kontext": { mask: "no", shape: { kind: "ratios", ratios: kontextRatios }, price: { perPicture: 0.04 } },
  "fal-ai/flux-pro/kontext/max": { mask: "no", shape: { kind: "ratios", ratios: kontextRatios }, price: { perPicture: 0.08 } },
  "fal-ai/flux-pro/v1/fill": { mask: "needs", shape: { kind: "source" }, price: { perMegapixel: 0.05 } },
};

/** docs.bfl.ml/quick_start/pricing, whose prices Replicate passes on; collected 2026-11-24. */
const replicate: Models = {
  "black-forest-labs/flux-kontext-pro": {
    mask: "no",
    shape: { kind: "ratios", ratios: [...kontextRatios, "4:5", "5:4", "2:1", "1:2"] },
    price: { perPicture: 0.04 },
    imageField: "input_image",
  },
  "black-forest-labs/flux-kontext-max": {
    mask: "no",
    shape: { kind: "ratios", ratios: [...kontextRatios, "4:5", "5:4", "2:1", "1:2"] },
    price: { perPicture: 0.08 },
    imageField: "input_image",
  },
  "black-forest-labs/flux-fill-pro": { mask: "needs", shape: { kind: "source" }, price: { perPicture: 0.05 } },
};

const builtIn: Readonly<Record<GenerativeName, Models>> = { gemini, openai, fal, replicate, "openai-compatible": {} };

/** What is taken for granted of a model that only the environment names. */
const unknownModel: Readonly<Record<GenerativeName, ModelSpec>> = {
  gemini: { mask: "no", shape: { kind: "ratios", ratios: geminiRatios }, price: null },
  openai: { mask: "takes", shape: gptSizes, price: null },
  fal: { mask: "no", shape: { kind: "ratios", ratios: kontextRatios }, price: null },
  replicate: { mask: "no", shape: { kind: "ratios", ratios: kontextRatios }, price: null },
  "openai-compatible": { mask: "takes", shape: gptSizes, price: null },
};

export interface ModelTable {
  /** The default first. */
  readonly names: readonly string[];
  /** Of any name: an unknown one gets what its provider's models have in common. */
  spec(model: string): ModelSpec;
}

/** The built-in table with the environment's changes and additions. */
export function modelTable(engine: GenerativeName, overrides: Readonly<Record<string, ModelOverride>>): ModelTable {
  const known = new Map(Object.entries(builtIn[engine]));
  for (const [name, change] of Object.entries(overrides)) known.set(name, changed(known.get(name) ?? unknownModel[engine], change));
  return { names: [...known.keys()], spec: (model) => known.get(model) ?? unknownModel[engine] };
}

function changed(spec: ModelSpec, { priceUsd, mask, sizes, aspectRatios }: ModelOverride): ModelSpec {
  const shape: Shape | undefined = sizes ? { kind: "sizes", sizes } : aspectRatios ? { kind: "ratios", ratios: aspectRatios } : undefined;
  return {
    ...spec,
    ...(mask ? { mask } : {}),
    ...(shape ? { shape } : {}),
    ...(priceUsd === undefined ? {} : { price: { perPicture: priceUsd } }),
  };
}

export interface PriceFacts {
  readonly quality: Quality;
  /** Pixels that were or would be asked for; null: the source's shape. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly tier: Tier | null;
  /** Of the picture, millions of pixels. */
  readonly megapixels: number;
  /** What the answer says that it took; null: nothing, or there is none yet. */
  readonly tokens: Tokens | null;
}

/** US dollars for one picture; null where the table does not know. */
export function priceOf({ price }: ModelSpec, { quality, size, tier, megapixels, tokens }: PriceFacts): number | null {
  if (price === null) return null;
  if ("perPicture" in price) return price.perPicture;
  if ("perMegapixel" in price) return price.perMegapixel * Math.max(1, Math.ceil(megapixels));
  if ("byTier" in price) return tier?.usd ?? null;
  if (tokens !== null)
    return (tokens.text * price.tokens.text + tokens.image * price.tokens.image + tokens.output * price.tokens.output) / 1e6;
  const isWide = size !== null && size.width !== size.height;
  return price.byQuality[quality] * (isWide ? price.wide : 1) + price.source;
}
