// What goes by: done with its way back, refused with its reason.
import type { Meta, StoryContext, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, waitFor } from "storybook/test";
import { longWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { Button } from "../shared/Button.tsx";
import { ReviewToast } from "./ReviewToast.tsx";
import { useReview } from "./useReview.ts";

interface DecidedProps {
  readonly code: string;
  readonly what: "one" | "all" | "passing";
}

/** Decides once the photos are there. */
function Decided({ code, what }: DecidedProps) {
  const { nodes } = usePairs(code);
  const review = useReview();
  const [isDone, setIsDone] = useState(false);
  const decide = (): void => {
    setIsDone(true);
    if (what === "passing") review.approvePassing(nodes, "ozon");
    else review.decide("archive", what === "one" ? nodes.slice(0, 1) : nodes);
  };
  return (
    <div style={{ padding: 24 }}>
      <Button disabled={nodes.length === 0 || isDone} onClick={decide}>
        Decide
      </Button>
      <ReviewToast review={review} />
    </div>
  );
}

const meta = {
  title: "Parts/Toasts",
  component: Decided,
  args: { code: "SET-009", what: "one" },
  parameters: { studio: { height: "320px" } },
} satisfies Meta<typeof Decided>;

export default meta;
type Story = StoryObj<typeof meta>;

const press = async ({ canvas, userEvent }: StoryContext): Promise<void> => {
  await waitFor(() => expect(canvas.getByRole("button", { name: "Decide" })).toBeEnabled());
  await userEvent.click(canvas.getByRole("button", { name: "Decide" }));
};

export const Done: Story = {
  play: inEnglish(async (context) => {
    await press(context);
    await expect(await context.canvas.findByRole("status")).toHaveTextContent("Archived mug-front.jpg");
  }),
};

export const Undone: Story = {
  args: { what: "all" },
  play: inEnglish(async (context) => {
    const { canvas, canvasElement, userEvent } = context;
    await press(context);
    await userEvent.click(await canvas.findByRole("button", { name: /Undo/ }));
    const archived = () => apiOf({ canvasElement }).world.pairs.filter((pair) => pair.sku.code === "SET-009" && pair.status === "ARCHIVED");
    await waitFor(() => expect(archived()).toHaveLength(1));
    await expect(canvas.queryByRole("status")).toBeNull();
  }),
};

export const Refused: Story = {
  parameters: { studio: { height: "320px", refuse: "It is in a run: cancel the run first." } },
  play: inEnglish(async (context) => {
    await press(context);
    await expect(await context.canvas.findByRole("alert")).toHaveTextContent("Put back: It is in a run: cancel the run first.");
  }),
};

export const SomeDoNotPass: Story = {
  args: { what: "passing" },
  play: inEnglish(async (context) => {
    await press(context);
    await expect(await context.canvas.findByRole("alert")).toHaveTextContent(/breaks the rules of ozon/);
  }),
};

export const LongText: Story = {
  args: { code: "KERAMIK-TASSE-GESPRENKELT-REAKTIVGLASUR-350ML-2ER-SET-00000117" },
  parameters: { studio: { height: "320px", fill: longWorld } },
  play: inEnglish(press),
};
