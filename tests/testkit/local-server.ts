// A local HTTP server for what imitates other people's services: JSON in and out, and an end that leaves nothing open.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface LocalServer {
  /** Without a path. */
  readonly url: string;
  /** As the guarded fetch's `allow` spells it. */
  readonly host: string;
  close(): Promise<void>;
}

export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** The JSON body; undefined where there is none. */
  readonly body: unknown;
}

export async function startLocalServer(
  answer: (request: Received, response: ServerResponse) => Promise<void> | void,
): Promise<LocalServer> {
  const server = createServer(async (request, response) => {
    try {
      const body = request.method === "POST" ? await json(request) : undefined;
      await answer({ method: request.method ?? "", path: request.url ?? "/", headers: request.headers, body }, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const sendJson = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};
