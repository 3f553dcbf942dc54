// Imports from galleries: none yet, under way, ended well and badly, refused; closed and found again.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useCallback, useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import { emptyGalleryWorld, galleryWorld, publishedWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf, type StudioParameters } from "../../.storybook/studio-decorator.tsx";
import { Button } from "../shared/Button.tsx";
import { GalleryModal } from "./GalleryModal.tsx";
import { SyncIndicator } from "./SyncIndicator.tsx";
import { useGalleries } from "./useGalleries.ts";

interface AskedProps {
  readonly onClose: () => void;
  readonly onEnded: (status: string) => void;
}

/** The dialog beside the ring that brings it back. */
function Asked({ onClose, onEnded }: AskedProps) {
  const { titleOf } = useGalleries();
  const [isOpen, setIsOpen] = useState(true);
  const [id, setId] = useState<string>();
  const end = useCallback(({ status }: { status: string }) => onEnded(status), [onEnded]);
  const open = (): void => setIsOpen(true);
  return (
    <>
      <div className="studio-line">
        <SyncIndicator id={id} onOpen={open} onEnded={end} galleryTitle={titleOf} />
        <Button onClick={open}>Open</Button>
      </div>
      <GalleryModal
        open={isOpen}
        onClose={() => {
          setIsOpen(false);
          onClose();
        }}
        syncId={id}
        onStarted={(sync) => setId(sync.id)}
      />
    </>
  );
}

const quick = { fill: galleryWorld, itemMs: 30 };

const meta = {
  title: "Parts/GalleryModal",
  component: Asked,
  args: { onClose: fn(), onEnded: fn() },
  parameters: { studio: { fill: galleryWorld } },
} satisfies Meta<typeof Asked>;

export default meta;
type Story = StoryObj<typeof meta>;
type Canvas = Parameters<NonNullable<Story["play"]>>[0]["canvas"];

const dialogIn = async (canvas: Canvas) => within(await canvas.findByRole("dialog", { name: "Add from gallery" }));

export const NothingYet: Story = {
  play: inEnglish(async ({ canvas }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("Nothing has been imported yet");
    await expect(dialog.getByRole("radio", { name: /Nordlager on Ozon/ })).toBeChecked();
    await expect(dialog.queryByRole("progressbar")).toBeNull();
  }),
};

export const OnlyOneGallery: Story = {
  parameters: { studio: { fill: emptyGalleryWorld } },
  play: inEnglish(async ({ canvas }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("Nordlager on Ozon");
    await expect(dialog.queryByRole("radio")).toBeNull();
  }),
};

export const Running: Story = {
  parameters: { studio: { fill: galleryWorld, itemMs: 1200 } },
  play: inEnglish(async ({ canvas, userEvent, args }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("Nothing has been imported yet");
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    await waitFor(() => expect(dialog.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "29"), { timeout: 8000 });
    await expect(dialog.getByText("2 of 7 SKUs")).toBeVisible();
    await expect(dialog.getByText("You can close this; the import goes on.")).toBeVisible();
    await userEvent.click(dialog.getByText("Close"));
    await expect(args.onClose).toHaveBeenCalledOnce();
    await userEvent.click(await canvas.findByRole("button", { name: /^Nordlager on Ozon: \d of 7/ }));
    const again = await dialogIn(canvas);
    await expect(await again.findByRole("button", { name: "Importing" })).toHaveAttribute("aria-disabled", "true");
  }),
};

export const Cancelled: Story = {
  parameters: { studio: { fill: galleryWorld, itemMs: 1200 } },
  play: inEnglish(async ({ canvas, userEvent, args }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("Nothing has been imported yet");
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    await waitFor(() => expect(dialog.getByText("1 of 7 SKUs")).toBeVisible(), { timeout: 8000 });
    await userEvent.click(dialog.getByRole("button", { name: "Cancel import" }));
    await waitFor(() => expect(dialog.getByRole("button", { name: "Import again" })).toHaveFocus());
    await expect(dialog.queryByRole("button", { name: "Cancel import" })).toBeNull();
    await expect(dialog.getByText("Cancelled")).toBeVisible();
    await waitFor(() => expect(args.onEnded).toHaveBeenCalledWith("CANCELLED"));
  }),
};

export const OfUnknownLength: Story = {
  parameters: { studio: { fill: galleryWorld, itemMs: 1500 } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await userEvent.click(await dialog.findByRole("radio", { name: /Photographers' bucket/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    await waitFor(() => expect(dialog.getByText("1 SKU done")).toBeVisible(), { timeout: 5000 });
    await expect(dialog.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow");
  }),
};

export const EndedWithFailures: Story = {
  parameters: { studio: quick },
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("Nothing has been imported yet");
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    await waitFor(() => expect(dialog.getByText("Done, with failures")).toBeVisible());
    const failures = within(dialog.getByRole("region", { name: "Failed" }));
    await waitFor(() => expect(failures.getByText("KIT-103")).toBeVisible(), { timeout: 5000 });
    await expect(failures.getByText(/The photo is damaged or incomplete/)).toBeVisible();
    await expect(dialog.getByText("4 new SKUs")).toBeVisible();
    await expect(apiOf({ canvasElement }).world.skus.some(({ code }) => code === "KIT-106")).toBe(true);
    await waitFor(() => expect(args.onEnded).toHaveBeenCalledOnce());
    await expect(args.onEnded).toHaveBeenCalledWith("PARTIAL");
  }),
};

export const RunAgain: Story = {
  parameters: { studio: { fill: publishedWorld, itemMs: 30 } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText(/^Last import/);
    await userEvent.click(dialog.getByRole("button", { name: "Import again" }));
    await waitFor(() => expect(dialog.getByRole("button", { name: "Import again" })).toHaveAttribute("aria-disabled", "false"), {
      timeout: 5000,
    });
    // What came in with the first press: nothing twice.
    await expect(dialog.getByText("Done, with failures")).toBeVisible();
  }),
};

export const Failed: Story = {
  parameters: { studio: quick },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await userEvent.click(await dialog.findByRole("radio", { name: /Finished tasks of the ERP/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("The credentials were refused (status 403)");
  }),
};

export const EndedInRussian: Story = {
  parameters: { studio: { fill: publishedWorld } },
  globals: { locale: "ru" },
  play: async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "Добавить из галереи" }));
    const failures = within(await dialog.findByRole("region", { name: "Ошибка" }));
    await expect(await failures.findByText(/^Ozon называет этот товар/)).toBeVisible();
    await expect(failures.getByText(/^Фото повреждено/)).toBeVisible();
  },
};

const waiting = {
  parameters: {
    studio: {
      fill: galleryWorld,
      prepare: ({ world }) => {
        world.syncs.push({
          __typename: "GallerySync",
          id: "sync-waits",
          gallery: "market",
          status: "RUNNING",
          skusDone: 400,
          skusTotal: 10_000,
          skusCreated: 380,
          pairsCreated: 1912,
          unchanged: 74,
          failed: 0,
          failures: [],
          error: "Nordlager on Ozon: It asks for patience: too many requests (status 429). It goes on by itself.",
          startedAt: "2026-05-04T09:12:00Z",
          finishedAt: null,
        });
      },
    } satisfies StudioParameters,
  },
};

export const Waiting: Story = {
  ...waiting,
  play: inEnglish(async ({ canvas }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText(/It asks for patience/);
    await expect(dialog.queryByRole("alert")).toBeNull();
  }),
};

export const WaitingInChinese: Story = {
  ...waiting,
  globals: { locale: "zh" },
  play: async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await expect(await dialog.findByText("Nordlager on Ozon：图库要求稍候，请求过多（状态 429）。稍后会自动继续。")).toBeVisible();
  },
};

export const Refused: Story = {
  parameters: {
    studio: { ...quick, refuse: "This takes the role EDITOR or higher; the credentials carry REVIEWER. Ask an owner of the workspace." },
  },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await dialogIn(canvas);
    await dialog.findByText("Nothing has been imported yet");
    await userEvent.click(dialog.getByRole("button", { name: "Import" }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("Ask an owner");
    await expect(dialog.getByRole("button", { name: "Import" })).toHaveFocus();
  }),
};

export const NotRead: Story = {
  parameters: { studio: { ...quick, broken: ["galleries"] } },
  play: inEnglish(async ({ canvas }) => {
    await expect(await canvas.findByRole("alert")).toHaveTextContent("The galleries could not be loaded");
  }),
};

export const Loading: Story = { parameters: { studio: { ...quick, latencyMs: Number.POSITIVE_INFINITY } } };
