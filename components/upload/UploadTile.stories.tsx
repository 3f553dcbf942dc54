// Photos on their way in.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { expect, userEvent as pickers, waitFor } from "storybook/test";
import { photosOf, urlOf } from "../../.storybook/api/catalog.ts";
import { bareWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { UploadTile } from "./UploadTile.tsx";
import { useUpload } from "./useUpload.ts";

interface LiveTileProps {
  readonly isLarge?: boolean;
  readonly isReady?: boolean;
}

function LiveTile({ isLarge = false, isReady = true }: LiveTileProps) {
  const upload = useUpload();
  return <UploadTile upload={upload} isLarge={isLarge} isReady={isReady} onFiles={(files) => void upload.send("NEW-001", files)} />;
}

const meta = {
  title: "Parts/Uploads",
  component: LiveTile,
  parameters: { studio: { width: "344px", height: "320px", fill: bareWorld } },
} satisfies Meta<typeof LiveTile>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Two photos as files of a seller's disk. */
async function sampleFiles(): Promise<File[]> {
  return Promise.all(
    photosOf("MUG-001")
      .slice(0, 2)
      .map(async ({ name, source }) => new File([await (await fetch(urlOf(source.file))).blob()], name, { type: "image/webp" })),
  );
}

export const Tile: Story = {};

export const Large: Story = { args: { isLarge: true }, parameters: { studio: { width: "720px", height: "480px", fill: bareWorld } } };

export const NotReady: Story = {
  args: { isLarge: true, isReady: false },
  parameters: { studio: { width: "720px", height: "480px", fill: bareWorld } },
};

export const Added: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    await userEvent.upload(canvas.getByLabelText("Choose files"), await sampleFiles());
    const { world } = apiOf({ canvasElement });
    await waitFor(() => expect(world.pairs.map(({ source, sku }) => [sku.code, source.name])).toHaveLength(2));
    await expect(world.pairs.map(({ source }) => source.name)).toEqual(["mug-front.jpg", "IMG_2041.jpg"]);
    await waitFor(() => expect(canvas.getByRole("button", { name: /Add|Drop|photos/i })).toBeVisible());
  }),
};

export const Busy: Story = {
  parameters: { studio: { width: "344px", height: "320px", fill: bareWorld, latencyMs: 400 } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.upload(canvas.getByLabelText("Choose files"), await sampleFiles());
    await waitFor(() => expect(canvas.getByText(/0 of 2 sent/)).toBeVisible());
  }),
};

export const SomeRefused: Story = {
  play: inEnglish(async ({ canvas, canvasElement }) => {
    const files = [
      ...(await sampleFiles()),
      new File(["no picture"], "broken.png", { type: "image/png" }),
      new File(["a,b"], "prices.csv"),
    ];
    // What is dropped is not held to the kinds that the picker offers.
    await pickers.setup({ applyAccept: false }).upload(canvas.getByLabelText("Choose files"), files);
    await waitFor(() => expect(canvas.getByRole("alert")).toHaveTextContent("2 photos were not added"));
    const alert = canvas.getByRole("alert");
    await expect(alert).toHaveTextContent("prices.csv: not a picture that can be read");
    await expect(alert).toHaveTextContent("broken.png: The file is no photo, or it is damaged");
    await expect(apiOf({ canvasElement }).world.pairs).toHaveLength(2);
  }),
};

export const RefusalsDismissed: Story = {
  parameters: { studio: { width: "344px", height: "320px", fill: bareWorld, refuse: "The workspace is full: delete photos first." } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.upload(canvas.getByLabelText("Choose files"), await sampleFiles());
    await expect(await canvas.findByRole("alert")).toHaveTextContent("The workspace is full");
    await userEvent.click(canvas.getByRole("button", { name: "Dismiss" }));
    await expect(canvas.queryByRole("alert")).toBeNull();
  }),
};

export const Offline: Story = {
  parameters: { studio: { width: "344px", height: "320px", fill: bareWorld, isOffline: true } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.upload(canvas.getByLabelText("Choose files"), await sampleFiles());
    await expect(await canvas.findByRole("alert")).toHaveTextContent("2 photos were not added");
  }),
};
