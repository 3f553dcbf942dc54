// The whole story on the built product: start it, open the page, run a SKU's photos, look at the results, stop it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { browserLaunchOptions } from "../testkit/browser.ts";
import { buildDemo, type Product, startProduct } from "./product.ts";

/** The demo SKU with the most photos. */
const code = "MUG-001";
const names = ["mug-front.jpg", "IMG_2041.jpg", "IMG_2042.jpg", "mug-closer.jpg", "mug-dim.jpg"] as const;

const setUpTimeoutMs = 120_000;
/** Five photos take about 15 s on two idle cores. */
const jobTimeoutMs = 180_000;
/** From this channel value on, of 255, a pixel counts as white: JPEG moves pure white a little. */
const whiteFrom = 250;
/** A product that fills its frame with an 8 % margin covers a third of it and more; a blank picture has nothing. */
const leastShareOfProduct = 0.15;
/** What is on the page may take this long to follow what was done; the machine may be busy with the job. */
const pageTimeoutMs = 20_000;

let dataDir: string;
let product: Product;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "studio-e2e-"));
  await buildDemo();
  product = await startProduct(dataDir);
  browser = await chromium.launch(browserLaunchOptions());
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  page.setDefaultTimeout(pageTimeoutMs);
  listenForComplaints(page);
}, setUpTimeoutMs);

afterAll(async () => {
  await browser?.close();
  product?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

// One story: each step stands on the one before, and the first that fails ends it.
it(
  "turns a SKU's photos into pictures that a person can see, compare and fetch, and leaves no process behind",
  async () => {
    await page.goto(product.url);
    const studio = page.getByRole("region", { name: "Image Studio" });
    await chooseSku(studio);
    await runAndWatch(studio);

    const pairs = partNamed(studio, "Pairs");
    for (const name of names) await expectLoadedPictures(pairs.locator(itemRoles).filter({ hasText: name }), 2);
    await compare(pairs);
    expect(complaints).toEqual([]);

    await expectRealPictures();

    await page.close();
    const { exitCode, left } = await product.interrupt();
    expect(left).toEqual([]);
    expect(exitCode).toBe(0);
  },
  setUpTimeoutMs + jobTimeoutMs,
);

const itemRoles = "[role=option], [role=row], [role=gridcell]";

/** A part by its name; the contract leaves open which of the two roles it has. */
const partNamed = (root: Locator, name: string): Locator =>
  root.getByRole("listbox", { name, exact: true }).or(root.getByRole("grid", { name, exact: true }));

async function chooseSku(studio: Locator): Promise<void> {
  const skus = partNamed(studio, "SKUs");
  await skus.locator(itemRoles).filter({ hasText: code }).first().click();
  const pairs = partNamed(studio, "Pairs");
  for (const name of names) await pairs.getByText(name).first().waitFor();
}

async function runAndWatch(studio: Locator): Promise<void> {
  await studio.getByRole("button", { name: "Run…", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run…", exact: true }).click();
  const bar = page.getByRole("dialog").getByRole("progressbar").first();
  await bar.waitFor();
  await expect.poll(() => bar.getAttribute("aria-valuenow").then(Number), { timeout: jobTimeoutMs, interval: 100 }).toBe(100);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** Waits until `count` pictures within have really been decoded. */
async function expectLoadedPictures(within: Locator, count: number): Promise<void> {
  const loaded = () =>
    within
      .first()
      .locator("img")
      .evaluateAll((images) => images.filter((image) => image instanceof HTMLImageElement && image.naturalWidth > 0).length);
  await expect.poll(loaded, { timeout: pageTimeoutMs, message: `pictures in ${within}` }).toBeGreaterThanOrEqual(count);
}

async function compare(pairs: Locator): Promise<void> {
  await pairs.locator(itemRoles).filter({ hasText: names[0] }).first().dblclick();
  const dialog = page.getByRole("dialog", { name: new RegExp(names[0].replace(".", "\\.")) });
  await expectLoadedPictures(dialog, 2);
  const slider = dialog.getByRole("slider").first();
  const before = await positionOf(slider);
  await slider.focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");
  await expect.poll(() => positionOf(slider)).toBeGreaterThan(before);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

const positionOf = (slider: Locator): Promise<number> =>
  slider.evaluate((element) => Number(element instanceof HTMLInputElement ? element.value : element.getAttribute("aria-valuenow")));

interface PicturesAnswer {
  data: {
    jobs: { edges: { node: { status: string; output: { width: number; height: number; format: string } } }[] };
    sku: { pairs: { edges: { node: { status: string; source: { name: string }; result: { url: string; bytes: number } | null } }[] } };
  };
}

const picturesQuery = `query Pictures($code: String!) {
  jobs(first: 1) { edges { node { status output { width height format } } } }
  sku(code: $code) { pairs(first: 50) { edges { node { status source { name } result { url bytes } } } } }
}`;

/** By the API and its key, as a script would: what is said to be ready is a JPEG of the asked size on a white ground. */
async function expectRealPictures(): Promise<void> {
  const response = await fetch(`${product.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await product.apiKey()}` },
    body: JSON.stringify({ query: picturesQuery, variables: { code } }),
  });
  const { data } = (await response.json()) as PicturesAnswer;
  const job = data.jobs.edges[0]?.node;
  expect(job).toMatchObject({ status: "SUCCEEDED", output: { format: "JPEG" } });
  const pairs = data.sku.pairs.edges.map((edge) => edge.node);
  expect(pairs.map((pair) => [pair.source.name, pair.status])).toEqual(names.map((name) => [name, "READY"]));
  for (const { source, result } of pairs) {
    const picture = await fetch(result?.url ?? "no link");
    expect(picture.headers.get("content-type"), source.name).toBe("image/jpeg");
    const bytes = Buffer.from(await picture.arrayBuffer());
    expect(bytes.byteLength, source.name).toBe(result?.bytes);
    const { width, height, format } = await sharp(bytes).metadata();
    expect({ width, height, format }, source.name).toEqual({ width: job?.output.width, height: job?.output.height, format: "jpeg" });
    expect(await darkestCorner(bytes), source.name).toBeGreaterThanOrEqual(whiteFrom);
    expect(await shareOfProduct(bytes), source.name).toBeGreaterThan(leastShareOfProduct);
  }
}

/** How much of the picture is no white ground, from 0 to 1. */
async function shareOfProduct(bytes: Buffer): Promise<number> {
  const grey = await sharp(bytes).greyscale().raw().toBuffer();
  return grey.reduce((count, value) => (value < whiteFrom ? count + 1 : count), 0) / grey.length;
}

/** The smallest channel value, 0 to 255, of the four corner pixels. */
async function darkestCorner(bytes: Buffer): Promise<number> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const corners = [0, info.width - 1, info.width * (info.height - 1), info.width * info.height - 1];
  return Math.min(...corners.flatMap((pixel) => [...data.subarray(pixel * info.channels, (pixel + 1) * info.channels)]));
}

/** Everything that a developer would see in red. A request that the page itself gave up is none of it. */
function listenForComplaints(target: Page): void {
  target.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  target.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  target.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "unknown";
    if (reason !== "net::ERR_ABORTED") complaints.push(`request: ${request.url()} ${reason}`);
  });
  target.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`status: ${response.status()} ${response.url()}`);
  });
}
