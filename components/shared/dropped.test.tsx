// Real folders and files, dropped by the browser itself.
/// <reference types="@vitest/browser-playwright" />
import { expect, it } from "vitest";
import { cdp, server } from "vitest/browser";
import { render } from "vitest-browser-react";
import { bringsFiles, type DroppedFile, droppedFiles } from "./dropped.ts";

const root = `${server.config.root}/demo`;

/** Drops what lies at these paths onto an empty page, as a file manager does. */
async function drop(...files: readonly string[]): Promise<readonly DroppedFile[]> {
  let take: (dropped: Promise<readonly DroppedFile[]>) => void = () => {};
  const taken = new Promise<readonly DroppedFile[]>((resolve) => {
    take = resolve;
  });
  const screen = await render(
    <div
      role="group"
      aria-label="ground"
      style={{ width: 200, height: 200 }}
      onDragOver={(event) => {
        if (bringsFiles(event.dataTransfer)) event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        take(droppedFiles(event.dataTransfer));
      }}
    />,
  );
  const ground = screen.getByRole("group", { name: "ground" }).element().getBoundingClientRect();
  const frame = window.frameElement?.getBoundingClientRect() ?? { x: 0, y: 0 };
  const place = { x: frame.x + ground.x + 50, y: frame.y + ground.y + 50 };
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) await cdp().send("Input.dispatchDragEvent", { type, ...place, data });
  return taken;
}

it("walks a folder to its last file, each with the way to it, in the order of their names", async () => {
  const dropped = await drop(`${root}/photos`);
  const ofBag = dropped.filter(({ folder }) => folder === "photos/BAG-004");
  expect(ofBag.map(({ file }) => file.name)).toEqual(["01.jpg", "02.jpg", "03.jpg"]);
  for (const { file } of ofBag) expect(file.size).toBeGreaterThan(100_000);
  expect(new Set(dropped.map(({ folder }) => folder)).size).toBeGreaterThan(5);
});

it("takes files by themselves beside folders", async () => {
  const dropped = await drop(`${root}/index.html`, `${root}/photos/BAG-004`);
  expect(dropped.map(({ file, folder }) => [folder, file.name])).toEqual([
    [undefined, "index.html"],
    ["BAG-004", "01.jpg"],
    ["BAG-004", "02.jpg"],
    ["BAG-004", "03.jpg"],
  ]);
});
