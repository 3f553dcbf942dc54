// A whole server in process: its own database and store, GraphQL by Yoga's fetch, pictures and objects by their handlers.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { inject } from "vitest";
import { type ComposedApi, composeApi } from "../../server/api.ts";
import { type App, closeApp, openApp } from "../../server/app.ts";
import type { Role } from "../../server/auth/viewer.ts";
import { type Config, readConfig, type S3Config } from "../../server/config.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import type { EngineRegistry } from "../../server/engines/registry.ts";
import type { FetchGuard } from "../../server/fetch/target.ts";
import { createLog, type Log } from "../../server/log.ts";
import type { RunLimits } from "../../server/tasks/bounded-run.ts";
import { startWorker, type Worker } from "../../server/tasks/runner.ts";
import { createTestDatabase } from "./database.ts";
import { createBucket } from "./s3.ts";

export const testTokenSecret = "a secret of the tests, long enough to be one";
const tokenLifeSeconds = 3_600;

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as they come, and fail where they are not as expected
  readonly data: any;
  readonly errors?: { message: string; path?: string[]; extensions: { code: string } }[];
}

export type Ask = (document: string, variables?: Record<string, unknown>) => Promise<Answer>;

export interface TestApi {
  readonly app: App;
  readonly databaseUrl: string;
  readonly config: Config;
  readonly composed: ComposedApi;
  /** Any request, as the HTTP server would route it; links of a real S3 server go over the network. */
  fetch(request: Request): Promise<Response>;
  /** GraphQL as somebody: an EDITOR of the workspace `test` when nothing is said. */
  as(who?: { role?: Role; workspace?: string; user?: string }): Ask;
  token(who?: { role?: Role; workspace?: string; user?: string; expiresInSeconds?: number }): Promise<string>;
  /** Runs what is queued until `close`. */
  startWorker(limits?: RunLimits): Promise<Worker>;
  close(): Promise<void>;
}

/** A token as a host app signs it with `testTokenSecret`. */
export const signToken: TestApi["token"] = ({
  role = "EDITOR",
  workspace = "test",
  user = "ann",
  expiresInSeconds = tokenLifeSeconds,
} = {}) =>
  new SignJWT({ workspace, role })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
    .sign(new TextEncoder().encode(testTokenSecret));

export interface TestApiOptions {
  readonly store?: "disk" | "s3";
  /** A port on loopback by which the S3 server is reached instead of its own, such as a proxy's. */
  readonly s3Port?: number;
  readonly engines?: EngineRegistry;
  readonly env?: Record<string, string>;
  /** Lets the guarded fetch reach servers of the test's own. */
  readonly fetchGuard?: FetchGuard;
  /** Left out: what is fatal, to stderr. */
  readonly log?: Log;
}

const reachedBy = (s3: S3Config, port: number | undefined): S3Config =>
  port === undefined ? s3 : { ...s3, endpoint: `http://127.0.0.1:${port}` };

export async function createTestApi({
  store = "disk",
  s3Port,
  engines,
  env = {},
  fetchGuard,
  log: given,
}: TestApiOptions = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "studio-api-"));
  const base = readConfig({ AUTH_JWT_SECRET: testTokenSecret, DATA_DIR: dataDir, LOG_LEVEL: "fatal", WORKER_CONCURRENCY: "2", ...env });
  const config: Config = store === "disk" ? base : { ...base, s3: reachedBy(await createBucket(inject("s3")), s3Port) };
  const log = given ?? createLog(config.logLevel);
  const linkSecret = (db: App["db"]): Promise<string> => sharedSecret(db, "links");
  const app = await openApp({
    config,
    log,
    databaseUrl: database.url,
    linkSecret,
    ...(engines ? { engines } : {}),
    ...(fetchGuard ? { fetchGuard } : {}),
  });
  const composed = composeApi(app, { developmentSecret: null });
  const workers: Worker[] = [];

  const route = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (url.origin !== new URL(config.publicUrl).origin) return fetch(request);
    const found = composed.routes.find(([prefix]) => url.pathname === prefix || (prefix.endsWith("/") && url.pathname.startsWith(prefix)));
    return found ? found[1](request) : composed.graphql.fetch(request, {});
  };

  const api: TestApi = {
    app,
    databaseUrl: database.url,
    config,
    composed,
    fetch: route,
    as:
      (who) =>
      async (query, variables = {}) => {
        const response = await route(
          new Request(`${config.publicUrl}/graphql`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${await api.token(who)}` },
            body: JSON.stringify({ query, variables }),
          }),
        );
        return (await response.json()) as Answer;
      },
    token: signToken,
    async startWorker(limits) {
      const worker = await startWorker(app, database.url, { limits });
      workers.push(worker);
      return worker;
    },
    async close() {
      for (const worker of workers) await worker.stop();
      await composed.graphql.dispose();
      await closeApp(app);
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return api;
}
