// The pair grid: found by role and name, walked by keys, ticked, opened, and run again from where it failed.
import { useState } from "react";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { StudioProvider } from "../shared/StudioProvider.tsx";
import { samplePair, wholeList } from "../shared/samples.ts";
import { PairGrid } from "./PairGrid.tsx";

const pairs = [samplePair(0), samplePair(1), samplePair(2, "FAILED"), samplePair(3, "WAITING"), samplePair(4, "PROCESSING"), samplePair(5)];

function Grid({
  onOpen = () => {},
  onRunAgain = () => {},
}: {
  readonly onOpen?: (id: string) => void;
  readonly onRunAgain?: (ids: readonly string[]) => void;
}) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 700, width: 1040 }}>
      <div className="studio-main" style={{ height: 700 }}>
        <PairGrid
          pairs={pairs}
          list={wholeList(pairs)}
          ticked={ticked}
          onTickedChange={setTicked}
          onOpen={onOpen}
          onRunAgain={onRunAgain}
        />
      </div>
    </StudioProvider>
  );
}

it("is a grid whose items are named by their files, with as many columns as fit", async () => {
  const screen = await render(<Grid />);
  await expect.element(screen.getByRole("grid", { name: "Pairs" })).toBeVisible();
  const first = screen.getByRole("gridcell", { name: /IMG_2040\.jpg/ });
  await expect.element(first).toBeVisible();
  const tops = [...screen.container.querySelectorAll<HTMLElement>(".studio-cell")].map((cell) => cell.offsetTop);
  expect(tops.filter((top) => top === tops[0])).toHaveLength(3);
});

it("moves by arrows and Home, opens by Enter and by a double click", async () => {
  const opened: string[] = [];
  const screen = await render(<Grid onOpen={(id) => opened.push(id)} />);
  const cell = (name: string) => screen.getByRole("gridcell", { name: new RegExp(name) });
  await userEvent.click(cell("IMG_2040"));
  await userEvent.keyboard("{ArrowRight}{ArrowDown}{Enter}");
  expect(opened).toEqual(["pair-4"]);
  await userEvent.keyboard("{Home}");
  await expect.element(cell("IMG_2040")).toHaveFocus();
  await userEvent.dblClick(cell("IMG_2045"));
  expect(opened).toEqual(["pair-4", "pair-5"]);
});

it("ticks by Shift and Space, and shows the source while Space is held", async () => {
  const screen = await render(<Grid />);
  const cell = screen.getByRole("gridcell", { name: /IMG_2041/ });
  await userEvent.click(cell);
  await userEvent.keyboard("{Shift>} {/Shift}");
  await expect.element(cell).toHaveAttribute("aria-selected", "true");
  const alts = (): string[] => [...cell.element().querySelectorAll("img")].map((image) => image.alt);
  expect(alts()).toEqual(["Source", "Result"]);
  await userEvent.keyboard("{ >}");
  await expect.poll(alts).toEqual(["Source", "Source"]);
  await userEvent.keyboard("{/ }");
  await expect.poll(alts).toEqual(["Source", "Result"]);
});

it("says why a photo failed and runs it again", async () => {
  const again: (readonly string[])[] = [];
  const screen = await render(<Grid onRunAgain={(ids) => again.push(ids)} />);
  await expect.element(screen.getByText("No product edge found in the photo.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Run again" }));
  expect(again).toEqual([["pair-2"]]);
});
