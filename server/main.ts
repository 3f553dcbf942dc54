// The door: `all` (everything, with what is missing brought along), `api` or `worker`; and the way out, in order.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Marketplace } from "../demo/marketplace/server.ts";
import { becomeThrifty, thriftyEnv } from "./allocator.ts";
import type { App } from "./app.ts";
import type { Config } from "./config.ts";
import { messageOf } from "./errors.ts";
import { boundGarbage } from "./heap.ts";
import type { Log } from "./log.ts";
import { keepRunning } from "./worker-process.ts";

const roles = ["all", "api", "worker"] as const;
type Role = (typeof roles)[number];

/** Type stripping, Promise.withResolvers and Map.groupBy: the first major version that has them all by default. */
const neededNodeMajor = 24;
/** Milliseconds after which the process ends even if something in it does not. */
const stopMs = 18_000;

/** Undone in the reverse order of doing, whatever happens. */
const cleanups: (() => Promise<unknown>)[] = [];
let stopping: Promise<void> | undefined;
/** Known once the configuration is. */
let ownLog: Log | undefined;

async function start(role: Role): Promise<void> {
  // Imported here, so that a wrong Node or a missing `npm run generate` is told in words before anything else fails.
  const { readConfig } = await import("./config.ts");
  const { createLog } = await import("./log.ts");
  const given = readConfig(process.env);
  const port = role !== "worker" && given.port === 0 ? await freePort(given.host) : given.port;
  const marketplace = role === "all" ? await demoMarketplace(given) : undefined;
  const galleriesEnv = marketplace === undefined ? {} : { GALLERIES: JSON.stringify([marketplace.gallery]) };
  const config = readConfig({ ...process.env, ...galleriesEnv, PORT: String(port) });
  const log = createLog(config.logLevel);
  ownLog = log;

  const databaseUrl = config.databaseUrl ?? (await embeddedDatabase(role, config.dataDir, log));
  const { migrate } = await import("./db/migrate.ts");
  const ending = new AbortController();
  const migrated = migrate(databaseUrl, { log, signal: ending.signal });
  cleanups.push(() => {
    ending.abort(new Error("The process was told to end before its database was migrated."));
    return Promise.allSettled([migrated]);
  });
  await migrated;
  if (stopping !== undefined) return;

  const { openApp, closeApp } = await import("./app.ts");
  const { sharedSecret } = await import("./domain/secret.ts");
  const app = await openApp({ config, log, databaseUrl, linkSecret: (db) => sharedSecret(db, "links") });
  cleanups.push(() => closeApp(app));
  await app.store.check();

  if (role === "worker") return runWorker(app, databaseUrl);

  const { readDevelopmentKeys } = await import("./embedded/keys.ts");
  const { demoWorkspace, loadDemoData } = await import("./embedded/demo-data.ts");
  const { ensureApiKey } = await import("./domain/api-key.ts");
  const { behindBalancer, startApi } = await import("./api.ts");
  const keys = config.auth.kind === "development" ? await readDevelopmentKeys(config.dataDir) : null;
  if (keys !== null) await ensureApiKey(app.db, { secret: keys.apiKey, workspace: demoWorkspace, name: "Development" });

  if (role === "all" && keys !== null) {
    // Before anything listens: who finds the server ready also finds SKUs to work on.
    const { readDemoCatalog } = await import("../demo/catalog.ts");
    await loadDemoData(app, readDemoCatalog);
  }
  const fallback = role === "all" && keys !== null ? await demoApp(keys.tokenSecret, config, marketplace) : undefined;
  const api = await startApi(app, {
    developmentSecret: keys?.tokenSecret ?? null,
    ...(fallback === undefined ? {} : { fallback }),
    ...(role === "api" && config.production ? { leave: behindBalancer } : {}),
  });
  cleanups.push(() => api.stop());
  if (role === "all") startWorkerProcess({ DATABASE_URL: databaseUrl, ...galleriesEnv });
  process.stdout.write(
    welcome({
      publicUrl: config.publicUrl,
      hasDemo: fallback !== undefined,
      apiKeyFile: keys?.apiKeyFile ?? null,
      production: config.production,
    }),
  );
}

async function embeddedDatabase(role: Role, dataDir: string, log: Log): Promise<string> {
  if (role === "worker")
    throw new Error("DATABASE_URL is not set: a worker needs the database that the API uses. Without one, `npm start` brings everything.");
  const { startEmbeddedPostgres } = await import("./embedded/postgres.ts");
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  cleanups.push(() => postgres.stop());
  return postgres.url;
}

async function runWorker(app: App, databaseUrl: string): Promise<void> {
  const { startWorker } = await import("./tasks/runner.ts");
  const worker = await startWorker(app, databaseUrl);
  cleanups.push(() => worker.stop());
  const { host, port } = app.config.metrics;
  if (port !== undefined) {
    const { showPool, startMetricsServer } = await import("./http/metrics.ts");
    showPool(app);
    const figures = await startMetricsServer(app, { host, port });
    cleanups.push(() => figures.stop());
  }
  // Started by `all`: when that process dies, the channel closes and this one ends too.
  process.once("disconnect", () => void stop(0));
  process.send?.("ready");
}

/** Somewhere for the demo to sell: only in development, and where nobody has said by GALLERIES which galleries there are. */
async function demoMarketplace({ auth, dataDir, galleries }: Config): Promise<Marketplace | undefined> {
  if (auth.kind !== "development" || galleries !== undefined) return undefined;
  const { startMarketplace } = await import("../demo/marketplace/server.ts");
  const { demoWorkspace } = await import("./embedded/demo-data.ts");
  const marketplace = await startMarketplace({ folder: join(dataDir, "marketplace"), workspace: demoWorkspace });
  cleanups.push(() => marketplace.close());
  return marketplace;
}

type DemoFallback = (request: Request) => Promise<Response>;

async function demoApp(tokenSecret: string, { publicUrl, s3 }: Config, marketplace: Marketplace | undefined): Promise<DemoFallback> {
  const { createDemoApp } = await import("../demo/backend.ts");
  const { demoWorkspace } = await import("./embedded/demo-data.ts");
  const distDir = fileURLToPath(new URL("../demo/dist", import.meta.url));
  // Where the pages may load pictures from and upload to.
  const origins = [publicUrl, s3?.endpoint, s3?.publicUrl].flatMap((url) => (url === undefined ? [] : new URL(url).origin));
  const demo = createDemoApp({ tokenSecret, workspace: demoWorkspace, distDir, origins, marketplace });
  return async (request) => (await demo(request)) ?? Response.json({ error: "There is nothing at this address." }, { status: 404 });
}

/** A process of its own: a photo that takes it down leaves the API standing, and a new worker goes on. */
function startWorkerProcess(given: Readonly<Record<string, string>>): void {
  const worker = keepRunning({
    command: process.execPath,
    args: [fileURLToPath(import.meta.url), "worker"],
    env: thriftyEnv({ ...process.env, ...given }),
    tell: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  cleanups.push(() => worker.stop());
}

interface Welcome {
  readonly publicUrl: string;
  readonly hasDemo: boolean;
  readonly apiKeyFile: string | null;
  readonly production: boolean;
}

function welcome({ publicUrl, hasDemo, apiKeyFile, production }: Welcome): string {
  const lines = [
    "",
    "  Image Studio is ready.",
    "",
    ...(hasDemo ? [`  Studio     ${publicUrl}/`] : []),
    ...(production ? [] : [`  GraphiQL   ${publicUrl}/graphql`]),
    ...(apiKeyFile === null ? [] : [`  API key    in the file ${apiKeyFile}`]),
    "",
    "  Ctrl-C stops everything.",
    "",
  ];
  return `${lines.join("\n")}\n`;
}

async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    setTimeout(() => {
      process.stderr.write("While stopping: something did not end in time and was left.\n");
      process.exit(exitCode);
    }, stopMs).unref();
    for (const cleanup of cleanups.toReversed()) {
      await cleanup().catch((error) => process.stderr.write(`While stopping: ${messageOf(error)}\n`));
    }
    process.exit(exitCode);
  })();
  return stopping;
}

function fail(error: unknown): Promise<void> {
  process.stderr.write(`\n${messageOf(error)}\n\n`);
  return stop(1);
}

/** For what nobody foresaw, whose words alone do not say where it came from. */
function crash(error: unknown): Promise<void> {
  if (ownLog !== undefined) ownLog.fatal({ err: error }, "an unexpected fault ends the process");
  else if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return fail(error);
}

function roleOf(argument: string | undefined): Role {
  const role = roles.find((each) => each === (argument ?? "all"));
  if (role === undefined) throw new Error(`There is no role ${argument}: use ${roles.join(", ")}.`);
  return role;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(0));
process.on("uncaughtException", (error) => void crash(error));
process.on("unhandledRejection", (error) => void crash(error));

if (Number(process.versions.node.split(".", 1)[0]) < neededNodeMajor) {
  void fail(
    new Error(
      `Image Studio needs Node ${neededNodeMajor} or newer and this is ${process.versions.node}. \`npm ci\` brings it along on Linux; start through npm.`,
    ),
  );
} else if (!existsSync(new URL("./db/generated/prisma/client.ts", import.meta.url))) {
  void fail(new Error("The generated code is missing: run `npm run generate` once (npm ci does it too)."));
} else {
  try {
    const role = roleOf(process.argv[2]);
    if (role === "worker") becomeThrifty();
    else boundGarbage();
    await start(role);
  } catch (error) {
    await fail(error);
  }
}
