// What to run, how, and what comes out; with what it takes and costs.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import { batchWorld, longWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import type { RunTarget } from "../shared/run-target.ts";
import { useSkus } from "../sku-list/useSkus.ts";
import { PromptModal } from "./PromptModal.tsx";
import { useRunChoices } from "./useRun.ts";

interface AskedProps {
  readonly code: string;
  /** Chosen photos in place of the whole SKU. */
  readonly ofPairs?: boolean;
  readonly onStarted: () => void;
}

function Asked({ code, ofPairs = false, onStarted }: AskedProps) {
  const choices = useRunChoices();
  const pairs = usePairs(code);
  const sku = useSkus().nodes.find((each) => each.code === code);
  const [isClosed, setIsClosed] = useState(false);
  const chosen = pairs.nodes.filter((pair) => pair.status === "READY" || pair.status === "WAITING");
  const isThere = sku !== undefined && pairs.total !== undefined && choices.engine !== undefined && choices.preset !== undefined;
  const [target, setTarget] = useState<RunTarget>();
  if (isThere && target === undefined) setTarget(ofPairs ? { kind: "pairs", pairs: chosen } : { kind: "skus", skus: [sku] });
  return (
    <PromptModal
      target={isClosed ? undefined : target}
      choices={choices}
      pairs={pairs.nodes}
      onClose={() => setIsClosed(true)}
      onStarted={() => {
        setIsClosed(true);
        onStarted();
      }}
      onEditTemplates={() => {}}
    />
  );
}

const meta = { title: "Parts/PromptModal", component: Asked, args: { code: "SET-009", onStarted: fn() } } satisfies Meta<typeof Asked>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Batch: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await userEvent.click(await dialog.findByRole("button", { name: /^Run/ }));
    await waitFor(() => expect(args.onStarted).toHaveBeenCalledOnce());
    const [job] = apiOf({ canvasElement }).world.jobs;
    await expect([job?.mode, job?.items.map((item) => item.pair.source.name)]).toEqual(["BATCH", ["auralis-white.jpg"]]);
  }),
};

export const ManyPhotos: Story = { args: { code: "LOOK-2026" }, parameters: { studio: { fill: batchWorld } } };

export const OwnWords: Story = {
  args: { ofPairs: true },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await userEvent.click(await dialog.findByRole("button", { name: "Own prompt" }));
    await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Engine" }), "OpenAI");
    await userEvent.type(dialog.getByRole("textbox"), "On a linen cloth, morning light.");
    await waitFor(() => expect(dialog.getByText(/0\.16/)).toBeVisible());
    await userEvent.click(dialog.getByRole("button", { name: /^Run/ }));
    await waitFor(() => expect(apiOf({ canvasElement }).world.jobs[0]?.prompt).toBe("On a linen cloth, morning light."));
  }),
};

export const Refused: Story = {
  parameters: { studio: { refuse: "This month's budget for generative engines is spent: choose the studio engine, or ask an owner." } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await userEvent.click(await dialog.findByRole("button", { name: /^Run/ }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("This month's budget for generative engines is spent");
  }),
};

export const LongText: Story = {
  args: { code: "KERAMIK-TASSE-GESPRENKELT-REAKTIVGLASUR-350ML-2ER-SET-00000117", ofPairs: true },
  parameters: { studio: { fill: longWorld } },
};
