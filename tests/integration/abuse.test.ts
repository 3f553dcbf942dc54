// GraphQL abused over real sockets: whatever a client sends, holds open or leaves hanging is bounded, and refused in clear words.
import { once } from "node:events";
import { connect } from "node:net";
import { createClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Api, startApi } from "../../server/api.ts";
import { maxSockets, maxSubscriptions } from "../../server/graphql/live.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";
import { until } from "../testkit/until.ts";

const protocol = "graphql-transport-ws";
const watchJobs = "subscription { jobs { id } }";
const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) { id } }`;

interface Message {
  readonly type: string;
  readonly id?: string;
  /** Errors alone, or an answer with errors in it. */
  readonly payload?: { extensions: { code: string } }[] | { errors?: { extensions: { code: string } }[] };
}

let api: TestApi;
let server: Api;
let port: number;
/** Waits for nobody; the usual one waits long enough for a machine that does other things too. */
let impatient: Api;
let impatientPort: number;
const opened = new Set<WebSocket>();

beforeAll(async () => {
  port = await freePort();
  api = await createTestApi({ env: { PORT: String(port) } });
  server = await startApi(api.app, { developmentSecret: null });
  impatientPort = await freePort();
  const config = { ...api.config, port: impatientPort };
  impatient = await startApi(
    { ...api.app, config },
    { developmentSecret: null, patience: { graphqlBodyMs: 300, keepAliveMs: 200, authenticateMs: 300 } },
  );
});
afterEach(async () => {
  for (const socket of opened) socket.terminate();
  opened.clear();
  await until("nothing is open any more", async () => server.live.size("socket") + server.live.size("subscription") === 0);
});
afterAll(async () => {
  await Promise.all([server.stop(), impatient.stop()]);
  await api.close();
});

interface Opened {
  readonly socket: WebSocket;
  readonly messages: Message[];
  /** Resolves with the code that the server closed with. */
  readonly closed: Promise<number>;
  send(message: object): void;
}

function open({ at = port, autoPong = true } = {}): Opened {
  const socket = new WebSocket(`ws://127.0.0.1:${at}/graphql`, protocol, { autoPong });
  opened.add(socket);
  const messages: Message[] = [];
  socket.on("message", (text) => messages.push(JSON.parse(String(text)) as Message));
  socket.on("error", () => undefined);
  const closed = once(socket, "close").then(([code]) => code as number);
  return { socket, messages, closed, send: (message) => socket.send(JSON.stringify(message)) };
}

async function authenticated(authorization?: string, options: Parameters<typeof open>[0] = {}): Promise<Opened> {
  const client = open(options);
  await once(client.socket, "open");
  client.send({ type: "connection_init", payload: { authorization: authorization ?? `Bearer ${await api.token()}` } });
  await until("the socket is let in", async () => client.messages.some(({ type }) => type === "connection_ack"));
  return client;
}

const subscribe = (client: Opened, id: string, query = watchJobs): void => client.send({ id, type: "subscribe", payload: { query } });
const refusalsOf = ({ messages }: Opened): string[] =>
  messages.flatMap(({ payload }) => (Array.isArray(payload) ? payload : (payload?.errors ?? []))).map(({ extensions }) => extensions.code);
const subscriptions = (): number => server.live.size("subscription");

async function post(
  query: string,
  variables: unknown = {},
): Promise<{ status: number; code: string | undefined; message: string | undefined }> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await api.token()}` },
    body: typeof variables === "string" ? variables : JSON.stringify({ query, variables }),
  });
  const { errors } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return { status: response.status, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
}

describe("documents and variables", () => {
  it("refuses fragments in a ring, however long the ring", async () => {
    const ring = Array.from({ length: 100 }, (_, n) => `fragment F${n} on Query { ...F${(n + 1) % 100} }`).join(" ");
    expect(await post(`{ ...F0 } ${ring}`)).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("within itself") });
  });

  it("refuses fragments that double at each step, and a field that each conflicts with", async () => {
    const doubling = Array.from({ length: 100 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`).join(" ");
    expect((await post(`{ ...F0 } ${doubling} fragment F100 on Query { viewer { userId } }`)).code).toBeUndefined();
    // The rule on overlapping fields compares each with each: the limit of words is what bounds it.
    const overlapping = Array.from({ length: 5_000 }, () => "viewer { userId }").join(" ");
    expect(await post(`{ ${overlapping} }`)).toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringContaining("words and signs") });
  });

  it("refuses a document as wide as 5,000 fields", async () => {
    const wide = Array.from({ length: 5_000 }, (_, n) => `field${n}`).join(" ");
    expect(await post(`{ ${wide} }`)).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("refuses directives by the thousand", async () => {
    expect(await post(`{ viewer ${"@skip(if: false) ".repeat(1_000)} { userId } }`)).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("refuses lists of ids that no person chose", async () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => `${n}`);
    expect(await post(`mutation ($ids: [ID!]!) { approvePairs(ids: $ids) { failures { code } } }`, { ids })).toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
  });

  it.each([2_000, 100_000])("answers JSON nested %i deep without a fault of its own", async (depth) => {
    const nested = `{"query":"mutation ($a: JSON!) { updateSettings(input: { additional: $a }) { engine } }","variables":{"a":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}}`;
    expect((await post("", nested)).code).not.toBe("INTERNAL_SERVER_ERROR");
    expect((await post("{ viewer { userId } }")).code).toBeUndefined();
  });

  it("closes a socket whose message is larger than a megabyte, and goes on for others", async () => {
    const [client, other] = [await authenticated(), await authenticated()];
    subscribe(client, "1", `{ viewer { userId } } # ${"x".repeat(1_100_000)}`);
    expect(await client.closed).toBe(1009);
    subscribe(other, "1", "{ viewer { userId } }");
    await until("the other is answered", async () => other.messages.some(({ type }) => type === "next"));
  });
});

describe("what is held open", () => {
  it("refuses the 101st operation on a socket and leaves the hundred as they are", async () => {
    const client = await authenticated();
    for (let n = 1; n <= 105; n++) subscribe(client, `${n}`);
    await until("five are refused", async () => refusalsOf(client).length === 5);
    expect(new Set(refusalsOf(client))).toEqual(new Set(["LIMIT_EXCEEDED"]));
    // Refusals need no database and overtake the hundred.
    await until("the hundred stand", async () => subscriptions() === 100);
    client.send({ id: "1", type: "complete" });
    await until("one has ended", async () => subscriptions() === 99);
    subscribe(client, "again");
    await until("its place is free again", async () => subscriptions() === 100);
  });

  it("refuses a viewer's subscriptions over all sockets past the limit, and nobody else's", async () => {
    const clients = [await authenticated(), await authenticated(), await authenticated()];
    for (const client of clients) for (let n = 1; n <= 90; n++) subscribe(client, `${n}`);
    await until("those too many are refused", async () => clients.flatMap(refusalsOf).length === 270 - maxSubscriptions);
    expect(new Set(clients.flatMap(refusalsOf))).toEqual(new Set(["LIMIT_EXCEEDED"]));
    const stranger = await authenticated(`Bearer ${await api.token({ user: "bob" })}`);
    subscribe(stranger, "1");
    await until("a stranger's is let in", async () => subscriptions() === maxSubscriptions + 1);
  });

  it("asks a viewer with too many sockets to come again later, and counts a closed one no more", async () => {
    const clients = await Promise.all(Array.from({ length: maxSockets }, () => authenticated()));
    const late = open();
    await once(late.socket, "open");
    late.send({ type: "connection_init", payload: { authorization: `Bearer ${await api.token()}` } });
    expect(await late.closed).toBe(1013);
    clients[0]?.socket.terminate();
    await until("a place is free", async () => server.live.size("socket") === maxSockets - 1);
    await authenticated();
  });

  it("closes a socket that never says who it is", async () => {
    expect(await open({ at: impatientPort }).closed).toBe(4408);
  });

  it("drops a half-open socket, which answers no ping, with all that it held", async () => {
    const client = await authenticated(undefined, { at: impatientPort, autoPong: false });
    subscribe(client, "1");
    expect(await client.closed).toBe(1006);
    await until("nothing of it is left", async () => impatient.live.size("socket") + impatient.live.size("subscription") === 0);
  });

  /** Resolves with what is answered to a body that never ends, once the server has lost patience with it. */
  async function dripping(): Promise<string> {
    const socket = connect(impatientPort, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nauthorization: Bearer ${await api.token()}\r\ncontent-length: 1000\r\n\r\n{`,
    );
    const drip = setInterval(() => socket.write(" "), 20);
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    clearInterval(drip);
    return text;
  }

  it("hangs up on a body that comes a byte now and then", async () => {
    expect(await dripping()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("waits for no body where none is sent: a stream that was asked for by GET stays open", async () => {
    const response = await fetch(`http://127.0.0.1:${impatientPort}/graphql?query=${encodeURIComponent(watchJobs)}`, {
      headers: { accept: "text/event-stream", authorization: `Bearer ${await api.token()}` },
    });
    // Asked for later: when its patience has ended, the stream's would have too.
    await dripping();
    const [pair] = await skuWithPhotos(api, "GET-1", 1);
    await api.as()(`mutation ($pair: ID!) { submitJob(input: { mode: SINGLE, pairs: [$pair] }) { id } }`, { pair });
    let told = "";
    for await (const chunk of response.body ?? []) {
      told += Buffer.from(chunk).toString();
      if (told.includes(`"id"`)) break;
    }
    expect(told).not.toContain("HTTP/1.1");
    expect(told).toContain("event: next");
  });
});

describe("a revoked key", () => {
  const makeKey = async (): Promise<{ id: string; secret: string }> => {
    const { data } = await api.as({ role: "OWNER" })(
      `mutation { createApiKey(input: { name: "k", role: EDITOR }) { secret apiKey { id } } }`,
    );
    return { id: data.createApiKey.apiKey.id, secret: data.createApiKey.secret };
  };

  it("ends its sockets with 4403, which it can not open again, and no other's", async () => {
    const [key, other] = [await makeKey(), await makeKey()];
    const client = await authenticated(`Bearer ${key.secret}`);
    const bystander = await authenticated(`Bearer ${other.secret}`);
    subscribe(client, "1");
    subscribe(bystander, "1");
    await until("both watch", async () => subscriptions() === 2);
    await api.as({ role: "OWNER" })(revoke, { id: key.id });
    expect(await client.closed).toBe(4403);
    const again = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key.secret}` },
      retryAttempts: 0,
    });
    await expect(again.iterate({ query: watchJobs }).next()).rejects.toMatchObject({ code: 4403 });
    expect(bystander.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("ends its streams over SSE with UNAUTHENTICATED", async () => {
    const key = await makeKey();
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${key.secret}` },
      body: JSON.stringify({ query: watchJobs }),
    });
    await until("it watches", async () => subscriptions() === 1);
    await api.as({ role: "OWNER" })(revoke, { id: key.id });
    expect(await response.text()).toContain("UNAUTHENTICATED");
    expect(subscriptions()).toBe(0);
  });

  it("ends them also where its news was lost with the connection to the database", async () => {
    const key = await makeKey();
    const client = await authenticated(`Bearer ${key.secret}`);
    // As by a process whose notification came while this one did not listen.
    await api.app.db.apiKey.updateMany({ where: { name: "k" }, data: { revokedAt: new Date() } });
    await api.app.db.$executeRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'image-studio news' AND datname = current_database()`;
    expect(await client.closed).toBe(4403);
  });
});
