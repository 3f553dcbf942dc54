// Where the studio offers galleries: to whom they are of use, and where there are some.
import { afterEach, describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, type FakeGallery, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio, type ImageStudioProps } from "./ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

const bucket: FakeGallery = { name: "photos", title: "Photographers' bucket", canPublish: false };
const shop: FakeGallery = { name: "shop", title: "Shop", canPublish: true };

interface Case extends Partial<ImageStudioProps> {
  readonly role?: string;
  readonly galleries?: readonly FakeGallery[];
}

async function open({ role = "EDITOR", galleries = [shop], ...props }: Case = {}) {
  running = startFakeApi(role, ["READY", "APPROVED"]);
  running.galleries = galleries;
  const screen = await render(
    <div style={{ height: 700, width: 1200 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" {...props} />
    </div>,
  );
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2041/ })).toBeVisible();
  // The galleries are asked for with the first page; who may not is told apart once the role is there.
  await expect.element(screen.getByRole("heading", { name: "MUG-00001" })).toBeVisible();
  return {
    screen,
    add: screen.getByRole("button", { name: "Add from gallery" }),
    publish: screen.getByRole("button", { name: "Publish…" }),
  };
}

const nobody: readonly (readonly [string, Case])[] = [
  ["a reviewer", { role: "REVIEWER" }],
  ["a viewer", { role: "VIEWER" }],
  ["a workspace without galleries", { galleries: [] }],
  ["a host that wants neither", { features: { gallery: false, publish: false } }],
  ["a host that has taken their dialogs out", { slots: { GalleryModal: null, PublishModal: null } }],
];

describe("galleries", () => {
  it("are offered to an editor, to add from and to publish to", async () => {
    const { add, publish } = await open();
    await expect.element(add).toBeVisible();
    await expect.element(publish).toBeVisible();
  });

  it("that take no pictures are offered to add from alone", async () => {
    const { add, publish } = await open({ galleries: [bucket] });
    await expect.element(add).toBeVisible();
    expect(publish.query()).toBeNull();
  });

  it("are offered in an empty workspace, also where SKUs come from nowhere else", async () => {
    running = startFakeApi("EDITOR", []);
    running.galleries = [bucket];
    const screen = await render(<ImageStudio endpoint="/graphql" getToken={async () => "key"} features={{ create: false }} />);
    await userEvent.click(screen.getByRole("button", { name: "Add from gallery" }));
    await expect.element(screen.getByRole("dialog", { name: "Add from gallery" })).toBeVisible();
  });

  it.each(nobody)("are not offered to %s", async (_who, given) => {
    const { screen, add, publish } = await open(given);
    // All is there that the same answers bring.
    await expect.element(screen.getByText("Approved", { exact: true }).first()).toBeVisible();
    expect([add.query(), publish.query()]).toEqual([null, null]);
  });

  it("are published to from a selection that holds something approved, and from the photo's dialog", async () => {
    const { screen } = await open();
    const bar = screen.getByRole("toolbar", { name: "1 selected" });
    await userEvent.click(screen.getByRole("gridcell", { name: /IMG_2040/ }), { modifiers: ["ControlOrMeta"] });
    await expect.element(bar.getByRole("button", { name: "Approve" })).toBeVisible();
    expect(bar.getByRole("button", { name: "Publish…" }).query()).toBeNull();
    await userEvent.keyboard("{Escape}");
    await userEvent.dblClick(screen.getByRole("gridcell", { name: /IMG_2041/ }));
    const dialog = screen.getByRole("dialog", { name: /IMG_2041/ });
    await userEvent.click(dialog.getByRole("button", { name: "Publish…" }));
    await expect.element(screen.getByRole("dialog", { name: "Publish photos" })).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.element(dialog.getByRole("button", { name: "Publish…" })).toHaveFocus();
  });
});
