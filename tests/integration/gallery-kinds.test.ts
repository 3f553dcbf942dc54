// The three kinds of galleries under one contract, against servers that speak their languages: Ozon's and the feed's ours, S3's a real one.
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { inject } from "vitest";
import { readConfig } from "../../server/config.ts";
import { galleryContract } from "../../server/galleries/gallery.contract.ts";
import type { Gallery } from "../../server/galleries/gallery.ts";
import { openGalleries } from "../../server/galleries/registry.ts";
import { maxPhotoBytes } from "../../server/images/inspect.ts";
import { feedToken, startFeedServer } from "../testkit/feed-server.ts";
import { ozonKeys, startOzonServer } from "../testkit/ozon-server.ts";
import { createBucket } from "../testkit/s3.ts";

const nowhere = "127.0.0.1:9";

async function open(config: Record<string, unknown>): Promise<Gallery> {
  const { galleries } = readConfig({ GALLERIES: JSON.stringify([{ name: "it", workspaces: ["test"], ...config }]) });
  const [gallery] = (await openGalleries(galleries ?? [], { maxPhotoBytes })).of("test");
  if (gallery === undefined) throw new Error("no gallery");
  return gallery;
}

galleryContract("Ozon", async () => {
  const server = await startOzonServer();
  server.pendingLooks = 2;
  const config = { kind: "ozon", url: server.url, allow: [server.host], ...ozonKeys };
  return {
    gallery: await open(config),
    enter: (how) =>
      open({
        ...config,
        ...(how === "wrong secret" ? { apiKey: `${ozonKeys.apiKey}-wrong` } : {}),
        ...(how === "unreachable" ? { url: `http://${nowhere}`, allow: [nowhere] } : {}),
      }),
    async fill(code, photos) {
      const at = server.products.findIndex(({ offer_id }) => offer_id === code);
      if (at === -1) return void server.add(code, photos);
      // Kept where it stood in the list.
      server.products[at] = server.add(code, photos);
      server.products.pop();
    },
    async loseFiles(code) {
      for (const name of server.products.find(({ offer_id }) => offer_id === code)?.pictures ?? []) server.files.delete(name);
    },
    secret: ozonKeys.apiKey,
    shown: async (code) => server.shown(code),
    close: () => server.close(),
  };
});

galleryContract("An HTTP feed", async () => {
  const server = await startFeedServer();
  const config = { kind: "http", url: `${server.url}/feed`, allow: [server.host], token: feedToken };
  return {
    gallery: await open(config),
    enter: (how) =>
      open({
        ...config,
        ...(how === "wrong secret" ? { token: `${feedToken}-wrong` } : {}),
        ...(how === "unreachable" ? { url: `http://${nowhere}/feed`, allow: [nowhere] } : {}),
      }),
    async fill(code, photos) {
      const sku = { code, tasks: [{ status: "finished", photos: photos.map((bytes) => ({ url: server.photo(bytes) })) }] };
      const at = server.skus.findIndex((each) => (each as typeof sku).code === code);
      if (at === -1) server.skus.push(sku);
      else server.skus[at] = sku;
    },
    async loseFiles(code) {
      const sku = server.skus.find((each) => (each as { code: string }).code === code) as { tasks: { photos: { url: string }[] }[] };
      for (const { url } of sku.tasks.flatMap(({ photos }) => photos)) server.files.delete(url.split("/").at(-1) ?? "");
    },
    secret: feedToken,
    close: () => server.close(),
  };
});

galleryContract("A bucket", async () => {
  const { bucket, endpoint, region, accessKeyId, secretAccessKey } = await createBucket(inject("s3"));
  const keys = { accessKeyId: accessKeyId ?? "", secretAccessKey: secretAccessKey ?? "" };
  const client = new S3Client({ endpoint: endpoint ?? "", region, credentials: keys, forcePathStyle: true });
  const config = { kind: "s3", bucket, endpoint, region, ...keys, forcePathStyle: true, prefix: "shop/photos", publishPrefix: "shop/done" };
  const below = async (folder: string): Promise<string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
    return Contents.flatMap(({ Key }) => Key ?? []);
  };
  const loseFiles = async (code: string): Promise<void> => {
    for (const Key of await below(`shop/photos/${code}/`)) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  };
  // What people's computers leave beside photos is no photo.
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: "shop/photos/.DS_Store", Body: "x" }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: "shop/photos/empty/Thumbs.db", Body: "x" }));
  return {
    gallery: await open(config),
    enter: (how) =>
      open({
        ...config,
        ...(how === "wrong secret" ? { secretAccessKey: `${keys.secretAccessKey}-wrong` } : {}),
        ...(how === "unreachable" ? { endpoint: `http://${nowhere}` } : {}),
      }),
    async fill(code, photos) {
      await loseFiles(code);
      for (const [index, Body] of photos.entries()) {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: `shop/photos/${code}/photo ${index + 1}.jpg`, Body }));
      }
    },
    loseFiles,
    secret: keys.secretAccessKey,
    async shown(code) {
      const answers = await Promise.all(
        (await below(`shop/done/${code}/`)).map((Key) => client.send(new GetObjectCommand({ Bucket: bucket, Key }))),
      );
      return Promise.all(answers.map(async ({ Body }) => Buffer.from((await Body?.transformToByteArray()) ?? [])));
    },
    async close() {
      client.destroy();
    },
  };
});
