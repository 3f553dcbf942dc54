// The studio in two hosts on the whole product: a product page in React that reacts to it, and a page with the custom element alone.
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStage, type Stage } from "./stage.ts";

const setUpTimeoutMs = 120_000;
/** Three photos take about 8 s on two idle cores. */
const jobTimeoutMs = 120_000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage("hosts");
}, setUpTimeoutMs);
afterAll(() => stage?.close());

/** Runs what the studio on the page shows, and closes the progress. */
async function runAll(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run…", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run…", exact: true }).click();
  await page.getByRole("dialog").getByRole("progressbar").first().waitFor();
  await page.keyboard.press("Escape");
}

it(
  "lets a product page be told of runs and decisions, and shows them in its own words",
  async () => {
    const page = await stage.open("/listings");
    await page.getByRole("link", { name: "PLT-007" }).click();
    const studio = page.getByRole("region", { name: "Image Studio" });
    await studio.getByRole("gridcell").first().waitFor();
    expect(await studio.getByRole("listbox", { name: "SKUs" }).count()).toBe(0);
    await page.getByText("0 / 3").waitFor();
    await runAll(page);
    await page.getByText(/^Run \d+ has ended: 3 of 3 photos are ready\./).waitFor({ timeout: jobTimeoutMs });
    await studio.getByRole("gridcell").first().click();
    await page.keyboard.press("a");
    await page.getByText("Approved photos: 1.").waitFor();
    await page.getByText("1 / 3").waitFor();
    await page.getByText("Ready to publish").waitFor();
    await page.getByRole("link", { name: "Orders" }).click();
    await page.getByRole("heading", { name: "Orders" }).waitFor();
    expect(await studio.count()).toBe(0);
    expect(stage.complaints).toEqual([]);
    await page.close();
  },
  jobTimeoutMs,
);

it(
  "works as one element on a page without React, under a policy that lets in no other script",
  async () => {
    const page = await stage.open("/plain.html");
    const heard = page.getByRole("list").last();
    await page.getByRole("option", { name: /CSH-008/ }).click();
    await heard.getByText("skuchange: CSH-008").waitFor();
    await page.getByRole("heading", { name: "CSH-008" }).waitFor();
    await runAll(page);
    await heard.getByText(/jobfinished: run \d+, SUCCEEDED/).waitFor({ timeout: jobTimeoutMs });
    await page.getByRole("gridcell").first().click();
    await page.keyboard.press("x");
    await heard.getByText("review: archive, photos: 1").waitFor();
    await page.keyboard.press("u");
    await heard.getByText("review: reopen, photos: 1").or(heard.getByText("review: activate, photos: 1")).waitFor();
    expect(stage.complaints).toEqual([]);
    await page.close();
  },
  jobTimeoutMs,
);
