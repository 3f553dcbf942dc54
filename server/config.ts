// The environment, read and checked in one place; all faults are reported together.
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ });
const text = z.string().min(1);

const environment = z.object({
  HOST: text.default("127.0.0.1"),
  PORT: port.default(4000),
  PUBLIC_URL: url.optional(),
  DATA_DIR: text.default(".data"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
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
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).optional(),
  STUDIO_MODEL: text.optional(),
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

export interface Config {
  readonly host: string;
  readonly port: number;
  /** How browsers reach the API, without a trailing slash. */
  readonly publicUrl: string;
  /** Absolute path. */
  readonly dataDir: string;
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Undefined: the disk store. */
  readonly s3: S3Config | undefined;
  readonly auth: AuthConfig;
  readonly corsOrigins: readonly string[];
  /** Items at once in this worker process. */
  readonly workerConcurrency: number;
  readonly studioModel: string | undefined;
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
    s3: s3Of(vars),
    auth: authOf(vars),
    corsOrigins: vars.CORS_ORIGINS ?? ownOrigins(publicUrl),
    workerConcurrency: vars.WORKER_CONCURRENCY ?? availableParallelism(),
    studioModel: vars.STUDIO_MODEL,
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
  return faults;
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
