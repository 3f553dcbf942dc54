// Dialogs that come on demand: not before they are opened, once, and again after a failed try.
import { useState } from "react";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { Button } from "./Button.tsx";
import { Modal } from "./Modal.tsx";
import { onDemand } from "./on-demand.tsx";
import { StudioProvider } from "./StudioProvider.tsx";

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

const Late = ({ open, onClose }: Props) => (
  <Modal open={open} onClose={onClose} title="Late">
    <Button onClick={onClose}>Done</Button>
  </Modal>
);

/** @param failures tries that fail before one succeeds */
function late(failures: number) {
  let loads = 0;
  const Part = onDemand<Props>(
    async () => {
      loads++;
      if (loads <= failures) throw new Error("A new version was deployed.");
      return Late;
    },
    ({ open }) => open,
  );
  const errors: string[] = [];
  const Sample = () => {
    const [isOpen, setIsOpen] = useState(false);
    return (
      <StudioProvider
        endpoint="/graphql"
        getToken={async () => "key"}
        onError={(error) => errors.push(error.message)}
        style={{ height: 300 }}
      >
        <Button onClick={() => setIsOpen(!isOpen)}>Toggle</Button>
        <Part open={isOpen} onClose={() => setIsOpen(false)} />
      </StudioProvider>
    );
  };
  return { Part, Sample, errors, loads: () => loads };
}

it("is loaded when it is first opened, and once", async () => {
  const { Sample, loads } = late(0);
  const screen = await render(<Sample />);
  expect(loads()).toBe(0);
  const toggle = screen.getByRole("button", { name: "Toggle" });
  for (let opening = 0; opening < 2; opening++) {
    await userEvent.click(toggle);
    await expect.element(screen.getByRole("dialog", { name: "Late" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    await expect.element(toggle).toHaveFocus();
  }
  expect(loads()).toBe(1);
});

it("opens without waiting where it was prepared", async () => {
  const { Part, Sample, loads } = late(0);
  await Part.prepare();
  const screen = await render(<Sample />);
  await userEvent.click(screen.getByRole("button", { name: "Toggle" }));
  expect(screen.getByRole("dialog", { name: "Late" }).query()).not.toBeNull();
  expect(loads()).toBe(1);
});

it("tells the user and the host when it could not be loaded, and tries again at the next opening", async () => {
  const { Sample, errors } = late(1);
  const screen = await render(<Sample />);
  const toggle = screen.getByRole("button", { name: "Toggle" });
  await userEvent.click(toggle);
  await expect.poll(() => errors).toEqual(["A new version was deployed."]);
  await expect.element(screen.getByText("This part could not be loaded. Try again, or reload the page.")).toBeVisible();
  await userEvent.click(toggle);
  await userEvent.click(toggle);
  await expect.element(screen.getByRole("dialog", { name: "Late" })).toBeVisible();
});
