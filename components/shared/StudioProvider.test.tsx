// The root: named, in its language, untouched by the host's styles and touching nothing outside.
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { Button } from "./Button.tsx";
import { SelectField } from "./Choice.tsx";
import { Modal } from "./Modal.tsx";
import { StudioProvider, type StudioProviderProps } from "./StudioProvider.tsx";

const hostile = document.createElement("style");
hostile.textContent = `* { font-size: 30px; letter-spacing: 3px; margin: 5px; border-radius: 9px } button { background: red; border: 4px solid lime; text-transform: uppercase }
  .host button, .host div, .host h2 { color: hotpink; padding: 20px } svg { width: 99px; height: 99px } img { max-width: 10px }`;
afterEach(() => hostile.remove());

function Sample(props: Partial<StudioProviderProps>) {
  const [isOpen, setIsOpen] = useState(false);
  const [value, setValue] = useState("one");
  return (
    <div className="host">
      <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 300 }} {...props}>
        <Button kind="primary" icon={<svg className="studio-icon" aria-hidden="true" />} onClick={() => setIsOpen(true)}>
          Open
        </Button>
        <Modal open={isOpen} onClose={() => setIsOpen(false)} title="A dialog">
          <SelectField
            label="Number"
            value={value}
            onChange={setValue}
            options={[
              { value: "one", label: "One" },
              { value: "two", label: "Two" },
            ]}
          />
        </Modal>
      </StudioProvider>
    </div>
  );
}

const looks = (element: Element): Record<string, string> => {
  const { fontSize, letterSpacing, margin, padding, backgroundColor, borderTopWidth, textTransform, color, width, height, borderRadius } =
    getComputedStyle(element);
  return { fontSize, letterSpacing, margin, padding, backgroundColor, borderTopWidth, textTransform, color, width, height, borderRadius };
};

it("is a region with its language, as the host chooses", async () => {
  const screen = await render(<Sample locale="ru" theme="dark" />);
  const region = screen.getByRole("region", { name: "Студия изображений" });
  await expect.element(region).toHaveAttribute("lang", "ru");
  await expect.element(region).toHaveAttribute("data-theme", "dark");
  await screen.rerender(<Sample locale="en" theme={{ mode: "light", "--studio-accent": "#008000" }} />);
  await expect.element(screen.getByRole("region", { name: "Image Studio" })).toHaveAttribute("lang", "en");
  expect(getComputedStyle(screen.getByRole("region", { name: "Image Studio" }).element()).getPropertyValue("--studio-accent")).toBe(
    "#008000",
  );
});

it("shows nothing for a moment rather than words of another language, and keeps those in sight while the next are on their way", async () => {
  const screen = await render(<Sample locale="zh" />);
  const region = screen.container.querySelector<HTMLElement>(".studio") ?? document.body;
  const seen = new Set<string>();
  const look = (): string => {
    const button = region.querySelector(".studio-button");
    const isSeen = button !== null && getComputedStyle(button).visibility === "visible";
    return `${region.lang} ${isSeen ? "seen" : "hidden"}`;
  };
  const watch = new MutationObserver(() => seen.add(look()));
  watch.observe(region, { attributes: true, subtree: true, childList: true });
  seen.add(look());
  await expect.element(screen.getByRole("region", { name: "图片工作室" })).toHaveAttribute("lang", "zh");
  await expect.element(screen.getByRole("button", { name: "Open" })).toBeVisible();
  expect([...seen].filter((each) => each !== "zh hidden")).toEqual(["zh seen"]);
  await screen.rerender(<Sample locale="ru" />);
  await expect.element(screen.getByRole("region", { name: "Студия изображений" })).toBeVisible();
  watch.disconnect();
  expect([...seen].filter((each) => each !== "zh hidden")).toEqual(["zh seen", "ru seen"]);
});

it("looks the same under a host that styles all elements, buttons and pictures", async () => {
  const screen = await render(<Sample theme="light" />);
  const parts = (): Record<string, string>[] => [...screen.container.querySelectorAll(".studio-button, .studio-button *")].map(looks);
  await expect.element(screen.getByRole("button", { name: "Open" })).toBeVisible();
  const calm = parts();
  document.head.append(hostile);
  expect(parts()).toEqual(calm);
});

it("keeps its dialogs inside, and leaves the host's document as it was", async () => {
  const screen = await render(<Sample />);
  const outside = (): string =>
    `${document.documentElement.getAttribute("style")} ${document.body.getAttribute("style")} ${document.head.querySelectorAll("style").length} ${document.body.children.length}`;
  const before = outside();
  const opener = screen.getByRole("button", { name: "Open" });
  await userEvent.click(opener);
  const dialog = screen.getByRole("dialog", { name: "A dialog" });
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().closest(".studio")).not.toBeNull();
  expect(outside()).toBe(before);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Number" }), "two");
  await expect.element(screen.getByRole("combobox", { name: "Number" })).toHaveValue("two");
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
  expect(outside()).toBe(before);
});
