// Settings: changes keep themselves and say so, order by keys, a misspelt variable waits, a key is shown once; each for whom it is meant.
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "../studio/ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

async function open(role = "OWNER") {
  const api = startFakeApi(role, ["READY"]);
  running = api;
  const screen = await render(
    <div style={{ height: 700, width: 1100 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" />
    </div>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Settings" }));
  const dialog = screen.getByRole("dialog", { name: "Settings" });
  await expect.element(dialog).toBeVisible();
  const sent = (name: string) => api.mutations.filter(({ operationName }) => operationName === name).map(({ variables }) => variables);
  return { api, screen, dialog, sent };
}

const focus = (element: Element): void => {
  if (element instanceof HTMLElement) element.focus();
};

it("keeps defaults as they are changed, options drawn from the engine's schema", async () => {
  const { dialog, sent } = await open("REVIEWER");
  await expect.element(dialog.getByRole("slider", { name: "Edge softness" })).toBeVisible();
  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Engine" }), "painter");
  await expect.poll(() => sent("UpdateSettings")).toEqual([{ input: { engine: "painter" } }]);
  await expect.element(dialog.getByRole("combobox", { name: "Quality" })).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "WebP" }));
  await expect.poll(() => sent("UpdateSettings").at(-1)).toEqual({ input: { output: { format: "WEBP" } } });
  await expect.element(dialog.getByText("Saved")).toBeVisible();
});

it("lets a list be walked by arrows while the server is still silent, and sends what was chosen meanwhile together", async () => {
  const { api, dialog, sent } = await open();
  let release = (): void => {};
  api.hold = new Promise((resolve) => {
    release = resolve;
  });
  const list = dialog.getByRole("combobox", { name: "Engine" });
  focus(list.element());
  for (const [key, value] of [
    ["ArrowDown", "painter"],
    ["ArrowUp", "studio"],
    ["ArrowDown", "painter"],
  ] as const) {
    await userEvent.keyboard(`{${key}}`);
    await expect.element(list).toHaveValue(value);
  }
  expect(sent("UpdateSettings")).toHaveLength(1);
  release();
  await expect.poll(() => sent("UpdateSettings")).toEqual([{ input: { engine: "painter" } }, { input: { engine: "painter" } }]);
  await expect.element(dialog.getByText("Saved")).toBeVisible();
});

it("sends a slider once it rests", async () => {
  const { dialog, sent } = await open();
  focus(dialog.getByRole("slider", { name: "Edge softness" }).element());
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
  await expect.poll(() => sent("UpdateSettings")).toEqual([{ input: { options: { edgeSoftness: 0.53 } } }]);
});

it("says why a change was refused", async () => {
  const { api, dialog } = await open();
  api.refuse = "The engine lacks its key.";
  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Engine" }), "painter");
  await expect.element(dialog.getByRole("alert")).toHaveTextContent("Put back: The engine lacks its key.");
  await expect.element(dialog.getByRole("combobox", { name: "Engine" })).toHaveValue("studio");
});

it("moves a template by its handle's arrows and switches it off", async () => {
  const { dialog, sent } = await open("EDITOR");
  await userEvent.click(dialog.getByRole("tab", { name: "Prompts" }));
  focus(dialog.getByRole("button", { name: /^Move White, soft shadow/ }).element());
  await userEvent.keyboard("{ArrowDown}");
  await expect
    .poll(() => sent("UpdatePromptTemplate").at(-1))
    .toMatchObject({ id: "template-0", input: { position: 1, name: "White, soft shadow" } });
  await userEvent.click(dialog.getByRole("switch", { name: "Use Light grey sweep" }));
  await expect.poll(() => sent("UpdatePromptTemplate").at(-1)).toMatchObject({ id: "template-1", input: { enabled: false } });
});

it("adds nothing to the group before while a new one is being made", async () => {
  const { api, dialog } = await open("EDITOR");
  await userEvent.click(dialog.getByRole("tab", { name: "Prompts" }));
  await expect.element(dialog.getByRole("textbox", { name: "Prompt" })).toBeVisible();
  let release = (): void => {};
  api.hold = new Promise((resolve) => {
    release = resolve;
  });
  await userEvent.click(dialog.getByRole("button", { name: "New group" }));
  await userEvent.fill(dialog.getByRole("textbox", { name: "Name of the group" }), "Autumn");
  await userEvent.keyboard("{Enter}");
  await expect.element(dialog.getByRole("button", { name: "Add template" })).toBeDisabled();
  await expect.element(dialog.getByRole("textbox", { name: "Prompt" })).not.toBeInTheDocument();
  api.refuse = "There is such a group.";
  release();
  // Refused: the one before is open again, and takes templates again.
  await expect.element(dialog.getByRole("button", { name: "Add template" })).toBeEnabled();
  await expect.element(dialog.getByRole("textbox", { name: "Prompt" })).toBeVisible();
});

it("puts variables in where one writes, and holds back words with one that is not known", async () => {
  const { dialog, sent } = await open("EDITOR");
  await userEvent.click(dialog.getByRole("tab", { name: "Prompts" }));
  const field = dialog.getByRole("textbox", { name: "Prompt" });
  await userEvent.fill(field, "On moss {{sku.titel}}");
  await expect.element(dialog.getByText("There is no variable sku.titel.")).toBeVisible();
  await userEvent.fill(dialog.getByRole("textbox", { name: "Name" }), "Moss");
  await userEvent.tab();
  await expect
    .poll(() => sent("UpdatePromptTemplate").at(-1))
    .toMatchObject({ input: { name: "Moss", text: "White, soft shadow of {{sku.title}}." } });
  await userEvent.fill(field, "On moss ");
  await userEvent.click(dialog.getByRole("button", { name: "sku.code" }));
  await expect.element(field).toHaveValue("On moss {{sku.code}}");
  await expect.poll(() => sent("UpdatePromptTemplate").at(-1)).toMatchObject({ input: { text: "On moss {{sku.code}}" } });
});

it("shows a new key once, hidden until it is asked for, and asks twice before revoking", async () => {
  const { dialog, sent } = await open();
  await userEvent.click(dialog.getByRole("tab", { name: "API keys" }));
  await userEvent.click(dialog.getByRole("button", { name: "New key" }));
  await userEvent.keyboard("Night batch{Enter}");
  await expect.element(dialog.getByText("“Night batch” is made. Copy it now; it is not shown again.")).toBeVisible();
  const secret = dialog.getByRole("textbox", { name: "Key" });
  await expect.element(secret).toHaveValue("isk_7Qm2••••••••");
  await userEvent.click(dialog.getByRole("button", { name: "Show the key" }));
  await expect.element(secret).toHaveValue("isk_7Qm2abcdefgh");
  expect(sent("CreateApiKey")).toMatchObject([{ input: { name: "Night batch", role: "EDITOR" } }]);
  await userEvent.click(dialog.getByRole("button", { name: "Revoke ERP import" }));
  await expect.element(dialog.getByRole("button", { name: "Revoke for good" })).toBeVisible();
});

it("shows keys to owners alone, and lets a reviewer look at prompts", async () => {
  const { dialog } = await open("REVIEWER");
  expect(dialog.getByRole("tab", { name: "API keys" }).query()).toBeNull();
  await userEvent.click(dialog.getByRole("tab", { name: "Prompts" }));
  await expect.element(dialog.getByRole("textbox", { name: "Name" })).toBeDisabled();
  expect(dialog.getByRole("button", { name: "Add template" }).query()).toBeNull();
});
