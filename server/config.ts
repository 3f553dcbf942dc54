// The environment, read and checked in one place; all faults are reported together. Longer than other files for that: a variable, its
// check and what it becomes are read side by side.
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type GalleryConfig, galleriesSchema } from "./gallery-config.ts";

const defaultDataDir = ".data";
const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ });
const text = z.string().min(1);

/** A key goes into an HTTP header: line breaks and spaces in it are mistakes of copying. */
const apiKey = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, "holds spaces or characters that no key has; copy it anew");

/** JSON in one variable; a fault in it is named by its path. */
const json = z.string().transform((value, context): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue({ code: "custom", message: "is no JSON" });
    return z.NEVER;
  }
});

/** The generative engines, in the order in which they are shown. */
export const generativeNames = ["gemini", "openai", "fal", "replicate", "openai-compatible"] as const;
export type GenerativeName = (typeof generativeNames)[number];

/** The larger networks of the studio engine that `npm run model` fetches. */
export const studioModelNames = ["u2netp", "isnet-general-use", "birefnet-lite"] as const;
export type StudioModelName = (typeof studioModelNames)[number];

const isStudioModelName = (value: string): value is StudioModelName => studioModelNames.some((name) => name === value);

/** A bare word that is no known name is a slip of the pen, and not the path of a file that will be missed later. */
const studioModel = text.refine((value) => isStudioModelName(value) || /[\\/]|\.onnx$/i.test(value), {
  error: ({ input }) => `is "${input}", which is neither a model of ours (${studioModelNames.join(", ")}) nor the path of an .onnx file`,
});

const model = z.strictObject({
  /** US dollars for one picture. */
  priceUsd: z.number().min(0).max(100).optional(),
  mask: z.enum(["no", "takes", "needs"]).optional(),
  sizes: z
    .array(z.string().regex(/^\d{2,5}x\d{2,5}$/, 'wants sizes such as "1024x1024"'))
    .min(1)
    .optional(),
  aspectRatios: z
    .array(z.string().regex(/^\d{1,2}:\d{1,2}$/, 'wants ratios such as "4:3"'))
    .min(1)
    .optional(),
});
/** What the environment says of a model, over or beside the built-in table. */
export type ModelOverride = z.infer<typeof model>;

const limits = z.strictObject({
  concurrency: z.number().int().min(1).max(1_000).optional(),
  requestsPerMinute: z.number().int().min(1).max(100_000).optional(),
});

/** Days for which something is kept, or `never`: it is not swept at all. */
const days = (usual: number | "never") =>
  z
    .union([z.literal("never"), z.coerce.number({ error: "wants a number of days, or never" }).int().min(1).max(36_500)])
    .default(usual)
    .transform((value) => (value === "never" ? null : value));

const environment = z.object({
  HOST: text.default("127.0.0.1"),
  PORT: port.default(4000),
  PUBLIC_URL: url.optional(),
  DATA_DIR: text.default(defaultDataDir),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  S3_BUCKET: text.optional(),
  S3_ENDPOINT: url.optional(),
  S3_REGION: text.default("us-east-1"),
  S3_ACCESS_KEY_ID: text.optional(),
  S3_SECRET_ACCESS_KEY: text.optional(),
  S3_FORCE_PATH_STYLE: z.stringbool().default(false),
  S3_PUBLIC_URL: url.optional(),
  AUTH_JWT_SECRET: z.string().min(32, "needs at least 32 characters, or it can be guessed").optional(),
  AUTH_JWKS_URL: url.optional(),
  AUTH_JWT_ISSUER: text.optional(),
  AUTH_JWT_AUDIENCE: text.optional(),
  CORS_ORIGINS: z
    .string()
    .transform((list) =>
      list
        .split(",")
        .map((origin) => origin.trim().replace(/\/$/, ""))
        .filter(Boolean),
    )
    .optional(),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(6_000),
  METRICS_TOKEN: z
    .string()
    .min(16, "needs at least 16 characters, or it can be guessed")
    .regex(/^[\x21-\x7e]+$/, "holds spaces or characters that no header takes")
    .optional(),
  METRICS_HOST: text.default("127.0.0.1"),
  METRICS_PORT: port.min(1).optional(),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).optional(),
  STUDIO_MODEL: studioModel.optional(),
  GEMINI_API_KEY: apiKey.optional(),
  GEMINI_BASE_URL: url.optional(),
  OPENAI_API_KEY: apiKey.optional(),
  OPENAI_BASE_URL: url.optional(),
  FAL_API_KEY: apiKey.optional(),
  FAL_BASE_URL: url.optional(),
  REPLICATE_API_TOKEN: apiKey.optional(),
  REPLICATE_BASE_URL: url.optional(),
  OPENAI_COMPATIBLE_API_KEY: apiKey.optional(),
  OPENAI_COMPATIBLE_BASE_URL: url.optional(),
  ENGINE_MODELS: json.pipe(z.partialRecord(z.enum(generativeNames), z.record(text, model))).optional(),
  ENGINE_LIMITS: json.pipe(z.partialRecord(z.enum(generativeNames), limits)).optional(),
  GALLERIES: json.pipe(galleriesSchema).optional(),
  RETENTION_LOGS_DAYS: days(90),
  RETENTION_JOBS_DAYS: days("never"),
  RETENTION_RESULTS_DAYS: days("never"),
  RETENTION_COPIES_DAYS: days(90),
  RETENTION_STRAYS_DAYS: days("never"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  NODE_ENV: z.string().default("development"),
});

const loopbackHosts: readonly string[] = ["127.0.0.1", "localhost", "::1"];

export interface S3Config {
  readonly bucket: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly forcePathStyle: boolean;
  readonly publicUrl: string | undefined;
}

/** How tokens are checked; `development` means a secret made on this machine, on a loopback host only. */
export type AuthConfig =
  | { readonly kind: "development" }
  | { readonly kind: "secret"; readonly secret: string; readonly issuer: string | undefined; readonly audience: string | undefined }
  | { readonly kind: "jwks"; readonly url: string; readonly issuer: string | undefined; readonly audience: string | undefined };

export interface ProviderConfig {
  readonly apiKey: string | undefined;
  /** Undefined: the provider's own. Without a trailing slash. */
  readonly baseUrl: string | undefined;
  readonly models: Readonly<Record<string, ModelOverride>>;
  readonly limits: z.infer<typeof limits>;
}
export type GenerativeConfig = Readonly<Record<GenerativeName, ProviderConfig>>;

/** What STUDIO_MODEL names: a network that `npm run model` keeps in `dir`, or an ONNX file by its absolute path. */
export type StudioModelChoice =
  | { readonly kind: "known"; readonly name: StudioModelName; readonly dir: string }
  | { readonly kind: "file"; readonly path: string };

/** For how long things are kept, days; null: for good. */
export interface Retention {
  /** A job's log, after the job has ended. */
  readonly logs: number | null;
  /** A job with its items and log, after it has ended; results stay. */
  readonly jobs: number | null;
  /** Results that are not current, of pairs that nothing has happened to since. */
  readonly results: number | null;
  /** Scaled copies: made anew when they are asked for. */
  readonly copies: number | null;
  /** Pictures in the store that no row knows. */
  readonly strays: number | null;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** How browsers reach the API, without a trailing slash. */
  readonly publicUrl: string;
  /** Absolute path. */
  readonly dataDir: string;
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Connections that a process's own pool holds at most. */
  readonly databasePoolSize: number;
  /** Undefined: the disk store. */
  readonly s3: S3Config | undefined;
  readonly auth: AuthConfig;
  readonly corsOrigins: readonly string[];
  /** Operations of one viewer a minute, over all API processes; 0: as many as they like. */
  readonly rateLimitPerMinute: number;
  readonly metrics: {
    /** What a scraper sends as its bearer token; undefined: nobody is asked on a development machine, and nobody let in elsewhere. */
    readonly token: string | undefined;
    /** Where a worker shows its figures; undefined port: nowhere. */
    readonly host: string;
    readonly port: number | undefined;
  };
  readonly retention: Retention;
  /** Items at once in this worker process. */
  readonly workerConcurrency: number;
  /** Undefined: the one that is built in. */
  readonly studioModel: StudioModelChoice | undefined;
  readonly generative: GenerativeConfig;
  /** Where SKUs come from; they hold secrets. Undefined: nobody has said which there are, and a demo may bring one. */
  readonly galleries: readonly GalleryConfig[] | undefined;
  readonly logLevel: string;
  /** Whether HOST is this machine alone. */
  readonly loopback: boolean;
  readonly production: boolean;
}

/** The environment is wrong; the message lists every fault. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** @throws ConfigError naming every variable at fault and what it wants. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(faultList(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)));
  }
  const vars = parsed.data;
  const faults = crossFaults(vars);
  if (faults.length > 0) throw new ConfigError(faultList(faults));
  const publicUrl = (vars.PUBLIC_URL ?? `http://localhost:${vars.PORT}`).replace(/\/$/, "");
  return {
    host: vars.HOST,
    port: vars.PORT,
    publicUrl,
    dataDir: resolve(vars.DATA_DIR),
    databaseUrl: vars.DATABASE_URL,
    databasePoolSize: vars.DATABASE_POOL_SIZE,
    s3: s3Of(vars),
    auth: authOf(vars),
    corsOrigins: vars.CORS_ORIGINS ?? ownOrigins(publicUrl),
    rateLimitPerMinute: vars.RATE_LIMIT_PER_MINUTE,
    metrics: { token: vars.METRICS_TOKEN, host: vars.METRICS_HOST, port: vars.METRICS_PORT },
    retention: {
      logs: vars.RETENTION_LOGS_DAYS,
      jobs: vars.RETENTION_JOBS_DAYS,
      results: vars.RETENTION_RESULTS_DAYS,
      copies: vars.RETENTION_COPIES_DAYS,
      strays: vars.RETENTION_STRAYS_DAYS,
    },
    workerConcurrency: vars.WORKER_CONCURRENCY ?? availableParallelism(),
    studioModel: studioModelOf(vars),
    generative: generativeOf(vars),
    galleries: vars.GALLERIES,
    logLevel: vars.LOG_LEVEL,
    loopback: loopbackHosts.includes(vars.HOST),
    production: vars.NODE_ENV === "production",
  };
}

/** A page opened as 127.0.0.1 uploads to links that say localhost, and the other way round. */
function ownOrigins(publicUrl: string): string[] {
  const { origin, hostname } = new URL(publicUrl);
  if (!loopbackHosts.includes(hostname)) return [origin];
  return ["localhost", "127.0.0.1"].map((name) => origin.replace(hostname, name));
}

type Vars = z.infer<typeof environment>;

function crossFaults(vars: Vars): string[] {
  const faults: string[] = [];
  const hasAuth = vars.AUTH_JWT_SECRET !== undefined || vars.AUTH_JWKS_URL !== undefined;
  if (vars.AUTH_JWT_SECRET !== undefined && vars.AUTH_JWKS_URL !== undefined) {
    faults.push("AUTH_JWT_SECRET and AUTH_JWKS_URL: set one of them, not both");
  }
  if (!hasAuth && !loopbackHosts.includes(vars.HOST)) {
    faults.push(
      `AUTH_JWT_SECRET or AUTH_JWKS_URL: needed because HOST is ${vars.HOST}; without them anybody on the network would be let in. Development mode works only on ${loopbackHosts.join(", ")}`,
    );
  }
  if (vars.S3_BUCKET === undefined && (vars.S3_ENDPOINT ?? vars.S3_ACCESS_KEY_ID) !== undefined) {
    faults.push("S3_BUCKET: needed because other S3_* variables are set");
  }
  if ((vars.S3_ACCESS_KEY_ID === undefined) !== (vars.S3_SECRET_ACCESS_KEY === undefined)) {
    faults.push("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: set both or neither");
  }
  if (vars.METRICS_PORT !== undefined && vars.METRICS_TOKEN === undefined && !loopbackHosts.includes(vars.METRICS_HOST)) {
    faults.push(
      `METRICS_TOKEN: needed because METRICS_HOST is ${vars.METRICS_HOST}; without it anybody on the network could read the figures`,
    );
  }
  if (vars.OPENAI_COMPATIBLE_API_KEY !== undefined && vars.OPENAI_COMPATIBLE_BASE_URL === undefined) {
    faults.push("OPENAI_COMPATIBLE_BASE_URL: needed because OPENAI_COMPATIBLE_API_KEY is set");
  }
  return faults;
}

/** Where `npm run model` keeps what it fetched, for the program that needs nothing else of the environment. */
export const readModelsDir = (env: NodeJS.ProcessEnv): string => modelsDirIn(resolve(env["DATA_DIR"] || defaultDataDir));

const modelsDirIn = (dataDir: string): string => join(dataDir, "models");

function studioModelOf({ STUDIO_MODEL: value, DATA_DIR }: Vars): StudioModelChoice | undefined {
  if (value === undefined) return undefined;
  if (isStudioModelName(value)) return { kind: "known", name: value, dir: modelsDirIn(resolve(DATA_DIR)) };
  return { kind: "file", path: resolve(value) };
}

function generativeOf(vars: Vars): GenerativeConfig {
  const provider = (name: GenerativeName, key: string | undefined, baseUrl: string | undefined): ProviderConfig => ({
    apiKey: key,
    baseUrl: baseUrl?.replace(/\/+$/, ""),
    models: vars.ENGINE_MODELS?.[name] ?? {},
    limits: vars.ENGINE_LIMITS?.[name] ?? {},
  });
  return {
    gemini: provider("gemini", vars.GEMINI_API_KEY, vars.GEMINI_BASE_URL),
    openai: provider("openai", vars.OPENAI_API_KEY, vars.OPENAI_BASE_URL),
    fal: provider("fal", vars.FAL_API_KEY, vars.FAL_BASE_URL),
    replicate: provider("replicate", vars.REPLICATE_API_TOKEN, vars.REPLICATE_BASE_URL),
    "openai-compatible": provider("openai-compatible", vars.OPENAI_COMPATIBLE_API_KEY, vars.OPENAI_COMPATIBLE_BASE_URL),
  };
}

function s3Of(vars: Vars): S3Config | undefined {
  if (vars.S3_BUCKET === undefined) return undefined;
  return {
    bucket: vars.S3_BUCKET,
    endpoint: vars.S3_ENDPOINT,
    region: vars.S3_REGION,
    accessKeyId: vars.S3_ACCESS_KEY_ID,
    secretAccessKey: vars.S3_SECRET_ACCESS_KEY,
    forcePathStyle: vars.S3_FORCE_PATH_STYLE,
    publicUrl: vars.S3_PUBLIC_URL,
  };
}

function authOf(vars: Vars): AuthConfig {
  const claims = { issuer: vars.AUTH_JWT_ISSUER, audience: vars.AUTH_JWT_AUDIENCE };
  if (vars.AUTH_JWT_SECRET !== undefined) return { kind: "secret", secret: vars.AUTH_JWT_SECRET, ...claims };
  if (vars.AUTH_JWKS_URL !== undefined) return { kind: "jwks", url: vars.AUTH_JWKS_URL, ...claims };
  return { kind: "development" };
}

const faultList = (faults: readonly string[]): string =>
  `The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join("\n")}`;
