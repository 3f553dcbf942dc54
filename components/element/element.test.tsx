// The custom element: set up before and after it is defined, sealed off from the page, and gone when it is taken out.
import { afterEach, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import type { ImageStudioElement } from "./element.ts";

const hostile = `* { font-size: 30px !important; letter-spacing: 3px } button { background: red; border: 4px solid lime } dialog { display: none !important }`;

let running: FakeApi | undefined;
afterEach(async () => {
  document.querySelector("main")?.remove();
  document.head.querySelector("[data-hostile]")?.remove();
  // Being taken out is noticed in the next turn.
  await Promise.resolve();
  running?.stop();
});

function put(markup: string): ImageStudioElement {
  running = startFakeApi("OWNER", ["READY", "READY"]);
  const main = document.createElement("main");
  main.style.cssText = "height: 700px; width: 1100px";
  main.innerHTML = markup;
  document.body.append(main);
  const element = main.querySelector("image-studio");
  if (element === null) throw new Error("the markup holds no image-studio");
  return element;
}
const inside = (element: ImageStudioElement): HTMLElement | null => element.shadowRoot?.querySelector<HTMLElement>(".studio") ?? null;
async function shown(): Promise<void> {
  await expect.element(page.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
}

// First, since a class that is defined stays so.
it("takes what was set on it before its class was defined", async () => {
  const element = put(`<image-studio endpoint="/graphql" locale="ru" theme="dark"></image-studio>`);
  const reviews: unknown[] = [];
  element.getToken = async () => "key";
  element.onReview = (review) => reviews.push(review.decision);
  expect(element.shadowRoot).toBeNull();
  await import("./element.ts");
  await expect.element(page.getByRole("region", { name: "Студия изображений" })).toBeVisible();
  await shown();
  expect(inside(element)?.dataset.theme).toBe("dark");
  await userEvent.click(page.getByRole("gridcell", { name: /IMG_2040/ }));
  await userEvent.keyboard("a");
  await expect.poll(() => reviews).toEqual(["approve"]);
});

it("waits for its endpoint and for getToken", async () => {
  const element = put("<image-studio></image-studio>");
  element.endpoint = "/graphql";
  await Promise.resolve();
  expect(inside(element)).toBeNull();
  element.getToken = async () => "key";
  await shown();
});

it("tells by events and callbacks alike, and follows the SKU that the user chooses", async () => {
  const element = put(`<image-studio endpoint="/graphql"></image-studio>`);
  const told: unknown[] = [];
  element.getToken = async () => "key";
  element.addEventListener("skuchange", ({ detail }) => told.push(["event", detail]));
  element.onSkuChange = (code) => told.push(["callback", code]);
  element.addEventListener("review", ({ detail }) => told.push(detail.pairs.map(({ id }) => id)));
  await shown();
  await userEvent.click(page.getByRole("option", { name: /MUG-00001/ }));
  expect(told).toEqual([
    ["callback", "MUG-00001"],
    ["event", "MUG-00001"],
  ]);
  expect(element.getAttribute("sku")).toBe("MUG-00001");
  await userEvent.click(page.getByRole("gridcell", { name: /IMG_2041/ }));
  await userEvent.keyboard("x");
  await expect.poll(() => told.at(-1)).toEqual(["pair-1"]);
});

it("keeps its dialogs, its focus and its style inside, under a page that styles everything", async () => {
  const style = document.createElement("style");
  style.dataset["hostile"] = "";
  style.textContent = hostile;
  document.head.append(style);
  const element = put(`<image-studio endpoint="/graphql" theme="light"></image-studio>`);
  element.getToken = async () => "key";
  await shown();
  const outside = document.body.children.length;
  const run = page.getByRole("button", { name: "Run…" });
  expect(getComputedStyle(run.element()).fontSize).toBe("13px");
  await userEvent.click(run);
  const dialog = page.getByRole("dialog");
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().getRootNode()).toBe(element.shadowRoot);
  expect(dialog.element().contains(element.shadowRoot?.activeElement ?? null)).toBe(true);
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => element.shadowRoot?.activeElement).toBe(run.element());
  expect(document.body.children.length).toBe(outside);
});

it("takes the page's custom properties, a theme, words and features, and changes with them", async () => {
  const element = put(`<image-studio endpoint="/graphql" style="--studio-accent: rgb(1, 2, 3)"></image-studio>`);
  const token = (name: string): string => {
    const studio = inside(element);
    return studio === null ? "" : getComputedStyle(studio).getPropertyValue(name);
  };
  element.getToken = async () => "key";
  element.theme = "light";
  await shown();
  expect([token("--studio-accent"), token("--studio-surface")]).toEqual(["rgb(1, 2, 3)", "#ffffff"]);
  element.theme = { mode: "dark", "--studio-accent": "rgb(4, 5, 6)" };
  element.messages = { skus: "Articles" };
  element.features = { settings: false };
  await expect.poll(() => token("--studio-accent")).toBe("rgb(4, 5, 6)");
  expect(token("--studio-surface")).toBe("#1e1e1e");
  await expect.element(page.getByRole("listbox", { name: "Articles" })).toBeVisible();
  expect(page.getByRole("button", { name: "Settings" }).query()).toBeNull();
  element.setAttribute("theme", "light");
  await expect.poll(() => token("--studio-accent")).toBe("rgb(1, 2, 3)");
});

it("keeps its state when it is moved, and lets go of everything when it is taken out", async () => {
  const element = put(`<image-studio endpoint="/graphql"></image-studio><aside></aside>`);
  element.getToken = async () => "key";
  await shown();
  await userEvent.click(page.getByRole("option", { name: /MUG-00001/ }));
  const before = inside(element);
  document.querySelector("aside")?.append(element);
  await Promise.resolve();
  expect(inside(element)).toBe(before);
  element.remove();
  await expect.poll(() => element.shadowRoot?.querySelector(".studio-mount")?.childElementCount).toBe(0);
  document.querySelector("aside")?.append(element);
  await shown();
});
