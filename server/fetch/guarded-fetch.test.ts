// The guarded fetch against servers that answer well, oddly, slowly, or for ever.
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { guardedFetch, guardedRequest, StatusError } from "./guarded-fetch.ts";
import type { FetchGuard } from "./target.ts";

const open = new Set<{ server: Server | TcpServer; sockets: Set<Socket> }>();

async function listen(server: Server | TcpServer): Promise<{ port: number; connections: () => number }> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket.on("error", () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  open.add({ server, sockets });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

const serve = (handle: RequestListener) => listen(createHttpServer(handle));
/** Answers every request with these bytes, and does with the socket what is asked. */
const serveRaw = (answer: (socket: Socket) => void) => listen(createTcpServer((socket) => socket.once("data", () => answer(socket))));

afterEach(async () => {
  for (const { server, sockets } of open) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  open.clear();
});

const allowing = (...ports: number[]): FetchGuard => ({
  allowedPorts: ports,
  allowedServers: ports.map((port) => `127.0.0.1 ${port}`),
  resolve: async () => ["127.0.0.1"],
});
const get = (port: number, path = "/", more: Partial<Parameters<typeof guardedFetch>[1]> = {}) =>
  guardedFetch(`http://shop.test:${port}${path}`, { maxBytes: 100_000, guard: allowing(port), ...more });

describe("guardedFetch", () => {
  it("answers the bytes, asks for them unpacked, and keeps the name in the Host header", async () => {
    const asked: unknown[] = [];
    const { port } = await serve(({ headers, url }, response) => {
      asked.push(headers.host, headers["accept-encoding"], headers.accept, headers.authorization, headers.cookie, url);
      response.setHeader("content-type", "image/jpeg").end("the photo");
    });
    const { bytes, finalUrl, contentType } = await get(port, "/a%20b.jpg?size=1#part", { accept: "image/*" });
    expect(bytes.toString()).toBe("the photo");
    expect(contentType).toBe("image/jpeg");
    expect(finalUrl).toBe(`http://shop.test:${port}/a%20b.jpg?size=1`);
    expect(asked).toEqual([`shop.test:${port}`, "identity", "image/*", undefined, undefined, "/a%20b.jpg?size=1"]);
  });

  it("reports the type as the server says it and believes nothing", async () => {
    const { port } = await serve(
      (_request, response) => void response.setHeader("content-type", "image/jpeg").end("<script>alert(1)</script>"),
    );
    const { bytes, contentType } = await get(port);
    expect([contentType, bytes.toString()]).toEqual(["image/jpeg", "<script>alert(1)</script>"]);
  });

  it.each([301, 302, 303, 307, 308])("follows a redirect with status %i, relative and absolute, in any script", async (status) => {
    const { port } = await serve(({ url }, response) => {
      const to = { "/": "next", "/next": `http://shop.test:${port}/last/фото.jpg` }[url ?? ""];
      if (to === undefined) response.end(url);
      else response.writeHead(status, { location: Buffer.from(to).toString("latin1") }).end();
    });
    const { bytes, finalUrl } = await get(port);
    expect(bytes.toString()).toBe(new URL("http://shop.test/last/фото.jpg").pathname);
    expect(finalUrl).toContain("/last/");
  });

  it("follows five redirects and no sixth", async () => {
    const { port, connections } = await serve(({ url }, response) => {
      const left = Number(url?.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect((await get(port, "/5")).bytes.toString()).toBe("there");
    const before = connections();
    await expect(get(port, "/6")).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("more than 5 times") });
    expect(connections() - before).toBe(6);
  });

  it("checks each redirect anew: a name that turns to loopback on the second look is refused", async () => {
    const secret = await serve((_request, response) => void response.end("secret"));
    const { port } = await serve(
      (_request, response) => void response.writeHead(302, { location: `http://shop.test:${secret.port}/` }).end(),
    );
    const answers = [["127.0.0.1"], ["::1"]];
    let asked = 0;
    const guard = { allowedPorts: [port, secret.port], allowedServers: [`127.0.0.1 ${port}`], resolve: async () => answers[asked++] ?? [] };
    await expect(get(port, "/", { guard })).rejects.toMatchObject({ message: expect.stringContaining("public internet") });
    expect([asked, secret.connections()]).toEqual([2, 0]);
  });

  it("tries the next address of a name when the first does not answer", async () => {
    const { port } = await serve((_request, response) => void response.end("here"));
    const guard = { allowedPorts: [port], allowedServers: [`127.0.0.1 ${port}`, `::1 ${port}`], resolve: async () => ["::1", "127.0.0.1"] };
    expect((await get(port, "/", { guard })).bytes.toString()).toBe("here");
  });

  it.each([
    ["no location", {}],
    ["an empty one", { location: "" }],
    ["one that is no URL", { location: "http://[" }],
  ])("refuses a redirect with %s", async (_case, headers) => {
    const { port } = await serve((_request, response) => void response.writeHead(302, headers).end());
    await expect(get(port)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("nowhere") });
  });

  it("stops at the byte limit, whether the length is announced or not", async () => {
    const endless = await serve((_request, response) => {
      const more = (): void => {
        while (response.writable && response.write(Buffer.alloc(65_536)));
        response.once("drain", more);
      };
      more();
    });
    const announced = await serve((_request, response) => void response.writeHead(200, { "content-length": 100_001 }).write("a"));
    const tooLarge = { code: "LIMIT_EXCEEDED", message: expect.stringContaining("100000 bytes") };
    await expect(get(endless.port)).rejects.toMatchObject(tooLarge);
    await expect(get(announced.port)).rejects.toMatchObject(tooLarge);
    const exact = await serve((_request, response) => void response.end(Buffer.alloc(100_000, 7)));
    expect((await get(exact.port)).bytes.equals(Buffer.alloc(100_000, 7))).toBe(true);
  });

  it("holds a body that comes byte by byte without a hundredfold of its size", async () => {
    const { port } = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      socket.end(`${"1\r\na\r\n".repeat(90_000)}0\r\n\r\n`);
    });
    expect((await get(port)).bytes.equals(Buffer.alloc(90_000, "a"))).toBe(true);
  });

  it("never unpacks: a gzip bomb is refused, not opened", async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const { port } = await serve((_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    await expect(get(port)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("packs the file") });
  });

  it("limits the whole time, for a server that sends a byte now and then", async () => {
    const { port } = await serve((_request, response) => {
      const timer = setInterval(() => response.write("a"), 20);
      response.on("close", () => clearInterval(timer));
    });
    await expect(get(port, "/", { timeoutMs: 300, idleMs: 200 })).rejects.toMatchObject({
      message: expect.stringContaining("within 0.3 seconds"),
    });
  });

  it("limits the whole time over redirects and a resolver that never answers too", async () => {
    const { port } = await serve((_request, response) => void setTimeout(() => response.writeHead(302, { location: "/" }).end(), 120));
    await expect(get(port, "/", { timeoutMs: 300 })).rejects.toMatchObject({ message: expect.stringContaining("within") });
    const guard = { ...allowing(port), resolve: () => new Promise<string[]>(() => {}) };
    await expect(get(port, "/", { timeoutMs: 100, guard })).rejects.toMatchObject({ message: expect.stringContaining("within") });
  });

  it("limits silence, before the headers and within the body", async () => {
    const mute = await serveRaw(() => {});
    await expect(get(mute.port, "/", { idleMs: 100 })).rejects.toMatchObject({ message: expect.stringContaining("stopped sending") });
    const halting = await serve((_request, response) => void response.write("half"));
    await expect(get(halting.port, "/", { idleMs: 100 })).rejects.toMatchObject({ message: expect.stringContaining("stopped sending") });
  });

  it("refuses a body that is shorter than announced", async () => {
    const { port } = await serveRaw((socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"));
    await expect(get(port)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("broke off") });
  });

  it.each([
    ["no HTTP", "SSH-2.0-OpenSSH_9.0\r\n"],
    ["endless headers", `HTTP/1.1 200 OK\r\n${"x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(2_000)}`],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 5\r\n\r\nabcde"],
    ["length and chunks", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"],
    ["nothing at all", ""],
  ])("refuses %s", async (_case, text) => {
    const { port } = await serveRaw((socket) => void socket.end(text));
    await expect(get(port)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it.each([204, 206, 304, 401, 403, 404, 500, 503])("takes a %i for no file", async (status) => {
    const { port } = await serve((_request, response) => void response.writeHead(status).end());
    await expect(get(port)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining(String(status)) });
  });

  it("says that a server can not be reached, without its address", async () => {
    const { port } = await serve(() => {});
    for (const { server } of open) await new Promise((resolve) => server.close(resolve));
    open.clear();
    const error = await get(port).catch((thrown: unknown) => String(thrown));
    expect(error).toContain("could not be reached");
    expect(error).not.toContain("127");
  });

  it("refuses https where no certificate holds", async () => {
    const { port } = await serve((_request, response) => void response.end("plain"));
    await expect(guardedFetch(`https://shop.test:${port}/`, { maxBytes: 10, guard: allowing(port) })).rejects.toMatchObject({
      code: "BAD_USER_INPUT",
      message: expect.stringContaining("certificate"),
    });
  });

  it("names the host, not the address, to a TLS server", async () => {
    const names: string[] = [];
    const refuse = (name: string, done: (error: Error) => void): void => {
      names.push(name);
      done(new Error("that is all we wanted to know"));
    };
    const { port } = await listen(createHttpsServer({ SNICallback: refuse }).on("tlsClientError", () => {}));
    await expect(guardedFetch(`https://shop.test:${port}/`, { maxBytes: 10, guard: allowing(port) })).rejects.toThrow("The");
    expect(names).toEqual(["shop.test"]);
  });

  it("ends with the caller's reason when it is called off", async () => {
    const { port } = await serve(() => {});
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 50);
    await expect(get(port, "/", { signal: controller.signal })).rejects.toBe(reason);
    await expect(get(port, "/", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("guardedFetch with headers of its caller's", () => {
  it("sends them to the URL's own origin, and not on to where that redirects", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end("there");
    });
    const { port } = await serve(({ headers, url }, response) => {
      seen.push(headers.authorization);
      const location = url === "/1" ? "/2" : `http://shop.test:${other.port}/`;
      response.writeHead(302, { location }).end();
    });
    const { bytes } = await get(port, "/1", { headers: { authorization: "Bearer x" }, guard: allowing(port, other.port) });
    expect([bytes.toString(), ...seen]).toEqual(["there", "Bearer x", "Bearer x", undefined]);
  });

  it("tells a refusal's status, and the patience that it asks for", async () => {
    const { port } = await serve((_request, response) => void response.writeHead(503, { "retry-after": "7" }).end());
    const error = await get(port).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StatusError);
    expect(error).toMatchObject({ status: 503, retryAfterMs: 7_000, code: "BAD_USER_INPUT" });
  });
});

describe("a host that whoever runs the server names", () => {
  it("may be private and on another port, it alone and on that port alone", async () => {
    const { port, connections } = await serve((_request, response) => void response.end("inside"));
    const guard: FetchGuard = { allowedHosts: [`photos.internal:${port}`], resolve: async () => ["127.0.0.1"] };
    const fetched = (host: string) => guardedFetch(`http://${host}/`, { maxBytes: 100, guard });
    expect((await fetched(`photos.internal:${port}`)).bytes.toString()).toBe("inside");
    for (const host of [`other.internal:${port}`, "photos.internal:80", `127.0.0.1:${port}`])
      await expect(fetched(host)).rejects.toThrow("The URL");
    expect(connections()).toBe(1);
  });
});

describe("guardedRequest", () => {
  it("posts, and takes whatever the service answers for its answer", async () => {
    const { port } = await serve(async (request, response) => {
      const body = (await request.toArray()).join("");
      response.writeHead(429, { "retry-after": "3" }).end(`${request.method} ${request.headers["api-key"]} ${body}`);
    });
    const options = { body: '{"a":1}', headers: { "api-key": "k" }, maxBytes: 1_000, guard: allowing(port) };
    const { status, headers, bytes } = await guardedRequest(`http://shop.test:${port}/`, options);
    expect([status, headers["retry-after"], bytes.toString()]).toEqual([429, "3", 'POST k {"a":1}']);
  });

  it("follows no redirect, which would carry its keys elsewhere", async () => {
    const other = await serve((_request, response) => void response.end());
    const { port } = await serve(
      (_request, response) => void response.writeHead(307, { location: `http://shop.test:${other.port}/` }).end(),
    );
    const { status } = await guardedRequest(`http://shop.test:${port}/`, { maxBytes: 1_000, guard: allowing(port, other.port) });
    expect([status, other.connections()]).toEqual([307, 0]);
  });

  it("keeps away from the network inside as the fetch does", async () => {
    const { port, connections } = await serve((_request, response) => void response.end());
    const guard: FetchGuard = { allowedPorts: [port], resolve: async () => ["127.0.0.1"] };
    await expect(guardedRequest(`http://shop.test:${port}/`, { maxBytes: 1_000, guard })).rejects.toThrow(
      "not known on the public internet",
    );
    expect(connections()).toBe(0);
  });
});
