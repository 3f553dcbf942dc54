// The GraphQL endpoint: Yoga over HTTP and SSE, graphql-ws over WebSocket, both on one path.
import type { Server } from "node:http";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import type { ExecutionArgs, GraphQLSchema } from "graphql";
import { CloseCode } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { createYoga, type YogaServerInstance } from "graphql-yoga";
import { WebSocketServer } from "ws";
import type { App } from "../app.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import type { Viewer } from "../auth/viewer.ts";
import { UserError } from "../errors.ts";
import type { Context } from "./context.ts";
import { clientFaults, createMaskError, toGraphQLError } from "./errors.ts";
import { exampleOperations } from "./examples.ts";
import { operationLimits } from "./limits.ts";
import { persistedDocuments } from "./persisted.ts";

export const graphqlPath = "/graphql";

/** Operations in one HTTP request: stops thousands of them from riding in on one rate-limited request. */
const maxBatchedOperations = 10;
/** Bytes of a WebSocket message: as much as an HTTP body may have. */
const maxMessageBytes = 1_000_000;
/** Milliseconds between pings: a half-open socket is noticed and dropped after one without a pong. */
const keepAliveMs = 12_000;
/** Node's timers fire at once past this delay; a token that holds longer is looked at again then. */
const longestTimerMs = 2_147_483_647;

interface ServerContext {
  /** Set for operations that come over a WebSocket, which authenticated when it opened. */
  readonly viewer?: Viewer;
}

export type GraphQLServer = YogaServerInstance<ServerContext, Context>;

export interface GraphQLServerOptions {
  readonly app: App;
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
}

export function createGraphQLServer({ app, schema, authenticate }: GraphQLServerOptions): GraphQLServer {
  return createYoga<ServerContext, Context>({
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
    cors: { origin: [...app.config.corsOrigins], allowedHeaders: ["authorization", "content-type", "x-api-key"], methods: ["GET", "POST"] },
    batching: { limit: maxBatchedOperations },
    plugins: [persistedDocuments(), operationLimits, clientFaults({ hideSuggestions: app.config.production })],
    maskedErrors: { maskError: createMaskError(app.log) },
    context: async ({ request, viewer }) => ({
      app,
      viewer: viewer ?? (await authenticated(authenticate, request.headers.get("authorization"), request.headers.get("x-api-key"))),
    }),
  });
}

async function authenticated(authenticate: Authenticate, authorization: string | null, apiKey: string | null): Promise<Viewer> {
  try {
    return await authenticate({ authorization, apiKey });
  } catch (error) {
    throw error instanceof UserError ? toGraphQLError(error) : error;
  }
}

/** What a socket carries once it has authenticated. */
type Authenticated = { viewer?: Viewer };

/** Serves graphql-ws on an HTTP server. @returns a function that says goodbye to every socket */
export function serveWebSockets(server: Server, yoga: GraphQLServer, authenticate: Authenticate): () => Promise<void> {
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: maxMessageBytes });
  const disposable = useServer<{ authorization?: unknown; apiKey?: unknown }, Authenticated>(
    {
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
        closeAtExpiry(extra);
        return true;
      },
      execute: (args) => (args as YogaArgs).rootValue.execute(args),
      subscribe: (args) => (args as YogaArgs).rootValue.subscribe(args),
      onSubscribe: async ({ extra }, _id, params) => {
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
          rootValue: { execute, subscribe },
        };
        const errors = validate(args.schema, args.document);
        return errors.length > 0 ? errors : (args as ExecutionArgs);
      },
    },
    sockets,
    keepAliveMs,
  );
  return async () => {
    await disposable.dispose();
  };
}

type YogaArgs = ExecutionArgs & {
  rootValue: { execute: (args: ExecutionArgs) => never; subscribe: (args: ExecutionArgs) => never };
};

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function closeAtExpiry({ socket, viewer }: Extra & Authenticated): void {
  if (!viewer?.expiresAt) return;
  const leftMs = viewer.expiresAt.getTime() - Date.now();
  const timer = setTimeout(() => socket.close(CloseCode.Forbidden, "Token expired"), Math.min(leftMs, longestTimerMs));
  socket.once("close", () => clearTimeout(timer));
}
