// Tokens and keys become a Viewer.
import { createHash } from "node:crypto";
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose";
import { z } from "zod";
import type { AuthConfig } from "../config.ts";
import { unauthenticated } from "../errors.ts";
import { principalId, roles, type Viewer } from "./viewer.ts";

/** What every API key starts with, so that it is told from a token and found by secret scanners. */
export const apiKeyPrefix = "isk_";
/** Seconds that two machines' clocks may differ by. */
const clockToleranceSeconds = 5;

export interface Credentials {
  /** The value of an `Authorization` header (or of the same connection parameter). */
  readonly authorization?: string | null | undefined;
  /** The value of an `X-API-Key` header. */
  readonly apiKey?: string | null | undefined;
}

/** Looks a key up by the SHA-256 (hex) of its secret; null where there is none that holds. */
export type FindApiKey = (hash: string) => Promise<Viewer | null>;

export type Authenticate = (credentials: Credentials) => Promise<Viewer>;

export const hashApiKey = (secret: string): string => createHash("sha256").update(secret).digest("hex");

const claims = z.object({ sub: principalId, workspace: principalId, role: z.enum(roles), exp: z.number() });

type VerifyToken = (token: string) => Promise<{ payload: JWTPayload }>;

/**
 * @param auth how tokens are checked; in development mode `developmentSecret` signs them
 * @returns a function that throws UserError UNAUTHENTICATED with what is wrong and what to do
 */
export function createAuthenticate(auth: AuthConfig, developmentSecret: string | null, findApiKey: FindApiKey): Authenticate {
  const verify = createVerify(auth, developmentSecret);
  return async ({ authorization, apiKey }) => {
    const bearer = authorization?.match(/^Bearer +(\S+)$/i)?.[1];
    const key = apiKey ?? (bearer?.startsWith(apiKeyPrefix) ? bearer : undefined);
    if (key !== undefined) return viewerOfKey(key, findApiKey);
    if (bearer === undefined) {
      throw unauthenticated("No credentials came with the request. Send an Authorization header: Bearer, then a token or an API key.");
    }
    return viewerOfToken(bearer, verify);
  };
}

function createVerify(auth: AuthConfig, developmentSecret: string | null): VerifyToken {
  if (auth.kind === "jwks") {
    const keySet = createRemoteJWKSet(new URL(auth.url));
    const options = verifyOptions(auth);
    return (token) => jwtVerify(token, keySet, options);
  }
  const secret = auth.kind === "secret" ? auth.secret : developmentSecret;
  if (secret === null) throw new Error("Development mode needs its token secret");
  const key = new TextEncoder().encode(secret);
  const options: JWTVerifyOptions = {
    ...verifyOptions(auth.kind === "secret" ? auth : { issuer: undefined, audience: undefined }),
    algorithms: ["HS256", "HS384", "HS512"],
  };
  return (token) => jwtVerify(token, key, options);
}

function verifyOptions({ issuer, audience }: { issuer: string | undefined; audience: string | undefined }): JWTVerifyOptions {
  return {
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["sub", "workspace", "role", "exp"],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
}

async function viewerOfKey(key: string, findApiKey: FindApiKey): Promise<Viewer> {
  const viewer = await findApiKey(hashApiKey(key));
  if (viewer === null) throw unauthenticated("The API key is unknown, revoked or expired. Use another, or make a new one.");
  return viewer;
}

async function viewerOfToken(token: string, verify: VerifyToken): Promise<Viewer> {
  const payload = await verify(token).then((verified) => verified.payload, refuse);
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw unauthenticated(`The token's claims are not as they should be (${faults}). It needs sub, workspace, role and exp.`);
  }
  const { sub, workspace, role, exp } = parsed.data;
  return { userId: sub, workspace, role, expiresAt: new Date(exp * 1000) };
}

function refuse(thrown: unknown): never {
  if (thrown instanceof errors.JWTExpired) throw unauthenticated("The token has expired. Get a new one from the host app and try again.");
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    throw unauthenticated(
      `The token was refused: its claim ${thrown.claim} is missing or does not fit. It needs sub, workspace, role and exp.`,
    );
  }
  // Not the token's fault: the host app's keys could not be had in time.
  if (thrown instanceof errors.JWKSTimeout) throw thrown;
  if (thrown instanceof errors.JOSEError) throw unauthenticated("The token was refused: it is malformed or signed with another key.");
  throw thrown;
}
