// What stands around review: the rules of the shown result, and downloads of what is chosen.
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import type { DownloadLinkFragment } from "../api/generated/graphql.ts";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "./ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

async function open(onDownload: (download: DownloadLinkFragment) => void = () => {}) {
  running = startFakeApi("REVIEWER", ["READY", "READY", "WAITING"]);
  const screen = await render(
    <div style={{ height: 700, width: 1100 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" onDownload={onDownload} />
    </div>,
  );
  const cell = (position: number) => screen.getByRole("gridcell", { name: new RegExp(`IMG_${2040 + position}`) });
  await expect.element(cell(0)).toBeVisible();
  return { screen, cell };
}

it("lists what fails first, and what nobody measures last", async () => {
  const { screen, cell } = await open();
  await userEvent.dblClick(cell(0));
  const rules = screen.getByRole("region", { name: "Rules" });
  await expect.element(rules.getByText("Ratio 1:1")).toBeVisible();
  expect([...rules.element().querySelectorAll("li")].map((line) => line.textContent)).toEqual([
    "The product fills 87 %82 %",
    "Ratio 1:1",
    "No textnot checked",
  ]);
});

it("tells how much of the product a model left as it was, and nothing of the kind where none had a hand in it", async () => {
  const { screen, cell } = await open();
  await userEvent.dblClick(cell(1));
  await expect.element(screen.getByText("72% as in the photo")).toBeVisible();
  await userEvent.keyboard("{ArrowLeft}");
  await expect.element(screen.getByText("Made", { exact: true })).toBeVisible();
  await expect.poll(() => screen.getByText(/as in the photo/).query()).toBeNull();
});

it("says what a download holds and leaves out, then opens its link", async () => {
  const downloads: DownloadLinkFragment[] = [];
  const { screen, cell } = await open((download) => downloads.push(download));
  await userEvent.click(cell(0));
  await userEvent.keyboard("{Control>}a{/Control}");
  await userEvent.click(screen.getByRole("button", { name: "Download" }));
  const dialog = screen.getByRole("dialog", { name: "Download photos" });
  await expect.element(dialog.getByRole("radio", { name: /Approved and ready/ })).toBeChecked();
  await expect.element(dialog.getByRole("radio", { name: /Approved results/ })).toBeDisabled();
  await expect.element(dialog.getByText("1 photo has no result and stays out.")).toBeVisible();
  await userEvent.click(dialog.getByRole("link", { name: /Download ZIP/ }));
  expect(downloads.map(({ files }) => files)).toEqual([2]);
  await expect.poll(() => dialog.query()).toBeNull();
});
