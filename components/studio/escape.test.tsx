// Escape pressed in the studio is the studio's: a host's dialog around it neither closes nor hears of it, until nothing here is left to close.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "./ImageStudio.tsx";

let api: FakeApi | undefined;
/** Of Escapes that came to the page without being used up. */
let left = 0;
const onKeyDown = ({ key, defaultPrevented }: KeyboardEvent): void => {
  if (key === "Escape" && !defaultPrevented) left++;
};
beforeEach(() => {
  left = 0;
  document.addEventListener("keydown", onKeyDown);
});
afterEach(() => {
  document.removeEventListener("keydown", onKeyDown);
  api?.stop();
});

async function open() {
  api = startFakeApi("OWNER", ["READY"]);
  const told = vi.fn<(what: string) => void>();
  const screen = await render(
    <dialog
      ref={(element) => {
        if (element !== null && !element.open) element.showModal();
      }}
      aria-label="Host"
      style={{ height: 700, width: 1100 }}
      onCancel={() => told("cancel")}
      onClose={() => told("close")}
    >
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" />
    </dialog>,
  );
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
  return { screen, told, host: screen.getByRole("dialog", { name: "Host" }) };
}

it("closes a dialog of the studio alone", async () => {
  const { screen, told, host } = await open();
  await userEvent.dblClick(screen.getByRole("gridcell", { name: /IMG_2040/ }));
  const dialog = screen.getByRole("dialog", { name: /IMG_2040/ });
  await expect.element(dialog).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => dialog.query()).toBeNull();
  await expect.element(host).toBeVisible();
  expect(told.mock.calls).toEqual([]);
  expect(left).toBe(0);
});

it("empties the search, and belongs to the host once that is empty", async () => {
  const { screen, told, host } = await open();
  const search = screen.getByRole("searchbox");
  await userEvent.click(search);
  await userEvent.keyboard("mug{Escape}");
  await expect.element(search).toHaveValue("");
  await expect.element(host).toBeVisible();
  expect(told.mock.calls).toEqual([]);
  expect(left).toBe(0);
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => told.mock.calls.flat()).toEqual(["cancel", "close"]);
});

it("lets the host hear nothing of a dialog that the browser closes by itself", async () => {
  const { screen, told } = await open();
  await userEvent.click(screen.getByRole("button", { name: "Settings" }));
  const dialog = screen.getByRole("dialog", { name: "Settings" });
  await expect.element(dialog).toBeVisible();
  // As the back gesture of a phone asks for it.
  (dialog.element() as HTMLDialogElement & { requestClose?: () => void }).requestClose?.();
  await expect.poll(() => dialog.query()).toBeNull();
  expect(told.mock.calls).toEqual([]);
});
