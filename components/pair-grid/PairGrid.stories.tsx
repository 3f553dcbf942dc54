// The photos of a SKU in every state that they have.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, waitFor } from "storybook/test";
import { bareWorld, batchWorld, longWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { useRunChoices } from "../prompts/useRun.ts";
import { ReviewToast } from "../review/ReviewToast.tsx";
import { useReview } from "../review/useReview.ts";
import { UploadTile } from "../upload/UploadTile.tsx";
import { useUpload } from "../upload/useUpload.ts";
import type { CellSize } from "./PairBones.tsx";
import { PairGrid } from "./PairGrid.tsx";
import { usePairs } from "./usePairs.ts";

interface LiveGridProps {
  readonly code: string;
  readonly size?: CellSize;
  /** Looks on, and no more. */
  readonly isViewer?: boolean;
}

function LiveGrid({ code, size = "medium", isViewer = false }: LiveGridProps) {
  const pairs = usePairs(code);
  const review = useReview();
  const { engineTitle } = useRunChoices();
  const upload = useUpload(pairs.refresh);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState("");
  return (
    <div className="studio-main" data-opened={opened} style={{ height: "100%" }}>
      <PairGrid
        pairs={pairs.nodes}
        list={pairs}
        size={size}
        ticked={ticked}
        onTickedChange={setTicked}
        onOpen={setOpened}
        onRunAgain={isViewer ? undefined : () => {}}
        onEdit={isViewer ? undefined : () => {}}
        onDecide={
          isViewer
            ? undefined
            : (decision, ids) =>
                review.decide(
                  decision,
                  pairs.nodes.filter((pair) => ids.includes(pair.id)),
                )
        }
        engineTitle={engineTitle}
        onMakeMain={isViewer ? undefined : review.makeMain}
      >
        {isViewer ? null : <UploadTile upload={upload} onFiles={(files) => void upload.send(code, files)} />}
      </PairGrid>
      <ReviewToast review={review} />
    </div>
  );
}

const meta = { title: "Parts/PairGrid", component: LiveGrid, args: { code: "SET-009" } } satisfies Meta<typeof LiveGrid>;

export default meta;
type Story = StoryObj<typeof meta>;

export const EveryState: Story = {};

export const Small: Story = { args: { size: "small" } };

export const Large: Story = { args: { size: "large" } };

export const ReviewedByKeys: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const cell = (name: string) => canvas.findByRole("gridcell", { name: new RegExp(name) });
    await userEvent.click(await cell("mug-front"));
    await userEvent.keyboard("a");
    await waitFor(async () => expect(await cell("mug-front")).toHaveTextContent("Approved"));
    await expect(await canvas.findByRole("status")).toHaveTextContent("Approved mug-front.jpg");
    await userEvent.click(canvas.getByRole("button", { name: /Undo/ }));
    await waitFor(async () => expect(await cell("mug-front")).toHaveTextContent("Ready"));
    await waitFor(() => expect(apiOf({ canvasElement }).sent("ReopenPairs")).toHaveLength(1));
  }),
};

export const Refused: Story = {
  parameters: { studio: { refuse: "A colleague rejected it a moment ago: look at it again." } },
  play: inEnglish(async ({ canvas, userEvent }) => {
    const cell = await canvas.findByRole("gridcell", { name: /mug-front/ });
    await userEvent.click(cell);
    await userEvent.keyboard("x");
    await expect(await canvas.findByRole("alert")).toHaveTextContent("Put back: A colleague rejected it a moment ago");
    await expect(cell).toHaveTextContent("Ready");
  }),
};

export const TickedAndOpened: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const first = await canvas.findByRole("gridcell", { name: /mug-front/ });
    await userEvent.click(first);
    await userEvent.keyboard("{Shift>} {ArrowRight}{/Shift}");
    await expect(canvas.getAllByRole("gridcell", { selected: true })).toHaveLength(2);
    await userEvent.keyboard("{Home}{Enter}");
    const opened = apiOf({ canvasElement }).world.pairs.find((pair) => pair.source.name === "mug-front.jpg");
    await expect(canvasElement.querySelector("[data-opened]")).toHaveAttribute("data-opened", opened?.id);
  }),
};

export const Loading: Story = { parameters: { studio: { latencyMs: Number.POSITIVE_INFINITY } } };

export const Empty: Story = { args: { code: "NEW-001" }, parameters: { studio: { fill: bareWorld } } };

export const EmptyForViewers: Story = {
  args: { code: "NEW-001", isViewer: true },
  parameters: { studio: { fill: bareWorld, role: "VIEWER" } },
};

export const Failed: Story = {
  parameters: { studio: { broken: ["pairs"] } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    await canvas.findByRole("alert");
    apiOf({ canvasElement }).switches.broken.clear();
    await userEvent.click(canvas.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(canvas.getByRole("gridcell", { name: /mug-front/ })).toBeVisible());
  }),
};

export const LandingOneByOne: Story = {
  args: { code: "LOOK-2026" },
  parameters: { studio: { fill: batchWorld, itemMs: 700 } },
  play: inEnglish(async ({ canvas, canvasElement }) => {
    const first = await canvas.findByRole("gridcell", { name: /mug-front/ });
    const place = first.getBoundingClientRect();
    apiOf({ canvasElement }).runBatch(["LOOK-2026"]);
    await waitFor(() => expect(first).toHaveTextContent("Processing"));
    await waitFor(() => expect(first).toHaveTextContent("Ready"));
    // Nothing moves under the eye.
    await expect(canvas.getByRole("gridcell", { name: /mug-front/ }).getBoundingClientRect()).toEqual(place);
  }),
};

export const LongText: Story = {
  args: { code: "KERAMIK-TASSE-GESPRENKELT-REAKTIVGLASUR-350ML-2ER-SET-00000117" },
  parameters: { studio: { fill: longWorld } },
};

export const Narrow: Story = { parameters: { studio: { width: "360px" } } };
