// Secrets stay where they belong: whatever happens, none stands in the log, in an error, or in what a stranger may read.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Api, startApi } from "../../server/api.ts";
import { createTestApi, type TestApi, testTokenSecret } from "../testkit/api.ts";
import { keptLog } from "../testkit/log.ts";
import { makePhoto, put, upload } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";
import { until } from "../testkit/until.ts";

const metricsToken = "the-token-of-the-scraper";
const providerKey = "sk-the-key-of-the-provider";

describe("secrets", () => {
  const kept = keptLog();
  let provider: Server;
  let api: TestApi;
  let server: Api;
  let port: number;

  beforeAll(async () => {
    // As unkind as a provider can be: it refuses, and repeats what it was sent.
    provider = createServer((request, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${request.headers.authorization}`, type: "invalid" } }));
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    port = await freePort();
    api = await createTestApi({
      log: kept.log,
      env: {
        PORT: String(port),
        METRICS_TOKEN: metricsToken,
        OPENAI_COMPATIBLE_BASE_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`,
        OPENAI_COMPATIBLE_API_KEY: providerKey,
      },
    });
    server = await startApi(api.app, { developmentSecret: null });
  });
  afterAll(async () => {
    await server.stop();
    await api.close();
    await new Promise((resolve) => provider.close(resolve));
  });

  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const post = (body: unknown, headers: Record<string, string>): Promise<Response> =>
    fetch(url("/graphql"), { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

  it("are in no line of the log and in no answer, after all that can go well and wrong with them", async () => {
    const token = await api.token({ role: "OWNER" });
    const expired = await api.token({ expiresInSeconds: -60 });
    const owner = { authorization: `Bearer ${token}` };
    const answers: string[] = [];
    const told = async (response: Response): Promise<string> => {
      const text = await response.text();
      answers.push(text);
      return text;
    };

    // Keys and tokens: good, bad, expired, revoked, in headers and over a socket.
    const made = JSON.parse(
      await (await post({ query: `mutation { createApiKey(input: { name: "k", role: EDITOR }) { secret apiKey { id } } }` }, owner)).text(),
    ).data.createApiKey;
    await told(await post({ query: "{ viewer { userId } }" }, { "x-api-key": made.secret }));
    await told(await post({ query: "{ viewer { userId } }" }, { authorization: `Bearer ${expired}` }));
    await told(await post({ query: "{ viewer { userId } }" }, { "x-api-key": "isk_guessed-by-somebody" }));
    await told(await post({ query: `{ skuz(key: "${made.secret}") }` }, owner));
    for (const authorization of [`Bearer ${made.secret}`, `Bearer ${expired}`]) {
      const client = createClient({
        url: `ws://127.0.0.1:${port}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization },
        retryAttempts: 0,
      });
      await client
        .iterate({ query: "{ viewer { userId } }" })
        .next()
        .catch(() => undefined);
      await client.dispose();
    }
    await told(await fetch(url("/metrics"), { headers: { authorization: `Bearer ${metricsToken}` } }));

    // Links: for uploads, pictures and downloads, whole and changed.
    const bytes = await makePhoto();
    const { tickets } = await upload(api, "SEC-1", [{ name: "a.jpg", bytes }]);
    await put(api, { ...tickets[0], headers: [] }, bytes);
    const links = JSON.parse(
      await (await post({ query: `mutation { createDownload(input: { skus: ["SEC-1"], content: SOURCES }) { url } }` }, owner)).text(),
    ).data.createDownload.url;
    const { source } = (await api.as()(`{ sku(code: "SEC-1") { mainPair { source { url(width: 20) } } } }`)).data.sku.mainPair;
    for (const link of [links, source.url, tickets[0]?.url ?? ""]) {
      const local = link.replace(/^http:\/\/[^/]+/, url(""));
      await (await fetch(local)).arrayBuffer();
      await told(await fetch(local.replace("signature=", "signature=x")));
    }

    // Faults: in the database, at a provider that repeats the key, at an address with a password in it.
    await api.app.db.$executeRaw`ALTER TABLE ai_api_key RENAME TO hidden`;
    await told(await post({ query: "{ viewer { userId } }" }, { "x-api-key": made.secret }));
    await told(await post({ query: `mutation { createApiKey(input: { name: "l", role: EDITOR }) { secret } }` }, owner));
    await api.app.db.$executeRaw`ALTER TABLE hidden RENAME TO ai_api_key`;
    const addresses = ["https://somebody:the-password@example.invalid/a.jpg", "https://example.invalid/a.jpg?token=the-password"];
    const imports = `mutation ($urls: [URL!]!) { importSources(input: { sku: "SEC-2", urls: $urls }) { failures { code message } } }`;
    await told(await post({ query: imports, variables: { urls: addresses } }, owner));
    const worker = await api.startWorker();
    const submit = `mutation { submitJob(input: { mode: BATCH, skus: ["SEC-1"], engine: "openai-compatible", model: "m", output: { width: 64, height: 64 } }) { id } }`;
    const { id } = JSON.parse(await told(await post({ query: submit }, owner))).data.submitJob;
    const job = `query ($id: ID!) { job(id: $id) { finishedAt items { edges { node { status error pair { note } } } } logs { edges { node { message } } } } }`;
    const ended = await until("the run ends", async () => {
      const text = await (await post({ query: job, variables: { id } }, owner)).text();
      return !text.includes('"finishedAt":null') && text;
    });
    await worker.stop();
    answers.push(ended);
    expect(ended).toContain("FAILED");
    await told(await post({ query: "mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", variables: { id: made.apiKey.id } }, owner));
    await told(await post({ query: "{ viewer { userId } }" }, { "x-api-key": made.secret }));

    const linkSecret = (await api.app.db.secret.findFirstOrThrow({ where: { name: "links" } })).value;
    const secrets = { token, expired, key: made.secret, testTokenSecret, metricsToken, providerKey, linkSecret };
    // The test would be worth nothing if nothing had been logged.
    expect(kept.lines("a request").length).toBeGreaterThan(10);
    expect(kept.lines("an unexpected fault in the API").length).toBeGreaterThan(0);
    const log = kept.text();
    for (const [name, secret] of Object.entries(secrets)) {
      expect(log.includes(secret), `the log holds ${name}`).toBe(false);
      expect(
        answers.some((answer) => answer.includes(secret)),
        `an answer holds ${name}`,
      ).toBe(false);
    }
    expect(log).not.toMatch(/signature=|X-Amz-Signature|the-password|isk_guessed/);
    expect(answers.join("\n")).not.toContain("the-password");
  });
});
