// A prefix in a bucket: PREFIX/CODE/* are a SKU's photos. Approved pictures go below a prefix of their own, where one is configured.
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { badUserInput, limitExceeded, messageOf } from "../errors.ts";
import type { S3GalleryConfig } from "../gallery-config.ts";
import { type Sentence, say } from "../say.ts";
import { createS3Client } from "../storage/s3-client.ts";
import {
  type Gallery,
  GalleryError,
  type GalleryItem,
  type GalleryPhoto,
  type Listing,
  type Publisher,
  type PutPicture,
  type Reach,
} from "./gallery.ts";

/** SKUs of one page: each is a request of its own. */
const pageSize = 100;
/** SKUs listed at once. */
const listConcurrency = 8;
/** Photos of one SKU at most. */
const maxPhotos = 500;
/** What computers put beside photos without being asked. */
const debris = /^(\..*|thumbs\.db|desktop\.ini)$/i;

const byNumber = new Intl.Collator("en", { numeric: true });

export function createS3Gallery(config: S3GalleryConfig, { maxPhotoBytes }: Pick<Reach, "maxPhotoBytes">): Gallery {
  const client = createS3Client(config);
  const { bucket, prefix, publishPrefix } = config;

  const listBelow = (
    below: string,
    signal: AbortSignal,
    more: { token?: string | undefined; keys: number },
  ): Promise<ListObjectsV2CommandOutput> => {
    const place = { Bucket: bucket, Prefix: below, Delimiter: "/", MaxKeys: more.keys };
    const command = new ListObjectsV2Command({ ...place, ...(more.token === undefined ? {} : { ContinuationToken: more.token }) });
    return client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw faultOf(error, config);
    });
  };

  const readPhoto = async (key: string, signal: AbortSignal): Promise<Buffer> => {
    const answer = await client
      .send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (statusOf(error) === 404) throw badUserInput(say("BUCKET_PHOTO_GONE"));
        throw faultOf(error, config);
      });
    const { Body: body, ContentLength: bytes = 0 } = answer;
    if (!(body instanceof Readable)) throw faultOf(new Error("an answer without a body"), config);
    if (bytes > maxPhotoBytes) {
      body.destroy();
      throw limitExceeded(say("BUCKET_PHOTO_TOO_HEAVY", { bytes, most: maxPhotoBytes }));
    }
    try {
      return Buffer.concat(await body.toArray({ signal }));
    } catch (error) {
      signal.throwIfAborted();
      throw faultOf(error, config);
    }
  };

  const itemOf = async (folder: string, signal: AbortSignal): Promise<GalleryItem> => {
    const photos: GalleryPhoto[] = [];
    for (let token: string | undefined; photos.length < maxPhotos; ) {
      const { Contents = [], NextContinuationToken } = await listBelow(folder, signal, { token, keys: 1_000 });
      for (const { Key: key = "", ETag: etag } of Contents) {
        const name = key.slice(folder.length);
        if (name === "" || debris.test(name)) continue;
        photos.push({ key: name, version: etag ?? null, name, isMain: false, read: (each) => readPhoto(key, each) });
      }
      if (NextContinuationToken === undefined) break;
      token = NextContinuationToken;
    }
    photos.sort((one, other) => byNumber.compare(one.name, other.name));
    return { code: folder.slice(prefix.length, -1), remoteId: null, title: null, photos: photos.slice(0, maxPhotos) };
  };

  return {
    config,
    kind: "s3",
    async list(cursor, signal) {
      const { CommonPrefixes = [], NextContinuationToken } = await listBelow(prefix, signal, {
        token: cursor ?? undefined,
        keys: pageSize,
      });
      const folders = CommonPrefixes.flatMap(({ Prefix: folder }) => (folder === undefined || folder === `${prefix}/` ? [] : [folder]));
      const items: (GalleryItem | undefined)[] = [];
      const queue = folders.entries();
      const listSome = async (): Promise<void> => {
        for (const [index, folder] of queue) items[index] = await itemOf(folder, signal);
      };
      await Promise.all(Array.from({ length: listConcurrency }, listSome));
      return {
        items: items.filter((item) => item !== undefined && item.photos.length > 0) as GalleryItem[],
        faults: [],
        next: NextContinuationToken ?? null,
        total: null,
      };
    },
    ...(publishPrefix === undefined ? {} : { put: createPublisher(client, config, publishPrefix) }),
    close() {
      client.destroy();
    },
  };
}

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/avif": "avif",
};

function createPublisher(client: S3Client, config: S3GalleryConfig, publishPrefix: string): Publisher {
  const { bucket } = config;
  const putAll = async ({ code, pictures, replaces }: Listing, signal: AbortSignal): Promise<PutPicture[]> => {
    const folder = `${publishPrefix}${code}/`;
    const put: PutPicture[] = [];
    for (const [index, { id, mimeType, read }] of pictures.entries()) {
      // The place first, so that names sort as pictures stand; the pair's own mark after it, so that nobody else's file is written over.
      const key = `${folder}${String(index + 1).padStart(2, "0")}-${id.slice(-8)}.${extensions[mimeType] ?? "bin"}`;
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: await read(signal), ContentType: mimeType });
      const { ETag: version = null } = await client.send(command, { abortSignal: signal });
      put.push({ id, photo: { key, version, url: `s3://${bucket}/${key}` }, error: null });
    }
    const written = new Set(put.map(({ photo }) => photo?.key));
    const stale = [...replaces].filter((key) => key.startsWith(folder) && !written.has(key));
    for (const Key of stale) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }), { abortSignal: signal });
    return put;
  };
  return {
    maxPictures: maxPhotos,
    async send(listing, signal) {
      try {
        return { ended: true, pictures: await putAll(listing, signal) };
      } catch (error) {
        signal.throwIfAborted();
        throw faultOf(error, config);
      }
    },
    follow: () => Promise.reject(new GalleryError("lasting", say("BUCKET_IDLE"))),
  };
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;

/** Credentials and buckets are somebody's to correct; all else may pass. */
function faultOf(error: unknown, { name, title, bucket }: S3GalleryConfig): unknown {
  if (error instanceof GalleryError) return error;
  const status = statusOf(error);
  const reason = error instanceof Error ? error.name : messageOf(error);
  const gallery = title ?? name;
  const fault = (kind: "passing" | "lasting", words: Sentence): GalleryError => new GalleryError(kind, words, { cause: error });
  if (status === 401 || status === 403) return fault("lasting", say("BUCKET_KEYS_REFUSED", { gallery, bucket, reason, name }));
  if (status === 404 || reason === "NoSuchBucket") return fault("lasting", say("BUCKET_UNKNOWN", { gallery, bucket, reason, name }));
  if (status === 301) return fault("lasting", say("BUCKET_ELSEWHERE", { gallery, bucket, name }));
  if (reason === "CredentialsProviderError") return fault("lasting", say("BUCKET_WITHOUT_KEYS", { gallery, bucket, name }));
  if (status === undefined) return fault("passing", say("BUCKET_UNUSABLE", { gallery, bucket, reason }));
  return fault("passing", say("BUCKET_UNUSABLE_STATUS", { gallery, bucket, reason, status }));
}
