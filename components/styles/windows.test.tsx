// Small windows and colours that the system decides: what decides stays in sight, and what is told by a fill is told otherwise.
import { afterEach, expect, it } from "vitest";
import { cdp, page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "./index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "../studio/ImageStudio.tsx";

const forcedColors = (value: "active" | "none"): Promise<unknown> =>
  cdp().send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value }] });

/** Milliseconds: a dialog comes on demand, and the first one is built on the way. */
const timeout = 20_000;

let running: FakeApi | undefined;
afterEach(async () => {
  running?.stop();
  await forcedColors("none");
});

async function open(width: number, height: number) {
  await page.viewport(width, height);
  running = startFakeApi("OWNER", ["READY", "WAITING"]);
  const screen = await render(
    <div style={{ position: "fixed", inset: 0 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" />
    </div>,
  );
  const cell = screen.getByRole("gridcell", { name: /IMG_2040/ });
  await expect.element(cell).toBeVisible();
  /** By keys: a pointer may miss what is still finding its place. */
  const openPair = async (): Promise<void> => {
    const element = cell.element();
    if (element instanceof HTMLElement) element.focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByRole("button", { name: /^Slider/ }), { timeout }).toBeVisible();
  };
  return { screen, cell, openPair };
}

/** Whole, in the window, and under nothing. */
function isInSight(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && found !== null && element.contains(found);
}

it.each([
  [720, 450],
  [640, 400],
  [360, 740],
])("what decides, the brush and the way out are in sight in a window of %i by %i", async (width, height) => {
  const { screen, openPair } = await open(width, height);
  await openPair();
  const seen = async (dialog: RegExp, names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const button = screen.getByRole("dialog", { name: dialog }).getByRole("button", { name, exact: true });
      await expect.poll(() => isInSight(button.element()), { message: name, timeout }).toBe(true);
    }
  };
  await seen(/IMG_2040/, ["Approve", "Reject", "Close"]);
  await userEvent.keyboard("e");
  await seen(/^Edit/, ["Save as new result", "Cancel", "Close"]);
  await userEvent.click(screen.getByRole("dialog", { name: /^Edit/ }).getByRole("button", { name: "Mask", exact: true }));
  await seen(/^Edit/, ["Product", "Run with this mask", "Cancel", "Close"]);
});

it("the focus, a status and what is chosen are told where the system decides the colours", async () => {
  await forcedColors("active");
  const { screen, cell, openPair } = await open(1200, 800);
  await userEvent.keyboard("{Tab}");
  const search = screen.getByRole("searchbox").element();
  await expect.poll(() => document.activeElement === search).toBe(true);
  expect(getComputedStyle(search.closest(".studio-field") ?? search).outline).toContain("2px");
  const mark = getComputedStyle(cell.element().querySelector(".studio-status") ?? cell.element(), "::before");
  expect(mark.backgroundColor).not.toBe(getComputedStyle(cell.element()).backgroundColor);
  await openPair();
  const segment = (name: RegExp): string => getComputedStyle(screen.getByRole("button", { name }).element()).backgroundColor;
  expect(segment(/^Slider/)).not.toBe(segment(/^Flip/));
});
