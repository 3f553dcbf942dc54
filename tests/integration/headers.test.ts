// What browsers are told: whose pages may read answers, that nothing is sniffed or run, and that no foreign form can act for a person.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, startApi } from "../../server/api.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { makePhoto, upload } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";

const own = "https://admin.example.com";

describe("headers", () => {
  let api: TestApi;
  let server: Api;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    api = await createTestApi({ env: { PORT: String(port), CORS_ORIGINS: `${own},https://pim.example.com` } });
    server = await startApi(api.app, { developmentSecret: null });
    await upload(api, "HEAD-1", [{ name: "a.jpg", bytes: await makePhoto() }]);
  });
  afterAll(async () => {
    await server.stop();
    await api.close();
  });

  const local = (link: string): string => link.replace(/^http:\/\/[^/]+/, `http://127.0.0.1:${port}`);
  const query = async (headers: Record<string, string> = {}, body = `{"query":"{ viewer { userId } }"}`): Promise<Response> =>
    fetch(local("http://x/graphql"), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${await api.token()}`, ...headers },
      body,
    });

  it.each([
    own,
    "https://pim.example.com",
  ])("lets pages of %s read answers, and says so to no cache as if it were for all", async (origin) => {
    const response = await query({ origin });
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("vary")?.toLowerCase()).toContain("origin");
  });

  it.each([
    "https://evil.example",
    "http://admin.example.com",
    "https://admin.example.com.evil.example",
    "https://evil-admin.example.com",
    "https://admin.example.com:8443",
    "https://ADMIN.example.com",
    "https://admin.example.co",
    "null",
    "*",
  ])("lets pages of %s read nothing", async (origin) => {
    const allowed = (response: Response): string | null => response.headers.get("access-control-allow-origin");
    const preflight = await fetch(local("http://x/graphql"), {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" },
    });
    for (const response of [await query({ origin }), preflight]) {
      expect(allowed(response)).toBeNull();
    }
  });

  it("lets the pages that may embed the studio, and no others, read a picture's pixels", async () => {
    const { source } = (await api.as()(`{ sku(code: "HEAD-1") { mainPair { source { full: url scaled: url(width: 20) } } } }`)).data.sku
      .mainPair;
    for (const link of [source.full, source.scaled]) {
      for (const [origin, allowed] of [
        [own, own],
        ["https://evil.example", null],
      ] as const) {
        const { headers } = await fetch(local(link), { headers: { origin } });
        expect(headers.get("access-control-allow-origin")).toBe(allowed);
        expect(headers.get("vary")).toContain("Origin");
      }
    }
  });

  it("takes no operation that a foreign page's form could send, and no mutation by GET", async () => {
    const mutation = `mutation { createSku(input: { code: "FORGED" }) { id } }`;
    const forms: [string, string][] = [
      ["text/plain", JSON.stringify({ query: mutation })],
      ["application/x-www-form-urlencoded", new URLSearchParams({ query: mutation }).toString()],
      ["multipart/form-data; boundary=x", `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${mutation}\r\n--x--\r\n`],
      ["", JSON.stringify({ query: mutation })],
    ];
    for (const [contentType, body] of forms) await (await query({ "content-type": contentType }, body)).arrayBuffer();
    const byGet = `${local("http://x/graphql")}?query=${encodeURIComponent(mutation)}`;
    const answer = await fetch(byGet, { headers: { authorization: `Bearer ${await api.token()}` } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await api.as()(`{ sku(code: "FORGED") { id } }`)).data.sku).toBeNull();
  });

  it("tells browsers to sniff nothing, whatever is answered, and to run nothing of a picture or an archive", async () => {
    const { url } = (await api.as()(`{ sku(code: "HEAD-1") { mainPair { source { url(width: 20) } } } }`)).data.sku.mainPair.source;
    const archive = (await api.as()(`mutation { createDownload(input: { skus: ["HEAD-1"], content: SOURCES }) { url } }`)).data
      .createDownload;
    const get = (link: string): Promise<Response> => fetch(local(link));
    const files = [await get(url), await get(archive.url)];
    for (const response of files) expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    const refusals = ["/images/x", "/downloads/x.zip", "/objects/x", "/nowhere", "/healthz", "/readyz", "/metrics"];
    const all = [...files, await query(), ...(await Promise.all(refusals.map((path) => get(`http://x${path}`))))];
    for (const response of all) {
      expect(response.headers.get("x-content-type-options"), response.url).toBe("nosniff");
      await response.arrayBuffer();
    }
    // Nobody is told what the server is made of.
    expect(all.map(({ headers }) => headers.get("server") ?? headers.get("x-powered-by"))).toEqual(all.map(() => null));
  });
});
