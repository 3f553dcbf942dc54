// `npm run bucket` against a real S3 server: makes a bucket that browsers of the allowed pages can use, and can be run again.
import { randomUUID } from "node:crypto";
import { expect, inject, it } from "vitest";
import type { S3Config } from "../../server/config.ts";
import { createS3Store } from "../../server/storage/s3.ts";
import { makeBucket } from "../../tools/bucket.ts";

const origins = ["https://admin.example.com"];

it("makes the bucket once, and lets the named pages PUT and GET and nobody else's", async () => {
  const server = inject("s3");
  if (server === null) throw new Error("The tests need an S3 server. Run them by npm test.");
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const bucket = `made-${randomUUID()}`;
  const s3: S3Config = { bucket, endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true, publicUrl: undefined };
  expect(await makeBucket(s3, origins)).toContain(bucket);
  expect(await makeBucket(s3, origins)).toContain(bucket);
  const store = await createS3Store(s3);
  await store.check();
  const { url } = await store.signPut({ key: "images/a.jpg", contentType: "image/jpeg", bytes: 1, expiresInSeconds: 60 });
  const preflight = (origin: string): Promise<Response> =>
    fetch(url, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "content-type" },
    });
  const allowed = await preflight("https://admin.example.com");
  expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, "https://admin.example.com"]);
  expect((await preflight("https://evil.example.com")).headers.get("access-control-allow-origin")).toBeNull();
  await store.close();
});
