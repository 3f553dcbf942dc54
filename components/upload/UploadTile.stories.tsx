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

/** As many as a seller drops at once; no two alike, or the server would take them for one. */
async function twenty(): Promise<File[]> {
  return Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const sheet = new OffscreenCanvas(40, 30);
      const context = sheet.getContext("2d");
      if (context !== null) context.fillStyle = `hsl(${index * 18} 40% 60%)`;
      context?.fillRect(0, 0, 40, 30);
      return new File([await sheet.convertToBlob()], `IMG_${index + 1}.png`, { type: "image/png" });
    }),
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
      new File([], "half-copied.jpg"),
    ];
    // What is dropped is not held to the kinds that the picker offers.
    await pickers.setup({ applyAccept: false }).upload(canvas.getByLabelText("Choose files"), files);
    await waitFor(() => expect(canvas.getByRole("alert")).toHaveTextContent("3 photos were not added"));
    const alert = canvas.getByRole("alert");
    await expect(alert).toHaveTextContent("prices.csv: not a picture that can be read");
    await expect(alert).toHaveTextContent("half-copied.jpg: empty, or not readable");
    // None of them would be taken the second time.
    await expect(canvas.queryByRole("button", { name: "Try again" })).toBeNull();
    await expect(alert).toHaveTextContent("broken.png: This file is no photo we can read");
    await expect(apiOf({ canvasElement }).world.pairs).toHaveLength(2);
  }),
};

export const RefusedInChinese: Story = {
  globals: { locale: "zh" },
  play: async ({ canvas, userEvent }) => {
    await userEvent.upload(await canvas.findByLabelText("选择文件"), new File(["no picture"], "broken.png", { type: "image/png" }));
    await expect(await canvas.findByRole("alert")).toHaveTextContent("broken.png: 这个文件不是可读的照片");
  },
};

export const OneOfTwenty: Story = {
  parameters: { studio: { width: "344px", height: "320px", fill: bareWorld, unstored: ["IMG_7.png"], latencyMs: 2 } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const { world, switches } = apiOf({ canvasElement });
    const names = () => world.pairs.map(({ source }) => source.name);
    await userEvent.upload(canvas.getByLabelText("Choose files"), await twenty());
    const alert = await canvas.findByRole("alert");
    await expect(alert).toHaveTextContent("1 photo was not added");
    await expect(alert).toHaveTextContent("IMG_7.png: the store did not take the file (503)");
    await waitFor(() => expect(names()).toHaveLength(19));
    switches.unstored.clear();
    await userEvent.click(canvas.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(names()).toContain("IMG_7.png"));
    await expect(names()).toHaveLength(20);
    await expect(canvas.queryByRole("alert")).toBeNull();
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
