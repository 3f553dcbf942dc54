// What hosts leave out of the studio and put into it: features that are off, parts that are removed, replaced and wrapped.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { expect, fn, waitFor, within } from "storybook/test";
import { inEnglish } from "../../.storybook/in-english.ts";
import { useSurroundings } from "../../.storybook/studio-decorator.tsx";
import type { DownloadModalProps } from "../download/DownloadModal.tsx";
import type { SkuListProps } from "../sku-list/SkuList.tsx";
import { ImageStudio, type ImageStudioProps } from "./ImageStudio.tsx";
import { TopBar, type TopBarProps } from "./TopBar.tsx";

type ChosenProps = Pick<ImageStudioProps, "sku" | "features" | "slots" | "onDownload">;

function Chosen(props: ChosenProps) {
  return <ImageStudio {...useSurroundings().root} {...props} />;
}

const meta = {
  title: "Studio/Slots and features",
  component: Chosen,
  args: { sku: "SET-009" },
  parameters: { studio: { isWhole: true } },
} satisfies Meta<typeof Chosen>;

export default meta;
type Story = StoryObj<typeof meta>;

const buttons = /^(Run…|Settings|Approve|Reject|Edit|Download|Archive)$/;

export const OneProduct: Story = {
  args: { features: { list: false, language: false } },
  play: inEnglish(async ({ canvas }) => {
    await canvas.findByRole("gridcell", { name: /mug-front/ });
    await expect(canvas.queryByRole("listbox", { name: "SKUs" })).toBeNull();
    await expect(canvas.queryByRole("searchbox")).toBeNull();
    await expect(canvas.queryByRole("combobox", { name: "Language" })).toBeNull();
    await waitFor(() => expect(canvas.getByRole("button", { name: "Run…" })).toBeEnabled());
  }),
};

export const ReviewOnly: Story = {
  args: { features: { defaults: false, settings: false, upload: false, run: false, edit: false, download: false } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const cell = await canvas.findByRole("gridcell", { name: /mug-front/ });
    await expect(canvas.queryByRole("button", { name: "Run…" })).toBeNull();
    await expect(canvas.queryByRole("button", { name: "Settings" })).toBeNull();
    await userEvent.dblClick(cell);
    const dialog = within(await canvas.findByRole("dialog", { name: /mug-front/ }));
    await waitFor(() => expect(dialog.getByRole("button", { name: "Approve" })).toBeVisible());
    for (const name of ["Edit", "Run again"]) await expect(dialog.queryByRole("button", { name })).toBeNull();
    await expect(dialog.queryByRole("link", { name: "Download" })).toBeNull();
    await userEvent.keyboard("eg");
    await expect(canvas.getAllByRole("dialog")).toHaveLength(1);
  }),
};

export const GalleryOnly: Story = {
  args: {
    features: { defaults: false, settings: false, upload: false, run: false, edit: false, review: false, download: false, search: false },
  },
  play: inEnglish(async ({ canvas }) => {
    await canvas.findByRole("gridcell", { name: /mug-front/ });
    await expect(canvas.queryAllByRole("button", { name: buttons })).toEqual([]);
  }),
};

/** A select in place of the list, for a handful of SKUs. */
function Picker({ skus, current, onChoose }: SkuListProps) {
  return (
    <div style={{ padding: 16 }}>
      <label>
        Article{" "}
        <select value={current ?? ""} onChange={(event) => onChoose(event.target.value)}>
          {skus.nodes.map(({ code }) => (
            <option key={code}>{code}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

export const OwnList: Story = {
  args: { slots: { SkuList: Picker } },
  // The host's own choice of the SKU would win over the picker's.
  render: ({ slots }) => <Chosen {...(slots === undefined ? {} : { slots })} />,
  play: inEnglish(async ({ canvas, userEvent }) => {
    const picker = await canvas.findByRole("combobox", { name: "Article" });
    await waitFor(() => expect(within(picker).getByRole("option", { name: "BAG-004" })).toBeInTheDocument());
    await userEvent.selectOptions(picker, "BAG-004");
    await waitFor(() => expect(canvas.getByRole("heading", { name: "BAG-004" })).toBeVisible());
  }),
};

/** The studio's own bar with a word of the host's above it. */
function BarWithNotice(props: TopBarProps) {
  return (
    <div>
      <p style={{ margin: 0, padding: "6px 16px", fontSize: 13 }}>Photos for the spring catalogue are due on Friday.</p>
      <TopBar {...props} />
    </div>
  );
}

export const WrappedBar: Story = {
  args: { slots: { TopBar: BarWithNotice } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await waitFor(() => expect(canvas.getByText(/due on Friday/)).toBeVisible());
    await userEvent.click(await canvas.findByRole("button", { name: "Settings" }));
    await waitFor(() => expect(canvas.getByRole("dialog", { name: "Settings" })).toBeVisible());
  }),
};

/** A host that delivers photos by itself is told what was asked for, and shows no dialog of the studio's. */
function Delivery({ target, onClose }: DownloadModalProps) {
  if (target === undefined) return null;
  const count = target.kind === "pairs" ? target.pairs.length : target.skus.length;
  return (
    <div
      role="dialog"
      aria-label="Delivery"
      style={{ position: "absolute", inset: "auto 24px 24px auto", padding: 16, background: "canvas" }}
    >
      <p>{count} photos go to the print shop.</p>
      <button type="button" onClick={onClose}>
        Done
      </button>
    </div>
  );
}

export const OwnDownload: Story = {
  args: { slots: { DownloadModal: Delivery }, onDownload: fn() },
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole("gridcell", { name: /mug-front/ }));
    await userEvent.keyboard("{Shift>} {/Shift}");
    await userEvent.click(within(await canvas.findByRole("toolbar", { name: "1 selected" })).getByRole("button", { name: "Download" }));
    const dialog = within(await canvas.findByRole("dialog", { name: "Delivery" }));
    await expect(dialog.getByText("1 photos go to the print shop.")).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: "Done" }));
    await expect(canvas.queryByRole("dialog")).toBeNull();
  }),
};

export const WithoutParts: Story = {
  args: { slots: { TopBar: null, SettingsModal: null, PromptModal: null, EditImageModal: null } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const cell = await canvas.findByRole("gridcell", { name: /mug-front/ });
    await expect(canvas.queryByRole("button", { name: "Run…" })).toBeNull();
    await userEvent.click(cell);
    await userEvent.keyboard("e");
    await expect(canvas.queryByRole("dialog")).toBeNull();
  }),
};
