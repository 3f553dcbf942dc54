// News over WebSocket and SSE: the present state first, then each change; healed when the database's connection is cut.
import { type Client, createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Api, composeApi, startApi } from "../../server/api.ts";
import { closeApp, openApp } from "../../server/app.ts";
import { sharedSecret } from "../../server/domain/secret.ts";
import { createLog } from "../../server/log.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { onServer } from "../testkit/database.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";
import { until } from "../testkit/until.ts";

const output = { width: 64, height: 64, format: "JPEG" };
const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;

describe("subscriptions", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let server: Api;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    api = await createTestApi({ engines: engine.engines, env: { PORT: String(port) } });
    server = await startApi(api.app, { developmentSecret: null });
    await api.startWorker();
    engine.script = async (input) => painted(input);
  });
  afterAll(async () => {
    await server.stop();
    await api.close();
  });

  const connect = async (token?: string): Promise<Client> => {
    const authorization = `Bearer ${token ?? (await api.token())}`;
    return createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
  };

  it("tells a job's progress from its present state to its end, and then ends by itself", async () => {
    await skuWithPhotos(api, "SUB-1", 3);
    const client = await connect();
    const { id } = (await api.as()(submit, { input: { mode: "BATCH", skus: ["SUB-1"], output } })).data.submitJob;
    const seen: { status: string; progress: { fraction: number } }[] = [];
    const query = `subscription ($id: ID!) { jobProgress(id: $id) { status progress { fraction } } }`;
    for await (const { data } of client.iterate<{ jobProgress: (typeof seen)[0] }>({ query, variables: { id } })) {
      if (data) seen.push(data.jobProgress);
    }
    expect(seen.at(-1)).toEqual({ status: "SUCCEEDED", progress: { fraction: 1 } });
    const fractions = seen.map(({ progress }) => progress.fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    const again = client.iterate<{ jobProgress: { status: string } }>({ query, variables: { id } });
    expect((await again.next()).value.data.jobProgress.status).toBe("SUCCEEDED");
    expect((await again.next()).done).toBe(true);
    await client.dispose();
  });

  it("tells a SKU's pairs as they stand, then as they change, and nobody else's", async () => {
    await skuWithPhotos(api, "SUB-2", 2);
    await skuWithPhotos(api, "SUB-3", 1);
    const client = await connect();
    const seen: string[] = [];
    const pairs = client.iterate<{ pairs: { status: string; sku: { code: string } } }>({
      query: `subscription { pairs(sku: "SUB-2") { status sku { code } } }`,
    });
    const reading = (async () => {
      for await (const { data } of pairs) if (data) seen.push(`${data.pairs.sku.code} ${data.pairs.status}`);
    })();
    await until("the present state came", async () => seen.length === 2);
    expect(seen).toEqual(["SUB-2 WAITING", "SUB-2 WAITING"]);
    await api.as()(submit, { input: { mode: "BATCH", skus: ["SUB-3", "SUB-2"], output } });
    await until("both results came", async () => seen.filter((line) => line === "SUB-2 READY").length >= 2);
    expect(seen.every((line) => line.startsWith("SUB-2"))).toBe(true);
    await client.dispose();
    await reading;
    await until("the subscription is gone", async () => server.live.size("subscription") === 0);
  });

  it("tells a job's log: the last lines, then each new one, none twice", async () => {
    await skuWithPhotos(api, "SUB-7", 2);
    const { id } = (await api.as()(submit, { input: { mode: "BATCH", skus: ["SUB-7"], output } })).data.submitJob;
    const client = await connect();
    const seen: string[] = [];
    const reading = (async () => {
      const query = `subscription ($id: ID!) { jobLogs(id: $id, tail: 10) { id message } }`;
      for await (const { data } of client.iterate<{ jobLogs: { id: string; message: string } }>({ query, variables: { id } })) {
        if (data) seen.push(data.jobLogs.message);
      }
    })();
    await until("the last line came", async () => seen.some((line) => line.startsWith("Ended")));
    expect(seen).toHaveLength(4);
    expect(seen[0]).toContain("Queued 2 photos");
    await client.dispose();
    await reading;
  });

  it("tells every job of the workspace and no other's", async () => {
    const client = await connect();
    const stranger = await connect(await api.token({ workspace: "stranger" }));
    const seen: number[] = [];
    const foreign: number[] = [];
    const listen = async (from: Client, into: number[]): Promise<void> => {
      for await (const { data } of from.iterate<{ jobs: { number: number } }>({ query: `subscription { jobs { number } }` }))
        if (data) into.push(data.jobs.number);
    };
    const reading = Promise.all([listen(client, seen), listen(stranger, foreign)]);
    await skuWithPhotos(api, "SUB-8", 1);
    const { number } = (
      await api.as()(`mutation ($input: SubmitJobInput!) { submitJob(input: $input) { number } }`, {
        input: { mode: "BATCH", skus: ["SUB-8"], output },
      })
    ).data.submitJob;
    await until("the job was told", async () => seen.includes(number));
    expect(foreign).toEqual([]);
    await Promise.all([client.dispose(), stranger.dispose()]);
    await reading;
  });

  it("streams the same over SSE", async () => {
    await skuWithPhotos(api, "SUB-4", 1);
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${await api.token()}` },
      body: JSON.stringify({ query: `subscription { pairs(sku: "SUB-4") { status } }` }),
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes("WAITING")) break;
    }
    expect(text).toContain(`{"data":{"pairs":{"status":"WAITING"}}}`);
  });

  it("gives every open subscription the present state again after the LISTEN connection was cut", async () => {
    await skuWithPhotos(api, "SUB-5", 1);
    const client = await connect();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { data } of client.iterate<{ pairs: { status: string } }>({
        query: `subscription { pairs(sku: "SUB-5") { status } }`,
      })) {
        if (data) seen.push(data.pairs.status);
      }
    })();
    await until("the present state came", async () => seen.length === 1);
    await onServer(api.databaseUrl, (own) =>
      own.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'image-studio news' AND datname = current_database()",
      ),
    );
    // Changed behind the news' back, as by a writer whose notification was lost with the connection.
    await api.app.db.pair.updateMany({ where: { sku: { code: "SUB-5" } }, data: { status: "APPROVED" } });
    await until("the state after the cut came", async () => seen.includes("APPROVED"));
    expect(seen).toEqual(["WAITING", "APPROVED"]);
    await client.dispose();
    await reading;
  });

  it("tells what another API process did", async () => {
    await skuWithPhotos(api, "SUB-9", 1);
    const log = createLog("fatal");
    const other = await openApp({
      config: api.config,
      log,
      databaseUrl: api.databaseUrl,
      linkSecret: (db) => sharedSecret(db, "links"),
      engines: engine.engines,
    });
    const second = composeApi(other, { developmentSecret: null });
    const client = await connect();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { data } of client.iterate<{ pairs: { status: string } }>({
        query: `subscription { pairs(sku: "SUB-9") { status } }`,
      })) {
        if (data) seen.push(data.pairs.status);
      }
    })();
    await until("the present state came", async () => seen.length === 1);
    const answer = await second.graphql.fetch(`${api.config.publicUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${await api.token()}` },
      body: JSON.stringify({ query: submit, variables: { input: { mode: "BATCH", skus: ["SUB-9"], output } } }),
    });
    expect(((await answer.json()) as { errors?: unknown }).errors).toBeUndefined();
    await until("the result came", async () => seen.includes("READY"));
    await client.dispose();
    await reading;
    await second.graphql.dispose();
    // The scripted engine is shared: closing this App closes nothing of the other's.
    await closeApp(other);
  });

  it("closes a socket without a good token with 4403, and one whose token has expired too", async () => {
    const closed = async (token: string): Promise<number> => {
      const client = await connect(token);
      const events = client.iterate({ query: `subscription { pairs { id } }` });
      try {
        for await (const _event of events);
        return 0;
      } catch (event) {
        return (event as { code: number }).code;
      } finally {
        await client.dispose();
      }
    };
    expect(await closed("nonsense")).toBe(4403);
    expect(await closed(await api.token({ expiresInSeconds: 2 }))).toBe(4403);
  });

  it("answers another workspace's job as one that never was", async () => {
    await skuWithPhotos(api, "SUB-6", 1);
    const { id } = (await api.as()(submit, { input: { mode: "BATCH", skus: ["SUB-6"], output } })).data.submitJob;
    const client = await connect(await api.token({ workspace: "other" }));
    const { value } = await client.iterate({ query: `subscription ($id: ID!) { jobProgress(id: $id) { id } }`, variables: { id } }).next();
    expect(value.errors[0].extensions.code).toBe("NOT_FOUND");
    await client.dispose();
  });
});
