// Slider, switch and segments: by keys and pointer, under their names, in the host's page and within a shadow root.
import { useState } from "react";
import { createPortal } from "react-dom";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import sheet from "../styles/index.css?inline";
import "../styles/index.css";
import { Button } from "./Button.tsx";
import { Modal } from "./Modal.tsx";
import { Segmented } from "./Segmented.tsx";
import { SliderRow } from "./Slider.tsx";
import { StudioProvider } from "./StudioProvider.tsx";
import { Switch } from "./Switch.tsx";

const shapes = [
  { value: "square", label: "1:1" },
  { value: "tall", label: "3:4" },
  { value: "wide", label: "4:3" },
] as const;

function Controls({ onCommit = () => {} }: { readonly onCommit?: (value: number) => void }) {
  const [tone, setTone] = useState(0);
  const [isOn, setIsOn] = useState(false);
  const [shape, setShape] = useState<(typeof shapes)[number]["value"]>("square");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 400, width: 400 }}>
      <SliderRow
        label="Brightness"
        value={tone}
        min={-100}
        max={100}
        step={1}
        origin={0}
        text={`${tone}`}
        onChange={setTone}
        onCommit={onCommit}
      />
      <Switch label="Even tone" checked={isOn} onChange={setIsOn} />
      <Segmented label="Ratio" value={shape} segments={shapes} onChange={setShape} />
      <Button onClick={() => setIsOpen(true)}>Open</Button>
      <Modal open={isOpen} onClose={() => setIsOpen(false)} title="A dialog">
        <Switch label="Within" checked={isOn} onChange={setIsOn} />
      </Modal>
    </StudioProvider>
  );
}

it("moves by steps, and by ten of them with Shift, and tells when it is done", async () => {
  const commits: number[] = [];
  const screen = await render(<Controls onCommit={(value) => commits.push(value)} />);
  const slider = screen.getByRole("slider", { name: "Brightness" });
  (slider.element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{Shift>}{ArrowLeft}{/Shift}");
  await expect.element(slider).toHaveAttribute("aria-valuetext", "-8");
  expect(commits).toEqual([1, 2, -8]);
});

it("fills from where nothing is changed", async () => {
  const screen = await render(<Controls />);
  const slider = screen.getByRole("slider", { name: "Brightness" });
  (slider.element() as HTMLElement).focus();
  await userEvent.keyboard("{End}");
  const box = (selector: string): DOMRect | undefined => screen.container.querySelector(selector)?.getBoundingClientRect();
  const track = box(".studio-slider-track");
  await expect.poll(() => box(".studio-slider-fill")?.width).toBeCloseTo((track?.width ?? 0) / 2, 0);
  expect(box(".studio-slider-fill")?.right).toBeCloseTo(track?.right ?? 0, 0);
});

it("switches by Space and by a click on its name", async () => {
  const screen = await render(<Controls />);
  const control = screen.getByRole("switch", { name: "Even tone" });
  await expect.element(control).not.toBeChecked();
  await userEvent.click(screen.getByText("Even tone"));
  await expect.element(control).toBeChecked();
  (control.element() as HTMLElement).focus();
  await userEvent.keyboard(" ");
  await expect.element(control).not.toBeChecked();
});

it("is one stop for Tab, walked by arrows, and always has one chosen", async () => {
  const screen = await render(<Controls />);
  const segment = (name: string) => screen.getByRole("group", { name: "Ratio" }).getByRole("button", { name });
  await userEvent.click(segment("1:1"));
  await expect.element(segment("1:1")).toHaveAttribute("aria-pressed", "true");
  await userEvent.keyboard("{ArrowRight}{Enter}");
  await expect.element(segment("3:4")).toHaveAttribute("aria-pressed", "true");
  await expect.element(segment("1:1")).toHaveAttribute("aria-pressed", "false");
  await userEvent.tab();
  await expect.element(screen.getByRole("button", { name: "Open" })).toHaveFocus();
});

it("works within a shadow root, dialogs included", async () => {
  const host = document.createElement("div");
  document.body.append(host);
  const shadow = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = sheet;
  shadow.append(style);
  const ground = document.createElement("div");
  shadow.append(ground);
  const screen = await render(createPortal(<Controls />, ground));
  const focused = (): string | null | undefined => shadow.activeElement?.getAttribute("aria-label") ?? shadow.activeElement?.textContent;
  await userEvent.click(screen.getByText("Even tone"));
  await expect.element(screen.getByRole("switch", { name: "Even tone" })).toBeChecked();
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  const dialog = screen.getByRole("dialog", { name: "A dialog" });
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().getRootNode()).toBe(shadow);
  for (let step = 0; step < 3; step++) {
    expect(dialog.element().contains(shadow.activeElement)).toBe(true);
    await userEvent.tab();
  }
  await userEvent.keyboard("{Escape}");
  await expect.poll(focused).toBe("Open");
  await screen.unmount();
  host.remove();
});
