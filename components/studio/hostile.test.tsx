// A host whose sheet styles everything: the studio and its dialogs look to the pixel as they do without it.
import { afterEach, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "./ImageStudio.tsx";

/** What hosts set, from resets to the sheets of old admin themes, and worse. */
const sheet = `
* { font-size: 30px; letter-spacing: 3px; margin: 5px; border-radius: 9px; box-sizing: content-box; line-height: 3; text-shadow: 1px 1px red; transition: all 2s }
*::before, *::after { content: "!"; color: red }
button, [type=button] { background: red; border: 4px solid lime; text-transform: uppercase; min-height: 60px; padding: 20px; box-shadow: 0 0 9px blue; font-weight: 900 }
input, select, textarea { background: yellow; border: 3px dashed red; height: 70px; width: 100%; display: block }
img { max-width: 10px; border: 5px solid red; filter: invert(1) }
svg { width: 99px; height: 99px; fill: red }
svg * { stroke: red; fill: red }
h1, h2, h3, h4 { font-family: fantasy; color: hotpink; border-bottom: 3px solid; text-align: center }
p, ul, ol, li, dl, dt, dd, table, td, th, label, kbd, b, i, a, span { color: hotpink; background: #ff0; padding: 8px; list-style: square; font-style: italic }
a { text-decoration: line-through } a:hover { color: red }
dialog { border: 9px solid red; padding: 40px; background: red; max-width: 200px }
dialog::backdrop { background: red }
:focus, :focus-visible { outline: 5px dotted red }
[role=listbox], [role=option], [role=grid], [role=gridcell], [role=toolbar], [role=dialog], [role=button] { background: red; display: block }
.host div div { display: block; float: left; position: static; width: 50% } .host button { color: hotpink; float: right } .host img { opacity: 0.2 }
`;
const style = document.createElement("style");
style.textContent = sheet;

let running: FakeApi | undefined;
afterEach(() => {
  style.remove();
  running?.stop();
});

/** What nobody sees or what moves by itself: how an element is scrolled, animated, or composed. */
const unseen = /^(-webkit-|animation|transition|will-change|perspective-origin|transform-origin|interpolate|content$)/;

/** Every property of every element within, and of what stands before and after it, by where it stands. */
function looks(root: Element): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, element] of [root, ...root.querySelectorAll("*")].entries()) {
    const name = `${index} ${element.tagName.toLowerCase()}.${element.getAttribute("class")}`;
    for (const pseudo of ["", "::before", "::after", "::backdrop"]) {
      const computed = getComputedStyle(element, pseudo);
      const isThere =
        pseudo === "" || (pseudo === "::backdrop" ? element.tagName === "DIALOG" : !["none", "normal"].includes(computed.content));
      if (!isThere) continue;
      for (const property of computed) {
        if (!unseen.test(property)) found.set(`${name}${pseudo} ${property}`, computed.getPropertyValue(property));
      }
    }
  }
  return found;
}

function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name)} -> ${after.get(name)}`);
}

async function open(theme: "light" | "dark") {
  // The studio stands where it stands, whatever happens to the page around it: the pointer stays over the same photo.
  await page.viewport(1280, 800);
  running = startFakeApi("OWNER", ["READY", "APPROVED", "FAILED", "WAITING"]);
  const screen = await render(
    <div className="host" style={{ position: "fixed", inset: "0 auto auto 0", margin: 0, height: 700, width: 1200 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme={theme} />
    </div>,
  );
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2043/ })).toBeVisible();
  return screen;
}

/** What the host's sheet changes in how it looks, once nothing moves any more. */
async function changedIn(root: Element): Promise<string[]> {
  await settled(root);
  const calm = looks(root);
  if (calm.size < 1000) throw new Error("too little is there to be compared");
  document.head.append(style);
  await settled(root);
  const changed = differences(calm, looks(root));
  style.remove();
  await settled(root);
  return changed.slice(0, 40);
}
const settled = async (root: Element): Promise<void> => {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await Promise.all(root.getAnimations({ subtree: true }).map((each) => each.finish()));
};

it.each(["light", "dark"] as const)("looks the same in its %s theme", async (theme) => {
  const screen = await open(theme);
  await userEvent.click(screen.getByRole("gridcell", { name: /IMG_2040/ }));
  expect(await changedIn(screen.getByRole("region", { name: "Image Studio" }).element())).toEqual([]);
});

it.each([
  ["Run…", "button"],
  ["Settings", "button"],
] as const)("looks the same behind %s", async (name, role) => {
  const screen = await open("light");
  await userEvent.click(screen.getByRole(role, { name, exact: true }));
  const dialog = screen.getByRole("dialog");
  await expect.element(dialog).toBeVisible();
  await expect.poll(() => dialog.element().querySelectorAll("button, input, select").length).toBeGreaterThan(4);
  expect(await changedIn(dialog.element())).toEqual([]);
});

it("looks the same with a photo opened, edited, and with the keys", async () => {
  const screen = await open("light");
  await userEvent.dblClick(screen.getByRole("gridcell", { name: /IMG_2040/ }));
  const dialog = screen.getByRole("dialog");
  await expect.element(dialog.getByRole("button", { name: "Approve" })).toBeVisible();
  expect(await changedIn(dialog.element())).toEqual([]);
  await userEvent.keyboard("e");
  await expect.element(screen.getByRole("dialog").last().getByRole("button", { name: "Cancel" })).toBeVisible();
  expect(await changedIn(screen.getByRole("dialog").last().element())).toEqual([]);
  await userEvent.keyboard("{Escape}");
  await userEvent.keyboard("{Escape}");
  await userEvent.keyboard("?");
  await expect.element(screen.getByRole("dialog", { name: "Keys" })).toBeVisible();
  expect(await changedIn(screen.getByRole("dialog").element())).toEqual([]);
});
