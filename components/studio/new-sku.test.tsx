// New SKUs by keys alone, and drops on the list, in the whole studio.
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "./ImageStudio.tsx";

let api: FakeApi | undefined;
afterEach(() => api?.stop());

async function open(role: string, features = {}, width = 1100) {
  api = startFakeApi(role, ["READY"]);
  const screen = await render(
    <div style={{ height: 700, width }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" features={features} />
    </div>,
  );
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
  return { screen, button: screen.getByRole("button", { name: "New SKU" }) };
}

it("is made by keys alone, shown at once, and the focus goes back to the button", async () => {
  const { screen, button } = await open("EDITOR");
  button.element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByRole("textbox", { name: "Code of the new SKU" })).toHaveFocus();
  await userEvent.keyboard("LMP-010{Tab}Desk lamp{Enter}");
  await expect.element(screen.getByRole("heading", { name: "LMP-010" })).toBeVisible();
  expect(screen.getByRole("dialog").query()).toBeNull();
  await expect.element(button).toHaveFocus();
  expect(api?.mutations.map(({ variables }) => variables?.input)).toEqual([{ code: "LMP-010", title: "Desk lamp" }]);
});

it("keeps what was typed when the API refuses it, and is made when it no longer does", async () => {
  const { screen, button } = await open("EDITOR");
  await userEvent.click(button);
  if (api !== undefined) api.refuse = "The workspace is full.";
  await userEvent.keyboard("LMP-010{Tab}Desk lamp{Enter}");
  await expect.element(screen.getByRole("alert")).toHaveTextContent("The workspace is full.");
  await expect.element(screen.getByRole("textbox", { name: "Code of the new SKU" })).toHaveFocus();
  await expect.element(screen.getByRole("textbox", { name: /Title/ })).toHaveValue("Desk lamp");
  if (api !== undefined) api.refuse = undefined;
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByRole("heading", { name: "LMP-010" })).toBeVisible();
});

it.each([
  ["REVIEWER", {}],
  ["EDITOR", { create: false }],
  ["EDITOR", { upload: false }],
  ["EDITOR", { list: false }],
] as const)("is not offered to a %s with %o", async (role, features) => {
  const { button } = await open(role, features);
  expect(button.query()).toBeNull();
});

it.each([1100, 820, 500])("tells in a studio %d pixels wide what of a drop on the list was not added", async (width) => {
  const { screen } = await open("EDITOR", {}, width);
  await expect.element(screen.getByText("Drop photos or choose files")).toBeVisible();
  const row = screen.container.querySelector("[data-code='MUG-00001']");
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["a,b"], "prices.csv"));
  row?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  await expect.element(screen.getByRole("alert")).toBeVisible();
  await expect.element(screen.getByRole("alert")).toMatchTextContent("MUG-00001 · prices.csv: not a picture that can be read");
});
