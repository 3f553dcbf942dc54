// Odd and bad photos through upload, queue, worker and the real studio engine: each is done or fails alone, and the worker goes on.
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testkit/api.ts";
import { flat, mug, storedTurned } from "../testkit/odd-photos.ts";
import { upload } from "../testkit/photos.ts";
import { until } from "../testkit/until.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const readJob = `query ($id: ID!) { job(id: $id) { status finishedAt progress { succeeded failed }
  items { edges { node { status attempts error pair { status note source { name width height mimeType } } result { image { url width height mimeType } } } } } } }`;

interface Item {
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly pair: { readonly status: string; readonly note: string | null; readonly source: { readonly name: string } };
  readonly result: { readonly image: { readonly url: string } } | null;
}

/** A handful of photos through the real engine, on a machine that runs other things too. */
const jobTimeoutMs = 90_000;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await api.startWorker();
});
afterAll(() => api.close());

async function runAll(sku: string): Promise<Map<string, Item>> {
  const { id } = (await api.as()(submit, { input: { mode: "BATCH", skus: [sku], output: { width: 320, height: 320, format: "PNG" } } }))
    .data.submitJob;
  const end = async () => {
    const read = (await api.as()(readJob, { id })).data.job;
    return read.finishedAt !== null && read;
  };
  const job = await until("the job ends", end, jobTimeoutMs);
  return new Map(job.items.edges.map(({ node }: { node: Item }) => [node.pair.source.name, node]));
}

it("does the odd ones, fails the bad ones each with its own sentence, and goes on", async () => {
  const photo = () => sharp(mug);
  const clear = sharp({ create: { width: 300, height: 300, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
  const files = [
    { name: "white.jpg", bytes: await flat(600, 600, "#ffffff").jpeg().toBuffer() },
    { name: "red.png", bytes: await flat(600, 600, "#ff0000").png().toBuffer(), mimeType: "image/png" },
    { name: "one-pixel.png", bytes: await flat(1, 1, "#336699").png().toBuffer(), mimeType: "image/png" },
    { name: "clear.png", bytes: await clear.png().toBuffer(), mimeType: "image/png" },
    { name: "really-a-jpeg.png", bytes: mug, mimeType: "image/png" },
    { name: "cmyk.jpg", bytes: await photo().withIccProfile("cmyk").jpeg().toBuffer() },
    {
      name: "deep.tif",
      bytes: await photo().toColourspace("rgb16").withIccProfile("p3").tiff({ compression: "lzw" }).toBuffer(),
      mimeType: "image/tiff",
    },
    { name: "turned.png", bytes: await storedTurned(mug, 6), mimeType: "image/png" },
    { name: "moving.gif", bytes: await photo().resize(400, 400).gif().toBuffer(), mimeType: "image/gif" },
  ];
  expect((await upload(api, "ODD-1", files)).failures).toEqual([]);
  const items = await runAll("ODD-1");
  const failed = { status: "FAILED", attempts: 1, result: null, pair: { status: "FAILED" } };
  for (const [name, words] of [
    ["white.jpg", "one even colour"],
    ["red.png", "one even colour"],
    ["one-pixel.png", "only 1 x 1 pixels"],
    ["clear.png", "transparent everywhere"],
  ] as const) {
    expect(items.get(name), name).toMatchObject({ ...failed, error: expect.stringContaining(words) });
    expect(items.get(name)?.pair.note, name).toContain("No product found");
  }
  for (const name of ["really-a-jpeg.png", "cmyk.jpg", "deep.tif", "turned.png", "moving.gif"]) {
    expect(items.get(name), name).toMatchObject({
      status: "SUCCEEDED",
      error: null,
      result: { image: { width: 320, height: 320, mimeType: "image/png" } },
    });
  }
  expect(items.get("really-a-jpeg.png")?.pair.source).toMatchObject({ mimeType: "image/jpeg", width: 800 });
  const middles = await Promise.all(["really-a-jpeg.png", "deep.tif", "turned.png"].map((name) => middleOf(items.get(name))));
  for (const middle of middles)
    for (const [channel, level] of middle.entries()) expect(Math.abs(level - (middles[0]?.[channel] ?? 0))).toBeLessThan(6);
}, 120_000);

/** Mean colour of the result's middle. */
async function middleOf(item: Item | undefined): Promise<number[]> {
  const file = Buffer.from(await (await api.fetch(new Request(item?.result?.image.url ?? ""))).arrayBuffer());
  const { channels } = await sharp(file).extract({ left: 120, top: 120, width: 80, height: 80 }).stats();
  return channels.map(({ mean }) => mean);
}

it("refuses broken files at the upload, each by its name, and takes the good ones beside them", async () => {
  const tiff = await sharp(mug).tiff({ compression: "lzw" }).toBuffer();
  const { pairs, failures, tickets } = await upload(api, "ODD-2", [
    { name: "cut.jpg", bytes: mug.subarray(0, mug.length >> 1) },
    { name: "cut.tif", bytes: tiff.subarray(0, tiff.length - 100), mimeType: "image/tiff" },
    { name: "words.jpg", bytes: Buffer.from("these are words and no photo") },
    { name: "good.jpg", bytes: mug },
  ]);
  expect(pairs.map(({ source }: { source: { name: string } }) => source.name)).toEqual(["good.jpg"]);
  expect(failures).toEqual([
    { subject: tickets[0]?.id, code: "BAD_USER_INPUT", message: expect.stringContaining("its end is missing") },
    { subject: tickets[1]?.id, code: "BAD_USER_INPUT", message: expect.stringContaining("its end is missing") },
    { subject: tickets[2]?.id, code: "BAD_USER_INPUT", message: expect.stringContaining("no photo we can read") },
  ]);
  expect((await runAll("ODD-2")).get("good.jpg")).toMatchObject({ status: "SUCCEEDED" });
});
