// `/metrics` in Prometheus' text form: the API's on its own port, a worker's on METRICS_PORT.
//
// Figures tell how much a shop works and on what, so they are not for everybody: with METRICS_TOKEN a scraper sends it as its bearer
// token. Without one they are open on a development machine only. A worker listens nowhere unless METRICS_PORT says so, and then on
// METRICS_HOST, which is this machine unless told otherwise: a port of its own, because a worker has no other, and one for each
// process, because Prometheus adds up what processes tell far better than a database row that all of them would write.
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../app.ts";
import { type Figures, readFigures } from "../domain/figures.ts";
import { messageOf } from "../errors.ts";
import type { Reading } from "../metrics/metrics.ts";
import { healthz } from "./health.ts";

/** Milliseconds for which one look at the database serves all gauges of a scrape. */
const figuresForMs = 1_000;

/** @param isOpen whether anybody who reaches the port may read where no token is set */
export function createMetricsHandler(app: App, isOpen: boolean): (request: Request) => Promise<Response> {
  return async (request) => {
    const { token } = app.config.metrics;
    const refused = token === undefined ? (isOpen ? null : closed()) : refusalOf(token, request.headers.get("authorization"));
    if (refused !== null) return refused;
    return new Response(await app.metrics.text(), { headers: { "content-type": app.metrics.contentType, "cache-control": "no-store" } });
  };
}

const closed = (): Response => Response.json({ error: "Figures are shown to nobody until METRICS_TOKEN is set." }, { status: 404 });

function refusalOf(token: string, authorization: string | null): Response | null {
  if (isSame(authorization ?? "", `Bearer ${token}`)) return null;
  return Response.json(
    { error: "Send METRICS_TOKEN as the bearer token of an Authorization header." },
    { status: 401, headers: { "www-authenticate": "Bearer" } },
  );
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What every process tells of itself beyond its event loop and memory. */
export function showPool({ metrics, pool, events }: App): void {
  metrics.gauge({
    name: "database_connections",
    help: "Connections of this process's pool, and callers that wait for one",
    labels: ["state"],
    read: () => {
      const { open, idle, waiting } = pool();
      return [
        [{ state: "busy" }, open - idle],
        [{ state: "idle" }, idle],
        [{ state: "waiting" }, waiting],
      ];
    },
  });
  metrics.gauge({ name: "news_connected", help: "1 while this process hears the database's news", read: () => Number(events.connected) });
}

/** What an API process tells of the whole installation; each tells the same, so that any one of them will do. */
export function showFigures(app: App): void {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Figures | null> = Promise.resolve(null);
  const figures = (): Promise<Figures | null> => {
    if (performance.now() - readAt < figuresForMs) return reading;
    readAt = performance.now();
    reading = readFigures(app).catch((error) => {
      // The process's own figures matter most when the database is away.
      app.log.warn({ error: messageOf(error) }, "figures could not be read from the database");
      return null;
    });
    return reading;
  };
  const shown = (name: string, help: string, labels: readonly string[], of: (figures: Figures) => Reading): void =>
    app.metrics.gauge({
      name,
      help,
      labels,
      read: async () => {
        const known = await figures();
        return known === null ? [] : of(known);
      },
    });

  shown("queue_items", "Items on the queue", ["state"], ({ queue: { ready, later, running } }) => [
    [{ state: "ready" }, ready],
    [{ state: "later" }, later],
    [{ state: "running" }, running],
  ]);
  shown("queue_oldest_seconds", "How long the oldest ready item has waited", [], ({ queue }) => [[{}, queue.oldestSeconds]]);
  shown("jobs", "Jobs that have not ended", ["status"], ({ jobs }) => labelled(jobs));
  shown("pairs", "Pairs of all workspaces", ["status"], ({ pairs }) => labelled(pairs));
  shown("today_runs", "Pictures made and runs failed since midnight UTC", ["engine", "outcome"], ({ today }) =>
    today.flatMap(({ engine, images, failures }) => [
      [{ engine, outcome: "succeeded" }, images] as const,
      [{ engine, outcome: "failed" }, failures] as const,
    ]),
  );
  shown("workers", "Workers that live", [], ({ workers }) => [[{}, workers.count]]);
  shown("worker_slots", "Items that living workers run at once", [], ({ workers }) => [[{}, workers.slots]]);
}

const labelled = (counts: ReadonlyMap<string, number>): Reading => [...counts].map(([status, n]) => [{ status }, n]);

export interface MetricsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A worker's `/metrics` and `/healthz`. @throws Error with what to do when the port is taken */
export async function startMetricsServer(app: App, { host, port }: { host: string; port: number }): Promise<MetricsServer> {
  // The configuration sees to it that there is a token where others reach the port.
  const metrics = createMetricsHandler(app, true);
  const answer = async (path: string, headers: Headers): Promise<Response> => {
    if (path === "/healthz") return healthz();
    if (path === "/metrics") return metrics(new Request("http://worker.invalid/metrics", { headers }));
    return Response.json({ error: "A worker answers /metrics and /healthz." }, { status: 404 });
  };
  const server = createServer(async ({ url = "/", headers }, response) => {
    const { authorization } = headers;
    try {
      const answered = await answer(url.split("?", 1)[0] ?? "/", new Headers(authorization === undefined ? {} : { authorization }));
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
    } catch (error) {
      app.log.error({ error: messageOf(error) }, "the worker's figures could not be told");
      response.writeHead(500).end();
    }
  });
  server.listen(port, host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`METRICS_PORT ${port} on ${host} is taken by another program: give each worker on a machine one of its own.`);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
