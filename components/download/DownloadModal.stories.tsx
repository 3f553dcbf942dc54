// What goes into a ZIP, and what stays out.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import { batchWorld, longWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import type { RunTarget } from "../shared/run-target.ts";
import { useSkus } from "../sku-list/useSkus.ts";
import { DownloadModal } from "./DownloadModal.tsx";

interface AskedProps {
  readonly code: string;
  /** Chosen photos in place of whole SKUs. */
  readonly ofPairs?: boolean;
  readonly onClose: () => void;
}

function Asked({ code, ofPairs = false, onClose }: AskedProps) {
  const pairs = usePairs(code);
  const skus = useSkus();
  const [target, setTarget] = useState<RunTarget>();
  const [isClosed, setIsClosed] = useState(false);
  if (target === undefined && pairs.total !== undefined && skus.total !== undefined) {
    setTarget(ofPairs ? { kind: "pairs", pairs: pairs.nodes } : { kind: "skus", skus: skus.nodes });
  }
  return (
    <DownloadModal
      target={isClosed ? undefined : target}
      onClose={() => {
        setIsClosed(true);
        onClose();
      }}
    />
  );
}

const meta = {
  title: "Parts/DownloadModal",
  component: Asked,
  args: { code: "SET-009", onClose: fn() },
} satisfies Meta<typeof Asked>;

export default meta;
type Story = StoryObj<typeof meta>;

export const WholeSkus: Story = {};

export const ChosenPhotos: Story = {
  args: { ofPairs: true },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Download photos" }));
    await expect(await dialog.findByRole("link", { name: /Download ZIP/ })).toHaveAttribute("href", expect.stringContaining("zip"));
    await userEvent.click(dialog.getByRole("radio", { name: /Source photos/ }));
    await waitFor(() => expect(apiOf({ canvasElement }).sent("CreateDownload").at(-1)).toMatchObject({ input: { content: "SOURCES" } }));
    await userEvent.click(dialog.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull());
  }),
};

export const OnlySources: Story = {
  args: { code: "LOOK-2026" },
  parameters: { studio: { fill: batchWorld } },
  play: inEnglish(async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await expect(await dialog.findByRole("radio", { name: /Approved results/ })).toBeDisabled();
    await expect(dialog.getByRole("radio", { name: /Source photos/ })).toBeChecked();
  }),
};

export const Loading: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await dialog.findByRole("link", { name: /Download ZIP/ });
    apiOf({ canvasElement }).switches.latencyMs = Number.POSITIVE_INFINITY;
    await userEvent.click(dialog.getByRole("radio", { name: /Source photos/ }));
    await expect(await dialog.findByRole("button", { name: /Download ZIP/ })).toBeDisabled();
  }),
};

export const Refused: Story = {
  parameters: { studio: { refuse: "The archive would hold more than 50,000 files: choose fewer SKUs." } },
  play: inEnglish(async ({ canvas }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("The archive would hold more than 50,000 files");
  }),
};

export const LongText: Story = { parameters: { studio: { fill: longWorld } } };
