// The HTTP door: Node's requests become Fetch requests, and each path goes to its handler.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../errors.ts";
import { type Log, withLogContext } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";

export type FetchHandler = (request: Request) => Promise<Response>;
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface HttpServerOptions {
  readonly publicUrl: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** GraphQL brings its own Node handler. */
  readonly graphql: { readonly path: string; readonly handle: NodeHandler; readonly fetch: FetchHandler };
  /** By path prefix, the first that fits. */
  readonly routes: readonly (readonly [prefix: string, handle: FetchHandler])[];
  /** Milliseconds for all of a GraphQL request's body. Left out: 30 s. */
  readonly graphqlBodyTimeoutMs?: number;
}

/** Bytes of a GraphQL request at most: no document needs more, files go to the store. */
const maxGraphqlBytes = 1_000_000;
/** Milliseconds for a request's headers, and for all of it: a 50 MB upload over 1 Mbit/s takes seven minutes. Stops slow-loris clients. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 15 * 60_000;
/** Milliseconds between looks for those that are over; by Node's default a client would get half a minute more. */
const connectionsCheckMs = 5_000;
/** Milliseconds for a GraphQL body: a megabyte over 0.3 Mbit/s. Stops clients that send a byte now and then. */
const usualGraphqlBodyTimeoutMs = 30_000;
/** Open connections of a process, sockets included: beyond, new ones are closed at once, before file descriptors run out and all suffer. */
const maxConnections = 10_000;
/** What another service may name a request; anything else could forge log lines. */
const requestIdPattern = /^[\w.:-]{1,100}$/;

/** Bytes of a body that is sent in one go: for a tile of a grid, a stream costs more than all else in its answer. */
const maxWholeBytes = 300_000;
/** Bytes of a request's body that wait in memory for their reader. */
const bodyBufferBytes = 65_536;

export function createHttpServer(options: HttpServerOptions): Server {
  const { publicUrl, log, graphql, routes } = options;
  const answer = (request: IncomingMessage, response: ServerResponse, path: string): unknown => {
    if (path === graphql.path) {
      if (bringsBody(request)) boundBodyTime(request, response, options.graphqlBodyTimeoutMs ?? usualGraphqlBodyTimeoutMs);
      if (Number(request.headers["content-length"] ?? 0) > maxGraphqlBytes)
        return void serve(request, response, { publicUrl, log, handle: async () => tooLarge() });
      if (request.headers["transfer-encoding"] === undefined) return graphql.handle(request, response);
      return void serve(request, response, { publicUrl, log, handle: bounded(graphql.fetch) });
    }
    const route = routes.find(([prefix]) => path === prefix || (prefix.endsWith("/") && path.startsWith(prefix)));
    void serve(request, response, { publicUrl, log, handle: route?.[1] ?? notFound });
  };
  const server = createServer({ connectionsCheckingInterval: connectionsCheckMs }, (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const given = String(request.headers["x-request-id"] ?? "");
    const requestId = requestIdPattern.test(given) ? given : randomUUID();
    response.setHeader("x-request-id", requestId);
    response.setHeader("x-content-type-options", "nosniff");
    const route = path === graphql.path ? path : (routes.find(([prefix]) => path.startsWith(prefix))?.[0] ?? "none");
    withLogContext({ requestId }, () => {
      watch(request, response, { options, route, path, requestId });
      answer(request, response, path);
    });
  });
  server.maxConnections = maxConnections;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  return server;
}

/** Tells each request when it has ended: to the figures by its route, to the log without its parameters, which may be a signature. */
function watch(
  request: IncomingMessage,
  response: ServerResponse,
  { options, route, path, requestId }: { options: HttpServerOptions; route: string; path: string; requestId: string },
): void {
  const startedAt = performance.now();
  response.once("close", () => {
    const durationMs = performance.now() - startedAt;
    const { statusCode: status, writableFinished: whole } = response;
    options.metrics.observeRequest({ route, status, seconds: durationMs / 1000 });
    // Named here: the event does not come out of the request's own run.
    const line = {
      requestId,
      method: request.method,
      path,
      status,
      durationMs: Math.round(durationMs),
      ...(whole ? {} : { brokenOff: true }),
    };
    if (status >= 500) options.log.warn(line, "a request was not served");
    else options.log.debug(line, "a request");
  });
}

/** As HTTP tells it from the headers: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
const bringsBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Hangs up on a body that takes too long, in the words that Node itself has for it; never into an answer that has begun. */
function boundBodyTime(request: IncomingMessage, response: ServerResponse, timeoutMs: number): void {
  const timer = setTimeout(() => {
    if (request.complete || response.headersSent) return;
    request.socket.end("HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", () => request.socket.destroy());
  }, timeoutMs);
  for (const event of ["end", "close"] as const) request.once(event, () => clearTimeout(timer));
}

const notFound: FetchHandler = async () => Response.json({ error: "There is nothing at this address." }, { status: 404 });

const tooLarge = (): Response =>
  Response.json(
    {
      errors: [
        {
          message: `The request is larger than ${maxGraphqlBytes} bytes: send fewer operations, and files through createUploads.`,
          extensions: { code: "LIMIT_EXCEEDED" },
        },
      ],
    },
    { status: 413, headers: { connection: "close" } },
  );

/** A body whose length is not announced is counted as it arrives, and read no further than the limit. */
function bounded(handle: FetchHandler): FetchHandler {
  return async (request) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxGraphqlBytes) return tooLarge();
      chunks.push(chunk);
    }
    const { method, headers, signal } = request;
    return handle(new Request(request.url, { method, headers, signal, ...(bytes > 0 ? { body: Buffer.concat(chunks) } : {}) }));
  };
}

interface Serving {
  readonly publicUrl: string;
  readonly log: Log;
  readonly handle: FetchHandler;
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, { publicUrl, log, handle }: Serving): Promise<void> {
  const gone = new AbortController();
  // Every answer closes in the end; only one that was not read to its end has a client that is gone.
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const response = await handle(toRequest(incoming, publicUrl, gone.signal));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else if (Number(response.headers.get("content-length") ?? maxWholeBytes + 1) <= maxWholeBytes)
      outgoing.end(new Uint8Array(await response.arrayBuffer()));
    else await pipeline(response.body, outgoing);
  } catch (error) {
    if (gone.signal.aborted) return;
    log.error({ error: messageOf(error), path: incoming.url?.split("?", 1)[0] }, "a request failed");
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ error: "Something went wrong here." }));
  }
}

function toRequest(incoming: IncomingMessage, publicUrl: string, signal: AbortSignal): Request {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? "", incoming.rawHeaders[index + 1] ?? "");
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal };
  if (hasBody) {
    // By bytes: counted in chunks, as is the default, a slow reader would let megabytes pile up.
    init.body = Readable.toWeb(incoming, {
      strategy: new ByteLengthQueuingStrategy({ highWaterMark: bodyBufferBytes }),
    }) as ReadableStream<Uint8Array>;
    init.duplex = "half";
  }
  return new Request(addressOf(incoming.url ?? "/", publicUrl), init);
}

/** Set part by part, because a path such as `//` is none to the URL parser, and one that starts so must not name another host. */
function addressOf(target: string, publicUrl: string): URL {
  const url = new URL(publicUrl);
  const at = target.indexOf("?");
  url.pathname = at < 0 ? target : target.slice(0, at);
  url.search = at < 0 ? "" : target.slice(at);
  return url;
}
