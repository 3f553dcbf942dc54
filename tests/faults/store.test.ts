// The store in trouble while a batch runs: it refuses, is slow, or loses connections half-way through a body.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { painted, scriptedEngine } from "../testkit/engines.ts";
import { audit } from "../testkit/ledger.ts";
import { makePhoto, upload } from "../testkit/photos.ts";
import { type FaultyProxy, startProxy } from "../testkit/proxy.ts";
import { until } from "../testkit/until.ts";
import { itemsOf, submitJob, untilEnded } from "./batches.ts";
import { inForm, report } from "./form.ts";

/** Milliseconds that the store refuses everybody: longer than two starts of a photo. */
const refuseMs = inForm(3_000, 30_000);
/** Bytes after which a connection breaks: past the headers, within the body of each photo and result here. */
const halfBytes = 6_000;
/** Pixels; of this size a photo has more bytes than that. */
const photoSide = 1_400;
const timeoutMs = 240_000;

describe("the store in trouble", () => {
  const engine = scriptedEngine();
  let proxy: FaultyProxy;
  let api: TestApi;

  beforeAll(async () => {
    proxy = await startProxy(Number(new URL(inject("s3")?.endpoint ?? "http://127.0.0.1:1").port));
    api = await createTestApi({ store: "s3", s3Port: proxy.port, engines: engine.engines });
    engine.script = async (input) => painted(input);
    await api.startWorker();
  });
  afterEach(() => {
    proxy.fault = { kind: "none" };
  });
  afterAll(async () => {
    await api?.close();
    await proxy?.close();
  });

  const photos = async (code: string, count: number): Promise<void> => {
    const files = await Promise.all(
      Array.from({ length: count }, async (_, index) => ({ name: `photo-${index + 1}.jpg`, bytes: await makePhoto(photoSide) })),
    );
    expect((await upload(api, code, files)).failures).toEqual([]);
  };
  const batch = (code: string): Promise<string> =>
    submitJob(api, { mode: "BATCH", skus: [code], output: { width: 1_000, height: 1_000, format: "PNG" } });

  it(
    `that refuses for ${refuseMs / 1000} s makes photos wait and fails none`,
    async () => {
      await photos("REFUSE", 4);
      proxy.fault = { kind: "refuse" };
      proxy.cutAll();
      const id = await batch("REFUSE");
      await until("a photo was put off", async () => (await itemsOf(api, id)).some(({ logs }) => logs.length > 0));
      await sleep(refuseMs);
      proxy.fault = { kind: "none" };
      expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 4 } });
      const items = await itemsOf(api, id);
      report("starts of photos while the store refused", items.map(({ attempts }) => attempts).join(", "));
      // Once it was noticed, no photo was begun before the store could be used again.
      expect(Math.max(...items.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
      const words = items.flatMap(({ logs }) => logs.filter(({ level }) => level === "WARN").map(({ message }) => message));
      expect(words.every((message) => /The bucket .* cannot be used .* It will be tried again\./.test(message))).toBe(true);
      expect(await audit(api)).toMatchObject({ faults: [] });
    },
    timeoutMs,
  );

  it(
    "that is slow costs time and no start",
    async () => {
      await photos("SLOW", 3);
      proxy.fault = { kind: "slow", ms: 250 };
      const id = await batch("SLOW");
      expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED" });
      expect((await itemsOf(api, id)).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    },
    timeoutMs,
  );

  // Down: of a source that is read; up: of a result that is written.
  it.each(["down", "up"] as const)("that loses connections half-way through a body on its way %s leaves no half of a picture", {
    timeout: timeoutMs,
  }, async (direction) => {
    const code = `HALF-${direction}`;
    await photos(code, 3);
    const before = proxy.broken();
    proxy.fault = { kind: "cut", direction, afterBytes: halfBytes, times: 4 };
    proxy.cutAll();
    const id = await batch(code);
    expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 3 } });
    expect(proxy.broken() - before).toBe(4);
    proxy.fault = { kind: "none" };
    expect(await audit(api)).toMatchObject({ faults: [] });
  });

  it("shows in readyz, and is gone from it by itself", async () => {
    proxy.fault = { kind: "refuse" };
    proxy.cutAll();
    const ready = await api.fetch(new Request(`${api.config.publicUrl}/readyz`));
    expect(await ready.json()).toMatchObject({ status: "not ready", checks: { store: "failing", database: "ok" } });
    proxy.fault = { kind: "none" };
    expect((await api.fetch(new Request(`${api.config.publicUrl}/readyz`))).status).toBe(200);
  });
});
