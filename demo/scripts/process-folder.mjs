#!/usr/bin/env node
// Processes a folder of photos and downloads the results: `node process-folder.mjs PHOTOS [RESULTS.zip] [PRESET]`.
// Each sub-folder is a SKU; photos lying in the folder itself make one SKU of its name. Needs Node 20 or newer and nothing else.
import { createWriteStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

const endpoint = process.env.IMAGE_STUDIO_URL ?? "http://localhost:4000/graphql";
const key = process.env.IMAGE_STUDIO_KEY ?? (await readFile(".data/api-key", "utf8").catch(() => "")).trim();
const [folder, archive = "results.zip", preset = "square-master"] = process.argv.slice(2);

const mimeTypes = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".gif": "image/gif",
};
/** Photos in one call: the API takes 100, a few give the bar something to show. */
const photosPerCall = 10;

if (!folder || !key) {
  console.error(
    "Usage: IMAGE_STUDIO_KEY=isk_… node process-folder.mjs PHOTOS [RESULTS.zip] [PRESET]\nIMAGE_STUDIO_URL names another server than http://localhost:4000/graphql.",
  );
  process.exit(2);
}

try {
  const skus = await findPhotos(resolve(folder));
  await upload(skus);
  const codes = [...skus.keys()];
  // Run again, it goes on: photos that are there already are not uploaded twice, and finished ones are only fetched.
  const waiting = await waitingOf(codes);
  const failed = waiting.length === 0 ? 0 : await run(waiting);
  await download(codes);
  if (failed > 0) process.exitCode = 1;
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

async function graphql(query, variables) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  }).catch((error) => {
    throw new Error(`${endpoint} can not be reached (${error.cause?.code ?? error.message}). Is Image Studio running there?`);
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
  return data;
}

/** Photo paths by SKU code. */
async function findPhotos(root) {
  const skus = new Map();
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter((each) => each.isFile() && extname(each.name).toLowerCase() in mimeTypes)) {
    const code = basename(entry.parentPath);
    skus.set(code, [...(skus.get(code) ?? []), join(entry.parentPath, entry.name)].toSorted());
  }
  if (skus.size === 0) throw new Error(`There are no photos in ${root}.`);
  return skus;
}

async function upload(skus) {
  const total = [...skus.values()].flat().length;
  let done = 0;
  for (const [sku, paths] of skus) {
    for (let start = 0; start < paths.length; start += photosPerCall) {
      const files = await Promise.all(
        paths
          .slice(start, start + photosPerCall)
          .map(async (path) => ({ name: basename(path), mimeType: mimeTypes[extname(path).toLowerCase()], body: await readFile(path) })),
      );
      const input = { sku, files: files.map(({ name, mimeType, body }) => ({ name, mimeType, bytes: body.byteLength })) };
      const { createUploads } = await graphql(
        `mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url headers { name value } } }`,
        { input },
      );
      for (const [index, { url, headers }] of createUploads.entries()) {
        const response = await fetch(url, {
          method: "PUT",
          body: files[index].body,
          headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
        });
        if (!response.ok) throw new Error(`The upload of ${files[index].name} was refused: ${await response.text()}`);
        bar("Uploading", ++done, total);
      }
      const { completeUploads } = await graphql(`mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { failures { subject message } } }`, {
        ids: createUploads.map(({ id }) => id),
      });
      for (const { subject, message } of completeUploads.failures) {
        console.error(`\n${files[createUploads.findIndex(({ id }) => id === subject)]?.name ?? subject}: ${message}`);
      }
    }
  }
}

/** Those of the SKUs in which photos wait to be processed. */
async function waitingOf(codes) {
  const waiting = [];
  for (const code of codes) {
    const { pairs } = await graphql(
      `query ($code: String!) { pairs(first: 1, filter: { sku: $code, status: [WAITING] }) { totalCount } }`,
      {
        code,
      },
    );
    if (pairs.totalCount > 0) waiting.push(code);
  }
  if (waiting.length === 0) console.log("Nothing is left to process.");
  return waiting;
}

/** @returns how many photos failed */
async function run(skus) {
  const { submitJob } = await graphql(`mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`, {
    input: { mode: "BATCH", skus, output: { preset } },
  });
  for (;;) {
    const { job } = await graphql(
      `query ($id: ID!) { job(id: $id) { finishedAt progress { total succeeded failed cancelled etaSeconds } items(first: 500, status: [FAILED]) { edges { node { error pair { source { name } } } } } } }`,
      { id: submitJob.id },
    );
    const { total, succeeded, failed, cancelled, etaSeconds } = job.progress;
    bar("Processing", succeeded + failed + cancelled, total, etaSeconds === null ? "" : `about ${etaSeconds} s left`);
    if (job.finishedAt !== null) {
      for (const { node } of job.items.edges) console.error(`\n${node.pair.source.name}: ${node.error}`);
      return failed;
    }
    await sleep(500);
  }
}

async function download(skus) {
  const { createDownload } = await graphql(
    `mutation ($input: CreateDownloadInput!) { createDownload(input: $input) { url files bytes } }`,
    { input: { skus } },
  );
  const response = await fetch(createDownload.url);
  if (!response.ok) throw new Error(`The download was refused: ${await response.text()}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  console.log(`${createDownload.files} pictures, ${(createDownload.bytes / 1e6).toFixed(1)} MB, in ${archive}`);
}

function bar(what, done, total, note = "") {
  const width = 30;
  const filled = Math.round((done / total) * width);
  const line = `${what.padEnd(10)} ${"█".repeat(filled)}${"░".repeat(width - filled)} ${done}/${total} ${note}`;
  process.stdout.write(process.stdout.isTTY ? `\r${line.padEnd(79)}${done === total ? "\n" : ""}` : done === total ? `${line}\n` : "");
}
