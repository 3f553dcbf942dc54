// Hostile URLs, with a canary on loopback that must never see a connection. Most of its more than 300 lines are the one list of them.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import type { FetchGuard } from "./target.ts";

/** `PORT` stands for the canary's port, which the guard of these tests allows: the address alone must stop them. */
const addresses = [
  // Loopback in every spelling that URL parsers know.
  "http://127.0.0.1:PORT/",
  "http://127.0.0.1.:PORT/",
  "http://127.0.0.1..:PORT/",
  "http://127.1:PORT/",
  "http://127.0.1:PORT/",
  "http://127.127.127.127:PORT/",
  "http://127.255.255.254:PORT/",
  "http://2130706433:PORT/",
  "http://2130706433.:PORT/",
  "http://0x7f000001:PORT/",
  "http://0X7F000001:PORT/",
  "http://0x7f.0x0.0x0.0x1:PORT/",
  "http://0x7f.1:PORT/",
  "http://0177.0.0.1:PORT/",
  "http://0177.1:PORT/",
  "http://017700000001:PORT/",
  "http://00000177.0.0.1:PORT/",
  "http://0x7f.0.0.01:PORT/",
  "http://127.0.0.0x1:PORT/",
  "http://0:PORT/",
  "http://0.0.0.0:PORT/",
  "http://0x0:PORT/",
  "http://00:PORT/",
  "http://0.1:PORT/",
  "http:127.0.0.1:PORT/",
  "http:/127.0.0.1:PORT/",
  "http:///127.0.0.1:PORT/",
  "http:////127.0.0.1:PORT/",
  "http:\\\\127.0.0.1:PORT\\",
  "HTTP://127.0.0.1:PORT/",
  " http://127.0.0.1:PORT/ ",
  "ht\ntp://127.0.\t0.1:PORT/",
  "http://127.0.0.1:0PORT/",
  "http://127.0.0.1:PORT\\@example.com/",
  "http://127.0.0.1:PORT#@example.com/",
  "http://127.0.0.1:PORT?@example.com/",
  "http://127.0.0.1:PORT/@example.com/",
  // Percent escapes and characters that are folded to digits and dots.
  "http://%31%32%37.0.0.1:PORT/",
  "http://127%2e0%2e0%2e1:PORT/",
  "http://①②⑦.⓪.⓪.①:PORT/",
  "http://１２７.０.０.１:PORT/",
  "http://127。0。0。1:PORT/",
  "http://127．0．0．1:PORT/",
  "http://127｡0｡0｡1:PORT/",
  "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:PORT/",
  "http://127.0.0.\u00ad1:PORT/",
  "http://0ｘ7f.1:PORT/",
  // IPv6, and IPv4 inside of it.
  "http://[::1]:PORT/",
  "http://[0:0:0:0:0:0:0:1]:PORT/",
  "http://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/",
  "http://[::0.0.0.1]:PORT/",
  "http://[::]:PORT/",
  "http://[::ffff:127.0.0.1]:PORT/",
  "http://[::FFFF:7F00:1]:PORT/",
  "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
  "http://[::ffff:0:127.0.0.1]:PORT/",
  "http://[::127.0.0.1]:PORT/",
  "http://[64:ff9b::127.0.0.1]:PORT/",
  "http://[64:ff9b:1::127.0.0.1]:PORT/",
  "http://[2002:7f00:1::]:PORT/",
  "http://[2002:c0a8:1::1]:PORT/",
  "http://[2001:0:7f00:1::]:PORT/",
  "http://[fe80::1]:PORT/",
  "http://[fec0::1]:PORT/",
  "http://[fd00:ec2::254]:PORT/",
  "http://[fc00::1]:PORT/",
  "http://[ff02::1]:PORT/",
  "http://[2001:db8::1]:PORT/",
  "http://[3fff::1]:PORT/",
  "http://[100::1]:PORT/",
  // Other ranges, and where the clouds keep their secrets.
  "http://10.0.0.1:PORT/",
  "http://10.1:PORT/",
  "http://172.16.0.1:PORT/",
  "http://172.31.255.255:PORT/",
  "http://192.168.1.1:PORT/",
  "http://0xc0a80101:PORT/",
  "http://169.254.169.254/latest/meta-data/",
  "http://169.254.169.254.:80/",
  "http://2852039166/latest/meta-data/",
  "http://0xa9fea9fe/",
  "http://0251.0376.0251.0376/",
  "http://169.16689662/",
  "http://[::ffff:169.254.169.254]/",
  "http://169.254.170.2/v2/credentials",
  "http://100.100.100.200/latest/meta-data/",
  "http://100.64.0.1:PORT/",
  "http://168.63.129.16/",
  "http://192.0.0.192/opc/v1/",
  "http://192.0.2.1:PORT/",
  "http://198.51.100.1:PORT/",
  "http://203.0.113.1:PORT/",
  "http://198.18.0.1:PORT/",
  "http://224.0.0.1:PORT/",
  "http://240.0.0.1:PORT/",
  "http://255.255.255.255:PORT/",
];

/** What the resolver of these tests answers. */
const names: Readonly<Record<string, readonly string[]>> = {
  "loopback.test": ["127.0.0.1"],
  "loopback6.test": ["::1"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "nat64.test": ["64:ff9b::7f00:1"],
  "zone.test": ["fe80::1%lo"],
  "private.test": ["10.0.0.5"],
  "metadata.test": ["169.254.169.254"],
  "public-then-loopback.test": ["93.184.215.14", "127.0.0.1"],
  "loopback-then-public.test": ["127.0.0.1", "93.184.215.14"],
  "public-and-loopback6.test": ["2606:4700:4700::1111", "::1"],
  "nobody.test": [],
  "odd.test": ["127.1"],
  "text.test": ["localhost"],
  "many.test": Array.from({ length: 1_000 }, (_, index) => `93.184.${index % 256}.14`),
  localhost: ["127.0.0.1", "::1"],
  "a.localhost": ["127.0.0.1"],
  "127.0.0.1.nip.test": ["127.0.0.1"],
  "xn--80ak6aa92e.test": ["127.0.0.1"],
  redis: ["172.17.0.2"],
};

const named = [
  ...Object.keys(names).map((name) => `http://${name}:PORT/`),
  "http://LOCALHOST:PORT/",
  "http://localhost.:PORT/",
  "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
  "http://loc\u00adalhost:PORT/",
  "http://%6c%6f%63alhost:PORT/",
  "http://loopback.test.:PORT/",
  "https://loopback.test:PORT/",
  "http://unknown.test:PORT/",
];

/** Refused for the URL alone, wherever it leads. */
const malformed = [
  "http://user@127.0.0.1:PORT/",
  "http://user:password@93.184.215.14/",
  "http://:password@93.184.215.14/",
  "http://example.com@127.0.0.1:PORT/",
  "http://93.184.215.14:80@127.0.0.1:PORT/",
  "http://93.184.215.14%2f@127.0.0.1:PORT/",
  "http://[::1]@127.0.0.1:PORT/",
  "http://93.184.215.14:22/",
  "http://93.184.215.14:25/",
  "http://93.184.215.14:6379/",
  "http://93.184.215.14:8080/",
  "https://93.184.215.14:5432/",
  "http://93.184.215.14:65536/",
  "http://93.184.215.14:-80/",
  "ftp://127.0.0.1:PORT/",
  "file:///etc/passwd",
  "file://127.0.0.1/etc/passwd",
  "gopher://127.0.0.1:PORT/_GET%20/",
  "dict://127.0.0.1:PORT/",
  "ldap://127.0.0.1:PORT/",
  "ws://127.0.0.1:PORT/",
  "data:image/png;base64,iVBORw0KGgo=",
  "javascript:alert(1)",
  "blob:http://127.0.0.1:PORT/1",
  "jar:http://127.0.0.1:PORT/!/",
  "view-source:http://127.0.0.1:PORT/",
  "unix:/var/run/docker.sock",
  "http+unix://%2fvar%2frun%2fdocker.sock/",
  "//127.0.0.1:PORT/",
  "127.0.0.1:PORT",
  "http://",
  "http://:PORT/",
  "http://[fe80::1%25lo]:PORT/",
  "http://[::1/",
  "http://1.2.3.4.5:PORT/",
  "http://256.256.256.256:PORT/",
  "http://127.0.0.1\u0000.example.com:PORT/",
  "http://127.0.0.1%00.example.com:PORT/",
  "http://exa mple.com/",
  `http://93.184.215.14/${"a".repeat(10_000)}`,
  "",
];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe("hostile URLs", () => {
  let canary: Server;
  let redirector: Server;
  let guard: FetchGuard;
  let seen = 0;
  beforeAll(async () => {
    canary = createServer((_request, response) => void response.end("the canary's secret")).on("connection", () => seen++);
    // No host given: all addresses of the machine, IPv6's too.
    await new Promise<void>((resolve) => canary.listen(0, () => resolve()));
    redirector = createServer((request, response) => {
      const to = decodeURIComponent(request.url?.slice(1) ?? "");
      response.writeHead(302, { location: Buffer.from(to).toString("latin1") }).end();
    });
    await new Promise<void>((resolve) => redirector.listen(0, "127.0.0.1", () => resolve()));
    guard = {
      allowedPorts: [portOf(canary), 5432],
      resolve: async (host) => [...(names[host] ?? [])],
    };
  });
  afterAll(async () => {
    await Promise.all([canary, redirector].map((server) => new Promise((resolve) => server.close(resolve))));
  });

  const spell = (url: string): string => url.replaceAll("PORT", String(portOf(canary)));
  const fetched = (url: string, more: FetchGuard = {}): Promise<unknown> =>
    guardedFetch(url, { maxBytes: 1_000, timeoutMs: 5_000, guard: { ...guard, ...more } }).catch((error: unknown) => error);

  it("are more than a hundred", () => {
    expect(addresses.length + named.length + malformed.length).toBeGreaterThan(150);
  });

  it.each([...addresses, ...named])("%j is refused without a connection", async (url) => {
    const error = await fetched(spell(url));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("not known on the public internet") });
    expect(seen).toBe(0);
  });

  it.each(malformed)("%j is refused as it stands", async (url) => {
    // Database ports are not the web's, whatever these tests allow.
    const error = await fetched(spell(url), { allowedPorts: [portOf(canary)] });
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "BAD_USER_INPUT" });
    expect(seen).toBe(0);
  });

  /** What a header can carry. */
  const locations = [...addresses, ...named, ...malformed.filter((url) => /^[a-z+-]+:/.test(url))].filter((url) => !/[\0\t\n]/.test(url));
  it.each(locations)("a redirect to %j is refused as well", async (url) => {
    const start = `http://start.test:${portOf(redirector)}/${encodeURIComponent(spell(url))}`;
    const error = await fetched(start, {
      allowedPorts: [portOf(canary), portOf(redirector)],
      allowedServers: [`127.0.0.1 ${portOf(redirector)}`],
      resolve: async (host) => (host === "start.test" ? ["127.0.0.1"] : [...(names[host] ?? [])]),
    });
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).not.toMatch(/127|::1|10\.0|secret/);
    expect(seen).toBe(0);
  });

  it("says the same of a name that is unknown and of one inside the network", async () => {
    const messages = await Promise.all(["http://unknown.test/", "http://private.test/", "http://10.0.0.1/"].map((url) => fetched(url)));
    expect(new Set(messages.map(String)).size).toBe(1);
  });

  it("resolves a name once for a connection, so that a second answer can not swap the address", async () => {
    const answers = [["198.51.100.7"], ["127.0.0.1"]];
    let asked = 0;
    const error = await guardedFetch(spell("http://rebind.test:PORT/"), {
      maxBytes: 1_000,
      timeoutMs: 500,
      guard: { ...guard, allowedServers: [`198.51.100.7 ${portOf(canary)}`], resolve: async () => answers[asked++] ?? [] },
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect([asked, seen]).toEqual([1, 0]);
  });
});

describe("a redirect to a name that was public a moment ago", () => {
  it("is resolved and checked anew, and leads to no connection", async () => {
    let reached = 0;
    const canary = createServer((_request, response) => void response.end("secret")).on("connection", () => reached++);
    const front = createServer((_request, response) => response.writeHead(302, { location: `http://shop.test:${portOf(canary)}/` }).end());
    await Promise.all([canary, front].map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))));
    let asked = 0;
    const error = await guardedFetch(`http://shop.test:${portOf(front)}/`, {
      maxBytes: 1_000,
      timeoutMs: 5_000,
      guard: {
        allowedPorts: [portOf(canary), portOf(front)],
        // The first answer stands for a public address; the second is what the name's owner says once he is trusted.
        allowedServers: [`127.0.0.1 ${portOf(front)}`],
        resolve: async () => (asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.1", "::1"]),
      },
    }).catch((thrown: unknown) => thrown);
    await Promise.all([canary, front].map((server) => new Promise((resolve) => server.close(resolve))));
    expect(error).toMatchObject({ code: "BAD_USER_INPUT" });
    expect([asked, reached]).toEqual([2, 0]);
  });
});

describe("the canary", () => {
  it("does sing when it is allowed, so that its silence means something", async () => {
    const server = createServer((_request, response) => void response.end("here"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = server.address() as AddressInfo;
    const guard = { allowedPorts: [port], allowedServers: [`127.0.0.1 ${port}`] };
    const { bytes } = await guardedFetch(`http://2130706433:${port}/`, { maxBytes: 1_000, guard });
    await new Promise((resolve) => server.close(resolve));
    expect(bytes.toString()).toBe("here");
  });
});
