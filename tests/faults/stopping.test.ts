// An API process that has to end: whoever sends it requests hears of it first, and what it answers goes on to its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi } from "../../server/api.ts";
import { createTestApi, type TestApi, testTokenSecret } from "../testkit/api.ts";
import { freePort } from "../testkit/port.ts";
import { until } from "../testkit/until.ts";

const root = join(import.meta.dirname, "../..");
let api: TestApi;
let port: number;

beforeAll(async () => {
  port = await freePort();
  api = await createTestApi({ env: { PORT: String(port) } });
});
afterAll(() => api.close());

const get = (path: string, at = port): Promise<Response> => fetch(`http://127.0.0.1:${at}${path}`);
const isListening = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

it("says that it is stopping while it still answers, and keeps no connection for the next request", async () => {
  const server = await startApi(api.app, { developmentSecret: null, leave: { noticeMs: 4_000, drainMs: 1_000 } });
  expect((await get("/readyz")).status).toBe(200);
  const stopped = server.stop();
  const ready = await get("/readyz");
  expect([ready.status, await ready.json(), ready.headers.get("connection")]).toEqual([503, { status: "stopping" }, "close"]);
  expect((await get("/healthz")).status).toBe(200);
  await stopped;
  expect(await isListening()).toBe(false);
});

it("lets what is under way end, and waits for nothing after it", async () => {
  const rest = Promise.withResolvers<string>();
  const slow = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("begun ");
    yield Buffer.from(await rest.promise);
  };
  // Never over by itself within this test: the stop ends because the answer has.
  const leave = { noticeMs: 0, drainMs: 600_000 };
  const fallback = async (): Promise<Response> => new Response(Readable.toWeb(Readable.from(slow())) as ReadableStream<Uint8Array>);
  const server = await startApi(api.app, { developmentSecret: null, leave, fallback });
  const answer = await get("/slow");
  const stopped = server.stop();
  await until("it takes no more requests", async () => !(await isListening()));
  rest.resolve("and ended");
  expect(await answer.text()).toBe("begun and ended");
  await stopped;
});

it("gives notice in production at SIGTERM", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "studio-stopping-"));
  const own = await freePort();
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NODE_ENV: "production", DATABASE_URL: api.databaseUrl, DATA_DIR: dataDir, PORT: String(own) };
  const more = { PUBLIC_URL: `http://127.0.0.1:${own}`, AUTH_JWT_SECRET: testTokenSecret };
  const child = spawn(process.execPath, ["server/main.ts", "api"], { cwd: root, env: { ...env, ...more }, stdio: "ignore" });
  const exited = once(child, "exit");
  await until("it is ready", async () => (await get("/readyz", own).catch(() => null))?.ok);
  child.kill("SIGTERM");
  await until("it says that it is stopping", async () => {
    const answer = await get("/readyz", own);
    return answer.status === 503 && ((await answer.json()) as { status: string }).status === "stopping";
  });
  expect(await exited).toEqual([0, null]);
  await rm(dataDir, { recursive: true, force: true });
});
