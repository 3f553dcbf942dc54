// Review in the whole studio: seen at once, refused with a reason, undone, walked by keys, and only for those who may.
import { afterEach, expect, it } from "vitest";
import { type Locator, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import type { PairStatus } from "../api/generated/graphql.ts";
import type { Review } from "../shared/context.ts";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "../studio/ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

async function open(statuses: readonly PairStatus[], { role = "REVIEWER", onReview = (_review: Review) => {} } = {}) {
  const api = startFakeApi(role, statuses);
  running = api;
  const screen = await render(
    <div style={{ height: 700, width: 1100 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} onReview={onReview} theme="light" />
    </div>,
  );
  const cell = (position: number) => screen.getByRole("gridcell", { name: new RegExp(`IMG_${2040 + position}`) });
  await expect.element(cell(0)).toBeVisible();
  return { screen, cell, api };
}

const textOf = (locator: Locator) => (): string => locator.query()?.textContent ?? "";

it("shows an approval before the server has answered, and goes on to the next undecided photo", async () => {
  const reviews: Review[] = [];
  const { cell, api, screen } = await open(["READY", "APPROVED", "READY"], { onReview: (review) => reviews.push(review) });
  let release = (): void => {};
  api.hold = new Promise((resolve) => {
    release = resolve;
  });
  await userEvent.click(cell(0));
  await userEvent.keyboard("a");
  await expect.poll(textOf(cell(0))).toContain("Approved");
  await expect.element(cell(2)).toHaveFocus();
  await expect.element(screen.getByText("Approved IMG_2040.jpg")).toBeVisible();
  expect(reviews).toEqual([]);
  release();
  await expect.poll(() => reviews.map(({ decision, pairs }) => [decision, pairs.map(({ id }) => id)])).toEqual([["approve", ["pair-0"]]]);
});

it("shows each of several quick decisions at once, and sends them in their order, two alike among them", async () => {
  const { cell, api } = await open(["READY", "APPROVED"]);
  let release = (): void => {};
  api.hold = new Promise((resolve) => {
    release = resolve;
  });
  await userEvent.click(cell(0));
  for (const [key, status] of [
    ["a", "Approved"],
    ["u", "Ready"],
    ["a", "Approved"],
    ["u", "Ready"],
    ["a", "Approved"],
  ] as const) {
    await userEvent.keyboard(key);
    await expect.poll(textOf(cell(0))).toContain(status);
  }
  release();
  await expect
    .poll(() => api.mutations.map(({ operationName }) => operationName))
    .toEqual(["ApprovePairs", "ReopenPairs", "ApprovePairs", "ReopenPairs", "ApprovePairs"]);
  await userEvent.keyboard("u");
  await expect.poll(() => api.mutations.length).toBe(6);
  await expect.poll(textOf(cell(0))).toContain("Ready");
});

it("puts the photo back and says why where the server refuses", async () => {
  const { cell, api, screen } = await open(["READY", "READY"]);
  api.refuse = "The pair is in a run.";
  await userEvent.click(cell(0));
  await userEvent.keyboard("x");
  await expect.poll(textOf(screen.getByRole("alert"))).toContain("Put back: The pair is in a run.");
  await expect.poll(textOf(cell(0))).toContain("Ready");
});

it("takes a reason by Enter, and undoes by key and by the toast", async () => {
  const { cell, api, screen } = await open(["READY", "READY"]);
  await userEvent.click(cell(0));
  await userEvent.keyboard("r");
  await expect.element(screen.getByRole("textbox", { name: "Reason (optional)" })).toHaveFocus();
  await userEvent.keyboard("Tilted{Enter}");
  await expect.poll(textOf(cell(0))).toContain("“Tilted”");
  await expect.element(cell(1)).toHaveFocus();
  await userEvent.keyboard("u");
  await expect.poll(textOf(cell(0))).toContain("Ready");
  await expect.element(cell(0)).toHaveFocus();
  await userEvent.keyboard("a");
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await expect.poll(textOf(cell(0))).toContain("Ready");
  await expect
    .poll(() => api.mutations.map(({ operationName }) => operationName))
    .toEqual(["RejectPairs", "ReopenPairs", "ApprovePairs", "ReopenPairs"]);
});

it("decides on the selection in one request and clears it", async () => {
  const { cell, api, screen } = await open(["READY", "READY", "READY", "WAITING"]);
  await userEvent.click(cell(0));
  await userEvent.keyboard("{Control>}a{/Control}");
  await userEvent.click(screen.getByRole("toolbar", { name: "4 selected" }).getByRole("button", { name: "Approve" }));
  await expect.element(screen.getByText("Approved 3 photos")).toBeVisible();
  expect(api.mutations.map(({ variables }) => variables?.ids)).toEqual([["pair-0", "pair-1", "pair-2"]]);
  expect(screen.getByRole("toolbar", { name: "4 selected" }).query()).toBeNull();
});

it("reviews in the dialog: shows the next photo, goes back by undo, gives the focus back to the photo", async () => {
  const { cell, screen } = await open(["READY", "READY", "READY"]);
  await userEvent.dblClick(cell(0));
  const dialog = (position: number) => screen.getByRole("dialog", { name: new RegExp(`IMG_${2040 + position}`) });
  await expect.element(dialog(0)).toBeVisible();
  await userEvent.keyboard("a");
  await expect.element(dialog(1)).toBeVisible();
  await userEvent.keyboard("r");
  await userEvent.keyboard("{Enter}");
  await expect.element(dialog(2)).toBeVisible();
  await userEvent.keyboard("u");
  await expect.element(dialog(1)).toBeVisible();
  await userEvent.keyboard("a");
  await expect.element(dialog(2)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await expect.element(dialog(1)).toBeVisible();
  await expect.poll(() => dialog(1).element().contains(document.activeElement)).toBe(true);
  await userEvent.click(dialog(1).getByRole("button", { name: "Reject" }));
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog(1)).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(cell(1)).toHaveFocus();
  expect(screen.getByRole("dialog").query()).toBeNull();
});

it("shows the keys, and leaves letters in fields alone", async () => {
  const { cell, api, screen } = await open(["READY"]);
  await userEvent.click(screen.getByRole("searchbox"));
  await userEvent.keyboard("a?x");
  expect(api.mutations).toEqual([]);
  expect(screen.getByRole("dialog").query()).toBeNull();
  await userEvent.click(cell(0));
  await userEvent.keyboard("?");
  const help = screen.getByRole("dialog", { name: "Keys" });
  await expect.element(help).toBeVisible();
  expect([...help.element().querySelectorAll("kbd")].map((key) => key.textContent)).toContain("A");
  await userEvent.keyboard("{Escape}");
  await expect.element(cell(0)).toHaveFocus();
});

it("offers a viewer nothing to decide or to run", async () => {
  const { cell, api, screen } = await open(["READY"], { role: "VIEWER" });
  await userEvent.click(cell(0));
  await userEvent.keyboard("ax");
  expect(api.mutations).toEqual([]);
  for (const name of ["Approve", "Reject", "Run…", "Archive", "Approve all that pass"]) {
    expect(screen.getByRole("button", { name, exact: true }).query(), name).toBeNull();
  }
});

it("keeps decisions while the API is away, marks them, and sends them when it is back; a refusal then puts them back", async () => {
  const { cell, api, screen } = await open(["READY", "READY", "READY"]);
  api.isAway = true;
  await userEvent.click(cell(0));
  await userEvent.keyboard("a");
  await expect.element(cell(1)).toHaveFocus();
  await userEvent.keyboard("x");
  await expect.poll(textOf(cell(0))).toContain("Not sent yet");
  await expect.poll(textOf(cell(0))).toContain("Approved");
  await expect.element(screen.getByText("2 decisions are not sent yet.")).toBeVisible();
  api.isAway = false;
  window.dispatchEvent(new Event("online"));
  await expect.poll(() => api.mutations.map(({ operationName }) => operationName).toSorted()).toEqual(["ApprovePairs", "ArchivePairs"]);
  await expect.poll(textOf(cell(0))).not.toContain("Not sent yet");
  await expect.poll(textOf(cell(0))).toContain("Approved");
  api.isAway = true;
  await userEvent.click(cell(2));
  await userEvent.keyboard("a");
  await expect.poll(textOf(cell(2))).toContain("Not sent yet");
  Object.assign(api, { isAway: false, refuse: "A colleague has rejected it." });
  window.dispatchEvent(new Event("online"));
  await expect.poll(textOf(screen.getByRole("alert"))).toContain("Put back: A colleague has rejected it.");
  await expect.poll(textOf(cell(2))).toContain("Ready");
});
