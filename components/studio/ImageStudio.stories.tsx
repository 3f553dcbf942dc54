// The whole studio, on good days and bad ones.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { expect, fn, waitFor, within } from "storybook/test";
import { photosOf, urlOf } from "../../.storybook/api/catalog.ts";
import type { StoryApi } from "../../.storybook/api/story-api.ts";
import { batchWorld, emptyGalleryWorld, emptyWorld, longWorld, manyWorld, publishedWorld } from "../../.storybook/api/worlds.ts";
import { drag, inHand } from "../../.storybook/drag.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf, useSurroundings } from "../../.storybook/studio-decorator.tsx";
import { ImageStudio, type ImageStudioProps } from "./ImageStudio.tsx";

type WholeProps = Pick<ImageStudioProps, "sku" | "onReview" | "onJobFinished" | "onSkuChange" | "onError">;

function Whole(props: WholeProps) {
  return <ImageStudio {...useSurroundings().root} {...props} />;
}

const meta = {
  title: "Studio/Whole",
  component: Whole,
  args: { onReview: fn(), onJobFinished: fn() },
  parameters: { studio: { isWhole: true } },
} satisfies Meta<typeof Whole>;

export default meta;
type Story = StoryObj<typeof meta>;

const live = {
  isWhole: true,
  fill: batchWorld,
  itemMs: 1100,
  prepare: (api: StoryApi) => {
    api.runBatch(["LOOK-2026"]);
  },
};

export const LiveBatch: Story = {
  parameters: { studio: live },
  play: inEnglish(async ({ canvas }) => {
    const studio = within(await canvas.findByRole("region", { name: "Image Studio" }));
    await waitFor(() => expect(studio.getByRole("gridcell", { name: /mug-front/ })).toHaveTextContent("Ready"));
    await waitFor(() => expect(studio.getByRole("button", { name: /Batch 118: \d+ of 24/ })).toBeVisible());
  }),
};

export const EveryState: Story = { args: { sku: "SET-009" } };

export const FromRunToReview: Story = {
  args: { sku: "THM-003" },
  parameters: { studio: { isWhole: true, itemMs: 160 } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    await canvas.findByRole("gridcell", { name: /thermos-green/ });
    await userEvent.click(await canvas.findByRole("button", { name: /^Run/ }));
    const run = within(await canvas.findByRole("dialog", { name: /Run/ }));
    await userEvent.click(await run.findByRole("button", { name: /^Run/ }));
    const progress = within(await canvas.findByRole("dialog", { name: /Batch 118/ }));
    await waitFor(() => expect(progress.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "100"));
    await userEvent.click(progress.getByText("Close"));
    await waitFor(() => expect(args.onJobFinished).toHaveBeenCalledOnce());
    await userEvent.click(canvas.getByRole("gridcell", { name: /thermos-green/ }));
    await userEvent.keyboard("a");
    await waitFor(() => expect(args.onReview).toHaveBeenCalledWith(expect.objectContaining({ decision: "approve" })));
    await expect(document.activeElement).toHaveAccessibleName(/IMG_1880/);
    const { world } = apiOf({ canvasElement });
    await expect(world.pairs.find((pair) => pair.source.name === "thermos-green.jpg")?.status).toBe("APPROVED");
  }),
};

export const FirstUse: Story = {
  parameters: { studio: { isWhole: true, fill: emptyWorld } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.type(await canvas.findByRole("textbox", { name: "Code of the new SKU" }), "MUG-001");
    await expect(canvas.getByRole("button", { name: "Choose files" })).toBeEnabled();
  }),
};

/** The first two photos of a SKU as files of a seller's disk. */
async function photosOnDisk(code: string): Promise<File[]> {
  return Promise.all(
    photosOf(code)
      .slice(0, 2)
      .map(async ({ name, source }) => new File([await (await fetch(urlOf(source.file))).blob()], name, { type: "image/webp" })),
  );
}

export const PhotosDroppedOnSku: Story = {
  args: { sku: "SET-009" },
  play: inEnglish(async ({ canvas, canvasElement }) => {
    const { world } = apiOf({ canvasElement });
    const count = () => world.pairs.filter(({ sku }) => sku.code === "BAG-004").length;
    const before = count();
    const row = await canvas.findByRole("option", { name: /BAG-004/ });
    await canvas.findByRole("button", { name: "New SKU" });
    drag(row, "drop", inHand(await photosOnDisk("THM-003")));
    await waitFor(() => expect(count()).toBe(before + 2));
    // The SKU that is looked at stays.
    await expect(canvas.getByRole("heading", { name: "SET-009" })).toBeVisible();
  }),
};

export const PhotosDroppedForNewSku: Story = {
  args: { onSkuChange: fn() },
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    const { world } = apiOf({ canvasElement });
    const row = await canvas.findByRole("option", { name: /BAG-004/ });
    await canvas.findByRole("button", { name: "New SKU" });
    const photos = await photosOnDisk("THM-003");
    drag(row, "dragover", inHand(photos));
    drag(await canvas.findByText("Drop here for a new SKU"), "drop", inHand(photos));
    await canvas.findByRole("dialog", { name: "New SKU" });
    await userEvent.keyboard("ZZZ-100");
    await userEvent.click(canvas.getByRole("button", { name: "Create" }));
    await waitFor(() => expect(canvas.getByRole("heading", { name: "ZZZ-100" })).toBeVisible());
    await waitFor(() => expect(canvas.getAllByRole("gridcell")).toHaveLength(2));
    await expect(world.pairs.filter(({ sku }) => sku.code === "ZZZ-100")).toHaveLength(2);
    await expect(args.onSkuChange).toHaveBeenCalledWith("ZZZ-100");
    await waitFor(() => expect(canvas.getByRole("option", { name: /ZZZ-100/ })).toBeVisible());
  }),
};

/** The uploads go on, and are told of below the list, while another SKU is looked at. */
export const LeftWhileUploading: Story = {
  parameters: { studio: { isWhole: true, unstored: ["IMG_1880.jpg"] } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const { world, switches } = apiOf({ canvasElement });
    await userEvent.click(await canvas.findByRole("option", { name: /BAG-004/ }));
    const names = () => world.pairs.filter(({ sku }) => sku.code === "BAG-004").map(({ source }) => source.name);
    const before = names().length;
    await userEvent.upload(await canvas.findByLabelText("Choose files"), await photosOnDisk("THM-003"));
    await userEvent.click(canvas.getByRole("option", { name: /SET-009/ }));
    const alert = await canvas.findByRole("alert");
    await expect(alert).toHaveTextContent("BAG-004 · IMG_1880.jpg: the store did not take the file (503)");
    await waitFor(() => expect(names()).toHaveLength(before + 1));
    switches.unstored.clear();
    await userEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(names()).toHaveLength(before + 2));
    await waitFor(() => expect(canvas.queryByRole("alert")).toBeNull());
  }),
};

export const Loading: Story = { parameters: { studio: { isWhole: true, latencyMs: Number.POSITIVE_INFINITY } } };

export const Slow: Story = { parameters: { studio: { isWhole: true, latencyMs: 2500 } } };

export const OfflineInTheMiddle: Story = {
  args: { sku: "SET-009" },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const cell = await canvas.findByRole("gridcell", { name: /mug-front/ });
    const api = apiOf({ canvasElement });
    await waitFor(() => expect(api.sent("Viewer")).not.toHaveLength(0));
    api.goOffline();
    await waitFor(() => expect(canvas.getByText(/Offline/)).toBeVisible());
    api.goOnline();
    await userEvent.click(canvas.getByRole("button", { name: "Try now" }));
    await waitFor(() => expect(canvas.queryByText(/Offline/)).toBeNull());
    await expect(cell).toBeVisible();
  }),
};

export const OfflineFromTheStart: Story = { parameters: { studio: { isWhole: true, isOffline: true } } };

export const TokenRefused: Story = {
  parameters: { studio: { isWhole: true, isTokenRefused: true } },
  play: inEnglish(async ({ canvas }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("The token is not accepted");
    // Longer than a break has to last to be told.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await expect(canvas.queryByText(/Offline/)).toBeNull();
  }),
};

export const RoleNotRead: Story = {
  args: { sku: "SET-009" },
  parameters: { studio: { isWhole: true, broken: ["viewer"] } },
  play: inEnglish(async ({ canvas, canvasElement }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("What you may do here could not be read");
    apiOf({ canvasElement }).switches.broken.clear();
    // By itself.
    await expect(await canvas.findByRole("button", { name: "Settings" }, { timeout: 5000 })).toBeVisible();
  }),
};

export const ForViewers: Story = {
  args: { sku: "SET-009" },
  parameters: { studio: { isWhole: true, role: "VIEWER" } },
  play: inEnglish(async ({ canvas }) => {
    await canvas.findByRole("gridcell", { name: /mug-front/ });
    await expect(canvas.queryByRole("button", { name: /^(Run|Approve|Reject|Archive|Settings|New SKU)/ })).toBeNull();
  }),
};

export const HundredThousandSkus: Story = {
  parameters: { studio: { isWhole: true, fill: manyWorld(100_000) } },
  tags: ["!test"],
};

export const LongText: Story = { parameters: { studio: { isWhole: true, fill: longWorld } } };

export const Tablet: Story = { args: { sku: "SET-009" }, parameters: { studio: { isWhole: true, width: "820px" } } };

export const Phone: Story = { args: { sku: "SET-009" }, parameters: { studio: { isWhole: true, width: "390px" } } };

export const DarkChinese: Story = { args: { sku: "SET-009" }, globals: { theme: "dark", locale: "zh" } };

export const DarkRussianTablet: Story = {
  args: { sku: "SET-009" },
  globals: { theme: "dark", locale: "ru" },
  parameters: { studio: { isWhole: true, width: "820px" } },
};

export const FirstPhotosFromAGallery: Story = {
  parameters: { studio: { isWhole: true, fill: emptyGalleryWorld, itemMs: 120 } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const opener = await canvas.findByRole("button", { name: "Add from gallery" });
    await userEvent.click(opener);
    const dialog = within(await canvas.findByRole("dialog", { name: "Add from gallery" }));
    await dialog.findByText("Nothing has been imported yet");
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    // Closed at once: the ring in the bar tells of it, and what comes in is shown behind.
    await userEvent.click(dialog.getByText("Close"));
    const ring = await canvas.findByRole("button", { name: "Nordlager on Ozon: Done, with failures" });
    await waitFor(() => expect(canvas.getByRole("option", { name: /KIT-106/ })).toBeVisible(), { timeout: 5000 });
    await waitFor(() => expect(canvas.getByRole("button", { name: /^5\s*All$/ })).toBeVisible());
    await userEvent.click(ring);
    const again = within(await canvas.findByRole("dialog", { name: "Add from gallery" }));
    await again.findByText("KIT-103");
    await userEvent.click(again.getByText("Close"));
    // It was looked at.
    await waitFor(() => expect(canvas.queryByRole("button", { name: /^Nordlager on Ozon/ })).toBeNull());
  }),
};

export const ImportsOfAColleague: Story = {
  parameters: { studio: { isWhole: true, fill: publishedWorld, itemMs: 120 } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const opener = await canvas.findByRole("button", { name: "Add from gallery" });
    await expect(canvas.queryByRole("button", { name: /^Nordlager on Ozon/ })).toBeNull();
    apiOf({ canvasElement }).importFrom("market");
    await canvas.findByRole("button", { name: /^Nordlager on Ozon: \d of 7/ });
    await canvas.findByRole("button", { name: "Nordlager on Ozon: Done, with failures" });
    // How that one ended was not looked at, and the next one is what matters now.
    apiOf({ canvasElement }).importFrom("studio-photos");
    await canvas.findByRole("button", { name: /^Photographers' bucket/ });
    await userEvent.click(opener);
    const dialog = within(await canvas.findByRole("dialog", { name: "Add from gallery" }));
    // One that begins while the dialog shows the end of the last.
    await userEvent.click(await dialog.findByRole("radio", { name: /Nordlager on Ozon/ }));
    await dialog.findByRole("button", { name: "Import again" });
    apiOf({ canvasElement }).importFrom("market");
    await dialog.findByRole("button", { name: "Importing" });
  }),
};

export const PublishedMarks: Story = {
  args: { sku: "HDP-005" },
  parameters: { studio: { isWhole: true, fill: publishedWorld, itemMs: 80 } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await canvas.findByRole("img", { name: "Published: Nordlager on Ozon" });
    await canvas.findByRole("img", { name: "Being published: Nordlager on Ozon" });
    const failed = await canvas.findByRole("img", { name: "Publishing failed: Nordlager on Ozon" });
    const cell = failed.closest<HTMLElement>("[role=gridcell]");
    await expect(cell).not.toBeNull();
    if (cell !== null) await userEvent.dblClick(cell);
    const modal = within(await canvas.findByRole("dialog", { name: /HDP-005/ }));
    const section = within(await modal.findByRole("region", { name: "Galleries" }));
    await expect(section.getByText(/Ozon refused the picture/)).toBeVisible();
    await userEvent.click(modal.getByRole("button", { name: "Publish…" }));
    const dialog = within(await canvas.findByRole("dialog", { name: "Publish photos" }));
    await userEvent.click(await dialog.findByRole("button", { name: "Publish 1 photo" }));
    await dialog.findByRole("link", { name: "See it in Nordlager on Ozon" });
    await userEvent.click(dialog.getByText("Close"));
    await waitFor(() => expect(section.getByText("Published")).toBeVisible());
  }),
};
