// The S3 store: one bucket on AWS, R2, MinIO, Ceph or any server that speaks S3.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { S3Config } from "../config.ts";
import { guardStream, putErrorOf, takeBody } from "./body.ts";
import { attachmentHeader } from "./content-disposition.ts";
import { assertKey, assertPrefix } from "./keys.ts";
import { createS3Client } from "./s3-client.ts";
import { s3ErrorOf } from "./s3-errors.ts";
import { type ObjectInfo, ObjectMissingError, objectTooLarge, type Store, StoreUnavailableError } from "./store.ts";

/** Part of a streamed upload, bytes, and parts at once: what a stream may hold in memory is their product. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;
/** S3's own limit of keys in one DeleteObjects. */
const maxDeleteBatch = 1000;

export function createS3Store(config: S3Config): Store {
  const { bucket } = config;
  const client = createS3Client(config);

  async function openObject(key: string, signal: AbortSignal | undefined): Promise<{ body: Readable } & ObjectInfo> {
    assertKey(key);
    signal?.throwIfAborted();
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), abortable(signal)).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw s3ErrorOf(error, { bucket, key });
    });
    const { Body: body, ContentLength: bytes, ContentType: contentType } = answer;
    if (!(body instanceof Readable) || bytes === undefined) {
      throw new StoreUnavailableError(`The bucket ${bucket} answered without a length for ${key}: its server does not speak S3 fully.`);
    }
    return { body: guardStream(body, signal), bytes, contentType: contentType ?? "application/octet-stream" };
  }

  return {
    kind: "s3",

    async put(key, body, { contentType, signal }) {
      takeBody(body, signal);
      try {
        assertKey(key);
        signal?.throwIfAborted();
        const object = { Bucket: bucket, Key: key, ContentType: contentType };
        if (body instanceof Readable) await upload(client, { ...object, Body: body }, signal);
        else await client.send(new PutObjectCommand({ ...object, Body: body }), abortable(signal));
      } catch (error) {
        throw putErrorOf(error, { body, signal }, (cause) => s3ErrorOf(cause, { bucket }));
      }
    },

    async get(key, { maxBytes = Number.POSITIVE_INFINITY, signal } = {}) {
      const { body, bytes } = await openObject(key, signal);
      if (bytes > maxBytes) {
        body.destroy();
        throw objectTooLarge(bytes, maxBytes);
      }
      try {
        const chunks: Buffer[] = await body.toArray();
        return Buffer.concat(chunks);
      } catch (error) {
        signal?.throwIfAborted();
        throw s3ErrorOf(error, { bucket, key });
      }
    },

    async stream(key, { signal } = {}) {
      return openObject(key, signal);
    },

    async info(key) {
      assertKey(key);
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return { bytes: head.ContentLength ?? 0, contentType: head.ContentType ?? "application/octet-stream" };
      } catch (error) {
        const storeError = s3ErrorOf(error, { bucket, key });
        if (storeError instanceof ObjectMissingError) return null;
        throw storeError;
      }
    },

    async delete(keys) {
      for (const key of keys) assertKey(key);
      for (let start = 0; start < keys.length; start += maxDeleteBatch) {
        await deleteBatch(client, bucket, keys.slice(start, start + maxDeleteBatch));
      }
    },

    async *list(prefix) {
      assertPrefix(prefix);
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
          for (const { Key: key, Size: bytes = 0, LastModified: modifiedAt } of page.Contents ?? []) {
            if (key !== undefined && modifiedAt !== undefined) yield { key, bytes, modifiedAt };
          }
        }
      } catch (error) {
        throw s3ErrorOf(error, { bucket });
      }
    },

    async signPut({ key, contentType, bytes, expiresInSeconds }) {
      assertKey(key);
      const expiresAt = new Date(Date.now() + expiresInSeconds * 1000);
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, ContentLength: bytes });
      // By itself the presigner leaves the type unsigned: a client could then store a page where a picture was meant.
      const url = await getSignedUrl(client, command, {
        expiresIn: expiresInSeconds,
        signableHeaders: new Set(["host", "content-type", "content-length"]),
      });
      return { url, headers: { "content-type": contentType }, expiresAt };
    },

    async signGet(key, { expiresInSeconds, fileName }) {
      assertKey(key);
      if (config.publicUrl !== undefined) return `${config.publicUrl.replace(/\/$/, "")}/${key}`;
      const disposition = fileName === undefined ? {} : { ResponseContentDisposition: attachmentHeader(fileName) };
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key, ...disposition }), { expiresIn: expiresInSeconds });
    },

    async check() {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }));
      } catch (error) {
        throw s3ErrorOf(error, { bucket });
      }
    },

    async close() {
      client.destroy();
    },
  };
}

const abortable = (signal: AbortSignal | undefined): { abortSignal?: AbortSignal } => (signal === undefined ? {} : { abortSignal: signal });

/** A stream of unknown length: in parts, each kept until it is stored; a failure takes the parts away again. */
async function upload(
  client: S3Client,
  params: { Bucket: string; Key: string; ContentType: string; Body: Readable },
  signal: AbortSignal | undefined,
): Promise<void> {
  const abortController = new AbortController();
  const abort = (): void => abortController.abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce, abortController }).done();
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

async function deleteBatch(client: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Quiet: true, Objects: keys.map((key) => ({ Key: key })) } });
  // Some servers insist on Content-MD5, which the SDK no longer sends.
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request;
      if (hasTextBody(request)) request.headers["content-md5"] = createHash("md5").update(request.body).digest("base64");
      return next(args);
    },
    { step: "build", name: "contentMd5" },
  );
  try {
    const { Errors: [failed] = [] } = await client.send(command);
    if (failed !== undefined) {
      throw new StoreUnavailableError(`The bucket ${bucket} did not delete ${failed.Key} (${failed.Code}: ${failed.Message}). Try again.`);
    }
  } catch (error) {
    throw s3ErrorOf(error, { bucket });
  }
}

const hasTextBody = (request: unknown): request is { headers: Record<string, string>; body: string | Uint8Array } =>
  typeof request === "object" &&
  request !== null &&
  "headers" in request &&
  "body" in request &&
  (typeof request.body === "string" || request.body instanceof Uint8Array);
