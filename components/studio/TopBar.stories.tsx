// The bar above everything: what is used, as a sentence, and Run.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor } from "storybook/test";
import { batchWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf, useSurroundings } from "../../.storybook/studio-decorator.tsx";
import { JobIndicator } from "../progress/JobIndicator.tsx";
import { useActiveJobId, useJob } from "../progress/useJob.ts";
import { useChangeSettings } from "../prompts/useChangeSettings.ts";
import { useRunChoices } from "../prompts/useRun.ts";
import { TopBar } from "./TopBar.tsx";

interface LiveBarProps {
  readonly waiting?: number;
  readonly isRunOff?: boolean;
  /** Reads, and no more. */
  readonly isViewer?: boolean;
  readonly onRun?: () => void;
  readonly onSearch?: (search: string) => void;
}

function LiveBar({ waiting = 5, isRunOff = false, isViewer = false, onRun = () => {}, onSearch }: LiveBarProps) {
  const [search, setSearch] = useState("");
  const settings = useChangeSettings();
  const { job } = useJob(useActiveJobId());
  return (
    <TopBar
      search={search}
      onSearchChange={(next) => {
        setSearch(next);
        onSearch?.(next);
      }}
      choices={useRunChoices()}
      onChoose={isViewer ? undefined : settings.change}
      job={job === undefined ? null : <JobIndicator job={job} onOpen={() => {}} />}
      waiting={waiting}
      isRunOff={isRunOff}
      onRun={isViewer ? undefined : onRun}
      onSettings={isViewer ? undefined : () => {}}
    />
  );
}

const meta = {
  title: "Parts/TopBar",
  component: LiveBar,
  args: { onRun: fn(), onSearch: fn() },
  parameters: { studio: { height: "48px" } },
} satisfies Meta<typeof LiveBar>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Usual: Story = {};

export const ChosenInPlace: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    await userEvent.selectOptions(await canvas.findByRole("combobox", { name: /Output/ }), "Ozon");
    await waitFor(() => expect(apiOf({ canvasElement }).world.settings.output.preset).toBe("ozon"));
    await expect(canvas.getByRole("option", { name: /Google Gemini/ })).toBeDisabled();
    await userEvent.type(canvas.getByRole("searchbox"), "mug");
    await waitFor(() => expect(args.onSearch).toHaveBeenLastCalledWith("mug"));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(args.onSearch).toHaveBeenLastCalledWith(""));
    await userEvent.click(canvas.getByRole("button", { name: /Run/ }));
    await expect(args.onRun).toHaveBeenCalledOnce();
  }),
};

export const Loading: Story = { parameters: { studio: { height: "48px", latencyMs: Number.POSITIVE_INFINITY } } };

function BusyBar(props: LiveBarProps) {
  const { api } = useSurroundings();
  useState(() => api.runBatch(["LOOK-2026"]));
  return <LiveBar {...props} />;
}

export const Busy: Story = {
  render: (args) => <BusyBar {...args} />,
  parameters: { studio: { height: "48px", fill: batchWorld, itemMs: 900 } },
  play: inEnglish(async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole("button", { name: /2 of 24/ })).toBeVisible());
  }),
};

export const NothingToRun: Story = {
  args: { waiting: 0, isRunOff: true },
  play: inEnglish(async ({ canvas }) => {
    await expect(await canvas.findByRole("button", { name: /Run/ })).toBeDisabled();
  }),
};

export const ForViewers: Story = {
  args: { isViewer: true },
  parameters: { studio: { height: "48px", role: "VIEWER" } },
  play: inEnglish(async ({ canvas }) => {
    await canvas.findByText("Square master");
    await expect(canvas.queryByRole("button", { name: /Run|Settings/ })).toBeNull();
  }),
};

export const Narrow: Story = { parameters: { studio: { width: "640px", height: "48px" } } };
