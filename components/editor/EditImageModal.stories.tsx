// A picture edited by hand: frame, tone and ground, or a mask that an engine runs with.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor } from "storybook/test";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { useRunChoices } from "../prompts/useRun.ts";
import { EditImageModal } from "./EditImageModal.tsx";

interface OpenedProps {
  /** The source's file name. */
  readonly name: string;
  readonly onSaved: () => void;
  readonly onStarted: () => void;
}

function Opened({ name, onSaved, onStarted }: OpenedProps) {
  const choices = useRunChoices();
  const [isClosed, setIsClosed] = useState(false);
  const id = usePairs("SET-009").nodes.find((pair) => pair.source.name === name)?.id;
  return (
    <EditImageModal
      id={isClosed ? undefined : id}
      engines={choices.engines}
      presets={choices.presets}
      onClose={() => setIsClosed(true)}
      onSaved={() => {
        setIsClosed(true);
        onSaved();
      }}
      onStarted={() => {
        setIsClosed(true);
        onStarted();
      }}
    />
  );
}

const meta = {
  title: "Parts/EditImageModal",
  component: Opened,
  args: { name: "mug-front.jpg", onSaved: fn(), onStarted: fn() },
} satisfies Meta<typeof Opened>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Usual: Story = {};

export const CroppedAndSaved: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "3:4" }));
    await waitFor(() => expect(canvas.getByRole("group", { name: "Crop, 1650 × 2200" })).toBeVisible());
    await userEvent.click(canvas.getByRole("button", { name: "Flip left to right" }));
    await userEvent.click(canvas.getByRole("button", { name: "Save as new result" }));
    await waitFor(() => expect(args.onSaved).toHaveBeenCalledOnce());
    const made = apiOf({ canvasElement }).world.pairs[0]?.current;
    await expect([made?.engine, made?.image.width, made?.image.height]).toEqual(["edit", 1650, 2200]);
  }),
};

export const UndoneAndRedone: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    const ratio = await canvas.findByRole("button", { name: "3:4" });
    await userEvent.click(ratio);
    await userEvent.keyboard("{Control>}z{/Control}");
    await expect(ratio).toHaveAttribute("aria-pressed", "false");
    await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    await expect(ratio).toHaveAttribute("aria-pressed", "true");
  }),
};

export const Masked: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "Mask" }));
    const stage = await canvas.findByLabelText(/Mask on mug-front/);
    // The dialog fades in.
    await waitFor(() => expect(stage).toBeVisible());
  }),
};

export const FromTheSource: Story = { args: { name: "auralis-white.jpg" } };

export const Refused: Story = {
  parameters: { studio: { refuse: "The photo is in a run that has not ended: wait for it, or cancel it." } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "Turn right" }));
    await userEvent.click(canvas.getByRole("button", { name: "Save as new result" }));
    await expect(await canvas.findByRole("alert")).toHaveTextContent("The photo is in a run that has not ended");
    await expect(canvas.getByRole("button", { name: "Save as new result" })).toBeEnabled();
  }),
};

export const Failed: Story = {
  parameters: { studio: { broken: ["node"] } },
  play: inEnglish(async ({ canvas }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("Something went wrong here.");
  }),
};
