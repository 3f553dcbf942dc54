// The editor in the studio: opened by its key, worked by keys alone, saved as a new result, refused with the reason, left by Escape.
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "../studio/ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

async function open(role = "EDITOR") {
  const api = startFakeApi(role, ["READY", "WAITING", "PROCESSING"]);
  running = api;
  const screen = await render(
    <div style={{ height: 800, width: 1200 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" />
    </div>,
  );
  const cell = (position: number) => screen.getByRole("gridcell", { name: new RegExp(`IMG_${2040 + position}`) });
  await expect.element(cell(0)).toBeVisible();
  const dialog = screen.getByRole("dialog", { name: /^Edit/ });
  return { api, screen, cell, dialog };
}

const focus = (element: Element): void => {
  if (element instanceof HTMLElement) element.focus();
};
const inputOf = (api: FakeApi): unknown => api.mutations.at(-1)?.variables?.input;

it("crops, straightens and tones by keys, and saves what is seen", async () => {
  const { api, cell, dialog } = await open();
  await userEvent.click(cell(0));
  await userEvent.keyboard("e");
  await expect.element(dialog).toBeVisible();
  const save = dialog.getByRole("button", { name: "Save as new result" });
  await expect.element(save).toBeDisabled();
  focus(dialog.getByRole("button", { name: "3:4" }).element());
  await userEvent.keyboard("{Enter}");
  await expect.element(dialog.getByRole("group", { name: "Crop, 1200 × 1600" })).toBeVisible();
  focus(dialog.getByRole("slider", { name: "Straighten" }).element());
  await userEvent.keyboard("{Shift>}{ArrowRight}{/Shift}{ArrowRight}");
  await expect.element(dialog.getByRole("slider", { name: "Straighten" })).toHaveAttribute("aria-valuetext", "1.1°");
  focus(dialog.getByRole("slider", { name: "Brightness" }).element());
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  await userEvent.keyboard("{Enter}");
  await expect.element(dialog).not.toBeInTheDocument();
  const { operations, ...rest } = inputOf(api) as { operations: Record<string, unknown>[] };
  expect(rest).toEqual({ pair: "pair-0", base: "RESULT" });
  expect(operations.map((operation) => Object.keys(operation)[0])).toEqual(["tone", "rotate", "crop"]);
  expect(operations[0]).toMatchObject({ tone: { brightness: 0.02 } });
  expect(operations[1]).toEqual({ rotate: 1.1 });
  await expect.element(cell(0)).toHaveFocus();
});

it("goes back and forth, a drag as one step, and tells nothing of it to the studio", async () => {
  const { api, cell, dialog } = await open();
  await userEvent.click(cell(0));
  await userEvent.keyboard("e");
  await userEvent.click(dialog.getByRole("button", { name: "1:1" }));
  await userEvent.click(dialog.getByRole("button", { name: "Turn right" }));
  await userEvent.click(dialog.getByRole("button", { name: "Light grey" }));
  const grey = dialog.getByRole("button", { name: "Light grey" });
  await expect.element(grey).toHaveAttribute("aria-pressed", "true");
  await userEvent.keyboard("u");
  await expect.element(grey).toHaveAttribute("aria-pressed", "false");
  await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  await expect.element(grey).toHaveAttribute("aria-pressed", "true");
  await userEvent.click(dialog.getByRole("button", { name: "Reset" }));
  await expect.element(dialog.getByRole("button", { name: "Save as new result" })).toBeDisabled();
  expect(api.mutations).toEqual([]);
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(cell(0)).toHaveFocus();
});

it("moves the frame by its corners and within the picture only", async () => {
  const { cell, dialog } = await open();
  await userEvent.click(cell(0));
  await userEvent.keyboard("e");
  await expect.element(dialog.getByRole("group", { name: "Crop, 1600 × 1600" })).toBeVisible();
  focus(dialog.getByRole("button", { name: "Top left corner" }).element());
  await userEvent.keyboard("{Shift>}{ArrowRight}{ArrowDown}{/Shift}");
  await expect.element(dialog.getByRole("group", { name: "Crop, 1520 × 1520" })).toBeVisible();
  await userEvent.keyboard("{Shift>}{ArrowLeft}{ArrowLeft}{ArrowLeft}{/Shift}");
  await expect.element(dialog.getByRole("group", { name: "Crop, 1600 × 1520" })).toBeVisible();
});

it("says why the server refused, and keeps what was done", async () => {
  const { api, cell, dialog } = await open();
  api.refuse = "The photo is in a run that has not ended.";
  await userEvent.click(cell(0));
  await userEvent.keyboard("e");
  await userEvent.click(dialog.getByRole("button", { name: "Flip left to right" }));
  await userEvent.click(dialog.getByRole("button", { name: "Save as new result" }));
  await expect.element(dialog.getByRole("alert")).toHaveTextContent("The photo is in a run that has not ended.");
  await expect.element(dialog.getByRole("button", { name: "Save as new result" })).toBeEnabled();
});

it("starts from the source where there is no result, and not at all for a photo in a run or a viewer", async () => {
  const { cell, dialog, screen } = await open();
  await userEvent.click(cell(1));
  await userEvent.keyboard("e");
  await expect.element(dialog).toBeVisible();
  expect(dialog.getByRole("combobox", { name: "Start from" }).query()).toBeNull();
  await userEvent.keyboard("{Escape}");
  await userEvent.click(cell(2));
  await userEvent.keyboard("e");
  expect(dialog.query()).toBeNull();
  await screen.unmount();
  running?.stop();
  const viewer = await open("VIEWER");
  await userEvent.click(viewer.cell(0));
  await userEvent.keyboard("e");
  expect(viewer.dialog.query()).toBeNull();
});

it("paints a mask by keys and runs the photo with it", async () => {
  const { api, screen, cell, dialog } = await open();
  await userEvent.click(cell(0));
  await userEvent.keyboard("e");
  await userEvent.click(dialog.getByRole("button", { name: "Mask" }));
  const run = dialog.getByRole("button", { name: "Run with this mask" });
  await expect.element(run).toBeDisabled();
  focus(dialog.getByRole("application", { name: "Mask on IMG_2040.jpg" }).element());
  await userEvent.keyboard("{Enter}{Shift>}{ArrowRight}{/Shift}{Enter}");
  await userEvent.click(dialog.getByRole("button", { name: "Undo" }));
  await expect.element(run).toBeDisabled();
  await userEvent.click(dialog.getByRole("button", { name: "Redo" }));
  await userEvent.click(run);
  await expect.element(dialog).not.toBeInTheDocument();
  const [file] = api.stored;
  const picture = await createImageBitmap(file ?? new Blob());
  expect([file?.type, picture.width, picture.height]).toEqual(["image/png", 1600, 1600]);
  const uploads = api.mutations.find(({ operationName }) => operationName === "CreateUploads");
  expect(uploads?.variables).toMatchObject({ input: { sku: "MUG-00001", files: [{ purpose: "MASK", mimeType: "image/png" }] } });
  const input = inputOf(api) as Record<string, unknown>;
  expect(input).toMatchObject({ mode: "CUSTOM", pairs: ["pair-0"], engine: "studio", mask: "upload-1" });
  // The studio engine follows no words.
  expect(input).not.toHaveProperty("prompt");
  await expect.element(screen.getByRole("button", { name: "Job 1: 0 of 1" })).toBeVisible();
});

it("asks for words where the engine follows them", async () => {
  const { cell, dialog } = await open();
  await userEvent.click(cell(0));
  await userEvent.keyboard("e");
  await userEvent.click(dialog.getByRole("button", { name: "Mask" }));
  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Engine" }), "painter");
  focus(dialog.getByRole("application", { name: "Mask on IMG_2040.jpg" }).element());
  await userEvent.keyboard("{Enter}{Enter}");
  await expect.element(dialog.getByRole("button", { name: "Keep" })).toBeVisible();
  await expect.element(dialog.getByRole("button", { name: "Run with this mask" })).toBeDisabled();
  await userEvent.fill(dialog.getByRole("textbox", { name: "Prompt" }), "A brass buckle");
  await expect.element(dialog.getByRole("button", { name: "Run with this mask" })).toBeEnabled();
});
