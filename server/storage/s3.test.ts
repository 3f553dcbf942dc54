// The S3 store on a real S3 server, and what it says when the server is not what it should be.
import { createHash } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, inject, it } from "vitest";
import { createBucket } from "../../tests/testkit/s3.ts";
import type { S3Config } from "../config.ts";
import { createS3Store } from "./s3.ts";
import { storeContract } from "./store.contract.ts";
import { ObjectMissingError, StoreUnavailableError } from "./store.ts";

storeContract("The S3 store", async () => {
  const store = createS3Store(await createBucket(inject("s3")));
  return { store, close: () => store.close() };
});

/** What the store says of a configuration, by each way of reaching it. */
async function complaints(config: S3Config): Promise<unknown[]> {
  const store = createS3Store(config);
  const jpeg = { contentType: "image/jpeg" };
  const attempts = [
    store.check(),
    store.get("images/a.jpg"),
    store.put("images/a.jpg", Buffer.from("x"), jpeg),
    store.put("images/a.jpg", Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(1024 * 1024))), jpeg),
  ];
  const settled = await Promise.allSettled(attempts);
  await store.close();
  return settled.map((outcome) => (outcome.status === "rejected" ? outcome.reason : null));
}

describe("The S3 store", () => {
  it("says what to do when the bucket is missing, and does not make it", async () => {
    const config = { ...(await createBucket(inject("s3"))), bucket: "nobody-made-this" };
    for (const complaint of [...(await complaints(config)), ...(await complaints(config))]) {
      expect(complaint).toBeInstanceOf(StoreUnavailableError);
      expect(String(complaint)).toMatch(/nobody-made-this.*S3_BUCKET/s);
    }
  });

  it("names the credentials when they are refused, and keeps them to itself", async () => {
    const config = { ...(await createBucket(inject("s3"))), secretAccessKey: "a-wrong-secret" };
    for (const complaint of await complaints(config)) {
      expect(complaint).toBeInstanceOf(StoreUnavailableError);
      expect(String(complaint)).toContain("S3_SECRET_ACCESS_KEY");
      expect(String(complaint)).not.toContain("a-wrong-secret");
    }
  });

  it("is unavailable when nothing listens", async () => {
    const { endpoint, close } = await listen(() => {});
    await close();
    const config = { ...(await createBucket(inject("s3"))), endpoint };
    for (const complaint of await complaints(config)) {
      expect(complaint).toBeInstanceOf(StoreUnavailableError);
      expect(String(complaint)).toContain("S3_ENDPOINT");
    }
  });

  it("is unavailable when the server breaks off in the middle of an object", async () => {
    const { endpoint, close } = await listen((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Type: image/jpeg\r\n\r\nhalf"));
    });
    const store = createS3Store({ ...(await createBucket(inject("s3"))), endpoint });
    await expect(store.get("images/a.jpg")).rejects.toBeInstanceOf(StoreUnavailableError);
    await store.close();
    await close();
  });

  it("gives up at once on a server that never answers, when asked to", async () => {
    const { endpoint, close } = await listen(() => {});
    const store = createS3Store({ ...(await createBucket(inject("s3"))), endpoint });
    const reason = new Error("cancelled");
    const signal = (): AbortSignal => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 100);
      return controller.signal;
    };
    const object = { contentType: "image/jpeg" };
    const startedAt = Date.now();
    await Promise.all([
      expect(store.get("images/a.jpg", { signal: signal() })).rejects.toBe(reason),
      expect(store.stream("images/a.jpg", { signal: signal() })).rejects.toBe(reason),
      expect(store.put("images/a.jpg", Buffer.alloc(1e6), { ...object, signal: signal() })).rejects.toBe(reason),
      expect(store.put("images/a.jpg", Readable.from([Buffer.alloc(1e6)]), { ...object, signal: signal() })).rejects.toBe(reason),
    ]);
    expect(Date.now() - startedAt).toBeLessThan(2000);
    await store.close();
    await close();
  });

  it("takes the parts of a broken upload away again", async () => {
    const config = await createBucket(inject("s3"));
    const store = createS3Store(config);
    const broken = Readable.from(
      (async function* () {
        for (let megabyte = 0; megabyte < 20; megabyte++) yield Buffer.alloc(1024 * 1024);
        throw new Error("the body broke");
      })(),
    );
    await expect(store.put("images/a.jpg", broken, { contentType: "image/jpeg" })).rejects.toThrow("the body broke");
    const { endpoint, region, accessKeyId = "", secretAccessKey = "" } = config;
    const client = new S3Client({ endpoint: endpoint ?? "", region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
    const { Uploads: left = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: config.bucket }));
    expect(left).toEqual([]);
    client.destroy();
    await store.close();
  });

  it("signs type and length into a PUT, and no checksum of a body that it does not know", async () => {
    const store = createS3Store(await createBucket(inject("s3")));
    const { url } = await store.signPut({ key: "images/a.jpg", contentType: "image/jpeg", bytes: 7, expiresInSeconds: 60 });
    expect(new URL(url).searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;content-type;host");
    expect(url).not.toMatch(/checksum/i);
    await store.close();
  });

  it("sends the Content-MD5 that some servers want of a delete", async () => {
    const requests: { md5: string | undefined; body: Buffer }[] = [];
    const server = createHttpServer(async (request, response) => {
      requests.push({ md5: request.headers["content-md5"]?.toString(), body: await buffer(request) });
      response.end("<DeleteResult/>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const store = createS3Store({ ...(await createBucket(inject("s3"))), endpoint });
    await store.delete(["images/a.jpg"]);
    const [{ md5, body } = { md5: "", body: Buffer.alloc(0) }] = requests;
    expect(body.toString()).toContain("images/a.jpg");
    expect(md5).toBe(createHash("md5").update(body).digest("base64"));
    await store.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("links to the CDN when there is one", async () => {
    const store = createS3Store({ ...(await createBucket(inject("s3"))), publicUrl: "https://cdn.example/pictures/" });
    expect(await store.signGet("images/a.jpg", { expiresInSeconds: 60 })).toBe("https://cdn.example/pictures/images/a.jpg");
    await store.close();
  });

  it("tells a missing object from a missing bucket", async () => {
    const store = createS3Store(await createBucket(inject("s3")));
    await expect(store.get("images/a.jpg")).rejects.toBeInstanceOf(ObjectMissingError);
    await store.close();
  });
});

/** A server on a free loopback port that does with each connection what it is told. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ endpoint: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
