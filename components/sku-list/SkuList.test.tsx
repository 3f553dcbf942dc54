// The SKU list: found by role and name, walked by keys, ticked in ranges, and light with many rows.
import { useState } from "react";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { StudioProvider } from "../shared/StudioProvider.tsx";
import { sampleSku, wholeList } from "../shared/samples.ts";
import { SkuList } from "./SkuList.tsx";

const skus = wholeList(Array.from({ length: 5000 }, (_, number) => sampleSku(number)));

function List({ onChoose }: { readonly onChoose: (code: string) => void }) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 600, width: 288 }}>
      <SkuList skus={skus} current="MUG-00001" onChoose={onChoose} ticked={ticked} onTickedChange={setTicked} />
      <output>{[...ticked].toSorted().join(" ")}</output>
    </StudioProvider>
  );
}

it("is a listbox whose rows are named by their codes, and holds few of many rows at once", async () => {
  const screen = await render(<List onChoose={() => {}} />);
  await expect.element(screen.getByRole("listbox", { name: "SKUs" })).toBeVisible();
  await expect.element(screen.getByRole("option", { name: /MUG-00001/ })).toHaveAttribute("aria-current", "true");
  expect(screen.container.querySelectorAll("[role=option]").length).toBeLessThan(40);
  await expect.element(screen.getByRole("option", { name: /MUG-00001/ })).toHaveAttribute("aria-setsize", "5000");
});

it("moves by arrows, chooses by Enter, ticks by Space and in ranges by Shift", async () => {
  let chosen = "";
  const screen = await render(<List onChoose={(code) => (chosen = code)} />);
  const list = screen.getByRole("listbox", { name: "SKUs" });
  await expect.element(list).toBeVisible();
  screen.container.querySelector<HTMLElement>("[role=option][tabindex='0']")?.focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect(chosen).toBe("MUG-00003");
  await userEvent.keyboard(" ");
  await expect.element(screen.getByRole("option", { name: /MUG-00003/ })).toHaveAttribute("aria-selected", "true");
  await userEvent.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  await expect.element(screen.getByRole("status")).toHaveTextContent("MUG-00003 MUG-00004 MUG-00005");
  await userEvent.keyboard("{End}");
  await expect.element(screen.getByRole("option", { name: /MUG-04999/ })).toHaveFocus();
});

it("ticks all that it shows by Ctrl+A, and keeps the page's text as it is", async () => {
  const screen = await render(<List onChoose={() => {}} />);
  await expect.element(screen.getByRole("listbox", { name: "SKUs" })).toBeVisible();
  screen.container.querySelector<HTMLElement>("[role=option][tabindex='0']")?.focus();
  await userEvent.keyboard("{Control>}a{/Control}");
  await expect.poll(() => screen.getByRole("status").element().textContent?.split(" ").length).toBe(5000);
  expect(getSelection()?.toString()).toBe("");
});
