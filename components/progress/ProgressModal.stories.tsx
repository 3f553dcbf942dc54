// A job under way, held, ended well and ended badly.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import type { StoryApi } from "../../.storybook/api/story-api.ts";
import { batchWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf, useSurroundings } from "../../.storybook/studio-decorator.tsx";
import { useRunChoices } from "../prompts/useRun.ts";
import { ProgressModal } from "./ProgressModal.tsx";
import { useJob } from "./useJob.ts";

interface WatchedProps {
  /** Another job's id, such as one that is not there. */
  readonly id?: string;
  readonly isViewer?: boolean;
  readonly onClose: () => void;
}

function Watched({ id, isViewer = false, onClose }: WatchedProps) {
  const { api } = useSurroundings();
  const handle = useJob(id ?? api.world.jobs[0]?.id);
  const choices = useRunChoices();
  const [isOpen, setIsOpen] = useState(true);
  return (
    <ProgressModal
      open={isOpen}
      onClose={() => {
        setIsOpen(false);
        onClose();
      }}
      handle={handle}
      engineTitle={choices.engineTitle}
      presetTitle={choices.presetTitle}
      onRunAgain={isViewer ? undefined : () => {}}
    />
  );
}

const startBatch = (api: StoryApi): void => {
  api.runBatch(["LOOK-2026"]);
};

const running = { fill: batchWorld, itemMs: 900, prepare: startBatch };
const quick = { ...running, itemMs: 40 };

const meta = {
  title: "Parts/ProgressModal",
  component: Watched,
  args: { onClose: fn() },
  parameters: { studio: running },
} satisfies Meta<typeof Watched>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Running: Story = {
  play: inEnglish(async ({ canvas, userEvent, args }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    const bar = await dialog.findByRole("progressbar");
    await waitFor(() => expect(Number(bar.getAttribute("aria-valuenow"))).toBeGreaterThan(8));
    await waitFor(() => expect(dialog.getAllByRole("img", { name: /LOOK-2026/ }).length).toBeGreaterThan(1));
    await userEvent.click(dialog.getByText("Close"));
    await expect(args.onClose).toHaveBeenCalledOnce();
  }),
};

export const Paused: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    await userEvent.click(await dialog.findByRole("button", { name: "Pause" }));
    await waitFor(() => expect(dialog.getByRole("button", { name: "Resume" })).toBeVisible());
    await expect(apiOf({ canvasElement }).world.jobs[0]?.status).toBe("PAUSED");
  }),
};

export const Cancelled: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    await userEvent.click(await dialog.findByRole("button", { name: /Cancel/ }));
    await waitFor(() => expect(dialog.queryByRole("button", { name: "Pause" })).toBeNull());
  }),
};

export const PartlyFailed: Story = {
  parameters: { studio: quick },
  play: inEnglish(async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    await waitFor(() => expect(dialog.getByRole("button", { name: "Run all again" })).toBeVisible());
    const failures = within(dialog.getByRole("region", { name: "Failed" }));
    await waitFor(() => expect(failures.getByText(/No product found in the photo/)).toBeVisible());
  }),
};

export const DoneAfterASecondRun: Story = {
  parameters: { studio: quick },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    await userEvent.click(await dialog.findByRole("button", { name: "Run all again" }));
    await waitFor(() => expect(apiOf({ canvasElement }).world.jobs[0]?.status).toBe("SUCCEEDED"));
    await waitFor(() => expect(dialog.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "100"));
  }),
};

export const Failed: Story = {
  parameters: {
    studio: {
      ...quick,
      prepare: (api: StoryApi) => {
        for (const pair of api.world.pairs)
          pair.fault = "The engine refused the photo: its provider's key has expired. Renew it on the server.";
        startBatch(api);
      },
    },
  },
  play: inEnglish(async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    const failures = within(await dialog.findByRole("region", { name: "Failed" }));
    await waitFor(() => expect(failures.getAllByText(/The engine refused the photo/)).toHaveLength(24));
  }),
};

export const Loading: Story = { parameters: { studio: { ...running, latencyMs: Number.POSITIVE_INFINITY } } };

export const NotRead: Story = {
  parameters: { studio: { ...running, broken: ["job"] } },
  play: inEnglish(async ({ canvas }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("Something went wrong here.");
  }),
};

export const ForViewers: Story = {
  args: { isViewer: true },
  play: inEnglish(async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    await dialog.findByRole("progressbar");
    await expect(dialog.queryByRole("button", { name: /Pause|Cancel/ })).toBeNull();
  }),
};
