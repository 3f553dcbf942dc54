// Approved pictures on their way to a gallery, there, and refused by it or by its rules.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import { galleryWorld, publishedWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf, type StudioParameters } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { useRunChoices } from "../prompts/useRun.ts";
import type { RunTarget } from "../shared/run-target.ts";
import { useSkus } from "../sku-list/useSkus.ts";
import { PublishModal } from "./PublishModal.tsx";

interface AskedProps {
  readonly code: string;
  /** Whole SKUs in place of the chosen one's photos. */
  readonly ofSkus?: boolean;
  readonly onClose: () => void;
}

function Asked({ code, ofSkus = false, onClose }: AskedProps) {
  const pairs = usePairs(code);
  const skus = useSkus();
  const choices = useRunChoices();
  const [target, setTarget] = useState<RunTarget>();
  const [isClosed, setIsClosed] = useState(false);
  if (target === undefined && pairs.total !== undefined && skus.total !== undefined) {
    setTarget(ofSkus ? { kind: "skus", skus: skus.nodes } : { kind: "pairs", pairs: pairs.nodes });
  }
  return (
    <PublishModal
      target={isClosed ? undefined : target}
      onClose={() => {
        setIsClosed(true);
        onClose();
      }}
      presetTitle={choices.presetTitle}
    />
  );
}

const meta = {
  title: "Parts/PublishModal",
  component: Asked,
  args: { code: "HDP-005", onClose: fn() },
  parameters: { studio: { fill: galleryWorld, itemMs: 60 } },
} satisfies Meta<typeof Asked>;

export default meta;
type Story = StoryObj<typeof meta>;
type Canvas = Parameters<NonNullable<Story["play"]>>[0]["canvas"];

const dialogIn = async (canvas: Canvas) => within(await canvas.findByRole("dialog", { name: "Publish photos" }));

export const NotYet: Story = {
  play: inEnglish(async ({ canvas }) => {
    const dialog = await dialogIn(canvas);
    await expect(await dialog.findAllByText("Not published")).toHaveLength(3);
    await expect(dialog.getByText("Only pictures that keep every rule of Square master are sent.")).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Publish 3 photos" })).toBeVisible();
  }),
};

export const Published: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await userEvent.click(await dialog.findByRole("button", { name: "Publish 3 photos" }));
    await waitFor(() => expect(dialog.getAllByText("Published")).toHaveLength(3), { timeout: 5000 });
    await expect(dialog.getAllByRole("link", { name: "See it in Nordlager on Ozon" })[0]).toHaveAttribute(
      "href",
      "https://cdn.example/HDP-005/1.jpg",
    );
    await expect(dialog.getAllByText("3 of 3 published")[0]).toBeVisible();
    // Nothing is left to do, and the button keeps the focus.
    const button = dialog.getByRole("button", { name: "Publish" });
    await expect(button).toHaveFocus();
    await userEvent.click(button);
    await expect(apiOf({ canvasElement }).sent("PublishPairs")).toHaveLength(1);
    await userEvent.click(dialog.getByText("Close"));
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull());
  }),
};

export const UnderWay: Story = { parameters: { studio: { fill: publishedWorld } } };

export const FailedAndTriedAgain: Story = {
  parameters: { studio: { fill: publishedWorld, itemMs: 60 } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText(/Ozon refused the picture: the file could not be fetched/);
    await userEvent.click(dialog.getByRole("button", { name: /^Try again/ }));
    await waitFor(() => expect(dialog.queryByText(/Ozon refused the picture/)).toBeNull(), { timeout: 5000 });
    await waitFor(() => expect(dialog.getAllByText("Published")).toHaveLength(2), { timeout: 5000 });
  }),
};

export const FailedInRussian: Story = {
  parameters: { studio: { fill: publishedWorld } },
  globals: { locale: "ru" },
  play: async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    // The marketplace's own words stay as they came.
    await expect(await dialog.findByText("Ozon не принял изображение: the file could not be fetched")).toBeVisible();
  },
};

const breakRules = {
  fill: galleryWorld,
  itemMs: 60,
  prepare: ({ world }) => {
    const gallery = world.galleries[0];
    // A square picture in a marketplace of upright ones.
    if (gallery !== undefined) world.galleries[0] = { ...gallery, preset: "ozon" };
  },
} satisfies StudioParameters;

export const RefusedByTheRules: Story = {
  parameters: { studio: breakRules },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await userEvent.click(await dialog.findByRole("button", { name: "Publish 3 photos" }));
    await waitFor(() => expect(dialog.getAllByText("Not sent")).toHaveLength(3));
    await expect(dialog.getAllByText(/The result breaks the rules of ozon/)).toHaveLength(3);
    await expect(dialog.getByRole("button", { name: "Publish" })).toHaveAttribute("aria-disabled", "true");
  }),
};

export const SeveralSkus: Story = {
  args: { ofSkus: true },
  play: inEnglish(async ({ canvas }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByRole("button", { name: "Publish 8 photos" });
    await expect(dialog.getByText(/photos have no approved result and stay out/)).toBeVisible();
  }),
};

export const NothingApproved: Story = {
  args: { code: "THM-003" },
  play: inEnglish(async ({ canvas }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("No approved photo here");
    await expect(dialog.getByRole("button", { name: "Publish" })).toHaveAttribute("aria-disabled", "true");
  }),
};

export const Refused: Story = {
  parameters: { studio: { fill: galleryWorld, broken: ["publishPairs"] } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await userEvent.click(await dialog.findByRole("button", { name: "Publish 3 photos" }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("Something went wrong here");
    await expect(dialog.getAllByText("Not published")).toHaveLength(3);
  }),
};

export const Loading: Story = {
  play: inEnglish(async ({ canvas, canvasElement }) => {
    apiOf({ canvasElement }).switches.latencyMs = 300;
    await dialogIn(canvas);
  }),
};
