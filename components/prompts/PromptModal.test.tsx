// The run's dialog: what is chosen is what is asked for, with time and cost beside the button.
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "../studio/ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

async function open() {
  const api = startFakeApi("EDITOR", ["READY", "WAITING"]);
  running = api;
  const screen = await render(
    <div style={{ height: 700, width: 1100 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" />
    </div>,
  );
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Run…" }));
  const dialog = screen.getByRole("dialog", { name: /^Run/ });
  await expect.element(dialog).toBeVisible();
  const run = async (): Promise<unknown> => {
    await userEvent.click(dialog.getByRole("button", { name: "Run…" }));
    await expect.poll(() => api.mutations.filter(({ operationName }) => operationName === "SubmitJob")).toHaveLength(1);
    const input = api.mutations.at(-1)?.variables?.input as Record<string, unknown> | undefined;
    const { idempotencyKey, ...rest } = input ?? {};
    expect(idempotencyKey).toEqual(expect.any(String));
    return rest;
  };
  return { dialog, run };
}

it("is a batch of the chosen SKU by default, and says what it takes", async () => {
  const { dialog, run } = await open();
  await expect.element(dialog.getByText(/about 42 s · \$0.08/)).toBeVisible();
  expect(await run()).toEqual({ mode: "BATCH", skus: ["MUG-00001"], includeDone: false, engine: "studio", output: { preset: "square" } });
});

it("runs one template for all, with options of another engine", async () => {
  const { dialog, run } = await open();
  await userEvent.click(dialog.getByRole("button", { name: "Template", exact: true }));
  await userEvent.click(dialog.getByText("Light grey sweep", { exact: true }));
  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Engine" }), "painter");
  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Quality" }), "high");
  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Model" }), "painter-1");
  expect(await run()).toEqual({
    mode: "BATCH",
    skus: ["MUG-00001"],
    includeDone: false,
    template: "template-1",
    engine: "painter",
    model: "painter-1",
    options: { quality: "high" },
    output: { preset: "square" },
  });
});

it("runs named photos with words of one's own", async () => {
  const { dialog, run } = await open();
  await userEvent.click(dialog.getByRole("button", { name: "Own prompt" }));
  await expect.element(dialog.getByRole("button", { name: "Run…" })).toBeDisabled();
  await userEvent.fill(dialog.getByRole("textbox", { name: "Prompt" }), "On wet slate");
  expect(await run()).toEqual({
    mode: "CUSTOM",
    pairs: ["pair-1"],
    prompt: "On wet slate",
    engine: "studio",
    output: { preset: "square" },
  });
});
