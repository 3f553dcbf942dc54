// New SKUs: one by the button, several from dropped folders, and what the API says to a code.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import type { DroppedFile } from "../shared/dropped.ts";
import { NewSkuModal, type NewSkuModalProps } from "./NewSkuModal.tsx";

/** Closes as the studio closes it. */
function Closing({ dropped: given, onClose, onMade }: NewSkuModalProps) {
  const [dropped, setDropped] = useState(given);
  const close = (): void => {
    setDropped(undefined);
    onClose();
  };
  return <NewSkuModal dropped={dropped} onClose={close} onMade={onMade} />;
}

const photo = (name: string, folder?: string): DroppedFile => ({ file: new File(["photo"], name, { type: "image/jpeg" }), folder });

const meta = {
  title: "Parts/NewSkuModal",
  component: Closing,
  args: { dropped: [], onClose: fn(), onMade: fn() },
  parameters: { studio: { height: "640px" } },
} satisfies Meta<typeof Closing>;

export default meta;
type Story = StoryObj<typeof meta>;

export const ByButton: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "New SKU" }));
    await expect(dialog.getByRole("textbox", { name: "Code of the new SKU" })).toHaveFocus();
    await expect(dialog.getByRole("button", { name: "Create" })).toBeDisabled();
    await userEvent.keyboard("  LMP-010 {Tab}Desk lamp");
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull());
    await expect(args.onMade).toHaveBeenCalledOnce();
    await expect(args.onMade).toHaveBeenCalledWith("LMP-010", []);
    await expect(apiOf({ canvasElement }).world.skus.find(({ code }) => code === "LMP-010")?.title).toBe("Desk lamp");
  }),
};

export const CodeTaken: Story = {
  play: inEnglish(async ({ canvas, userEvent, args }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "New SKU" }));
    await userEvent.keyboard("MUG-001{Tab}Mug with a handle");
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("There is a SKU with the code MUG-001 already");
    const field = dialog.getByRole("textbox", { name: "Code of the new SKU" });
    await waitFor(() => expect(field).toHaveFocus());
    await expect(field).toBeInvalid();
    await expect(field).toHaveAccessibleDescription(/already/);
    await expect(field).toHaveValue("MUG-001");
    await expect(dialog.getByRole("textbox", { name: /Title/ })).toHaveValue("Mug with a handle");
    await expect(dialog.getByRole("button", { name: "Use that SKU" })).toBeVisible();
    await expect(args.onMade).not.toHaveBeenCalled();
  }),
};

export const Offline: Story = {
  parameters: { studio: { height: "640px", isOffline: true } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "New SKU" }));
    await userEvent.keyboard("LMP-010");
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("The server could not be reached.");
    apiOf({ canvasElement }).goOnline();

    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await waitFor(() => expect(args.onMade).toHaveBeenCalledWith("LMP-010", []));
  }),
};

const folders = [
  photo("IMG_1.jpg", "autumn/LMP-010"),
  photo("IMG_2.jpg", "autumn/LMP-010"),
  photo("IMG_1.jpg", "autumn/MUG-001"),
  photo("loose.jpg"),
];

export const FromFolders: Story = {
  args: { dropped: folders },
  play: inEnglish(async ({ canvas, userEvent, args }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "New SKUs" }));
    const codes = () => dialog.getAllByRole("textbox", { name: "Code of the new SKU" }).map((field) => (field as HTMLInputElement).value);
    await expect(codes()).toEqual(["LMP-010", "MUG-001", ""]);
    // Loose photos have no code until they are given one, and need not become a SKU.
    await expect(dialog.getByRole("button", { name: "Create" })).toBeDisabled();
    await userEvent.click(dialog.getAllByRole("button", { name: "Leave out" }).at(-1) as HTMLElement);
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("MUG-001 already");
    // What was made is on its way; what was refused is still there.
    await expect(args.onMade).toHaveBeenCalledOnce();
    await expect(args.onMade).toHaveBeenCalledWith("LMP-010", [folders[0]?.file, folders[1]?.file]);
    await expect(codes()).toEqual(["MUG-001"]);
    await userEvent.click(dialog.getByRole("button", { name: "Use that SKU" }));
    await expect(args.onMade).toHaveBeenLastCalledWith("MUG-001", [folders[2]?.file]);
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull());
  }),
};

export const Busy: Story = {
  args: { dropped: folders.slice(0, 2) },
  parameters: { studio: { height: "640px", latencyMs: Number.POSITIVE_INFINITY } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: "New SKU" }));

    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await expect(dialog.getByRole("button", { name: "Create" })).toBeDisabled();
  }),
};

export const LongText: Story = {
  args: {
    dropped: Array.from({ length: 24 }, (_, index) =>
      photo("IMG_1.jpg", `catalogue of the autumn collection, second delivery/a code that is much longer than codes are ${index + 1}`),
    ),
  },
};
