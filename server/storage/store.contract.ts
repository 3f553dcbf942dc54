// What every store must do, whatever it is made of: one suite that disk and S3 both pass.
// Longer than other files, so that the promises of a store can be read in one place and no store can pass half of them.
import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { ObjectMissingError, type Store } from "./store.ts";

export interface StoreUnderTest {
  readonly store: Store;
  close(): Promise<void>;
}

const jpeg = { contentType: "image/jpeg" } as const;
/** More than two parts of a streamed S3 upload, so that the multipart way is gone too. */
const largeBytes = 20 * 1024 * 1024 + 7;
/** More than one page and one delete batch of S3. */
const manyKeys = 1500;
/** On two busy cores a real S3 server needs its time. */
const slowTestMs = 60_000;

/** Runs the suite on an empty store; `open` is called once. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store's contract`, { timeout: slowTestMs }, () => {
    let opened: StoreUnderTest;
    let store: Store;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    }, slowTestMs);
    afterAll(async () => opened?.close());

    describe("objects", () => {
      it("keeps bytes and type of a buffer", async () => {
        const [key, body] = [newKey(), randomBytes(1000)];
        await store.put(key, body, jpeg);
        expect(await store.get(key)).toEqual(body);
        expect(await store.info(key)).toEqual({ bytes: 1000, contentType: "image/jpeg" });
      });

      it("keeps a stream of unknown length, and gives it back as a stream", async () => {
        const [key, body] = [newKey(), randomBytes(largeBytes)];
        await store.put(key, inChunks(body), { contentType: "image/tiff" });
        const read = await store.stream(key);
        expect({ bytes: read.bytes, contentType: read.contentType }).toEqual({ bytes: largeBytes, contentType: "image/tiff" });
        expect((await buffer(read.body)).equals(body)).toBe(true);
      });

      it("keeps empty objects", async () => {
        const [key, streamed] = [newKey(), newKey()];
        await store.put(key, Buffer.alloc(0), jpeg);
        await store.put(streamed, Readable.from([]), jpeg);
        expect(await store.get(key)).toHaveLength(0);
        expect(await store.get(streamed)).toHaveLength(0);
        expect(await buffer((await store.stream(key)).body)).toHaveLength(0);
        expect(await store.info(key)).toEqual({ bytes: 0, contentType: "image/jpeg" });
      });

      it("replaces bytes and type together", async () => {
        const key = newKey();
        await store.put(key, Buffer.from("a longer first one"), jpeg);
        await store.put(key, Buffer.from("second"), { contentType: "image/png" });
        expect((await store.get(key)).toString()).toBe("second");
        expect(await store.info(key)).toEqual({ bytes: 6, contentType: "image/png" });
      });

      it("keeps an object that can be made again as it keeps any other", async () => {
        const [key, body] = [newKey(), randomBytes(1000)];
        await store.put(key, Buffer.from("a longer or a shorter one"), { ...jpeg, canBeRemade: true });
        await store.put(key, body, { contentType: "image/webp", canBeRemade: true });
        expect(await store.get(key)).toEqual(body);
        expect(await buffer((await store.stream(key)).body)).toEqual(body);
        expect(await store.info(key)).toEqual({ bytes: 1000, contentType: "image/webp" });
        await store.put(key, Readable.from([body]), { ...jpeg, canBeRemade: true });
        expect(await store.get(key)).toEqual(body);
      });

      it("says that a missing object is missing", async () => {
        const key = newKey();
        expect(await store.info(key)).toBeNull();
        await expect(store.get(key)).rejects.toBeInstanceOf(ObjectMissingError);
        await expect(store.stream(key)).rejects.toBeInstanceOf(ObjectMissingError);
      });

      it("refuses to read more than asked for", async () => {
        const key = newKey();
        await store.put(key, Buffer.alloc(101), jpeg);
        const refusal = store.get(key, { maxBytes: 100 });
        await expect(refusal).rejects.toBeInstanceOf(UserError);
        await expect(refusal).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
        expect(await store.get(key, { maxBytes: 101 })).toHaveLength(101);
      });

      it.each([
        "../up",
        "a/../../up",
        "/etc/passwd",
        "a//b",
        "",
        ".hidden",
        "a/.",
        "a b",
        "a\\b",
        "a%2fb",
        "ä",
        "a\n",
        "a/",
        "x".repeat(300),
      ])("refuses the key %j everywhere", async (key) => {
        await expect(store.put(key, Buffer.from("x"), jpeg)).rejects.toThrow(TypeError);
        await expect(store.get(key)).rejects.toThrow(TypeError);
        await expect(store.stream(key)).rejects.toThrow(TypeError);
        await expect(store.info(key)).rejects.toThrow(TypeError);
        await expect(store.delete([key])).rejects.toThrow(TypeError);
        await expect(store.signGet(key, { expiresInSeconds: 60 })).rejects.toThrow(TypeError);
        await expect(store.signPut({ key, ...jpeg, bytes: 1, expiresInSeconds: 60 })).rejects.toThrow(TypeError);
      });

      it("leaves one whole object when many write one key at once", async () => {
        const key = newKey();
        const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(300_000 + index, index));
        await Promise.all(bodies.map((body, index) => store.put(key, index % 2 === 0 ? body : inChunks(body), jpeg)));
        const left = await store.get(key);
        expect(bodies.some((body) => body.equals(left))).toBe(true);
      });

      it.each([100, largeBytes])("leaves no object, and the earlier one whole, when a body breaks after %i bytes", async (bytes) => {
        const [fresh, taken] = [newKey(), newKey()];
        await store.put(taken, Buffer.from("earlier"), jpeg);
        const broken = new Error("the body broke");
        await expect(store.put(fresh, breaking(bytes, broken), jpeg)).rejects.toBe(broken);
        await expect(store.put(taken, breaking(bytes, broken), jpeg)).rejects.toBe(broken);
        expect(await store.info(fresh)).toBeNull();
        expect((await store.get(taken)).toString()).toBe("earlier");
        expect(await listed(store, fresh)).toEqual([]);
      });

      it("is ready", async () => {
        await expect(store.check()).resolves.toBeUndefined();
      });
    });

    describe("abort", () => {
      it("starts nothing once the signal is aborted", async () => {
        const key = newKey();
        const reason = new Error("cancelled");
        const signal = AbortSignal.abort(reason);
        await expect(store.put(key, Buffer.from("x"), { ...jpeg, signal })).rejects.toBe(reason);
        await expect(store.put(key, inChunks(Buffer.from("x")), { ...jpeg, signal })).rejects.toBe(reason);
        await expect(store.get(key, { signal })).rejects.toBe(reason);
        await expect(store.stream(key, { signal })).rejects.toBe(reason);
        expect(await store.info(key)).toBeNull();
      });

      it("gives up a put whose body has stalled, and leaves no object", async () => {
        const key = newKey();
        const [controller, reason] = [new AbortController(), new Error("cancelled")];
        const stalled = new Readable({ read() {} });
        stalled.push(Buffer.alloc(1000));
        setTimeout(() => controller.abort(reason), 50);
        await expect(store.put(key, stalled, { ...jpeg, signal: controller.signal })).rejects.toBe(reason);
        expect(stalled.destroyed).toBe(true);
        expect(await store.info(key)).toBeNull();
      });

      it("ends a stream that is being read", async () => {
        const key = newKey();
        await store.put(key, randomBytes(largeBytes), jpeg);
        const controller = new AbortController();
        const { body } = await store.stream(key, { signal: controller.signal });
        const reading = (async () => {
          for await (const _ of body) controller.abort();
        })();
        await expect(reading).rejects.toThrow(/abort/i);
        expect(body.destroyed).toBe(true);
      });
    });

    describe("keys", () => {
      it("lists what lies under a prefix, and nothing else", async () => {
        const folder = newKey();
        const bodies = { [`${folder}/a.jpg`]: 1, [`${folder}/b/c.jpg`]: 2, [`${folder}/b/d/e.jpg`]: 3, [`${folder}-beside/f.jpg`]: 4 };
        for (const [key, bytes] of Object.entries(bodies)) await store.put(key, Buffer.alloc(bytes), jpeg);
        expect(await listed(store, `${folder}/`)).toEqual([`${folder}/a.jpg`, `${folder}/b/c.jpg`, `${folder}/b/d/e.jpg`]);
        expect(await listed(store, `${folder}/b`)).toEqual([`${folder}/b/c.jpg`, `${folder}/b/d/e.jpg`]);
        expect(await listed(store, folder)).toHaveLength(4);
        expect(await listed(store, `${newKey()}/`)).toEqual([]);
        for await (const object of store.list(`${folder}/b/c`)) {
          expect(object.bytes).toBe(2);
          expect(Math.abs(object.modifiedAt.getTime() - Date.now())).toBeLessThan(slowTestMs);
        }
      });

      it("deletes objects, and minds neither missing ones nor none at all", async () => {
        const [key, other] = [newKey(), newKey()];
        await store.put(key, Buffer.from("x"), jpeg);
        await store.put(other, Buffer.from("x"), jpeg);
        await store.delete([key, newKey()]);
        await store.delete([key]);
        await store.delete([]);
        expect(await store.info(key)).toBeNull();
        expect(await store.info(other)).not.toBeNull();
      });

      it(`lists and deletes ${manyKeys} objects`, async () => {
        const folder = newKey();
        const keys = Array.from({ length: manyKeys }, (_, index) => `${folder}/${index % 10}/${index}.jpg`);
        for (let start = 0; start < manyKeys; start += 50) {
          await Promise.all(keys.slice(start, start + 50).map((key) => store.put(key, Buffer.from("x"), jpeg)));
        }
        expect(await listed(store, `${folder}/`)).toEqual(keys.toSorted());
        await store.delete(keys);
        expect(await listed(store, `${folder}/`)).toEqual([]);
      });
    });

    describe("signed links", () => {
      const body = randomBytes(5000);
      const signed = (key: string, expiresInSeconds = 60) => store.signPut({ key, ...jpeg, bytes: body.length, expiresInSeconds });

      it("let a client put exactly what was signed", async () => {
        const key = newKey();
        const { url, headers, expiresAt } = await signed(key);
        expect((await fetch(url, { method: "PUT", headers, body })).status).toBe(200);
        expect(await store.get(key)).toEqual(body);
        expect(await store.info(key)).toEqual({ bytes: 5000, contentType: "image/jpeg" });
        expect(Math.abs(expiresAt.getTime() - Date.now() - 60_000)).toBeLessThan(5_000);
      });

      it("refuse another type, another length, another key, another method and an added parameter", async () => {
        const [key, other] = [newKey(), newKey()];
        const { url, headers } = await signed(key);
        const otherUrl = url.replace(key, other);
        expect(otherUrl).not.toBe(url);
        const attempts: [string, RequestInit][] = [
          [url, { method: "PUT", headers: { "content-type": "text/html" }, body }],
          [url, { method: "PUT", headers, body: body.subarray(1) }],
          [url, { method: "PUT", headers, body: Buffer.concat([body, body]) }],
          [otherUrl, { method: "PUT", headers, body }],
          [url, { method: "GET" }],
          [url, { method: "DELETE" }],
          [`${url}&x=1`, { method: "PUT", headers, body }],
        ];
        const statuses = await Promise.all(attempts.map(async ([to, init]) => (await fetch(to, init)).status));
        expect(statuses.map((status) => status === 403 || status === 405)).toEqual(attempts.map(() => true));
        expect(await store.info(key)).toBeNull();
        expect(await store.info(other)).toBeNull();
      });

      it("refuse a body of unknown length", async () => {
        const key = newKey();
        const { url, headers } = await signed(key);
        const init = { method: "PUT", headers, body: Readable.toWeb(inChunks(body)) as ReadableStream, duplex: "half" };
        const response = await fetch(url, init);
        expect([403, 411]).toContain(response.status);
        expect(await store.info(key)).toBeNull();
      });

      it("let a client get the object, under the name that was signed", async () => {
        const key = newKey();
        await store.put(key, body, jpeg);
        const response = await fetch(await store.signGet(key, { expiresInSeconds: 60 }));
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toBe("image/jpeg");
        expect(response.headers.get("content-length")).toBe("5000");
        expect(response.headers.get("content-disposition")).toBeNull();
        expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);

        const named = await fetch(await store.signGet(key, { expiresInSeconds: 60, fileName: 'Кресло "A" 椅子.jpg' }));
        await named.arrayBuffer();
        expect(named.headers.get("content-disposition")).toBe(
          `attachment; filename="______ _A_ __.jpg"; filename*=UTF-8''${encodeURIComponent('Кресло "A" 椅子.jpg')}`,
        );
      });

      it("refuse to get another object, and to put", async () => {
        const [key, secret] = [newKey(), newKey()];
        await store.put(key, body, jpeg);
        await store.put(secret, body, jpeg);
        const url = await store.signGet(key, { expiresInSeconds: 60 });
        expect((await fetch(url.replace(key, secret))).status).toBe(403);
        expect((await fetch(url, { method: "PUT", headers: { "content-type": "image/jpeg" }, body: "x" })).status).toBe(403);
        expect((await fetch(url.split("?")[0] ?? "")).status).toBe(403);
        expect(await store.get(key)).toEqual(body);
      });

      it("answer 404 for an object that is gone", async () => {
        expect((await fetch(await store.signGet(newKey(), { expiresInSeconds: 60 }))).status).toBe(404);
      });

      it("refuse everything after their time", async () => {
        const [key, fresh] = [newKey(), newKey()];
        await store.put(key, body, jpeg);
        const get = await store.signGet(key, { expiresInSeconds: 1 });
        const put = await signed(fresh, 1);
        await delay(2_200);
        expect((await fetch(get)).status).toBe(403);
        expect((await fetch(put.url, { method: "PUT", headers: put.headers, body })).status).toBe(403);
        expect(await store.info(fresh)).toBeNull();
      });
    });
  });
}

const newKey = (): string => `contract/${randomUUID()}`;

async function listed(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.toSorted();
}

/** A stream as a network gives it: pieces of odd sizes. */
function inChunks(body: Buffer): Readable {
  const chunkBytes = 60_013;
  const count = Math.ceil(body.length / chunkBytes);
  return Readable.from(Array.from({ length: count }, (_, index) => body.subarray(index * chunkBytes, (index + 1) * chunkBytes)));
}

/** A stream that breaks after some bytes. */
function breaking(bytes: number, error: Error): Readable {
  return Readable.from(
    (async function* () {
      yield* inChunks(Buffer.alloc(bytes));
      throw error;
    })(),
  );
}
