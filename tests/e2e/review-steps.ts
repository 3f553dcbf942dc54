// The steps of a reviewer's day, each done by whichever hands the story has and found by the words of its language.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright";
import sharp from "sharp";
import { expect } from "vitest";
import type { Translate } from "../../components/shared/messages/messages.ts";
import { readZip } from "../testkit/zip.ts";
import type { Hands } from "./hands.ts";

/** What is on the page may take this long to follow what was done; the machine may be busy with the run. */
export const pageTimeoutMs = 20_000;
const jobTimeoutMs = 120_000;

export interface Act {
  readonly page: Page;
  readonly studio: Locator;
  readonly hands: Hands;
  readonly say: Translate;
  /** Of a SKU of the demo that the story has for itself. */
  readonly code: string;
  /** As the list of outputs has it. */
  readonly preset: string;
  /** A folder for files. */
  readonly folder: string;
}

export const first = "shelf-front.jpg";
export const second = "shelf-side.jpg";
/** A group of prompts whose only template paints a ground that nobody takes for the default white. */
const groupOf = (code: string): string => `For ${code}`;

export const promptText = "{{sku.code}} as it stands on a shelf.";
export const reason = "A reflection in the glass";

const named = (root: Locator | Page, name: string): Locator => root.getByRole("button", { name, exact: true });
const photo = ({ studio, say }: Act, name: string): Locator =>
  studio.getByRole("grid", { name: say("pairs"), exact: true }).getByRole("gridcell", { name: new RegExp(name) });
const dialogOf = ({ page }: Act, name: string | RegExp): Locator => page.getByRole("dialog", { name });

export async function changeSettings(act: Act): Promise<void> {
  const { hands, say, studio, preset } = act;
  const button = named(studio, say("settings"));
  await hands.press(button);
  const dialog = dialogOf(act, say("settings"));
  await hands.choose(dialog.getByLabel(say("output"), { exact: true }), preset);
  await dialog.getByRole("status").getByText(say("settingsSaved")).waitFor();
  await hands.close(dialog, say("close"));
  await dialog.waitFor({ state: "hidden" });
  await hands.expectBack(button);
}

export async function changePrompts(act: Act): Promise<void> {
  const { hands, say, studio, code } = act;
  await hands.press(named(studio, say("settings")));
  const dialog = dialogOf(act, say("settings"));
  await hands.press(dialog.getByRole("tab", { name: say("prompts") }));
  await hands.press(named(dialog, say("promptGroupNew")));
  await hands.write(dialog.getByRole("textbox", { name: say("promptGroupName") }), groupOf(code));
  await hands.press(dialog.locator("form").getByRole("button", { name: say("settingsDone") }));
  await hands.press(named(dialog, say("templateAdd")));
  const words = dialog.getByRole("textbox", { name: say("promptText") });
  await hands.write(words, promptText);
  await hands.choose(dialog.getByLabel(say("background"), { exact: true }), say("backgroundGradient"));
  await hands.press(named(dialog, say("promptGroupUse")));
  await dialog.getByText(say("promptGroupActive")).waitFor();
  await dialog.getByRole("status").getByText(say("settingsSaved")).waitFor();
  await hands.close(dialog, say("close"));
  await dialog.waitFor({ state: "hidden" });
  await hands.expectBack(named(studio, say("settings")));
}

export async function bringPhotos(act: Act): Promise<void> {
  const { hands, say, studio, code } = act;
  const row = studio.getByRole("listbox", { name: say("skus") }).getByRole("option", { name: new RegExp(code) });
  await hands.show(row);
  await studio.getByRole("heading", { name: code }).waitFor();
  const paths = await Promise.all([first, second].map((name, index) => writePhoto(act, index + 1, name)));
  await hands.bring(studio.getByRole("button", { name: say("drop") }), paths);
  for (const name of [first, second]) await photo(act, name).waitFor();
}

/** A photo of the demo, smaller, under a new name. @returns its path */
async function writePhoto({ code, folder }: Act, number: number, name: string): Promise<string> {
  const path = join(folder, name);
  const demo = join(import.meta.dirname, `../../demo/photos/${code}/0${number}.jpg`);
  await writeFile(path, await sharp(demo).resize({ width: 900 }).jpeg().toBuffer());
  return path;
}

export async function runAndWatch(act: Act): Promise<void> {
  const { hands, say, studio, page } = act;
  for (const name of [first, second]) await hands.tick(photo(act, name));
  const bar = studio.getByRole("toolbar", { name: say("pairSelected", { count: 2 }) });
  await hands.press(named(bar, say("runAgain")));
  const run = dialogOf(act, say("runPhotos", { count: 2 }));
  await hands.press(named(run, `${say("run")}…`));
  const progress = page.getByRole("dialog").filter({ has: page.getByRole("progressbar", { name: say("jobProgress") }) });
  const done = () => progress.getByRole("progressbar").getAttribute("aria-valuenow").then(Number);
  await expect.poll(done, { timeout: jobTimeoutMs, interval: 100 }).toBe(100);
  await expect
    .poll(
      () =>
        progress
          .getByRole("region", { name: say("landed") })
          .getByRole("img")
          .count(),
      { timeout: pageTimeoutMs },
    )
    .toBe(2);
  await hands.close(progress, say("close"));
  await progress.waitFor({ state: "hidden" });
  await hands.expectBack(named(bar, say("runAgain")));
  await hands.press(named(bar, say("clearSelection")));
  for (const name of [first, second]) await photo(act, name).getByText(say("pairReady"), { exact: true }).waitFor();
}

const loadedIn = (within: Locator) => () =>
  within
    .locator(".studio-stage img")
    .evaluateAll((images) => images.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length);

export async function compare(act: Act): Promise<void> {
  const { hands, say } = act;
  await hands.open(photo(act, first));
  const dialog = dialogOf(act, new RegExp(first));
  await expect.poll(loadedIn(dialog), { timeout: pageTimeoutMs }).toBeGreaterThanOrEqual(2);
  const slider = dialog.getByRole("slider", { name: say("beforeAfter") });
  const before = Number(await slider.getAttribute("aria-valuenow"));
  await hands.raise(slider);
  await expect.poll(() => slider.getAttribute("aria-valuenow").then(Number)).toBeGreaterThan(before);
  const modes = dialog.getByRole("group", { name: say("comparison") });
  for (const [key, mode] of [
    ["4", "compareDifference"],
    ["3", "compareFlip"],
    ["2", "compareSides"],
    ["1", "compareSlider"],
  ] as const) {
    await hands.press(modes.getByRole("button", { name: say(mode) }), key);
    await expect
      .poll(() => modes.getByRole("button", { name: say(mode) }).getAttribute("aria-pressed"), { timeout: pageTimeoutMs })
      .toBe("true");
  }
  await hands.close(dialog, say("close"));
  await dialog.waitFor({ state: "hidden" });
  await hands.expectBack(photo(act, first));
}

export async function edit(act: Act): Promise<void> {
  const { hands, say } = act;
  await hands.open(photo(act, first));
  const dialog = dialogOf(act, new RegExp(first));
  await hands.press(named(dialog, say("edit")), "e");
  const editor = dialogOf(act, new RegExp(`^${say("edit")}`));
  await hands.press(editor.getByRole("group", { name: say("ratio") }).getByRole("button", { name: "1:1" }));
  await hands.raise(editor.getByRole("slider", { name: say("toneBrightness") }));
  await hands.press(named(editor, say("undo")), "u");
  await hands.press(editor.getByRole("button", { name: say("editSave") }));
  await editor.waitFor({ state: "hidden" });
  await expect
    .poll(
      () =>
        dialog
          .getByRole("group", { name: say("history") })
          .getByRole("button")
          .count(),
      { timeout: pageTimeoutMs },
    )
    .toBe(2);
  await dialog.getByText("1200 × 1200").first().waitFor();
}

/** In the dialog of the first photo, which is open: each decision leads on, and an undo leads back. */
export async function decide(act: Act): Promise<void> {
  const { hands, say, page } = act;
  const one = dialogOf(act, new RegExp(first));
  const other = dialogOf(act, new RegExp(second));
  await hands.press(named(one, say("approve")), "a");
  await other.waitFor();
  await hands.press(page.getByRole("status").getByRole("button", { name: say("undo") }), "u");
  await one.getByText(say("pairReady"), { exact: true }).first().waitFor();
  await hands.press(named(one, say("approve")), "a");
  await other.waitFor();
  await hands.press(named(other, say("reject")), "r");
  await hands.write(other.getByRole("textbox", { name: say("rejectReason") }), reason);
  await hands.press(other.getByRole("form").getByRole("button", { name: say("reject") }));
  await expect
    .poll(
      () =>
        page
          .getByRole("status")
          .getByText(say("didRejectOne", { name: second }))
          .count(),
      { timeout: pageTimeoutMs },
    )
    .toBe(1);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await photo(act, first).getByText(say("pairApproved"), { exact: true }).waitFor();
  await photo(act, second).getByText(say("pairRejected"), { exact: true }).waitFor();
}

/** A photo that was never run. */
export async function archive(act: Act): Promise<void> {
  const { hands, say, studio } = act;
  const cells = studio.getByRole("grid", { name: say("pairs"), exact: true }).getByRole("gridcell");
  const before = await cells.count();
  await hands.tick(cells.first());
  const bar = studio.getByRole("toolbar", { name: say("pairSelected", { count: 1 }) });
  await hands.press(named(bar, say("archive")));
  await expect.poll(() => cells.count(), { timeout: pageTimeoutMs }).toBe(before - 1);
}

export async function download(act: Act): Promise<void> {
  const { hands, say, studio, code, folder, page } = act;
  for (const name of [first, second]) await hands.tick(photo(act, name));
  const bar = studio.getByRole("toolbar", { name: say("pairSelected", { count: 2 }) });
  await hands.press(named(bar, say("download")));
  const dialog = dialogOf(act, say("downloadPhotos"));
  const link = dialog.getByRole("link", { name: new RegExp(say("downloadZip")) });
  await link.waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), hands.press(link)]);
  const path = join(folder, `${code}.zip`);
  await file.saveAs(path);
  const entries = await readZip(await readFile(path));
  expect(entries.map((entry) => entry.path)).toEqual([expect.stringMatching(new RegExp(`^${code}/${code}_\\d+\\.jpg$`))]);
  await expectEdited(entries[0]?.bytes ?? Buffer.alloc(0));
  await dialog.waitFor({ state: "hidden" });
  await hands.expectBack(named(bar, say("download")));
}

/** Square as it was cropped, on the ground that the story's own prompt asked for. */
async function expectEdited(bytes: Buffer): Promise<void> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([1200, 1200]);
  const [top, bottom] = [data[0] ?? 0, data[info.width * (info.height - 1)] ?? 0];
  expect(top).toBeGreaterThan(bottom + leastGradient);
}

/** Of 255: what the default gradient changes from the top of a square crop to its bottom is about 26. */
const leastGradient = 15;
