// The mask: painted by pointer and keys, seen over the photo, and made into a PNG of the photo's size.
import { useRef, useState } from "react";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import type { ViewHandle } from "../comparison/useView.ts";
import { StudioProvider } from "../shared/StudioProvider.tsx";
import { samplePhoto, square } from "../shared/samples.ts";
import { MaskStage } from "./MaskStage.tsx";
import { maskFile, type Stroke } from "./strokes.ts";

const photo = { ...samplePhoto("bag.jpg", "teal"), width: 400, height: 300, large: square("teal"), full: square("teal") };

function Stage({ onStroke }: { readonly onStroke: (stroke: Stroke) => void }) {
  const view = useRef<ViewHandle>(null);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  return (
    <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 364, width: 464 }}>
      <div className="studio-stage" style={{ height: 364 }}>
        <MaskStage
          photo={photo}
          name="bag.jpg"
          brush="black"
          radius={20}
          strokes={strokes}
          isBefore={false}
          viewRef={view}
          onStroke={(stroke) => {
            setStrokes([...strokes, stroke]);
            onStroke(stroke);
          }}
        />
      </div>
    </StudioProvider>
  );
}

it("is painted by a click and by keys, in the photo's own pixels", async () => {
  const strokes: Stroke[] = [];
  const screen = await render(<Stage onStroke={(stroke) => strokes.push(stroke)} />);
  const stage = screen.getByRole("application", { name: "Mask on bag.jpg" });
  // 400 × 300 pixels fit with 32 around them, one to one.
  await userEvent.click(stage, { position: { x: 132, y: 82 } });
  await expect.poll(() => strokes.length).toBe(1);
  expect(strokes[0]?.points[0]?.x).toBeCloseTo(100, 0);
  expect(strokes[0]?.points[0]?.y).toBeCloseTo(50, 0);
  await userEvent.keyboard("{Enter}{Shift>}{ArrowRight}{ArrowRight}{/Shift}{Enter}");
  await expect.poll(() => strokes.length).toBe(2);
  expect(strokes[1]?.points.map(({ x }) => Math.round(x))).toEqual([100, 130, 160]);
});

it("makes a PNG of the photo's size: white may be painted over, black stays, the rest is clear", async () => {
  const file = await maskFile(
    [
      { brush: "black", radius: 20, points: [{ x: 100, y: 100 }] },
      {
        brush: "white",
        radius: 20,
        points: [
          { x: 300, y: 100 },
          { x: 300, y: 200 },
        ],
      },
      { brush: "erase", radius: 10, points: [{ x: 300, y: 150 }] },
    ],
    photo,
  );
  expect(file.type).toBe("image/png");
  const picture = await createImageBitmap(file);
  expect([picture.width, picture.height]).toEqual([400, 300]);
  const canvas = new OffscreenCanvas(400, 300);
  const context = canvas.getContext("2d");
  context?.drawImage(picture, 0, 0);
  const at = (x: number, y: number): number[] => [...(context?.getImageData(x, y, 1, 1).data ?? [])];
  expect(at(100, 100)).toEqual([0, 0, 0, 255]);
  expect(at(300, 190)).toEqual([255, 255, 255, 255]);
  expect(at(300, 150)[3]).toBe(0);
  expect(at(200, 250)[3]).toBe(0);
});
