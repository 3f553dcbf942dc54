// The API process: GraphQL, pictures, objects and health behind one port.
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type App, isDiskStore } from "./app.ts";
import { type Authenticate, createAuthenticate } from "./auth/authenticate.ts";
import { findApiKey } from "./domain/api-key.ts";
import { buildSchema } from "./graphql/schema.ts";
import { createGraphQLServer, type GraphQLServer, graphqlPath, type SocketPatience, serveWebSockets, type Yoga } from "./graphql/server.ts";
import { createDownloadsHandler } from "./http/downloads.ts";
import { healthz, readyz, stoppingz } from "./http/health.ts";
import { createImagesHandler, imagesPath } from "./http/images.ts";
import { createMetricsHandler, showFigures, showPool } from "./http/metrics.ts";
import { createObjectsHandler } from "./http/objects.ts";
import { createHttpServer, type FetchHandler } from "./http/server.ts";
import { downloadsPath } from "./storage/download-links.ts";

/** How the process ends, in milliseconds. */
export interface Leave {
  /** For how long it still takes requests, while `/readyz` says that it is stopping: whoever sends them has to hear of it first. */
  readonly noticeMs: number;
  /** For how long open requests may go on after that. */
  readonly drainMs: number;
}
/** Nobody stands before it, and whoever presses Ctrl-C waits. */
const atOnce: Leave = { noticeMs: 0, drainMs: 3_000 };
/** Two looks of a balancer that looks every 2 s, and as much for a ZIP under way as the 18 s of the whole stop allow. */
export const behindBalancer: Leave = { noticeMs: 5_000, drainMs: 10_000 };

export interface Api {
  readonly live: GraphQLServer["live"];
  stop(): Promise<void>;
}

export interface StartApi {
  /** Signs tokens in development mode. */
  readonly developmentSecret: string | null;
  /** Answers what no other route does, such as the demo's pages. */
  readonly fallback?: FetchHandler;
  /** Left out: without notice, and soon. */
  readonly leave?: Leave;
  /** Left out: those that suit clients on slow lines. */
  readonly patience?: Patience;
}

/** Milliseconds that clients get. */
export interface Patience extends SocketPatience {
  readonly graphqlBodyMs?: number;
}

export interface ComposedApi {
  readonly authenticate: Authenticate;
  readonly graphql: Yoga;
  /** What viewers hold open. */
  readonly live: GraphQLServer["live"];
  /** By path prefix, the first that fits. */
  readonly routes: readonly (readonly [prefix: string, handle: FetchHandler])[];
}

/** The routes and GraphQL of an App, before anything listens. @param stopping aborted when it takes leave */
export function composeApi(app: App, { developmentSecret, fallback }: StartApi, stopping?: AbortSignal): ComposedApi {
  const authenticate = createAuthenticate(app.config.auth, developmentSecret, (hash) => findApiKey(app.db, hash));
  showPool(app);
  showFigures(app);
  const { yoga: graphql, live } = createGraphQLServer({ app, schema: buildSchema(), authenticate });
  const routes: [string, FetchHandler][] = [
    ["/healthz", async () => healthz()],
    ["/readyz", async () => (stopping?.aborted ? stoppingz() : readyz(app))],
    ["/metrics", createMetricsHandler(app, app.config.auth.kind === "development")],
    [imagesPath, createImagesHandler(app)],
    [downloadsPath, createDownloadsHandler(app)],
  ];
  if (isDiskStore(app.store)) {
    routes.push(["/objects/", createObjectsHandler({ store: app.store, log: app.log, corsOrigins: app.config.corsOrigins })]);
  }
  if (fallback !== undefined) routes.push(["/", fallback]);
  return { authenticate, graphql, live, routes };
}

/** Listens on HOST and PORT. @throws Error with what to do when the port is taken */
export async function startApi(app: App, options: StartApi): Promise<Api> {
  const { noticeMs, drainMs } = options.leave ?? atOnce;
  const stopping = new AbortController();
  const { authenticate, graphql, live, routes } = composeApi(app, options, stopping.signal);
  const server = createHttpServer({
    publicUrl: app.config.publicUrl,
    log: app.log,
    metrics: app.metrics,
    graphql: {
      path: graphqlPath,
      handle: (request, response) => graphql(request, response),
      fetch: async (request) => graphql.fetch(request, {}),
    },
    routes,
    ...(options.patience?.graphqlBodyMs === undefined ? {} : { graphqlBodyTimeoutMs: options.patience.graphqlBodyMs }),
  });
  endConnections(server, stopping.signal);
  await listen(server, app.config);
  const closeSockets = serveWebSockets(server, {
    yoga: graphql,
    live,
    authenticate,
    log: app.log,
    patience: options.patience ?? {},
    onRefused: () => app.metrics.countRefusal("sockets"),
  });
  return {
    live,
    async stop() {
      stopping.abort();
      if (noticeMs > 0) await sleep(noticeMs);
      const closed = new Promise((resolve) => server.close(resolve));
      const force = setTimeout(() => server.closeAllConnections(), drainMs);
      await closeSockets();
      server.closeIdleConnections();
      await closed;
      clearTimeout(force);
      await graphql.dispose();
    },
  };
}

/** Connections end with what is answered on them: a balancer keeps some open for its next requests, and the server would wait for each. */
function endConnections(server: Server, stopping: AbortSignal): void {
  server.prependListener("request", ({ socket }, response) => {
    if (stopping.aborted) response.shouldKeepAlive = false;
    else response.once("finish", () => stopping.aborted && socket.end());
  });
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new Error(`Port ${port} on ${host} is taken by another program: stop it, or set PORT to a free one, as in PORT=4100 npm start.`);
  if (error.code === "EACCES") return new Error(`This user may not listen on port ${port}: set PORT to one above 1023.`);
  if (error.code === "EADDRNOTAVAIL")
    return new Error(`HOST is ${host}, which is no address of this machine: set HOST to one that is, or to 0.0.0.0 for all.`);
  return error;
}
