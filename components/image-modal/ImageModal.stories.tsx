// One pair in full, as it stands and as it is decided on.
import type { Meta, StoryObj } from "@storybook/react-vite";
import { useState } from "react";
import { expect, fn, waitFor, within } from "storybook/test";
import { longWorld } from "../../.storybook/api/worlds.ts";
import { inEnglish } from "../../.storybook/in-english.ts";
import { apiOf } from "../../.storybook/studio-decorator.tsx";
import { usePairs } from "../pair-grid/usePairs.ts";
import { useRunChoices } from "../prompts/useRun.ts";
import { ReviewToast } from "../review/ReviewToast.tsx";
import { useReview } from "../review/useReview.ts";
import { ImageModal } from "./ImageModal.tsx";

interface OpenedProps {
  readonly code: string;
  /** The source's file name, or an id that is not there. */
  readonly name: string;
  readonly isViewer?: boolean;
  readonly onClose?: () => void;
}

function Opened({ code, name, isViewer = false, onClose = () => {} }: OpenedProps) {
  const pairs = usePairs(code);
  const choices = useRunChoices();
  const review = useReview();
  const [chosen, setChosen] = useState<string>();
  const [isClosed, setIsClosed] = useState(false);
  const first = pairs.total === undefined ? undefined : (pairs.nodes.find((pair) => pair.source.name === name)?.id ?? name);
  const { nodes } = pairs;
  return (
    <>
      <ImageModal
        id={isClosed ? undefined : (chosen ?? first)}
        onIdChange={(id) => {
          setChosen(id);
          setIsClosed(id === undefined);
          if (id === undefined) onClose();
        }}
        pairs={nodes}
        engineTitle={choices.engineTitle}
        presets={choices.presets}
        preset={choices.preset}
        onEdit={isViewer ? undefined : () => {}}
        onRunAgain={isViewer ? undefined : () => {}}
        onDecide={
          isViewer
            ? undefined
            : (decision, id, reason) => {
                const at = nodes.findIndex((pair) => pair.id === id);
                review.decide(decision, nodes.slice(at, at + 1), reason);
                setChosen(nodes[at + 1]?.id ?? id);
              }
        }
        onMakeMain={isViewer ? undefined : review.makeMain}
        onSelectResult={isViewer ? undefined : review.selectResult}
      />
      <ReviewToast review={review} />
    </>
  );
}

const meta = {
  title: "Parts/ImageModal",
  component: Opened,
  args: { code: "SET-009", name: "mug-front.jpg", onClose: fn() },
} satisfies Meta<typeof Opened>;

export default meta;
type Story = StoryObj<typeof meta>;

export const ToReview: Story = {
  play: inEnglish(async ({ canvas }) => {
    const rules = within(await canvas.findByRole("region", { name: "Rules" }));
    await waitFor(() => expect(rules.getByText("Width to height 1:1")).toBeVisible());
  }),
};

export const DecidedByKeys: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent, args }) => {
    await canvas.findByRole("dialog", { name: /mug-front/ });
    await userEvent.keyboard("a");
    await canvas.findByRole("dialog", { name: /solenne-amber/ });
    await userEvent.keyboard("r");
    await userEvent.keyboard("Label is not straight{Enter}");
    await canvas.findByRole("dialog", { name: /thermos-green/ });
    const { world } = apiOf({ canvasElement });
    const standing = () => world.pairs.slice(0, 2).map(({ status, note }) => [status, note]);
    await waitFor(() =>
      expect(standing()).toEqual([
        ["APPROVED", null],
        ["REJECTED", "Label is not straight"],
      ]),
    );
    await userEvent.click(canvas.getByRole("button", { name: "Close" }));
    await waitFor(() => expect(args.onClose).toHaveBeenCalledOnce());
  }),
};

export const ComparedByKeys: Story = {
  play: inEnglish(async ({ canvas, userEvent }) => {
    const dialog = await canvas.findByRole("dialog", { name: /mug-front/ });
    await within(dialog).findByRole("slider");
    await userEvent.keyboard("2");
    await waitFor(() => expect(within(dialog).queryByRole("slider")).toBeNull());
    await expect(within(dialog).getByRole("button", { name: "Side by side" })).toHaveAttribute("aria-pressed", "true");
  }),
};

export const EarlierResultChosen: Story = {
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog", { name: /mug-front/ }));
    await userEvent.click(await dialog.findByRole("button", { name: /OpenAI/ }));
    await userEvent.click(await dialog.findByRole("button", { name: "Use this result" }));
    const { world } = apiOf({ canvasElement });
    await waitFor(() => expect(world.pairs[0]?.current?.engine).toBe("openai"));
  }),
};

export const Loading: Story = {
  parameters: { studio: { latencyMs: 0 } },
  play: inEnglish(async ({ canvas, canvasElement }) => {
    await canvas.findByRole("dialog");
    apiOf({ canvasElement }).switches.latencyMs = Number.POSITIVE_INFINITY;
  }),
};

export const Failed: Story = {
  parameters: { studio: { broken: ["node"] } },
  play: inEnglish(async ({ canvas, canvasElement, userEvent }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await expect(await dialog.findByRole("alert")).toHaveTextContent("Something went wrong here.");
    apiOf({ canvasElement }).switches.broken.clear();
    await userEvent.click(dialog.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(dialog.getByRole("slider")).toBeVisible());
  }),
};

export const Gone: Story = { args: { name: "deleted-by-a-colleague.jpg" } };

export const NotRunYet: Story = { args: { name: "auralis-white.jpg" } };

export const RunFailed: Story = { args: { name: "board-walnut.jpg" } };

export const Rejected: Story = { args: { name: "saddle-bag-front.jpg" } };

export const ForViewers: Story = {
  args: { isViewer: true },
  parameters: { studio: { role: "VIEWER" } },
  play: inEnglish(async ({ canvas }) => {
    const dialog = within(await canvas.findByRole("dialog"));
    await dialog.findByRole("slider");
    await expect(dialog.queryByRole("button", { name: /Approve|Reject|Archive|Edit/ })).toBeNull();
  }),
};

export const LongText: Story = {
  args: {
    code: "KERAMIK-TASSE-GESPRENKELT-REAKTIVGLASUR-350ML-2ER-SET-00000117",
    name: "2026-04-30_studio-2_kamera-B_DSC_000412 (final, retouched, approved by Marketing).jpg",
  },
  parameters: { studio: { fill: longWorld } },
};
