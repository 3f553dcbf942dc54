// Whether the process of this container lives: a worker answers on METRICS_PORT, the API on PORT.
const ports = [process.env["METRICS_PORT"], process.env["PORT"] ?? "4000"].filter((port) => port !== undefined && port !== "");
/** Milliseconds; Docker gives the whole of it five seconds. */
const timeoutMs = 2_000;

const answers = await Promise.allSettled(
  ports.map(async (port) => {
    const { ok } = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(timeoutMs) });
    if (!ok) throw new Error(`Port ${port} answers, but not well`);
  }),
);
process.exitCode = answers.some(({ status }) => status === "fulfilled") ? 0 : 1;
