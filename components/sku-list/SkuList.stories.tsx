// The list of SKUs in every state that it has.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor } from "storybook/test";
import { bareWorld, emptyWorld, longWorld, manyWorld } from "../../.storybook/api/worlds.ts";
import { drag, inHand } from "../../.storybook/drag.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { SkuList, type SkuListProps } from "./SkuList.tsx";
import { type SkuTab, useSkuCounts, useSkus } from "./useSkus.ts";

interface LiveListProps extends Pick<SkuListProps, "onNew" | "onFiles"> {
  readonly search?: string;
  readonly isRail?: boolean;
}

function LiveList({ search = "", isRail = false, onNew, onFiles }: LiveListProps) {
  const [tab, setTab] = useState<SkuTab>("all");
  const [current, setCurrent] = useState("MUG-001");
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const skus = useSkus({ search, tab });
  return (
    <SkuList
      skus={skus}
      counts={useSkuCounts(search)}
      tab={tab}
      onTabChange={setTab}
      search={search}
      current={current}
      onChoose={setCurrent}
      ticked={ticked}
      onTickedChange={setTicked}
      isRail={isRail}
      onNew={onNew}
      onFiles={onFiles}
    />
  );
}

const meta = {
  title: "Parts/SkuList",
  component: LiveList,
  parameters: { studio: { width: "288px" } },
} satisfies Meta<typeof LiveList>;

export default meta;
type Story = StoryObj<typeof meta>;

/** As for whoever may add photos. */
const taking = { onNew: fn(), onFiles: fn() };

export const Usual: Story = { args: taking };

export const TickedInRanges: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    const row = (code: string) => canvas.findByRole("option", { name: new RegExp(code) });
    await userEvent.click(await row("BAG-004"));
    await expect(await row("BAG-004")).toHaveAttribute("aria-current", "true");
    await userEvent.keyboard(" {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    for (const code of ["BAG-004", "BRD-006", "CSH-008"]) await expect(await row(code)).toHaveAttribute("aria-selected", "true");
    await expect(await row("HDP-005")).toHaveAttribute("aria-selected", "false");
  }),
};

export const FilteredByTab: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole("button", { name: /Approved/ }));
    await waitFor(() => expect(canvas.getAllByRole("option").map((row) => row.textContent)).toHaveLength(2));
    await expect(canvas.getByRole("option", { name: /HDP-005/ })).toBeVisible();
  }),
};

export const ForViewers: Story = {
  play: inEnglish(async ({ canvas }) => {
    drag(await canvas.findByRole("option", { name: /BAG-004/ }), "dragover", photos());
    await expect(canvas.queryByText("Drop here for a new SKU")).toBeNull();
    await expect(canvas.queryByRole("button", { name: "New SKU" })).toBeNull();
  }),
};

const photos = () => inHand([new File(["photo"], "IMG_1.jpg", { type: "image/jpeg" })]);

export const PhotosOverRow: Story = {
  args: taking,
  play: inEnglish(async ({ canvas, args }) => {
    const row = await canvas.findByRole("option", { name: /BAG-004/ });
    drag(row, "dragover", photos());
    await waitFor(() => expect(row).toHaveAttribute("data-over"));
    await expect(canvas.getByText("Drop here for a new SKU")).toBeVisible();
    drag(row, "drop", photos());
    await waitFor(() => expect(args.onFiles).toHaveBeenCalledWith("BAG-004", [expect.objectContaining({ name: "IMG_1.jpg" })]));
    await expect(args.onNew).not.toHaveBeenCalled();
    await expect(row).not.toHaveAttribute("data-over");
    drag(row, "dragover", photos());
  }),
};

export const PhotosBesideRows: Story = {
  args: taking,
  play: inEnglish(async ({ canvas, args }) => {
    drag(await canvas.findByRole("option", { name: /BAG-004/ }), "dragover", photos());
    const strip = await canvas.findByText("Drop here for a new SKU");
    drag(strip, "dragover", photos());
    await waitFor(() => expect(strip).toHaveAttribute("data-over"));
    drag(strip, "drop", photos());
    await waitFor(() =>
      expect(args.onNew).toHaveBeenCalledWith([{ file: expect.objectContaining({ name: "IMG_1.jpg" }), folder: undefined }]),
    );
    await expect(args.onFiles).not.toHaveBeenCalled();
  }),
};

/** A row of the host's own table, or a word of its page. */
export const OtherThingsOver: Story = {
  args: taking,
  play: inEnglish(async ({ canvas }) => {
    const word = new DataTransfer();
    word.setData("text/plain", "BAG-004");
    const row = await canvas.findByRole("option", { name: /BAG-004/ });
    // Not refused by us, it goes on to whoever waits for it.
    await expect(drag(row, "dragover", word)).toBe(true);
    await expect(row).not.toHaveAttribute("data-over");
  }),
};

export const Loading: Story = { parameters: { studio: { latencyMs: Number.POSITIVE_INFINITY } } };

export const Empty: Story = { parameters: { studio: { fill: emptyWorld } } };

export const NothingFound: Story = { args: { search: "no such product" } };

export const WithoutPhotos: Story = { parameters: { studio: { fill: bareWorld } } };

export const Failed: Story = {
  parameters: { studio: { broken: ["skus"] } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("Something went wrong here.");
    apiOf({ canvasElement }).switches.broken.clear();
    await userEvent.click(canvas.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(canvas.getByRole("option", { name: /SET-009/ })).toBeVisible());
  }),
};

export const Busy: Story = {
  parameters: {
    studio: { itemMs: 1200 },
  },
  play: inEnglish(async ({ canvas, canvasElement }) => {
    await canvas.findByRole("option", { name: /THM-003/ });
    apiOf({ canvasElement }).runBatch(["THM-003"]);
    await waitFor(() => expect(canvas.getByRole("option", { name: /THM-003/ })).toHaveTextContent("Processing"));
    await waitFor(() => expect(canvas.getByRole("option", { name: /THM-003/ })).toHaveTextContent("Review"));
  }),
};

export const LongText: Story = { parameters: { studio: { fill: longWorld } } };

export const TenThousand: Story = {
  parameters: { studio: { fill: manyWorld(10_000) } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const first = await canvas.findByRole("option", { name: /ART-00001/ });
    await expect(first).toHaveAttribute("aria-setsize", "10000");
    first.focus();
    await userEvent.keyboard("{End}");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("ART-00060"));
    await expect(canvas.getAllByRole("option").length).toBeLessThan(60);
  }),
};

export const Rail: Story = { args: { isRail: true, ...taking }, parameters: { studio: { width: "72px" } } };
