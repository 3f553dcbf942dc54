// A bucket both ways over the API: photos in from a prefix, approved pictures out to another.
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { galleriesEnv, namesOf, pull, skuOf } from "../testkit/galleries.ts";
import { makePhoto } from "../testkit/photos.ts";
import { createBucket } from "../testkit/s3.ts";
import { until } from "../testkit/until.ts";

let api: TestApi;
let client: S3Client;
let bucket: string;
beforeAll(async () => {
  const { endpoint = "", region, accessKeyId = "", secretAccessKey = "", ...rest } = await createBucket(inject("s3"));
  bucket = rest.bucket;
  client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
  const gallery = { name: "photos", kind: "s3", workspaces: ["test"], bucket, prefix: "in", publishPrefix: "out", preset: "square-master" };
  const place = { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true };
  api = await createTestApi({ env: galleriesEnv({ ...gallery, ...place }, { ...gallery, ...place, name: "any", preset: undefined }) });
  await api.startWorker();
});
afterAll(async () => {
  client?.destroy();
  await api?.close();
});

const put = async (key: string, body: Buffer): Promise<void> =>
  void (await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })));
const keysBelow = async (prefix: string): Promise<string[]> =>
  ((await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))).Contents ?? []).flatMap(({ Key }) => Key ?? []);
const publish = `mutation ($gallery: String!, $pairs: [ID!]!) {
  publishPairs(input: { gallery: $gallery, pairs: $pairs }) { pairs { id } failures { subject message } }
}`;
const publications = `query ($id: ID!) { node(id: $id) { ... on Pair { publications { gallery status position url at } } } }`;

it("brings photos in by their folders' codes, notices what changed, and writes approved pictures where nothing reads them again", async () => {
  for (const name of ["10.jpg", "2.jpg", "1.jpg"]) await put(`in/MUG 1/${name}`, await makePhoto());
  await put("in/MUG 1/notes.txt", Buffer.from("the blue one"));
  await put("in/loose.jpg", await makePhoto());
  const first = await pull(api, "photos");
  expect(first).toMatchObject({ status: "PARTIAL", skusDone: 1, skusTotal: null, skusCreated: 1, pairsCreated: 3, failed: 1 });
  expect(first.failures.map(({ subject }) => subject)).toEqual(["MUG 1/notes.txt"]);
  expect(await namesOf(api, "MUG 1")).toEqual(["1.jpg", "2.jpg", "10.jpg"]);
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "in/MUG 1/notes.txt" }));
  await put("in/MUG 1/2.jpg", await makePhoto());
  expect(await pull(api, "photos")).toMatchObject({ status: "SUCCEEDED", pairsCreated: 1, unchanged: 2 });
  expect(await namesOf(api, "MUG 1")).toEqual(["1.jpg", "2.jpg", "10.jpg", "2.jpg"]);

  const ids = ((await skuOf(api, "MUG 1"))?.pairs ?? []).map(({ id }) => id).slice(0, 2);
  for (const pair of ids) {
    const edit = `mutation ($input: EditImageInput!) { editImage(input: $input) { id } }`;
    await api.as()(edit, { input: { pair, base: "SOURCE", operations: [{ rotate: 90 }] } });
  }
  await api.as()(`mutation ($ids: [ID!]!) { approvePairs(ids: $ids) { failures { message } } }`, { ids });
  const strict = (await api.as()(publish, { gallery: "photos", pairs: ids })).data.publishPairs;
  expect(strict.failures.map(({ message }: { message: string }) => message)).toEqual(
    ids.map(() => expect.stringContaining("square-master")),
  );

  const loose = (await api.as()(publish, { gallery: "any", pairs: ids })).data.publishPairs;
  expect(loose.failures).toEqual([]);
  const arrived = await until("the pictures to be in the bucket", async () => {
    const all = await Promise.all(ids.map(async (id) => (await api.as()(publications, { id })).data.node.publications[0]));
    return all.every(({ status }) => status === "PUBLISHED") && all;
  });
  const keys = await keysBelow("out/");
  expect(keys).toHaveLength(2);
  expect(keys.every((key) => /^out\/MUG 1\/0[12]-[0-9a-f]{8}\.\w+$/.test(key))).toBe(true);
  expect(arrived.map(({ url, position }: { url: string; position: number }) => [url, position])).toEqual(
    keys.map((key, index) => [`s3://${bucket}/${key}`, index]),
  );
  await api.as()(publish, { gallery: "any", pairs: ids });
  expect(await Promise.all(ids.map(async (id) => (await api.as()(publications, { id })).data.node.publications[0]))).toEqual(arrived);
  expect(await pull(api, "any")).toMatchObject({ status: "SUCCEEDED", pairsCreated: 0, unchanged: 3 });
});
