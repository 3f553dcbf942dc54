// No room for what has to be written: clear errors, nothing half-written counted as done, and all of it done once there is room.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { keys } from "../../server/storage/keys.ts";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { type ApiProcess, startApiProcess } from "../testkit/api-process.ts";
import { createTestDatabase } from "../testkit/database.ts";
import { audit } from "../testkit/ledger.ts";
import { grain } from "../testkit/odd-photos.ts";
import { skuWithPhotos } from "../testkit/photos.ts";
import { startProviders } from "../testkit/providers.ts";
import { until } from "../testkit/until.ts";
import { startWorkerProcess, type WorkerProcess } from "../testkit/worker-processes.ts";
import { itemsOf, submitJob, untilEnded } from "./batches.ts";
import { withoutComparison } from "./form.ts";

/**
 * The kernel's limit on a file's size, in blocks of 512 bytes: a write past it fails in the middle of a file, as on a full disk, and nobody
 * has to be root for it.
 */
const before = "ulimit -f 100;";
/** A picture of grain has many times more bytes than that. */
const output = { width: 600, height: 600, format: "PNG" };
const createUploads = "mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } } }";
const completeUploads = "mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { pairs { id } failures { code message } } }";

/** Milliseconds without room, in which a photo that was put off would be begun twice more. */
const refusedMs = 12_000;
/** Milliseconds; only a failure waits for its end. */
const patienceMs = 150_000;

/** Half-written files in the disk store. */
const halves = async (dataDir: string): Promise<string[]> =>
  (await readdir(join(dataDir, "objects", ".incoming")).catch(() => [])).filter((name) => name !== "probe");

describe.concurrent("a disk store without room", { timeout: 2 * patienceMs }, () => {
  it("makes photos wait, says why, and leaves no half of a picture; with room they are done", async () => {
    const providers = await startProviders();
    const env = { ...providers.env, ...withoutComparison };
    let api: TestApi | undefined;
    const workers: WorkerProcess[] = [];
    try {
      api = await createTestApi({ env });
      const { app, databaseUrl, config } = api;
      const { dataDir } = config;
      const pairs = await skuWithPhotos(api, "FULL", 2);
      workers.push(startWorkerProcess({ databaseUrl, dataDir, env, before }));
      const noise = await grain(600, 600).png().toBuffer();
      providers.behave = () => ({ kind: "picture", bytes: noise });
      const id = await submitJob(api, { mode: "CUSTOM", engine: "gemini", pairs, prompt: "x", output });
      const full = await until(
        "both photos were put off",
        async () => {
          const items = await itemsOf({ app }, id);
          return items.every(({ logs }) => logs.some(({ level }) => level === "WARN")) && items;
        },
        patienceMs,
      );
      // It takes the few bytes that ask whether it is there all the while: none is begun, and paid, before it takes a picture.
      const asked = providers.seen.length;
      await sleep(refusedMs);
      expect(providers.seen).toHaveLength(asked);
      for (const { logs } of full)
        expect(logs.map(({ message }) => message).join()).toMatch(/The object store in .* cannot be used: .* Raise its limit/);
      expect(await workers[0]?.end("SIGTERM")).toBe(0);
      expect(await app.db.result.count()).toBe(0);
      expect(await halves(dataDir)).toEqual([]);
      expect(await app.store.info(keys.trial)).toBeNull();
      expect(await audit(api)).toMatchObject({ faults: [] });
      workers.push(startWorkerProcess({ databaseUrl, dataDir, env }));
      expect(await untilEnded(api, id)).toMatchObject({ status: "SUCCEEDED", progress: { succeeded: 2 } });
      expect(await audit(api)).toMatchObject({ faults: [] });
    } finally {
      for (const worker of workers) await worker.end("SIGTERM");
      await api?.close();
      await providers.close();
    }
  });

  it("refuses an upload, keeps nothing of it, and makes no pair of it", async () => {
    const database = await createTestDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), "studio-full-"));
    let api: ApiProcess | undefined;
    try {
      api = await startApiProcess(dataDir, database.url, { before, env: { LOG_LEVEL: "fatal" } });
      const bytes = await grain(600, 600).png().toBuffer();
      const input = { sku: "FULL", files: [{ name: "large.png", mimeType: "image/png", bytes: bytes.byteLength }] };
      const [ticket] = (await api.ask(createUploads, { input })).createUploads;
      const put = await fetch(ticket.url, { method: "PUT", body: new Uint8Array(bytes), headers: { "content-type": "image/png" } });
      expect(put.status).toBe(503);
      expect(await halves(dataDir)).toEqual([]);
      const { pairs, failures } = (await api.ask(completeUploads, { ids: [ticket.id] })).completeUploads;
      expect(pairs).toEqual([]);
      expect(failures).toHaveLength(1);
      // What fits is taken all the while.
      await skuWithPhotos(api, "SMALL", 1);
    } finally {
      await api?.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
