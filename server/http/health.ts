// Whether the process lives, and whether it can serve.
import type { App } from "../app.ts";
import { messageOf } from "../errors.ts";

/** Milliseconds that one check may take: a load balancer asks every few seconds and must not wait for a hung store. */
const checkTimeoutMs = 3_000;

/** `/healthz`: answers as long as the event loop turns. */
export const healthz = (): Response => Response.json({ status: "ok" });

/** `/readyz`: 200 when database, news, queue and store all work, else 503 with what does not. */
export async function readyz(app: App): Promise<Response> {
  const checks: Readonly<Record<string, () => Promise<unknown>>> = {
    database: () => app.db.$queryRaw`SELECT 1`,
    queue: () => app.db.$queryRaw`SELECT 1 FROM graphile_worker.jobs LIMIT 1`,
    news: async () => {
      if (!app.events.connected) throw new Error("not listening");
    },
    store: () => app.store.check(),
  };
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await within(check).then(() => "ok", messageOf)] as const),
  );
  const ready = results.every(([, outcome]) => outcome === "ok");
  // Reasons may name hosts and buckets: they go to the log, the answer names only what fails.
  if (!ready) app.log.warn({ checks: Object.fromEntries(results) }, "not ready");
  const shown = Object.fromEntries(results.map(([name, outcome]) => [name, outcome === "ok" ? "ok" : "failing"]));
  return Response.json({ status: ready ? "ready" : "not ready", checks: shown }, { status: ready ? 200 : 503 });
}

/** `/readyz` of a process that takes leave: whoever shares out requests is to send it no more. */
export const stoppingz = (): Response => Response.json({ status: "stopping" }, { status: 503 });

function within(check: () => Promise<unknown>): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${checkTimeoutMs} ms`)), checkTimeoutMs);
  return Promise.race([check(), promise]).finally(() => clearTimeout(timer));
}
