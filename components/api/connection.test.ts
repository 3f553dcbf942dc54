// The socket against a real server: a host that is away at first, a token that is refused, one that runs out, and the end.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WebSocketServer } from "ws";
import { type Connection, createConnection } from "./connection.ts";
import { createTokens, tokenExpiry } from "./tokens.ts";
import { browserTransport } from "./transport.ts";

let http: Server;
let sockets: WebSocketServer;
let stopServer: () => unknown;
let endpoint: string;
/** Tokens that the server was shown, in order. */
let shown: string[];
let refused: string | undefined;

beforeEach(async () => {
  shown = [];
  refused = undefined;
  http = createServer();
  sockets = new WebSocketServer({ server: http });
  const { dispose } = useServer(
    {
      schema: buildSchema("type Query { a: Int } type Subscription { news: String }"),
      onConnect: ({ connectionParams }) => {
        const token = String(connectionParams?.["authorization"]).replace("Bearer ", "");
        shown.push(token);
        return token !== refused;
      },
      subscribe: async function* () {
        yield { data: { news: shown.at(-1) ?? "" } };
        await new Promise(() => {});
      } as never,
    },
    sockets,
  );
  stopServer = dispose;
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
  vi.stubGlobal("location", { href: endpoint });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const socket of sockets.clients) socket.terminate();
  await stopServer();
  http.close();
});

const jwt = (lifeMs: number, name: string): string => `x.${btoa(JSON.stringify({ exp: (Date.now() + lifeMs) / 1000, name }))}.y`;

/** @returns what came, and how to stop it */
function listen(connection: Connection): { readonly news: string[]; readonly stop: () => void } {
  const news: string[] = [];
  const stop = connection.forward(
    { query: "subscription { news }" },
    { next: ({ data }) => news.push(String(data?.["news"])), error: (error) => news.push(String(error)), complete: () => {} },
  );
  return { news, stop };
}

it("opens once the host can give a token, however often it could not", async () => {
  let asked = 0;
  const connection = createConnection(
    endpoint,
    createTokens(async () => {
      if (++asked < 3) throw new Error("the host is away");
      return "key";
    }),
    browserTransport,
  );
  let returns = 0;
  connection.onReconnect(() => returns++);
  const { news, stop } = listen(connection);
  await vi.waitUntil(() => connection.read().status === "offline");
  connection.tryNow();
  await vi.waitUntil(() => news.length > 0, { timeout: 10_000 });
  expect(news).toEqual(["key"]);
  expect(asked).toBe(3);
  // What was read meanwhile may have failed for the same reason.
  expect(returns).toBe(1);
  stop();
});

it("asks the host for another token where the server refuses one", async () => {
  let asked = 0;
  refused = "key-1";
  const connection = createConnection(
    endpoint,
    createTokens(async () => `key-${++asked}`),
    browserTransport,
  );
  const { news, stop } = listen(connection);
  await vi.waitUntil(() => news.length > 0, { timeout: 10_000 });
  expect(shown).toEqual(["key-1", "key-2"]);
  stop();
});

it("goes on with a new token before the one it came with runs out, and tells that news may have been missed", async () => {
  let held = jwt(2_000, "first");
  const next = jwt(600_000, "second");
  const first = held;
  const connection = createConnection(
    endpoint,
    {
      get: async () => held,
      drop: () => {
        held = next;
      },
      expiresAt: () => tokenExpiry(held),
    },
    browserTransport,
  );
  let returns = 0;
  connection.onReconnect(() => returns++);
  const { news, stop } = listen(connection);
  await vi.waitUntil(() => news.length > 1, { timeout: 10_000 });
  expect(shown).toEqual([first, next]);
  expect(returns).toBe(1);
  stop();
});

it("leaves no socket and no try behind once nobody listens", async () => {
  const connection = createConnection(
    endpoint,
    createTokens(async () => "key"),
    browserTransport,
  );
  let returns = 0;
  connection.onReconnect(() => returns++);
  const { news, stop } = listen(connection);
  await vi.waitUntil(() => news.length > 0);
  stop();
  await vi.waitUntil(() => sockets.clients.size === 0, { timeout: 5000 });
  expect(connection.read().status).toBe("idle");
  const again = listen(connection);
  await vi.waitUntil(() => again.news.length > 0);
  // Nothing broke, so nothing was missed.
  expect(returns).toBe(0);
  again.stop();
});
