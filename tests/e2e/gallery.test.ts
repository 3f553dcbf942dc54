// The round trip on the whole product: photos come from the marketplace beside it, are run, approved and published, and stand on its shelf.
import type { Locator, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStage, type Stage } from "./stage.ts";

const setUpTimeoutMs = 120_000;
/** Two photos take about 6 s on two idle cores, an import and a publication some seconds each. */
const jobTimeoutMs = 120_000;
const pageTimeoutMs = 20_000;
/** A product that only the marketplace has at first. */
const code = "MUG-011";
const market = "Polka Market";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage("gallery");
}, setUpTimeoutMs);
afterAll(() => stage?.close());

const close = async (dialog: Locator): Promise<void> => {
  await dialog.getByText("Close", { exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
};

/** The addresses of a product's pictures on the shelf, the main one first. */
const onShelf = (shelf: Page): Promise<string[]> =>
  shelf
    .getByRole("listitem", { name: code })
    .getByRole("img")
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));

it(
  "brings a product from the marketplace, makes its pictures, and puts them back on its shelf",
  async () => {
    const shelf = await stage.open("/shelf");
    await shelf.getByRole("listitem", { name: code }).getByText("As first photographed").waitFor();
    const before = await onShelf(shelf);
    expect(before).toHaveLength(2);

    const page = await stage.open("/photos/MUG-001");
    const studio = page.getByRole("region", { name: "Image Studio" });
    await pull(page, studio);
    await run(page, studio);
    await publish(page, studio);

    await shelf
      .getByRole("listitem", { name: code })
      .getByText(/^Published/)
      .waitFor();
    const after = await onShelf(shelf);
    expect(after).toHaveLength(2);
    // Each took its source's place.
    expect(after.filter((url) => before.includes(url))).toEqual([]);
    await expectMade(shelf);
    expect(stage.complaints).toEqual([]);
  },
  setUpTimeoutMs + jobTimeoutMs,
);

async function pull(page: Page, studio: Locator): Promise<void> {
  await studio.getByRole("button", { name: "Add from gallery" }).click();
  const dialog = page.getByRole("dialog", { name: "Add from gallery" });
  await dialog.getByText("Nothing has been imported yet").waitFor();
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.getByRole("button", { name: "Import again" }).waitFor({ timeout: jobTimeoutMs });
  await dialog.getByText("3 new SKUs").waitFor();
  // The photo that both had is here once.
  await dialog.locator(".studio-number").filter({ hasText: "Here already" }).getByText("1", { exact: true }).waitFor();
  await close(dialog);
}

async function run(page: Page, studio: Locator): Promise<void> {
  await studio
    .getByRole("listbox", { name: "SKUs" })
    .getByRole("option", { name: new RegExp(code) })
    .click();
  await studio.getByRole("heading", { name: code }).waitFor();
  await studio.getByRole("gridcell").nth(1).waitFor();
  await page.getByRole("button", { name: "Run…", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run…", exact: true }).click();
  const bar = page.getByRole("dialog").getByRole("progressbar").first();
  await bar.waitFor();
  await expect.poll(() => bar.getAttribute("aria-valuenow").then(Number), { timeout: jobTimeoutMs, interval: 100 }).toBe(100);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

async function publish(page: Page, studio: Locator): Promise<void> {
  const cells = studio.getByRole("gridcell");
  await cells.first().click();
  for (const _cell of await cells.all()) await page.keyboard.press("a");
  await expect.poll(() => cells.getByText("Approved", { exact: true }).count(), { timeout: pageTimeoutMs }).toBe(2);
  await studio.getByRole("button", { name: "Publish…" }).click();
  const dialog = page.getByRole("dialog", { name: "Publish photos" });
  await dialog.getByRole("button", { name: "Publish 2 photos" }).click();
  await dialog.getByText("2 of 2 published").first().waitFor({ timeout: jobTimeoutMs });
  expect(await dialog.getByRole("link", { name: `See it in ${market}` }).count()).toBe(2);
  await close(dialog);
  await expect.poll(() => cells.getByRole("img", { name: `Published: ${market}` }).count(), { timeout: pageTimeoutMs }).toBe(2);
}

/** The main picture on the shelf has the size that the studio makes, which no photo of the marketplace had. */
async function expectMade(shelf: Page): Promise<void> {
  const picture = shelf.getByRole("listitem", { name: code }).getByRole("img").first();
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth), { timeout: pageTimeoutMs }).toBe(2200);
}
