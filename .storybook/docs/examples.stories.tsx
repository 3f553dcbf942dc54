// The guide's examples, alive; the guide shows these very files.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { expect, waitFor } from "storybook/test";
import { inEnglish } from "../in-english.ts";
import { apiOf, useSurroundings } from "../studio-decorator.tsx";
import { OwnReview as OwnReviewExample } from "./examples/OwnReview.tsx";
import { OwnStudio as OwnStudioExample } from "./examples/OwnStudio.tsx";
import { Themed as ThemedExample } from "./examples/Themed.tsx";
import { Worded as WordedExample } from "./examples/Worded.tsx";

const meta = { title: "Guide/Examples", parameters: { studio: { isWhole: true } } } satisfies Meta;

export default meta;
type Story = StoryObj<typeof meta>;

function OwnReviewHere() {
  return <OwnReviewExample {...useSurroundings().root} />;
}
function OwnStudioHere() {
  return <OwnStudioExample {...useSurroundings().root} />;
}
function ThemedHere() {
  return <ThemedExample {...useSurroundings().root} sku="SET-009" />;
}
function WordedHere() {
  return <WordedExample {...useSurroundings().root} sku="SET-009" />;
}

export const OwnReview: Story = {
  render: () => <OwnReviewHere />,
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "Take board-walnut.jpg" }));
    const { world } = apiOf({ canvasElement });
    const board = () => world.pairs.find((pair) => pair.sku.code === "BRD-006" && pair.source.name === "board-walnut.jpg")?.status;
    await waitFor(() => expect(board()).toBe("APPROVED"));
  }),
};

export const OwnStudio: Story = {
  render: () => <OwnStudioHere />,
  play: inEnglish(async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole("option", { name: /SET-009/ }));
    await userEvent.click(await canvas.findByRole("gridcell", { name: /mug-front/ }));
    await userEvent.keyboard("a");
    await waitFor(() => expect(canvas.getByRole("gridcell", { name: /mug-front/ })).toHaveTextContent("Approved"));
  }),
};

export const Themed: Story = {
  render: () => <ThemedHere />,
  play: async ({ canvasElement }) => {
    const ground = (): string | undefined => {
      const run = canvasElement.querySelector(".studio-run:enabled");
      return run === null ? undefined : getComputedStyle(run).backgroundColor;
    };
    await waitFor(() => expect(ground()).toBe("rgb(138, 47, 93)"));
  },
};

export const Worded: Story = {
  render: () => <WordedHere />,
  play: inEnglish(async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText("3 photos to publish")).toBeVisible());
    await expect(canvas.getByRole("listbox", { name: "Articles" })).toBeVisible();
  }),
};
