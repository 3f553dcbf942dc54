// Before and after, as a reviewer looks at them.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { expect, waitFor } from "storybook/test";
import { inEnglish } from "../../.storybook/in-english.ts";
import { usePair } from "../image-modal/usePair.ts";
import { usePairs } from "../pair-grid/usePairs.ts";
import { type CompareMode, ImageComparison } from "./ImageComparison.tsx";

interface ComparedProps {
  /** The source's file name. */
  readonly name: string;
  readonly mode: CompareMode;
  readonly align: boolean;
  readonly isFlipped?: boolean;
}

function Compared({ name, mode, align, isFlipped = false }: ComparedProps) {
  const id = usePairs("SET-009").nodes.find((pair) => pair.source.name === name)?.id;
  const { pair } = usePair(id);
  if (pair == null) return null;
  const current = pair.results.find((result) => result.isCurrent);
  return (
    <div className="studio-stage" style={{ height: "100%" }}>
      <ImageComparison
        source={pair.source}
        result={current?.image ?? null}
        placement={current?.placement ?? null}
        mode={mode}
        align={align}
        isFlipped={isFlipped}
      />
    </div>
  );
}

const meta = {
  title: "Parts/ImageComparison",
  component: Compared,
  args: { name: "saddle-bag-front.jpg", mode: "slider", align: true },
} satisfies Meta<typeof Compared>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Slider: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    const divider = await canvas.findByRole("slider");
    await expect(divider).toHaveAttribute("aria-valuenow", "50");
    divider.focus();
    await userEvent.keyboard("{ArrowRight}{Shift>}{ArrowRight}{/Shift}");
    await expect(divider).toHaveAttribute("aria-valuenow", "61");
  }),
};

export const SliderNotAligned: Story = { args: { align: false } };

export const SideBySide: Story = {
  args: { mode: "sides" },
  play: inEnglish(async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole("img")).toHaveLength(2));
    const [left, right] = canvas.getAllByRole("img").map((image) => image.getBoundingClientRect());
    await expect(right?.left).toBeGreaterThan(left?.left ?? 0);
  }),
};

export const Result: Story = { args: { mode: "flip" } };

export const SourceWhileHeld: Story = { args: { mode: "flip", isFlipped: true } };

export const NoResultYet: Story = { args: { name: "auralis-white.jpg" } };

export const Narrow: Story = { parameters: { studio: { width: "360px" } } };
