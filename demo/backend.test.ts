// The admin app's backend: tokens for its own pages only, built files and nothing beside them.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDemoApp, type DemoApp } from "./backend.ts";

const tokenSecret = "a secret of the demo's own, thirty-two or longer";
const here = "http://localhost:4000";
let root: string;
let app: DemoApp;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "demo-backend-"));
  await mkdir(join(root, "dist/assets"), { recursive: true });
  await writeFile(join(root, "dist/index.html"), "<!doctype html><title>Nordlager</title>");
  await writeFile(join(root, "dist/assets/index-a1b2.js"), "export {};");
  await writeFile(join(root, "secret.txt"), "never served");
  app = createDemoApp({ tokenSecret, workspace: "demo", distDir: join(root, "dist"), origins: ["https://cdn.example.com"] });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The app's answer, where it is the app's to answer. */
async function ask(url: string, init?: RequestInit): Promise<Response> {
  const response = await app(new Request(new URL(url, here), init));
  if (response === null) throw new Error(`${url} was left to the studio's server`);
  return response;
}
const askToken = (headers: Record<string, string>, url = "/demo/token") => ask(url, { method: "POST", headers });

describe("tokens", () => {
  it("are signed for the demo's editor and end within ten minutes", async () => {
    const response = await askToken({ origin: here, "sec-fetch-site": "same-origin" });
    expect(response.headers.get("cache-control")).toBe("no-store");
    const body = (await response.json()) as { token: string };
    const { payload } = await jwtVerify(body.token, new TextEncoder().encode(tokenSecret), { algorithms: ["HS256"] });
    expect(payload).toMatchObject({ sub: "demo-user", workspace: "demo", role: "EDITOR" });
    expect((payload.exp ?? 0) - Date.now() / 1000).toBeGreaterThan(500);
    expect((payload.exp ?? Infinity) - Date.now() / 1000).toBeLessThanOrEqual(600);
  });

  it("carry the issuer and audience that the API asks for", async () => {
    const strict = createDemoApp({ tokenSecret, workspace: "demo", distDir: root, issuer: "nordlager", audience: "studio" });
    const response = await strict(new Request(`${here}/demo/token`, { method: "POST", headers: { origin: here } }));
    const body = (await response?.json()) as { token: string };
    expect(decodeJwt(body.token)).toMatchObject({ iss: "nordlager", aud: "studio" });
  });

  it.each([
    ["another website", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["another website in a browser without fetch metadata", { origin: "https://evil.example" }],
    ["another port of this machine", { origin: "http://localhost:5000", "sec-fetch-site": "same-site" }],
    ["a sandboxed frame", { origin: "null" }],
    ["a request that says nothing of its origin", {}],
  ])("are refused to %s", async (_who, headers: Record<string, string>) => {
    expect((await askToken(headers)).status).toBe(403);
  });

  it("are refused to a name that was pointed at this machine (DNS rebinding)", async () => {
    const headers = { origin: "http://evil.example:4000", "sec-fetch-site": "same-origin" };
    expect((await askToken(headers, "http://evil.example:4000/demo/token")).status).toBe(403);
  });

  it("go by the Host header where the server's URL is its public one", async () => {
    expect((await askToken({ host: "127.0.0.1:4000", origin: "http://127.0.0.1:4000" })).status).toBe(200);
    expect((await askToken({ host: "evil.example:4000", origin: "http://evil.example:4000" })).status).toBe(403);
  });

  it("are given by POST alone", async () => {
    const response = await ask("/demo/token");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("pages", () => {
  it("are one document, never cached, under a policy that lets in only what the app needs", async () => {
    for (const path of ["/", "/photos/MUG-001", "/products/MUG-001", "/listings", "/orders"]) {
      const response = await ask(path);
      expect(await response.text(), path).toContain("Nordlager");
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const policy = response.headers.get("content-security-policy");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("img-src 'self' data: blob: https://cdn.example.com;");
      expect(policy).toContain("connect-src 'self' https://cdn.example.com wss://cdn.example.com;");
    }
  });

  it("have hashed assets that may be kept for ever", async () => {
    const response = await ask("/assets/index-a1b2.js");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("cache-control")).toContain("immutable");
    const head = await ask("/assets/index-a1b2.js", { method: "HEAD" });
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["10", ""]);
  });

  it("never show a file outside the built ones", async () => {
    const traps = [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/..\\secret.txt",
      "//secret.txt",
      "/%2e%2e/secret.txt",
    ];
    for (const path of [...traps, "/assets/", "/assets", "/.env", "/nothing.js", "/secret.txt%00.js"]) {
      const response = await ask(`${here}${path}`);
      expect(response.status, path).toBe(404);
      expect(await response.text(), path).not.toContain("never served");
    }
  });

  it("say what to run while they are not built", async () => {
    const unbuilt = createDemoApp({ tokenSecret, workspace: "demo", distDir: join(root, "nowhere") });
    const response = await unbuilt(new Request(here));
    expect(response?.status).toBe(503);
    expect(await response?.text()).toContain("npm run generate");
  });
});

describe("the marketplace's shelf", () => {
  const shelf = { title: "Polka Market", products: [] };
  const url = "http://127.0.0.1:45678";
  const beside = (): DemoApp =>
    createDemoApp({ tokenSecret, workspace: "demo", distDir: join(root, "dist"), marketplace: { url, view: () => shelf } });

  it("is what the marketplace shows now, and its pictures alone are let into the pages from there", async () => {
    const response = await beside()(new Request(`${here}/demo/shelf`));
    expect([response?.headers.get("cache-control"), await response?.json()]).toEqual(["no-store", shelf]);
    const policy = (await beside()(new Request(`${here}/shelf`)))?.headers.get("content-security-policy");
    expect(policy).toContain(`img-src 'self' data: blob: ${url};`);
    expect(policy).toContain("connect-src 'self';");
  });

  it("is none where no marketplace runs, and cannot be written", async () => {
    expect((await ask("/demo/shelf")).status).toBe(404);
    expect((await beside()(new Request(`${here}/demo/shelf`, { method: "POST" })))?.status).toBe(405);
  });
});

describe("the studio's own paths", () => {
  it.each([
    "/graphql",
    "/images/abc",
    "/objects/x/y",
    "/downloads/z.zip",
    "/healthz",
    "/readyz",
    "/metrics",
  ])("leaves %s alone", async (path) => {
    expect(await app(new Request(`${here}${path}`))).toBeNull();
  });
});
