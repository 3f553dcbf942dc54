// The two ways in which a person works in the studio: with a mouse, and with the keys alone.
import type { Locator, Page } from "playwright";
import { createFocusWatch } from "./focus-watch.ts";

export interface Hands {
  /** A button, a link, a tab, one of several; with its key where the studio has one and the hands are on the keys. */
  press(target: Locator, key?: string): Promise<void>;
  /** An option of a list that the system draws. */
  choose(list: Locator, label: string): Promise<void>;
  write(field: Locator, text: string): Promise<void>;
  /** Shows what a row of the list stands for. */
  show(row: Locator): Promise<void>;
  /** Opens a photo of the grid. */
  open(photo: Locator): Promise<void>;
  tick(photo: Locator): Promise<void>;
  /** Moves a slider up by some steps. */
  raise(slider: Locator): Promise<void>;
  /** Brings files: drops them beside the button, or takes them in the dialog that the button opens. */
  bring(button: Locator, paths: readonly string[]): Promise<void>;
  close(dialog: Locator, button: string): Promise<void>;
  /** Throws unless the focus is where it was before a dialog; who works with a mouse does not look for it. */
  expectBack(to: Locator): Promise<void>;
}

export function mouse(page: Page): Hands {
  return {
    press: (target) => target.click(),
    // The list itself is drawn by the system, beyond the page's reach.
    choose: async (list, label) => void (await list.selectOption({ label })),
    write: (field, text) => field.fill(text),
    show: (row) => row.click(),
    open: (photo) => photo.dblclick(),
    tick: (photo) => photo.click({ modifiers: ["ControlOrMeta"] }),
    raise: async (slider) => {
      const { x, y, width, height } = await boxOf(slider);
      const [from, by] = [{ x: x + width / 2, y: y + height / 2 }, 30];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(from.x + by, from.y, { steps: 3 });
      await page.mouse.up();
    },
    bring: (button, paths) => drop(page, button, paths),
    close: (dialog, button) => dialog.getByRole("button", { name: button, exact: true }).last().click(),
    expectBack: async () => {},
  };
}

async function boxOf(target: Locator) {
  // To the middle, as one scrolls who wants to take hold of it.
  await target.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${target} is not on the page.`);
  return box;
}

/** As the system does it: the page is told of a drag with files over it, and then of the drop. */
async function drop(page: Page, target: Locator, paths: readonly string[]): Promise<void> {
  const { x, y, width, height } = await boxOf(target);
  const session = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", {
      type,
      x: x + width / 2,
      y: y + height / 2,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  await session.detach();
}

/** Stops of Tab after which a thing counts as out of reach; the fullest dialog has about sixty. */
const mostStops = 120;
/** Likewise of arrows within a list. */
const mostSteps = 60;

export function keyboard(page: Page): Hands {
  const { keyboard: keys } = page;
  const watch = createFocusWatch(page);
  // From the beginning: asked for only together with the key, the browser may hear of the key first.
  page.on("filechooser", () => {});
  /** Tab from stop to stop, and arrows within a list, a grid or a group that is one stop. */
  const reach = async (target: Locator): Promise<void> => {
    for (let stop = 0; stop < mostStops; stop++) {
      const place = await watch.placeOf(target);
      if (place === "on it") return;
      if (place === "in its group") return walk(target);
      await keys.press("Tab");
      await watch.expectVisible();
    }
    throw new Error(`Tab never comes to ${target}.`);
  };
  const walk = async (target: Locator): Promise<void> => {
    await keys.press("Home");
    for (let step = 0; step < mostSteps; step++) {
      if ((await watch.placeOf(target)) === "on it") return watch.expectVisible();
      await keys.press((await watch.isUpright()) ? "ArrowDown" : "ArrowRight");
    }
    throw new Error(`Arrows never come to ${target}.`);
  };
  const hands: Hands = {
    press: async (target, key) => {
      if (key !== undefined) return keys.press(key);
      await reach(target);
      // An arrow within a group of radios has chosen it already.
      await keys.press((await target.evaluate((element) => element instanceof HTMLInputElement)) ? "Space" : "Enter");
    },
    choose: async (list, label) => {
      await reach(list);
      await keys.press("Home");
      // The element itself: in a list of languages, a choice changes the names of everything.
      const element = await list.elementHandle();
      const chosen = () => element?.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]?.label);
      for (let step = 0; (await chosen()) !== label; step++) {
        if (step === mostSteps) throw new Error(`Arrows never come to the option ${label}.`);
        await keys.press("ArrowDown");
      }
    },
    write: async (field, text) => {
      await reach(field);
      await keys.press("ControlOrMeta+a");
      await keys.insertText(text);
    },
    show: (row) => hands.press(row),
    open: (photo) => hands.press(photo),
    tick: async (photo) => {
      await reach(photo);
      await keys.press("Shift+Space");
    },
    raise: async (slider) => {
      await reach(slider);
      for (let step = 0; step < 5; step++) await keys.press("ArrowRight");
    },
    bring: async (button, paths) => {
      await reach(button);
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), keys.press("Enter")]);
      await chooser.setFiles([...paths]);
    },
    close: () => keys.press("Escape"),
    expectBack: (to) => watch.expectOn(to),
  };
  return hands;
}
