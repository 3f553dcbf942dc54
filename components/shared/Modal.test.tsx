// Dialogs: named, focused, closed by Escape and beside them, and the focus given back.
import { StrictMode, useState } from "react";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { Button } from "./Button.tsx";
import { Modal } from "./Modal.tsx";
import { StudioProvider } from "./StudioProvider.tsx";

function Sample() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <StrictMode>
      <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 300 }}>
        <Button onClick={() => setIsOpen(true)}>Open</Button>
        <Modal open={isOpen} onClose={() => setIsOpen(false)} title="A dialog" width="200px">
          <Button>Within</Button>
        </Modal>
      </StudioProvider>
    </StrictMode>
  );
}

it("keeps the focus inside and gives it back", async () => {
  const screen = await render(<Sample />);
  const opener = screen.getByRole("button", { name: "Open" });
  await userEvent.click(opener);
  const dialog = screen.getByRole("dialog", { name: "A dialog" });
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().contains(document.activeElement)).toBe(true);
  for (let step = 0; step < 2; step++) {
    await userEvent.tab();
    expect(dialog.element().contains(document.activeElement)).toBe(true);
  }
  await userEvent.keyboard("{Escape}");
  await expect.element(opener).toHaveFocus();
  expect(dialog.query()).toBeNull();
});

it("closes by a click beside it, not by one within", async () => {
  const screen = await render(<Sample />);
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  const dialog = screen.getByRole("dialog", { name: "A dialog" });
  await userEvent.click(screen.getByRole("button", { name: "Within" }));
  await expect.element(dialog).toBeVisible();
  await userEvent.click(dialog, { position: { x: 4, y: 4 } });
  await expect.poll(() => dialog.query()).toBeNull();
});

it("keeps the focus beside a button that goes away under it, and leaves it alone on its way to the next", async () => {
  function Going() {
    const [isGone, setIsGone] = useState(false);
    const [left, setLeft] = useState(0);
    return (
      <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 300 }}>
        <Modal open onClose={() => {}} title="A dialog">
          <div role="group" aria-label="Group">
            {isGone ? null : <Button onClick={() => setIsGone(true)}>Going</Button>}
            <input aria-label="Field" onBlur={() => setLeft(left + 1)} />
          </div>
          <Button>Last, after {left}</Button>
        </Modal>
      </StudioProvider>
    );
  }
  const screen = await render(<Going />);
  await userEvent.click(screen.getByRole("button", { name: "Going" }));
  await expect.element(screen.getByRole("group", { name: "Group" })).toHaveFocus();
  await userEvent.tab();
  await expect.element(screen.getByRole("textbox", { name: "Field" })).toHaveFocus();
  await userEvent.tab();
  await expect.element(screen.getByRole("button", { name: "Last, after 1" })).toHaveFocus();
});
