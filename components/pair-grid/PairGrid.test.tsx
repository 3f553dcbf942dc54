// The pair grid: found by role and name, walked by keys, ticked, opened, and run again from where it failed.
import { useState } from "react";
import { expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { StudioProvider } from "../shared/StudioProvider.tsx";
import { samplePair, wholeList } from "../shared/samples.ts";
import { PairGrid } from "./PairGrid.tsx";

const many = Array.from({ length: 10_000 }, (_, position) => samplePair(position));
const pairs = [samplePair(0), samplePair(1), samplePair(2, "FAILED"), samplePair(3, "WAITING"), samplePair(4, "PROCESSING"), samplePair(5)];

function Grid({
  shown = pairs,
  isLoading = false,
  onOpen = () => {},
  onRunAgain = () => {},
}: {
  readonly shown?: typeof pairs;
  readonly isLoading?: boolean;
  readonly onOpen?: (id: string) => void;
  readonly onRunAgain?: (ids: readonly string[]) => void;
}) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <StudioProvider endpoint="/graphql" getToken={async () => "key"} style={{ height: 700, width: 1040 }}>
      <div className="studio-main" style={{ height: 700 }}>
        <PairGrid
          pairs={shown}
          list={{ ...wholeList(shown), isLoading }}
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

it("draws all of a few photos, and walks them in their columns, also where they come after the grid", async () => {
  const seven = [...pairs, samplePair(6)];
  const screen = await render(<Grid shown={[]} isLoading />);
  await expect.element(screen.getByRole("grid", { name: "Pairs" })).toHaveAttribute("aria-busy", "true");
  await screen.rerender(<Grid shown={seven} />);
  await expect.poll(() => screen.container.querySelectorAll("[data-pair]").length).toBe(seven.length);
  await userEvent.click(screen.getByRole("gridcell", { name: /IMG_2040/ }));
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2043/ })).toHaveFocus();
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

it("holds few of many photos at once, and reaches each of them by keys and by scrolling", async () => {
  const screen = await render(<Grid shown={many} />);
  const grid = screen.getByRole("grid", { name: "Pairs" });
  const cells = () => [...screen.container.querySelectorAll<HTMLElement>(".studio-cell")];
  const cell = (position: number) => screen.getByRole("gridcell", { name: new RegExp(`IMG_${2040 + position}\\.`) });
  await expect.element(grid).toHaveAttribute("aria-rowcount", "10000");
  await expect.poll(() => cells().length).toBeLessThan(40);
  await userEvent.click(cell(0));
  await userEvent.keyboard("{End}");
  await expect.element(cell(9999)).toHaveFocus();
  await expect.element(cell(9999)).toBeInViewport();
  expect(cells().length).toBeLessThan(60);
  await userEvent.keyboard("{ArrowUp}");
  await expect.element(cell(9996)).toHaveFocus();
  await userEvent.keyboard("{Home}");
  await expect.element(cell(0)).toHaveFocus();
  await expect.element(cell(0)).toBeInViewport();
  // Scrolled away, the photo with the focus is still there, and the keys go on from it.
  const scroller = screen.container.querySelector(".studio-pairs");
  scroller?.scrollTo({ top: 100_000 });
  await expect.poll(() => cells().some(({ ariaRowIndex }) => Number(ariaRowIndex) > 500)).toBe(true);
  await expect.element(cell(0)).toHaveFocus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.element(cell(1)).toHaveFocus();
});

it("keeps rows in step and in place, however far it is scrolled", async () => {
  const screen = await render(<Grid shown={many} />);
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
  const scroller = screen.container.querySelector(".studio-pairs");
  if (scroller === null) throw new Error("the grid has no scroller");
  for (const top of [400, 1200, 50_000, 49_700, 0]) {
    scroller.scrollTo({ top });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    // Rows that turn out a hair higher than reckoned are made up for, so that what is seen stays.
    expect(Math.abs(scroller.scrollTop - top)).toBeLessThanOrEqual(2);
    const places = new Map<number, Set<number>>();
    for (const { offsetTop, ariaRowIndex } of screen.container.querySelectorAll<HTMLElement>(".studio-cell")) {
      const row = Math.floor((Number(ariaRowIndex) - 1) / 3);
      places.set(row, (places.get(row) ?? new Set()).add(offsetTop));
    }
    // The three of a row stand beside one another, and rows at one distance, also over those that are not there.
    const tops = [...places].toSorted(([one], [other]) => one - other);
    expect(tops.map(([, offsets]) => offsets.size)).toEqual(tops.map(() => 1));
    const distances = tops
      .slice(1)
      .map(([row, [offset = 0]], index) => (offset - ([...(tops[index]?.[1] ?? [])][0] ?? 0)) / (row - (tops[index]?.[0] ?? 0)));
    expect(Math.max(...distances) - Math.min(...distances)).toBeLessThanOrEqual(1);
  }
});
