// The GraphQL endpoint: Yoga over HTTP and SSE, graphql-ws over WebSocket, both on one path.
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from "graphql";
import { CloseCode } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { type CORSOptions, createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { WebSocketServer } from "ws";
import type { App } from "../app.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import type { Viewer } from "../auth/viewer.ts";
import { endedKeyUsers, userIdOfKey } from "../domain/api-key.ts";
import { createRateLimiter } from "../domain/rate-limit.ts";
import { messageOf, UserError } from "../errors.ts";
import { type Log, withLogContext } from "../log.ts";
import type { Context } from "./context.ts";
import { createDocumentCache } from "./document-cache.ts";
import { clientFaults, createMaskError, toGraphQLError } from "./errors.ts";
import { exampleOperations } from "./examples.ts";
import { jsonOnly } from "./json-only.ts";
import { operationLimits } from "./limits.ts";
import { boundedSubscriptions, LiveConnections, maxSockets } from "./live.ts";
import { persistedDocuments } from "./persisted.ts";
import { rateLimit } from "./rate-limit.ts";
import { sharedExecution } from "./shared-execution.ts";

export const graphqlPath = "/graphql";

/** Operations in one HTTP request: stops thousands of them from riding in on one rate-limited request. */
const maxBatchedOperations = 10;
/** Bytes of a WebSocket message: as much as an HTTP body may have. */
const maxMessageBytes = 1_000_000;
/** Milliseconds between pings: a half-open socket is noticed and dropped after one without a pong. */
const usualKeepAliveMs = 12_000;
/** Milliseconds for a new socket to authenticate: stops sockets that are opened and say nothing. */
const usualAuthenticateMs = 5_000;
/** https://www.iana.org/assignments/websocket/websocket.xhtml */
const tryAgainLater = 1013;
/** Operations under way on one socket, subscriptions included: stops a client that asks ever on and reads no answer. */
const maxSocketOperations = 100;

interface ServerContext {
  /** Set for operations that come over a WebSocket, which authenticated when it opened. */
  readonly viewer?: Viewer;
}

export type Yoga = YogaServerInstance<ServerContext, Context>;

export interface GraphQLServer {
  readonly yoga: Yoga;
  /** What viewers hold open at this process. */
  readonly live: LiveConnections;
}

export interface GraphQLServerOptions {
  readonly app: App;
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
}

export function createGraphQLServer({ app, schema, authenticate }: GraphQLServerOptions): GraphQLServer {
  const live = new LiveConnections();
  for (const kind of ["socket", "subscription"] as const)
    app.metrics.gauge({ name: `${kind}s`, help: `Open ${kind}s of GraphQL clients at this process`, read: () => live.size(kind) });
  void endRevoked(app, live);
  const limiter = createRateLimiter(app, app.config.rateLimitPerMinute);
  const yoga = createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: graphqlPath,
    logging: false,
    landingPage: false,
    renderGraphiQL,
    graphiql: app.config.production
      ? false
      : {
          title: "Image Studio",
          subscriptionsProtocol: "WS",
          headers: JSON.stringify({ Authorization: "Bearer isk_…" }, null, 2),
          defaultQuery: exampleOperations,
        },
    cors: (request) => corsFor(request, app.config.corsOrigins),
    batching: { limit: maxBatchedOperations },
    // What does not parse is not kept: nobody asks it twice who means it.
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: { get: () => undefined, set: () => {} } },
    plugins: [
      varyByOrigin,
      jsonOnly,
      persistedDocuments(),
      // First of all: what is refused for its size has cost something too.
      rateLimit(limiter, app.metrics),
      operationLimits,
      sharedExecution(app.events),
      boundedSubscriptions(live, () => app.metrics.countRefusal("subscriptions")),
      clientFaults({ hideSuggestions: app.config.production }),
    ],
    maskedErrors: { maskError: createMaskError(app.log) },
    context: async ({ request, viewer }) => ({
      app,
      overSocket: viewer !== undefined,
      viewer: viewer ?? (await authenticated(authenticate, request.headers.get("authorization"), request.headers.get("x-api-key"))),
    }),
  });
  return { yoga, live };
}

/** Nothing is said to other origins: "null", as Yoga would say, is what a sandboxed frame calls itself. Tokens come in headers, never in cookies. */
function corsFor(request: Request, origins: readonly string[]): CORSOptions {
  const origin = request.headers.get("origin");
  if (origin === null || !origins.includes(origin)) return false;
  return {
    origin: [origin],
    credentials: false,
    methods: ["GET", "POST"],
    allowedHeaders: ["authorization", "content-type", "x-api-key"],
    exposedHeaders: ["x-request-id", "retry-after"],
  };
}

/** Keeps a cache from giving one page's permission to another. */
const varyByOrigin: Plugin = { onResponse: ({ response }) => response.headers.append("vary", "Origin") };

/** Ends what revoked keys hold open; after a lost connection it looks at every key that holds something. Ends with the App's events. */
async function endRevoked(app: App, live: LiveConnections): Promise<void> {
  for await (const { refresh, ids } of app.events.subscribe({ topic: "key" })) {
    try {
      live.revoke(refresh ? await endedKeyUsers(app.db, live.users()) : ids.map(userIdOfKey));
    } catch (error) {
      app.log.warn({ error: messageOf(error) }, "revoked keys could not be looked for");
    }
  }
}

async function authenticated(authenticate: Authenticate, authorization: string | null, apiKey: string | null): Promise<Viewer> {
  try {
    return await authenticate({ authorization, apiKey });
  } catch (error) {
    throw error instanceof UserError ? toGraphQLError(error) : error;
  }
}

/** What a socket carries once it has authenticated. */
type Authenticated = { viewer?: Viewer; socketId?: string };

/** Milliseconds; what is left out suits clients on slow lines. */
export interface SocketPatience {
  readonly keepAliveMs?: number;
  readonly authenticateMs?: number;
}

export interface ServeWebSockets extends GraphQLServer {
  readonly authenticate: Authenticate;
  readonly patience: SocketPatience;
  readonly log: Log;
  readonly onRefused: () => void;
}

/** Serves graphql-ws on an HTTP server. @returns a function that says goodbye to every socket */
export function serveWebSockets(
  server: Server,
  { yoga, live, authenticate, patience, log, onRefused }: ServeWebSockets,
): () => Promise<void> {
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: maxMessageBytes });
  const disposable = useServer<{ authorization?: unknown; apiKey?: unknown }, Authenticated>(
    {
      connectionInitWaitTimeout: patience.authenticateMs ?? usualAuthenticateMs,
      onConnect: async ({ connectionParams, extra }) => {
        const { authorization, apiKey } = connectionParams ?? {};
        try {
          extra.viewer = await authenticate({ authorization: textOf(authorization), apiKey: textOf(apiKey) });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          // Forbidden and not Unauthorized: clients answer it by connecting again with a new token.
          extra.socket.close(CloseCode.Forbidden, "Forbidden");
          return false;
        }
        return hold(live, extra, onRefused);
      },
      execute: (args) => (args as YogaArgs).rootValue.execute(args),
      subscribe: (args) => (args as YogaArgs).rootValue.subscribe(args),
      onSubscribe: async ({ extra, subscriptions }, id, params) => {
        if (Object.keys(subscriptions).length > maxSocketOperations) {
          onRefused();
          return [tooManyOperations()];
        }
        const requestId = `${extra.socketId}:${id}`;
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
          viewer: extra.viewer,
          request: extra.request,
          params,
        });
        const args = {
          schema,
          operationName: params.operationName,
          document: parse(params.query),
          variableValues: params.variables,
          contextValue: await contextFactory(),
          rootValue: {
            execute: (given: ExecutionArgs) => withLogContext({ requestId }, () => execute(given)),
            subscribe: (given: ExecutionArgs) => withLogContext({ requestId }, () => subscribe(given)),
          },
        };
        const errors = validate(args.schema, args.document);
        return errors.length > 0 ? errors : (args as ExecutionArgs);
      },
    },
    sockets,
    patience.keepAliveMs ?? usualKeepAliveMs,
  );
  // A client's fault, of which graphql-ws would print a stack to the console; the socket is closed by what found it.
  sockets.on("connection", (socket) => {
    socket.removeAllListeners("error");
    socket.on("error", (error) => log.debug({ error: error.message }, "a socket broke"));
  });
  return async () => {
    await disposable.dispose();
  };
}

type YogaArgs = ExecutionArgs & {
  rootValue: { execute: (args: ExecutionArgs) => never; subscribe: (args: ExecutionArgs) => never };
};

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Counts the socket among its viewer's, and closes it when its credentials end; Forbidden makes clients come again with new ones. */
function hold(live: LiveConnections, extra: Extra & Authenticated, onRefused: () => void): boolean {
  const { socket, viewer } = extra;
  if (viewer === undefined) return false;
  const release = live.add(viewer, "socket", (why) =>
    socket.close(CloseCode.Forbidden, why === "expired" ? "Token expired" : "Key revoked"),
  );
  if (release === null) {
    onRefused();
    // Try again later: one that clients answer by waiting.
    socket.close(tryAgainLater, `More than ${maxSockets} sockets`);
    return false;
  }
  extra.socketId = randomUUID();
  socket.once("close", release);
  return true;
}

const tooManyOperations = (): GraphQLError =>
  new GraphQLError(
    `This socket has ${maxSocketOperations} operations under way, which is the most: wait for answers, or complete subscriptions that nobody reads.`,
    { extensions: { code: "LIMIT_EXCEEDED" } },
  );
