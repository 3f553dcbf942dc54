// Before and after: a slider for pointer and keys, and the source laid over the result.
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { StudioProvider } from "../shared/StudioProvider.tsx";
import { samplePhoto, square } from "../shared/samples.ts";
import { type CompareMode, ImageComparison } from "./ImageComparison.tsx";

const picture = (name: string, colour: string) => ({ ...samplePhoto(name, colour), large: square(colour), full: square(colour) });
const source = picture("before.jpg", "teal");
const result = picture("after.jpg", "white");

const Comparison = ({ mode = "slider", align = true }: { readonly mode?: CompareMode; readonly align?: boolean }) => (
  <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 600, width: 800 }}>
    <div className="studio-stage" style={{ height: 600 }}>
      <ImageComparison
        source={source}
        result={result}
        placement={{ x: -400, y: -400, width: 2400, height: 2400, rotation: 0 }}
        mode={mode}
        align={align}
      />
    </div>
  </StudioProvider>
);

it("moves its divider by keys and by the pointer", async () => {
  const screen = await render(<Comparison />);
  const slider = screen.getByRole("slider", { name: "Before and after" });
  await expect.element(slider).toHaveAttribute("aria-valuenow", "50");
  (slider.element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{Shift>}{ArrowRight}{/Shift}");
  await expect.element(slider).toHaveAttribute("aria-valuenow", "62");
  await userEvent.keyboard("{Home}");
  await expect.element(slider).toHaveAttribute("aria-valuenow", "0");
  const stage = screen.container.querySelector(".studio-surround");
  if (stage === null) throw new Error("The comparison has no stage");
  await userEvent.click(stage, { position: { x: 400, y: 300 } });
  await expect.element(slider).toHaveAttribute("aria-valuenow", "50");
});

it("lays the source's product over the result's when it aligns", async () => {
  const screen = await render(<Comparison />);
  const box = (alt: string): DOMRect | undefined => screen.container.querySelector(`img[alt="${alt}"]`)?.getBoundingClientRect();
  await expect.poll(() => (box("Source")?.width ?? 0) / (box("Result")?.width ?? 1)).toBeCloseTo(1.5);
  await screen.rerender(<Comparison align={false} />);
  await expect.poll(() => (box("Source")?.width ?? 0) / (box("Result")?.width ?? 1)).toBeCloseTo(1);
});

it("shows both beside each other at the same size", async () => {
  const screen = await render(<Comparison mode="sides" align={false} />);
  const [left, right] = [...screen.container.querySelectorAll("img")].map((image) => image.getBoundingClientRect());
  expect(left?.width).toBeCloseTo(right?.width ?? 0);
  expect(right?.left ?? 0).toBeGreaterThan(left?.right ?? 0);
});

it("shows what changed, brighter by a press", async () => {
  const screen = await render(<Comparison mode="difference" />);
  const gain = screen.getByRole("button", { name: "Gain, times 1" });
  await userEvent.click(gain);
  await userEvent.click(screen.getByRole("button", { name: "Gain, times 2" }));
  await expect.element(screen.getByRole("button", { name: "Gain, times 4" })).toBeVisible();
  const layers = screen.container.querySelector(".studio-difference");
  expect(layers && getComputedStyle(layers).filter).toBe("brightness(4)");
  const taken = screen.container.querySelector(".studio-taken");
  expect(taken && getComputedStyle(taken).mixBlendMode).toBe("difference");
});

/** What a touch screen sends; nothing of it is a mouse. */
function touch(
  stage: Element,
  type: "pointerdown" | "pointermove" | "pointerup",
  [pointerId, clientX, clientY]: readonly [number, number, number],
) {
  stage.dispatchEvent(
    new PointerEvent(type, { pointerId, clientX, clientY, pointerType: "touch", button: 0, bubbles: true, isPrimary: pointerId === 1 }),
  );
}

it("zooms to between two fingers, and leaves the divider alone", async () => {
  const screen = await render(<Comparison align={false} />);
  const stage = screen.container.querySelector<HTMLElement>(".studio-surround");
  if (stage === null) throw new Error("The comparison has no stage");
  // Only a real finger can be captured.
  stage.setPointerCapture = () => {};
  const frame = (): DOMRect | undefined => screen.container.querySelector(`img[alt="Result"]`)?.getBoundingClientRect();
  await expect.poll(() => frame()?.width ?? 0).toBeGreaterThan(100);
  const { left, top } = stage.getBoundingClientRect();
  const before = frame()?.width ?? 0;
  touch(stage, "pointerdown", [1, left + 450, top + 300]);
  touch(stage, "pointerdown", [2, left + 550, top + 300]);
  touch(stage, "pointermove", [1, left + 400, top + 300]);
  touch(stage, "pointermove", [2, left + 600, top + 300]);
  await expect.poll(() => (frame()?.width ?? 0) / before).toBeCloseTo(2);
  // What lay under the fingers, right of the middle, is nearer to it than what lay left.
  expect((frame()?.left ?? 0) + (frame()?.width ?? 0) / 2 - left).toBeLessThan(395);
  touch(stage, "pointerup", [1, left + 400, top + 300]);
  touch(stage, "pointermove", [2, left + 700, top + 300]);
  expect((frame()?.width ?? 0) / before).toBeCloseTo(2);
  touch(stage, "pointerup", [2, left + 700, top + 300]);
});

it("shows the source as long as a picture is held in turns", async () => {
  const screen = await render(<Comparison mode="flip" />);
  const stage = screen.container.querySelector<HTMLElement>(".studio-surround");
  if (stage === null) throw new Error("The comparison has no stage");
  stage.setPointerCapture = () => {};
  await expect.element(screen.getByText("Hold Space or the picture to see the source")).toBeVisible();
  touch(stage, "pointerdown", [1, 200, 200]);
  await expect.element(screen.getByText("The source, as long as it is held")).toBeVisible();
  touch(stage, "pointerup", [1, 200, 200]);
  await expect.element(screen.getByText("Hold Space or the picture to see the source")).toBeVisible();
});
