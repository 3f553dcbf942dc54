// The objects handler: what S3 refuses it refuses too, and whatever it sends, a browser will not run.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { createDiskStore, type DiskStore } from "../storage/disk.ts";
import { createObjectsHandler } from "./objects.ts";

const origin = "https://admin.example";
const key = "uploads/w/1";
const signed = { key, contentType: "image/jpeg", bytes: 10, expiresInSeconds: 60 } as const;

let root: string;
let store: DiskStore;
let handle: (request: Request) => Promise<Response>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "studio-objects-"));
  store = createDiskStore({ root, publicUrl: "http://localhost:4000", secret: "a secret of the tests alone" });
  handle = createObjectsHandler({ store, log: createLog("silent"), corsOrigins: [origin] });
});
afterEach(async () => rm(root, { recursive: true }));

/** A PUT as an honest or a lying client sends it. */
async function put(body: BodyInit | null, headers: Record<string, string>): Promise<Response> {
  const { url } = await store.signPut(signed);
  const init = { method: "PUT", headers, body, duplex: "half" };
  return handle(new Request(url, init));
}

const honest = { "content-type": "image/jpeg", "content-length": "10" };
const errorOf = async (response: Response): Promise<unknown> => {
  const { error }: { error?: unknown } = await response.json();
  return error;
};

describe("A PUT", () => {
  it("stores what was signed", async () => {
    const response = await put(new Uint8Array(10), honest);
    expect(response.status).toBe(200);
    expect(await store.info(key)).toEqual({ bytes: 10, contentType: "image/jpeg" });
  });

  it("is refused without a length, with another length and with another type, each with a sentence", async () => {
    const refusals = [
      await put(new Uint8Array(10), { "content-type": "image/jpeg" }),
      await put(new Uint8Array(11), { ...honest, "content-length": "11" }),
      await put(new Uint8Array(10), { ...honest, "content-length": "+10" }),
      await put(new Uint8Array(10), { ...honest, "content-type": "text/html" }),
      await put(new Uint8Array(10), { "content-length": "10" }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([411, 403, 403, 403, 403]);
    for (const refusal of refusals) expect(await errorOf(refusal)).toMatch(/^Expected .*\.$/);
    expect(await store.info(key)).toBeNull();
  });

  it("cannot write more or less than it announced", async () => {
    expect((await put(new Uint8Array(11), honest)).status).toBe(413);
    expect((await put(new Uint8Array(9), honest)).status).toBe(400);
    expect((await put(null, honest)).status).toBe(400);
    expect(await store.info(key)).toBeNull();
    expect(await readdir(join(root, ".incoming"))).toEqual([]);
  });

  it("stops reading an endless body at the first byte too many", async () => {
    let pulls = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        controller.enqueue(new Uint8Array(8));
      },
    });
    expect((await put(endless, honest)).status).toBe(413);
    expect(pulls).toBeLessThan(10);
  });

  it("whose client goes away leaves nothing, and is no fault of the server's", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(5));
        controller.error(new Error("connection reset"));
      },
    });
    expect((await put(broken, honest)).status).toBe(400);
    expect(await store.info(key)).toBeNull();
  });
});

describe("A GET", () => {
  it("sends the object so that no browser runs it", async () => {
    await store.put("images/w/1.jpg", Buffer.from("<script>"), { contentType: "text/html" });
    const url = await store.signGet("images/w/1.jpg", { expiresInSeconds: 60, fileName: "стул.jpg" });
    for (const method of ["GET", "HEAD"]) {
      const response = await handle(new Request(url, { method }));
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-type": "text/html",
        "content-length": "8",
        "content-disposition": "attachment; filename=\"____.jpg\"; filename*=UTF-8''%D1%81%D1%82%D1%83%D0%BB.jpg",
      });
      expect(await response.text()).toBe(method === "GET" ? "<script>" : "");
    }
  });

  it("of a missing object is 404 and of an unsigned one 403, there or not", async () => {
    const missing = await store.signGet("images/w/none.jpg", { expiresInSeconds: 60 });
    for (const method of ["GET", "HEAD"]) expect((await handle(new Request(missing, { method }))).status).toBe(404);
    await store.put("images/w/1.jpg", Buffer.from("x"), { contentType: "image/jpeg" });
    for (const path of ["images/w/1.jpg", "images/w/none.jpg", "", "../../etc/passwd", "%2e%2e/x"]) {
      const response = await handle(new Request(`http://localhost:4000/objects/${path}`));
      expect(response.status).toBe(403);
      expect(await errorOf(response)).toContain("not signed");
    }
  });

  it("with the signature of another object is refused", async () => {
    await store.put("images/w/secret.jpg", Buffer.from("x"), { contentType: "image/jpeg" });
    const own = new URL(await store.signGet("images/w/own.jpg", { expiresInSeconds: 60 }));
    const replayed = await handle(new Request(`http://localhost:4000/objects/images/w/secret.jpg${own.search}`));
    expect(replayed.status).toBe(403);
  });
});

describe("Other sites", () => {
  it("may send and read objects when they are listed", async () => {
    const { url } = await store.signPut(signed);
    const preflight = await handle(new Request(url, { method: "OPTIONS", headers: { origin } }));
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": expect.stringContaining("PUT"),
      "access-control-allow-headers": "content-type",
      vary: "Origin",
    });
    const stored = await put(new Uint8Array(10), { ...honest, origin });
    expect(stored.headers.get("access-control-allow-origin")).toBe(origin);
    const refused = await put(new Uint8Array(9), { ...honest, origin });
    expect(refused.headers.get("access-control-allow-origin")).toBe(origin);
  });

  it("may not when they are not", async () => {
    const { url } = await store.signPut(signed);
    const preflight = await handle(new Request(url, { method: "OPTIONS", headers: { origin: "https://evil.example" } }));
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("Every other method", () => {
  it.each(["POST", "DELETE", "PATCH"])("%s is not allowed", async (method) => {
    const response = await handle(new Request((await store.signPut(signed)).url, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, PUT, OPTIONS");
  });
});
