// The disk store: the contract through a real HTTP server, and what only a disk can get wrong.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createObjectsHandler } from "../http/objects.ts";
import { createLog } from "../log.ts";
import { createDiskStore, type DiskStore } from "./disk.ts";
import { diskErrorOf } from "./disk-files.ts";
import { type StoreUnderTest, storeContract } from "./store.contract.ts";
import { ObjectMissingError, StoreUnavailableError } from "./store.ts";

const secret = "a secret of the tests alone";
const jpeg = { contentType: "image/jpeg" } as const;

storeContract("The disk store", async () => {
  const root = await mkdtemp(join(tmpdir(), "studio-disk-"));
  const served = await serve(root);
  return {
    store: served.store,
    async close() {
      await served.close();
      await rm(root, { recursive: true });
    },
  };
});

describe("The disk store", () => {
  let root: string;
  let store: DiskStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "studio-disk-"));
    store = createDiskStore({ root, publicUrl: "http://localhost:4000", secret });
  });
  afterEach(async () => rm(root, { recursive: true }));

  it("lets only its own user read files and enter folders", async () => {
    await store.put("images/w/a.jpg", Buffer.from("x"), jpeg);
    const modes = await Promise.all(
      ["images/w/a.jpg", "images/w", "images", ".incoming"].map(async (path) => (await stat(join(root, path))).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o700, 0o700, 0o700]);
  });

  it("begins each file with the object's own bytes, so that any viewer opens it", async () => {
    await store.put("images/a.jpg", Buffer.from("JPEG"), jpeg);
    expect((await readFile(join(root, "images/a.jpg"))).subarray(0, 4).toString()).toBe("JPEG");
  });

  it("shows nothing half-written, and clears away what a crashed process left, but not what is being written", async () => {
    const incoming = join(root, ".incoming");
    await mkdir(incoming);
    const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await writeFile(join(incoming, "stale"), "half an obj");
    await utimes(join(incoming, "stale"), twoHoursAgo, twoHoursAgo);
    await writeFile(join(incoming, "young"), "half an obj");
    expect(await keysOf(store.list(""))).toEqual([]);
    await store.check();
    expect(await readdir(incoming)).toContain("young");
    expect(await readdir(incoming)).not.toContain("stale");
    expect(await keysOf(store.list(""))).toEqual([]);
  });

  it.each([
    ["a piece in the middle", (file: Buffer) => Buffer.from(file).fill(0, 4_096, 8_192)],
    ["all but the trailer", (file: Buffer) => Buffer.from(file).fill(0, 0, file.length - 128)],
    ["the end", (file: Buffer) => file.subarray(0, 4_096)],
    ["everything", () => Buffer.alloc(0)],
    ["a piece, its place too", (file: Buffer) => Buffer.concat([file.subarray(0, 4_096), file.subarray(8_192)])],
  ])("takes an object that can be made again for missing when a loss of power has taken %s", async (_, lose) => {
    const [key, body] = ["derived/w/a", randomBytes(20_000)];
    const path = join(root, key);
    await store.put(key, body, { ...jpeg, canBeRemade: true });
    await writeFile(path, lose(await readFile(path)));
    await expect(store.get(key)).rejects.toBeInstanceOf(ObjectMissingError);
    await store.put(key, body, { ...jpeg, canBeRemade: true });
    expect(await store.get(key)).toEqual(body);
  });

  it("keeps an object that can be made again where another process is still writing it, and where it was made at once", async () => {
    const [key, body] = ["derived/w/a", randomBytes(20_000)];
    await mkdir(join(root, "derived/w"), { recursive: true });
    await writeFile(join(root, key), body.subarray(0, 8_192));
    await expect(store.get(key)).rejects.toBeInstanceOf(ObjectMissingError);
    expect(await store.info(key)).toBeNull();
    await Promise.all(Array.from({ length: 4 }, () => store.put(key, body, { ...jpeg, canBeRemade: true })));
    expect(await store.get(key)).toEqual(body);
    expect(await readdir(join(root, "derived/w"))).toEqual(["a"]);
    expect(await readdir(join(root, ".incoming"))).toEqual([]);
  });

  it("leaves nothing of an object that can be made again when its writing is given up", async () => {
    const key = "derived/w/a";
    const options = { ...jpeg, canBeRemade: true };
    const given = new AbortController();
    const written = store.put(key, randomBytes(20_000_000), { ...options, signal: given.signal });
    given.abort(new Error("nobody waits for it"));
    await expect(written).rejects.toThrow("nobody waits for it");
    expect(await keysOf(store.list(""))).toEqual([]);
    await store.put(key, Buffer.from("whole"), options);
    expect((await store.get(key)).toString()).toBe("whole");
  });

  it("leaves no half-written file behind when a body breaks", async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(100);
        throw new Error("the body broke");
      })(),
    );
    await expect(store.put("images/a.jpg", broken, jpeg)).rejects.toThrow("the body broke");
    expect(await readdir(join(root, ".incoming"))).toEqual([]);
  });

  it("takes a file that it did not write for none of its objects", async () => {
    await mkdir(join(root, "images"));
    await writeFile(join(root, "images/short"), "x");
    await writeFile(join(root, "images/long"), "x".repeat(1000));
    await symlink("/etc/passwd", join(root, "images/link"));
    for (const key of ["images/short", "images/long", "images/link", "images"]) {
      expect(await store.info(key)).toBeNull();
      await expect(store.get(key)).rejects.toThrow("no object");
    }
  });

  it("removes folders that a delete leaves empty, and only those", async () => {
    await store.put("derived/w/1/a", Buffer.from("x"), jpeg);
    await store.put("derived/w/2/a", Buffer.from("x"), jpeg);
    await store.delete(["derived/w/1/a"]);
    expect(await readdir(join(root, "derived/w"))).toEqual(["2"]);
    await store.delete(["derived/w/2/a"]);
    expect(await readdir(root)).toEqual([".incoming"]);
  });

  it("puts and deletes in one folder at once without losing either", async () => {
    const rounds = Array.from({ length: 100 }, (_, index) => index);
    await Promise.all(
      rounds.map(async (index) => {
        await store.put(`derived/w/${index}`, Buffer.from("x"), jpeg);
        if (index % 2 === 0) await store.delete([`derived/w/${index}`]);
      }),
    );
    expect(await keysOf(store.list("derived/"))).toHaveLength(50);
  });

  it("refuses types that could not stand in a header", async () => {
    for (const contentType of ["", "image", "image/jpeg\r\nx: y", "text/html; charset=utf-8", `image/${"x".repeat(200)}`]) {
      await expect(store.put("images/a.jpg", Buffer.from("x"), { contentType })).rejects.toThrow(TypeError);
    }
  });

  it("is unavailable, saying what to do, when the disk is full or its folder is a file", async () => {
    const full = diskErrorOf(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }), root);
    expect(full).toBeInstanceOf(StoreUnavailableError);
    expect(String(full)).toMatch(/disk is full.*Free some space/);
    await writeFile(join(root, "file"), "");
    const blocked = createDiskStore({ root: join(root, "file"), publicUrl: "http://localhost:4000", secret });
    await expect(blocked.check()).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  it("refuses a secret that could be guessed", () => {
    expect(() => createDiskStore({ root, publicUrl: "http://localhost:4000", secret: "short" })).toThrow("16 bytes");
  });
});

async function keysOf(listing: AsyncIterable<{ key: string }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listing) keys.push(key);
  return keys;
}

/** A disk store with an HTTP server before it, on a free loopback port. */
async function serve(root: string): Promise<StoreUnderTest> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const publicUrl = `http://127.0.0.1:${port}`;
  const store = createDiskStore({ root, publicUrl, secret });
  const handle = createObjectsHandler({ store, log: createLog("silent"), corsOrigins: [publicUrl] });
  server.on("request", async (incoming, outgoing) => {
    const response = await handle(requestOf(incoming, publicUrl));
    outgoing.writeHead(response.status, [...response.headers].flat());
    if (response.body === null) outgoing.end();
    else await pipeline(response.body, outgoing).catch(() => {});
  });
  return {
    store,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function requestOf(incoming: IncomingMessage, publicUrl: string): Request {
  const { method = "GET", url = "/" } = incoming;
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  if (method === "GET" || method === "HEAD") return new Request(publicUrl + url, { method, headers });
  const init = { method, headers, body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" };
  return new Request(publicUrl + url, init);
}
