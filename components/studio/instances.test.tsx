// Several studios on a page, a development build's double mounting, and what is left when a studio goes: nothing.
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio } from "./ImageStudio.tsx";

let api: FakeApi | undefined;
let roots: Root[] = [];
const sockets: WebSocket[] = [];
const RealSocket = globalThis.WebSocket;

afterEach(() => {
  for (const root of roots) root.unmount();
  roots = [];
  document.querySelector("main")?.remove();
  api?.stop();
  globalThis.WebSocket = RealSocket;
  sockets.length = 0;
  vi.restoreAllMocks();
});

/** One root for each, as a page with several islands has. */
function put(count: number): void {
  api = startFakeApi("OWNER", ["READY", "READY"]);
  globalThis.WebSocket = class extends RealSocket {
    constructor(...given: ConstructorParameters<typeof RealSocket>) {
      super(...given);
      sockets.push(this);
    }
  };
  const main = document.createElement("main");
  document.body.append(main);
  for (let index = 0; index < count; index++) {
    const place = document.createElement("div");
    place.style.cssText = "height: 500px; width: 1000px";
    main.append(place);
    const root = createRoot(place);
    root.render(
      <StrictMode>
        <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" />
      </StrictMode>,
    );
    roots.push(root);
  }
}
const studio = (index: number) => page.getByRole("region", { name: "Image Studio" }).nth(index);
async function ready(index: number): Promise<void> {
  await expect.element(studio(index).getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
}

it("has no id twice on a page with two roots, and each studio its own keys and dialogs", async () => {
  const complaints = vi.spyOn(console, "error");
  put(2);
  await ready(0);
  await ready(1);
  await userEvent.click(studio(1).getByRole("button", { name: "Run…" }));
  const dialog = studio(1).getByRole("dialog");
  await expect.element(dialog).toBeVisible();
  expect(studio(0).getByRole("dialog").query()).toBeNull();
  const ids = [...document.querySelectorAll("main [id]")].map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(4);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const id of [...document.querySelectorAll("main [aria-labelledby]")].map((each) => each.getAttribute("aria-labelledby") ?? ""))
    expect(document.querySelectorAll(`[id="${CSS.escape(id)}"]`), id).toHaveLength(1);
  await userEvent.keyboard("{Escape}");
  await userEvent.click(studio(0).getByRole("gridcell", { name: /IMG_2040/ }));
  await userEvent.keyboard("a");
  await expect.element(studio(0).getByText("Approved IMG_2040.jpg")).toBeVisible();
  expect(studio(1).getByText("Approved IMG_2040.jpg").query()).toBeNull();
  expect(complaints).not.toHaveBeenCalled();
});

it("closes its sockets and stops asking when it is taken away", async () => {
  put(2);
  await ready(0);
  await ready(1);
  await expect.poll(() => sockets.length).toBeGreaterThan(0);
  const before = document.documentElement.outerHTML.length;
  for (const root of roots) root.unmount();
  roots = [];
  expect(document.querySelectorAll(".studio")).toHaveLength(0);
  expect(document.documentElement.outerHTML.length).toBeLessThan(before);
  // Longer than the first wait before a new try, and than the grace in which a next subscription may use the socket.
  const settled = performance.now() + 4000;
  await expect.poll(() => performance.now() > settled, { timeout: 6000 }).toBe(true);
  const opened = sockets.length;
  expect(sockets.filter(({ readyState }) => readyState === RealSocket.OPEN || readyState === RealSocket.CONNECTING)).toEqual([]);
  const later = performance.now() + 3000;
  await expect.poll(() => performance.now() > later, { timeout: 5000 }).toBe(true);
  expect(sockets.length).toBe(opened);
});
