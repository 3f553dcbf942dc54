// The HTTP door itself, over a real socket: bodies are bounded however they are sent, and odd addresses are answered in peace.
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, startApi } from "../../server/api.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { freePort } from "../testkit/port.ts";

const megabyte = 1_000_000;

describe("the HTTP door", () => {
  let api: TestApi;
  let server: Api;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    api = await createTestApi({ env: { PORT: String(port) } });
    server = await startApi(api.app, { developmentSecret: null });
  });
  afterAll(async () => {
    await server.stop();
    await api.close();
  });

  /** Sends a GraphQL request; without a length it goes in chunks. */
  async function send(body: string, { announced }: { announced: boolean }): Promise<{ status: number | undefined; text: string }> {
    const length = announced ? { "content-length": Buffer.byteLength(body) } : {};
    const headers = { "content-type": "application/json", authorization: `Bearer ${await api.token()}`, ...length };
    const sent = request({ host: "127.0.0.1", port, path: "/graphql", method: "POST", headers });
    // The server may hang up on what it has refused while the rest is still under way.
    sent.on("error", () => undefined);
    const answered = once(sent, "response");
    for (let at = 0; at < body.length; at += 50_000) sent.write(body.slice(at, at + 50_000));
    sent.end();
    const [response] = await answered;
    let text = "";
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode, text };
  }

  const query = (padding: number): string => JSON.stringify({ query: `{ viewer { userId } } # ${"x".repeat(padding)}` });

  it.each([true, false])("answers a small request, its length announced: %s", async (announced) => {
    expect(await send(query(10), { announced })).toEqual({ status: 200, text: `{"data":{"viewer":{"userId":"ann"}}}` });
  });

  it.each([true, false])("refuses more than a megabyte as LIMIT_EXCEEDED, its length announced: %s", async (announced) => {
    const { status, text } = await send(query(2 * megabyte), { announced });
    expect(status).toBe(413);
    expect(text).toContain("LIMIT_EXCEEDED");
  });

  it.each([
    "//",
    "//evil.example/graphql",
    "/%",
    "/images/",
    "/../../etc/passwd",
  ])("answers the address %s without a fault of its own", async (target) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});
