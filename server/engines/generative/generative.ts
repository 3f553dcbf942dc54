// A generative engine: one adapter over the AI SDK for every provider. Source, prompt and mask out, a fitted picture back.
import type { ImageModel, ImageModelUsage } from "ai";
import { z } from "zod";
import type { ProviderConfig } from "../../config.ts";
import { badUserInput } from "../../errors.ts";
import { uprightSize } from "../../images/decode.ts";
import type { Picture } from "../../images/picture.ts";
import { type Sentence, say } from "../../say.ts";
import { type Availability, type Engine, EngineError, type EngineInput, type EngineOutput } from "../engine.ts";
import { createEnlarging, type Enlarging } from "./enlarging.ts";
import { changedBelow, type Fidelity } from "./fidelity.ts";
import { instructionOf } from "./instruction.ts";
import { type ModelSpec, type ModelTable, modelTable, priceOf, type Tokens } from "./models.ts";
import { type GenerativeOptions, optionsReader } from "./options.ts";
import { type Provider, runTimeoutMs } from "./providers.ts";
import { chooseShape, type WantedShape } from "./shape.ts";
import { prepareMask, prepareSource, type SentMask, type SentSource } from "./source.ts";

/** Of a picture in the source's shape, millions of pixels: what an estimate counts where nobody knows the photo. */
const usualMegapixels = 2;

/** How much of the product in the source is still what it was; null where nobody can tell. */
export type MeasureFidelity = (pictures: { source: Buffer; made: Picture; signal: AbortSignal }) => Promise<Fidelity | null>;

export interface GenerativeSettings {
  /** For one picture; left out: three minutes. */
  readonly timeoutMs?: number;
  /** Left out: no picture is compared with its source. */
  readonly fidelity?: MeasureFidelity;
}

interface Floor {
  readonly provider: Provider;
  readonly config: ProviderConfig;
  readonly models: ModelTable;
  readonly timeoutMs: number;
  readonly fidelity: MeasureFidelity | undefined;
  readonly enlarging: Enlarging;
}

/** An engine that asks one provider; it opens no connection before its first run. */
export function createGenerativeEngine(provider: Provider, config: ProviderConfig, settings: GenerativeSettings = {}): Engine {
  const models = modelTable(provider.name, config.models);
  const reader = optionsReader(provider.title, provider.options);
  const closing = new AbortController();
  const { timeoutMs = runTimeoutMs, fidelity } = settings;
  const floor: Floor = { provider, config, models, timeoutMs, fidelity, enlarging: createEnlarging() };
  const takesAny = provider.name === "openai-compatible";
  return {
    name: provider.name,
    title: provider.title,
    promptable: true,
    acceptsMask: provider.acceptsMask,
    models: models.names,
    ...(takesAny ? { anyModel: true } : {}),
    limits: {
      concurrency: config.limits.concurrency ?? provider.limits.concurrency,
      requestsPerMinute: config.limits.requestsPerMinute ?? provider.limits.requestsPerMinute,
    },
    optionsSchema: reader.schema,
    availability: availabilityOf(provider, config),
    pricePerImageUsd: (model, run) => {
      const name = model ?? models.names[0];
      if (name === undefined) return null;
      const spec = models.spec(name);
      const given: GenerativeOptions = run === undefined ? {} : reader.parse(run.options);
      const shape = chooseShape(spec, run?.output ?? { width: 1, height: 1 });
      return costOf({ spec, shape, options: given, megapixels: usualMegapixels, tokens: null });
    },
    parseOptions: reader.parse,
    run: (input) => runOnce(floor, { ...input, signal: AbortSignal.any([input.signal, closing.signal]) }),
    close: async () => {
      closing.abort(new EngineError("passing", say("ENGINE_CLOSING", { engine: provider.name })));
      await floor.enlarging.close();
    },
  };
}

function availabilityOf({ variable, title }: Provider, config: ProviderConfig): Availability {
  const isSet = variable.endsWith("_BASE_URL") ? config.baseUrl !== undefined : config.apiKey !== undefined;
  if (isSet) return { available: true };
  return { available: false, reason: say("KEY_NOT_SET", { variable, engine: title }) };
}

interface Call {
  readonly model: string;
  readonly spec: ModelSpec;
  readonly shape: WantedShape;
  readonly options: GenerativeOptions;
  readonly prompt: string;
}

async function runOnce(floor: Floor, input: EngineInput): Promise<EngineOutput> {
  const { provider, config, timeoutMs } = floor;
  input.signal.throwIfAborted();
  const call = planCall(floor, input);
  const asked = { title: provider.title, model: call.model, keyVariable: provider.keyVariable, apiKey: config.apiKey };
  input.onStage(say("STAGE_PREPARING"));
  const source = await prepareSource(input.source, { asPng: input.mask !== undefined, signal: input.signal });
  const mask = input.mask === undefined ? null : await prepareMask(input.mask, source, provider.maskStyle);
  input.signal.throwIfAborted();
  const { engineErrorOf, timedOut } = await import("./failures.ts");
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([input.signal, timeout]);
  input.onStage(say("STAGE_WAITING", { engine: provider.title }));
  try {
    const answer = await ask({ floor, call, source, mask: mask?.bytes ?? null, input, signal });
    const costUsd = costOf({ ...call, ...answer }) ?? 0;
    input.onAnswered?.(costUsd);
    input.onStage(say("STAGE_FITTING"));
    const made = { ...(await finish(floor, { answer, call, input })), costUsd };
    input.onStage(say("STAGE_COMPARING"));
    return await withFidelity(floor, input, { ...made, warnings: [...warningsOf(mask), ...made.warnings] });
  } catch (error) {
    input.signal.throwIfAborted();
    if (timeout.aborted) throw timedOut(asked, timeoutMs);
    throw engineErrorOf(error, asked);
  }
}

function planCall({ provider, models }: Floor, input: EngineInput): Call {
  const hasMask = input.mask !== undefined;
  const fits = (name: string): boolean => models.spec(name).mask !== (hasMask ? "no" : "needs");
  const model = input.model ?? models.names.find(fits) ?? models.names[0];
  if (model === undefined) {
    throw new EngineError("lasting", say("MODEL_NOT_NAMED", { engine: provider.title }));
  }
  if (!fits(model) && models.names.includes(model)) {
    const others = models.names.filter(fits).join(", ");
    throw new EngineError("lasting", hasMask ? say("MODEL_TAKES_NO_MASK", { model, others }) : say("MODEL_WANTS_MASK", { model, others }));
  }
  const spec = models.spec(model);
  const prompt = input.prompt?.trim() || instructionOf(input.recipe, input.output);
  return { model, spec, shape: chooseShape(spec, input.output), options: optionsOf(input.options), prompt };
}

/** Options were parsed before the run; what is left is to say so. */
function optionsOf(options: unknown): GenerativeOptions {
  if (typeof options !== "object" || options === null) throw badUserInput("options is no object: leave it out for the defaults.");
  return options;
}

interface Question {
  readonly floor: Floor;
  readonly call: Call;
  readonly source: SentSource;
  readonly mask: Buffer | null;
  readonly input: EngineInput;
  readonly signal: AbortSignal;
}

interface RawAnswer {
  readonly bytes: Buffer;
  /** Whether the provider says that it blacked the picture out. */
  readonly isCensored: boolean;
  /** Of the picture, millions of pixels. */
  readonly megapixels: number;
  /** Null where the provider does not bill by them. */
  readonly tokens: Tokens | null;
}

async function ask({ floor, call, source, mask, input, signal }: Question): Promise<RawAnswer> {
  const { provider, config } = floor;
  const { generateImage } = await import("ai");
  // The SDK prints its warnings to the console otherwise.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const model: ImageModel = await provider.open(config, call.model);
  const { shape, options, spec } = call;
  const extras = provider.extras?.({
    spec,
    shape,
    options,
    transparent: input.recipe.background === "TRANSPARENT",
    imageUri: () => `data:${source.mimeType};base64,${source.bytes.toString("base64")}`,
  });
  const { image, usage, providerMetadata } = await generateImage({
    model,
    prompt: { text: call.prompt, images: spec.imageField ? [] : [source.bytes], ...(mask === null ? {} : { mask }) },
    ...(shape.size === null ? {} : { size: shape.size }),
    ...(shape.ratio === null || provider.ownRatios ? {} : { aspectRatio: shape.ratio }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(extras === undefined ? {} : { providerOptions: { [provider.extrasKey]: extras } }),
    // The queue tries again, with its own patience; a second retry inside would multiply the requests.
    maxRetries: 0,
    abortSignal: signal,
  });
  const bytes = Buffer.from(image.uint8Array);
  return {
    bytes,
    isCensored: JSON.stringify(providerMetadata).includes('"nsfw":true'),
    megapixels: await megapixelsOf(bytes),
    tokens: tokensOf(usage, providerMetadata["openai"]?.images?.[0]),
  };
}

/** Of a picture that can not be read, what is usual: it was paid for all the same. */
async function megapixelsOf(bytes: Buffer): Promise<number> {
  const size = await uprightSize(bytes).catch(() => null);
  return size === null ? usualMegapixels : (size.width * size.height) / 1e6;
}

const tokenDetails = z.object({ imageTokens: z.number(), textTokens: z.number() });

/** @param details of the one picture, as the SDK passes them on */
function tokensOf({ inputTokens, outputTokens }: ImageModelUsage, details: unknown): Tokens | null {
  if (inputTokens === undefined || outputTokens === undefined) return null;
  const sent = tokenDetails.safeParse(details).data;
  return { text: sent?.textTokens ?? 0, image: sent?.imageTokens ?? inputTokens, output: outputTokens };
}

async function finish(
  { enlarging }: Floor,
  { answer, call, input }: { answer: RawAnswer; call: Call; input: EngineInput },
): Promise<Omit<EngineOutput, "costUsd">> {
  if (answer.isCensored) throw new EngineError("lasting", say("MODEL_CENSORED"));
  const { fitAnswer } = await import("./fit.ts");
  const { picture, upscaled, warnings } = await fitAnswer(answer.bytes, { ...input, enlarge: enlarging.enlarge });
  return {
    picture,
    model: call.model,
    confidence: null,
    warnings,
    placement: null,
    upscaled,
    promptSent: call.prompt,
    disclosure: input.mask === undefined ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia",
  };
}

/** A mask that lets everything be painted is none, and may be one that was meant the other way round. */
const warningsOf = (mask: SentMask | null): Sentence[] => (mask?.share === 1 ? [say("MASK_ALL_FREE")] : []);

async function withFidelity({ fidelity }: Floor, { source, signal }: EngineInput, made: EngineOutput): Promise<EngineOutput> {
  const measured = (await fidelity?.({ source, made: made.picture, signal })) ?? null;
  if (measured === null) return made;
  const { figure, changed } = measured;
  const warning = say("PRODUCT_CHANGED", { parts: changed, percent: Math.round(figure * 100) });
  return { ...made, fidelity: figure, warnings: figure < changedBelow ? [...made.warnings, warning] : made.warnings };
}

function costOf({
  spec,
  shape,
  options,
  megapixels,
  tokens,
}: Pick<Call, "spec" | "shape" | "options"> & Pick<RawAnswer, "megapixels" | "tokens">): number | null {
  const [width = 1, height = 1] = shape.size?.split("x").map(Number) ?? [];
  const size = shape.size === null ? null : { width, height };
  return priceOf(spec, { quality: options.quality ?? "medium", size, tier: shape.tier, megapixels, tokens });
}
