// The image of the Dockerfile as it runs in production: a process without rights, on a program that it can not write, ends in time when it is told to.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, signToken, testTokenSecret } from "../testkit/api.ts";
import { type BuiltImage, buildImage, type ImageProcess } from "../testkit/built-image.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/database.ts";
import type { Reachable } from "../testkit/photos.ts";
import { freePort } from "../testkit/port.ts";
import { until } from "../testkit/until.ts";
import { submitJob, untilEnded, waitingPhotos } from "./batches.ts";
import { isWhole, report } from "./form.ts";

/** Milliseconds: npm brings some two hundred packages. */
const buildTimeoutMs = 600_000;
/** Milliseconds that compose.yaml grants. */
const graceMs = 20_000;
const role = { api: undefined, worker: ["node", "server/main.ts", "worker"] } as const;

/** GraphQL as an EDITOR of the workspace `test`. */
const reach = (url: string): Reachable => ({
  fetch: (request) => fetch(request),
  as: (who) => async (query, variables) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${await signToken(who)}` };
    const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Answer;
  },
});

describe.skipIf(!isWhole)("the image", () => {
  let image: BuiltImage;
  let database: TestDatabase;
  let dataDir: string;
  const running: ImageProcess[] = [];

  beforeAll(async () => {
    const at = Date.now();
    image = await buildImage();
    report("the image", `built by ${image.by} in ${Math.round((Date.now() - at) / 1000)} s, ${image.mebibytes} MiB besides Node's`);
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), "studio-data-"));
    // The user of the image is another than the tests'.
    await chmod(dataDir, 0o777);
  }, buildTimeoutMs);
  afterAll(async () => {
    for (const each of running) await each.stop();
    await database?.drop();
    await image?.remove();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  it("runs API and worker, takes a photo through, is healthy, can not change itself, and ends in time", { timeout: 240_000 }, async () => {
    const [port, ...metricsPorts] = [await freePort(), await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const common = { PORT: String(port), PUBLIC_URL: url, DATABASE_URL: database.url, AUTH_JWT_SECRET: testTokenSecret };
    for (const [index, name] of (["api", "worker"] as const).entries()) {
      const env = { ...common, METRICS_PORT: String(metricsPorts[index]), METRICS_TOKEN: "a-token-for-the-figures", LOG_LEVEL: "warn" };
      const command = role[name];
      running.push(image.start({ env, dataDir, ...(command === undefined ? {} : { command }) }));
      const each = running[index];
      await until(`the ${name} is healthy: ${each?.output()}`, async () => each?.run(image.healthcheck) === 0);
    }
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const api = reach(url);
    const id = await submitJob(api, { mode: "BATCH", skus: await waitingPhotos(api, "IMAGE", 1) });
    expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED" });
    for (const each of running) {
      expect(each.run(["node", "-e", "process.exit(process.getuid() === 0 ? 1 : 0)"])).toBe(0);
      expect(each.run(["node", "-e", "require('node:fs').writeFileSync('server/main.ts', '')"])).not.toBe(0);
      expect(each.run(["node", "-e", "require('node:fs').writeFileSync('planted', '')"])).not.toBe(0);
    }
    const at = Date.now();
    const ends = await Promise.all(
      running.map(async (each) => {
        const code = await each.stop();
        return { code, isInTime: Date.now() - at < graceMs, said: each.output() };
      }),
    );
    report("SIGTERM to API and worker until both had ended", `${((Date.now() - at) / 1000).toFixed(1)} s`);
    for (const end of ends) expect(end).toMatchObject({ code: 0, isInTime: true, said: expect.not.stringMatching(/"level":(50|60)/) });
  });
});
