// What operators see: figures in Prometheus' form, log lines that name what they are about, and who may read either.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Api, startApi } from "../../server/api.ts";
import { EngineError } from "../../server/engines/engine.ts";
import { type MetricsServer, startMetricsServer } from "../../server/http/metrics.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { keptLog } from "../testkit/log.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";
import { until } from "../testkit/until.ts";

const token = "the-token-of-the-scraper";
const submit = `mutation ($sku: String!) { submitJob(input: { mode: BATCH, skus: [$sku], output: { width: 64, height: 64 } }) { id } }`;
/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details */
const sample = /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\.)*",?)*\})? (Na[nN]|[+-]?Inf|[+-]?[0-9.]+(e[+-]?\d+)?)$/;

describe("operation", () => {
  const engine = scriptedEngine();
  const kept = keptLog();
  let api: TestApi;
  let server: Api;
  let worker: MetricsServer;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    api = await createTestApi({ engines: engine.engines, log: kept.log, env: { PORT: String(port), METRICS_TOKEN: token } });
    server = await startApi(api.app, { developmentSecret: null });
    worker = await startMetricsServer(api.app, { host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => {
    await Promise.all([server.stop(), worker.stop()]);
    await api.close();
  });

  const get = (path: string, headers: Record<string, string> = {}, at = port): Promise<Response> =>
    fetch(`http://127.0.0.1:${at}${path}`, { headers });
  const scrape = async (at = port): Promise<string> => (await get("/metrics", { authorization: `Bearer ${token}` }, at)).text();
  /** The value of one series. */
  const seriesOf = (text: string, series: string): number | undefined => {
    const line = text.split("\n").find((each) => each.startsWith(`image_studio_${series} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };

  it("shows its figures to who has the token, and to nobody else", async () => {
    for (const at of [port, worker.port]) {
      expect((await get("/metrics", {}, at)).status).toBe(401);
      expect((await get("/metrics", { authorization: "Bearer the-token-of-somebody" }, at)).status).toBe(401);
      const response = await get("/metrics", { authorization: `Bearer ${token}` }, at);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    }
    const closed = await createTestApi();
    const { status } = await closed.fetch(new Request(`${closed.config.publicUrl}/metrics`));
    await closed.close();
    expect(status).toBe(404);
  });

  it("tells queue, jobs, pairs and workers while work waits, runs and ends", async () => {
    await skuWithPhotos(api, "M-1", 3);
    const held = Promise.withResolvers<void>();
    engine.script = async (input) => {
      await held.promise;
      if (engine.inputs.length === 3) throw new EngineError("lasting", "The provider refuses this photo.");
      return painted(input);
    };
    await api.as()(submit, { sku: "M-1" });
    const waiting = await until("the queue is told", async () => {
      const text = await scrape();
      return seriesOf(text, 'queue_items{state="ready"}') === 3 && text;
    });
    expect(seriesOf(waiting, "queue_oldest_seconds")).toBeGreaterThan(0);
    expect(seriesOf(waiting, 'jobs{status="QUEUED"}')).toBe(1);
    expect(seriesOf(waiting, 'pairs{status="QUEUED"}')).toBe(3);
    expect(seriesOf(waiting, "workers")).toBe(0);

    const running = await api.startWorker();
    await until("two run", async () => seriesOf(await scrape(), 'queue_items{state="running"}') === 2);
    expect(seriesOf(await scrape(worker.port), "worker_items")).toBe(2);
    held.resolve();
    await until("all have ended", async () => seriesOf(await scrape(), 'today_runs{engine="scripted",outcome="failed"}') === 1);
    const ended = await until("the worker has counted them", async () => {
      const text = await scrape();
      return seriesOf(text, 'items_total{engine="scripted",outcome="failed"}') === 1 && text;
    });
    await running.stop();
    expect(seriesOf(ended, 'items_total{engine="scripted",outcome="succeeded"}')).toBe(2);
    expect(seriesOf(ended, 'today_runs{engine="scripted",outcome="succeeded"}')).toBe(2);
    expect(seriesOf(ended, "workers")).toBe(1);
    expect(seriesOf(ended, "worker_slots")).toBe(2);
    for (const stage of ["read", "engine", "finish", "store", "commit"])
      expect(seriesOf(ended, `item_stage_seconds_count{engine="scripted",stage="${stage}"}`), stage).toBeGreaterThanOrEqual(2);
    expect(seriesOf(ended, "queue_oldest_seconds")).toBe(0);
  });

  it("tells of the process itself in a form that Prometheus reads", async () => {
    await get("/nowhere");
    const text = await until("requests are told", async () => {
      const now = await scrape();
      return now.includes('http_request_seconds_count{route="none",status="4xx"}') && now;
    });
    for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) expect(line).toMatch(sample);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(seriesOf(text, 'database_connections{state="idle"}')).toBeGreaterThan(0);
    expect(seriesOf(text, "subscriptions")).toBe(0);
    expect(seriesOf(text, "sockets")).toBe(0);
    expect(seriesOf(text, "news_connected")).toBe(1);
  });

  it("still tells of the process when the database can not be asked", async () => {
    await api.app.db.$executeRaw`ALTER SCHEMA graphile_worker RENAME TO hidden`;
    const text = await until("the database's figures are gone", async () => {
      const now = await scrape();
      return !now.includes("image_studio_queue_items{") && now;
    });
    const ready = await get("/readyz");
    await api.app.db.$executeRaw`ALTER SCHEMA hidden RENAME TO graphile_worker`;
    expect(text).toMatch(/^process_resident_memory_bytes /m);
    // A 0 would say that no worker lives, and nobody knows.
    expect(text).not.toMatch(/^image_studio_(queue|jobs|pairs|today|workers|worker_slots)[a-z_]*[ {]/m);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: "not ready", checks: { database: "ok", queue: "failing", news: "ok", store: "ok" } },
    ]);
  });

  it("tells every figure that the dashboard and the alerts read, and the page names every figure that is told", async () => {
    const read = (file: string): string => readFileSync(join(import.meta.dirname, "../../docs/operations", file), "utf8");
    const told = new Set(
      [...(await scrape()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", kind]) =>
        kind === "histogram" ? [name, `${name}_bucket`, `${name}_count`] : [name],
      ),
    );
    const dashboard = JSON.parse(read("grafana-dashboard.json")) as { panels: { title: string; targets: { expr: string }[] }[] };
    const alerts = parse(read("alerts.yaml")) as {
      groups: { rules: { alert: string; expr: string; annotations: { action: string } }[] }[];
    };
    const rules = alerts.groups.flatMap(({ rules: of }) => of);
    const expressions = [...dashboard.panels.flatMap(({ targets }) => targets), ...rules].map(({ expr }) => expr);
    expect([dashboard.panels.length > 15, rules.length > 5]).toEqual([true, true]);
    for (const expression of expressions) {
      const names = expression.match(/\b(image_studio|nodejs|process)_[a-z0-9_]+/g) ?? [];
      expect(names.length, expression).toBeGreaterThan(0);
      expect(
        names.filter((name) => !told.has(name)),
        expression,
      ).toEqual([]);
    }
    for (const { alert, annotations } of rules) expect(annotations.action.length, alert).toBeGreaterThan(30);
    const page = read("metrics.md");
    const own = [...told].filter((name) => name.startsWith("image_studio_") && !/_(bucket|count)$/.test(name));
    expect(own.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it("answers a worker's health to anybody who reaches its port", async () => {
    expect((await get("/healthz", {}, worker.port)).status).toBe(200);
    expect((await get("/graphql", {}, worker.port)).status).toBe(404);
  });

  it("says when a worker's port is taken, and what to do", async () => {
    await expect(startMetricsServer(api.app, { host: "127.0.0.1", port: worker.port })).rejects.toThrow("METRICS_PORT");
  });

  it("names worker, job and item on every line about an item", async () => {
    const ids = {
      workerId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      jobId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      itemId: expect.any(String),
    };
    const lines = kept.lines("a run of an item ended");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatchObject({ ...ids, engine: "scripted" });
    expect(new Set(lines.map(({ itemId }) => itemId)).size).toBe(3);
  });

  it("names the request on every line about it and to its client, by the caller's own id where that is harmless", async () => {
    await api.app.db.$executeRaw`ALTER TABLE ai_workflow_state RENAME TO hidden`;
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${await api.token()}`, "x-request-id": "proxy-42" },
      body: JSON.stringify({ query: "{ skus { edges { node { id } } } }" }),
    });
    await api.app.db.$executeRaw`ALTER TABLE hidden RENAME TO ai_workflow_state`;
    expect(response.headers.get("x-request-id")).toBe("proxy-42");
    expect(kept.lines("an unexpected fault in the API")).toMatchObject([{ requestId: "proxy-42" }]);
    expect((await get("/healthz", { "x-request-id": 'a" forged="1' })).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const ended = await until("the request is logged", async () =>
      kept.lines("a request").find(({ requestId }) => requestId === "proxy-42"),
    );
    expect(ended).toMatchObject({ method: "POST", path: "/graphql", status: 200 });
  });
});
