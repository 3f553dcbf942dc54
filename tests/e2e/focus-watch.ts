// Where the focus of a page is, and whether a person can see it: what has the focus must look other than it does without.
import type { Locator, Page } from "playwright";
import { expect } from "vitest";

export interface FocusWatch {
  /** Where the focus is, seen from an element: on it, or within the list, grid or group that is one stop of Tab with it. */
  placeOf(target: Locator): Promise<"on it" | "in its group" | "elsewhere">;
  /** Whether the group that has the focus is walked by up and down. */
  isUpright(): Promise<boolean>;
  /** To be asked at each stop. Throws where the stop before it, which has lost the focus now, looked the same while it had it. */
  expectVisible(): Promise<void>;
  expectOn(target: Locator): Promise<void>;
}

/** How long the focus may take to come back after a dialog. */
const backTimeoutMs = 10_000;

export function createFocusWatch(page: Page): FocusWatch {
  const placeOf: FocusWatch["placeOf"] = (target) =>
    target.evaluate((element) => {
      const { activeElement } = document;
      if (activeElement === element) return "on it";
      const isStop =
        element instanceof HTMLElement && element.tabIndex >= 0 && !(element instanceof HTMLInputElement && element.type === "radio");
      const group = activeElement?.closest("[role=grid], [role=listbox], [role=tablist], [role=radiogroup], [role=group]");
      return !isStop && group?.contains(element) === true && activeElement !== group ? "in its group" : "elsewhere";
    });
  return {
    placeOf,
    isUpright: () =>
      page.evaluate(() => {
        const group = document.activeElement?.closest("[role=listbox], [role=tablist]");
        return group != null && (group.role === "listbox" || group.ariaOrientation === "vertical");
      }),
    expectVisible: async () => {
      const fault = await page.evaluate(noteFocus);
      if (fault !== undefined) throw new Error(fault);
    },
    expectOn: async (target) => {
      await expect.poll(() => placeOf(target), { timeout: backTimeoutMs, message: `the focus is back on ${target}` }).toBe("on it");
    },
  };
}

/** Runs in the page. @returns what is wrong: the stop before this one looks as it did with the focus, or something lies over this one */
function noteFocus(): string | undefined {
  interface Stop {
    readonly element: Element;
    readonly looks: string;
  }
  const page = window as { lastStop?: Stop | undefined };
  const shown = ["outline", "boxShadow", "borderColor", "backgroundColor", "opacity", "visibility"] as const;
  const told = (element: Element): string => (element.cloneNode() as Element).outerHTML.slice(0, 300);
  // A ring may be drawn by what the element lies in or upon, such as the field around an input.
  const looksOf = (element: Element): string => {
    const around = [element, element.parentElement, element.parentElement?.parentElement, ...element.children];
    const drawn = around.flatMap((each) =>
      each == null ? [] : [getComputedStyle(each), getComputedStyle(each, "::before"), getComputedStyle(each, "::after")],
    );
    return drawn.map((style) => shown.map((name) => style[name]).join()).join();
  };
  const isCovered = (element: Element): boolean => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    return seen === null || !(seen.contains(element) || element.parentElement?.contains(seen) === true);
  };
  const last = page.lastStop;
  const now = document.activeElement;
  // A dialog's panel is where the focus is put, not where Tab comes to.
  const isStop = now instanceof HTMLElement && now.tabIndex >= 0 && now.closest(".studio") !== null;
  page.lastStop = isStop ? { element: now, looks: looksOf(now) } : undefined;
  if (isStop && isCovered(now)) return `Something lies over what has the focus: ${told(now)}`;
  if (last === undefined || last.element === now || !last.element.isConnected) return undefined;
  return looksOf(last.element) === last.looks ? `The focus is not to be seen on ${told(last.element)}` : undefined;
}
