// What people arrange once: defaults, prompts, keys.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, waitFor, within } from "storybook/test";
import { emptyWorld, longWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { SettingsModal, type SettingsTab } from "./SettingsModal.tsx";

interface OpenedProps {
  readonly tab?: SettingsTab;
  readonly canEdit?: boolean;
  readonly isOwner?: boolean;
  /** Opens without the photos that templates are tried on. */
  readonly isWaiting?: boolean;
}

function Opened({ tab = "defaults", canEdit = true, isOwner = true, isWaiting = false }: OpenedProps) {
  const [isClosed, setIsClosed] = useState(false);
  const pairs = usePairs("SET-009");
  return (
    <SettingsModal
      open={!isClosed && (isWaiting || pairs.total !== undefined)}
      onClose={() => setIsClosed(true)}
      tab={tab}
      canEdit={canEdit}
      isOwner={isOwner}
      photos={pairs.nodes}
    />
  );
}

const meta = { title: "Parts/SettingsModal", component: Opened } satisfies Meta<typeof Opened>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Defaults: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    await dialog.findByRole("option", { name: "OpenAI" });
    await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Engine" }), "openai");
    await expect(await dialog.findByRole("combobox", { name: "Quality" })).toBeEnabled();
    await waitFor(() => expect(dialog.getByText("Saved")).toBeVisible());
    await expect(apiOf({ canvasElement }).world.settings.engine).toBe("openai");
  }),
};

export const Prompts: Story = { args: { tab: "prompts" } };

export const PromptReordered: Story = {
  args: { tab: "prompts" },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    (await dialog.findByRole("button", { name: /^Move White, soft shadow/ })).focus();
    await userEvent.keyboard("{ArrowDown}");
    const names = () => apiOf({ canvasElement }).world.groups[0]?.templates.map(({ name }) => name);
    await waitFor(() => expect(names()).toEqual(["Detail, light grey", "White, soft shadow", "Catalogue frame"]));
  }),
};

export const VariableMisspelt: Story = {
  args: { tab: "prompts" },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    await dialog.findByRole("button", { name: /^Move White, soft shadow/ });
    const field = dialog.getByRole("textbox", { name: "Prompt" });
    await userEvent.type(field, " {{{{sku.titel}}");
    await waitFor(() => expect(dialog.getByText("There is no variable sku.titel.")).toBeVisible());
    await userEvent.tab();
    await expect(apiOf({ canvasElement }).sent("UpdatePromptTemplate")).toHaveLength(0);
  }),
};

export const PromptTried: Story = {
  args: { tab: "prompts" },
  parameters: { studio: { itemMs: 300 } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    await dialog.findByRole("button", { name: /^Move White, soft shadow/ });
    await userEvent.click(dialog.getByRole("button", { name: "Try" }));
    await waitFor(() => expect(apiOf({ canvasElement }).world.jobs[0]?.status).toBe("SUCCEEDED"));
    await waitFor(() => expect(dialog.getByRole("button", { name: "Try" })).toBeEnabled());
    await expect(dialog.getByRole("img", { name: "Result" })).toBeVisible();
  }),
};

export const Keys: Story = { args: { tab: "keys" } };

export const KeyMadeAndRevoked: Story = {
  args: { tab: "keys" },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    await userEvent.click(await dialog.findByRole("button", { name: "New key" }));
    await userEvent.keyboard("Night batch{Enter}");
    await waitFor(() => expect(dialog.getByText(/“Night batch” is made/)).toBeVisible());
    await userEvent.click(dialog.getByRole("button", { name: "Revoke ERP import" }));
    await userEvent.click(dialog.getByRole("button", { name: "Revoke for good" }));
    const { keys } = apiOf({ canvasElement }).world;
    await waitFor(() => expect(keys.find(({ name }) => name === "ERP import")?.revokedAt).not.toBeNull());
  }),
};

export const Loading: Story = { args: { isWaiting: true }, parameters: { studio: { latencyMs: Number.POSITIVE_INFINITY } } };

export const NothingYet: Story = { args: { tab: "prompts" }, parameters: { studio: { fill: emptyWorld } } };

export const Refused: Story = {
  parameters: { studio: { refuse: "The engine lacks its key: set it on the server." } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    await dialog.findByRole("option", { name: "OpenAI" });
    const engine = dialog.getByRole("combobox", { name: "Engine" });
    await userEvent.selectOptions(engine, "openai");
    await expect(await dialog.findByRole("alert")).toHaveTextContent("Put back: The engine lacks its key");
    await expect(engine).toHaveValue("studio");
  }),
};

export const ForReviewers: Story = {
  args: { tab: "prompts", canEdit: false, isOwner: false },
  play: inEnglish(async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Settings" }));
    await expect(await dialog.findByRole("textbox", { name: "Name" })).toBeDisabled();
    await expect(dialog.queryByRole("tab", { name: "API keys" })).toBeNull();
  }),
};

export const LongText: Story = { args: { tab: "prompts" }, parameters: { studio: { fill: longWorld } } };
