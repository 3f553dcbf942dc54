// Requests that fail while the studio loads: it says so, and heals by itself once they get through, with a socket that never stands.
import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import { ImageStudio, type ImageStudioProps } from "./ImageStudio.tsx";

let api: FakeApi | undefined;
afterEach(() => api?.stop());

/** Neither opens nor fails; of a socket, graphql-ws looks at no more meanwhile. */
class SilentSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly readyState = 0;
  close(): void {}
  send(): void {}
}

/** @param failing how often each operation is answered by a gateway's page */
async function open(failing: Record<string, number>, props: Partial<ImageStudioProps> = {}) {
  api = startFakeApi("OWNER", ["READY"]);
  const asked: string[] = [];
  const through: typeof fetch = async (input, init) => {
    const { operationName: name } = JSON.parse(String(init?.body)) as { operationName: string };
    asked.push(name);
    const left = failing[name] ?? 0;
    if (left === 0) return globalThis.fetch(input, init);
    failing[name] = left - 1;
    return new Response("<html>Bad Gateway</html>", { status: 502, statusText: "Bad Gateway", headers: { "content-type": "text/html" } });
  };
  const transport = { fetch: through, WebSocket: SilentSocket as unknown as new () => WebSocket };
  const screen = await render(
    <div style={{ height: 700, width: 1100 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" transport={transport} {...props} />
    </div>,
  );
  return { screen, asked };
}

it("shows what the role allows once the role can be read, and says until then that it could not", async () => {
  const { screen, asked } = await open({ Viewer: 1 });
  await expect.element(screen.getByRole("alert")).toMatchTextContent("What you may do here could not be read");
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
  for (const name of ["Run…", "Settings", "New SKU"]) await expect.element(screen.getByRole("button", { name })).toBeVisible();
  expect(screen.getByRole("alert").query()).toBeNull();
  expect(asked.filter((name) => name === "Viewer")).toHaveLength(2);
});

it("reads the role at once where somebody tries again", async () => {
  const { screen, asked } = await open({ Viewer: 4 });
  await expect.poll(() => asked.filter((name) => name === "Viewer").length, { timeout: 10_000 }).toBe(3);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(asked.filter((name) => name === "Viewer").length).toBeGreaterThanOrEqual(4);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await expect.element(screen.getByRole("button", { name: "Settings" })).toBeVisible();
});

it("reads lists and heads again by itself, and counts no photos until they are read", async () => {
  const { screen } = await open({ Skus: 1, Pairs: 1, SkuHead: 1 });
  await expect.element(screen.getByText("These photos could not be loaded")).toBeVisible();
  await expect.element(screen.getByRole("combobox", { name: "Show" })).toHaveDisplayValue("All photos");
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
  await expect.poll(() => screen.container.querySelector(".studio-head-title")?.textContent).toBeTruthy();
});

it("is whole once the host can give a token again", async () => {
  let failures = 3;
  const getToken = async (): Promise<string> => {
    if (failures-- > 0) throw new Error("No token: 500");
    return "key";
  };
  const { screen } = await open({}, { getToken });
  for (const name of ["Run…", "Settings", "New SKU"]) {
    await expect.element(screen.getByRole("button", { name }), { timeout: 10_000 }).toBeVisible();
  }
  await expect.element(screen.getByRole("gridcell", { name: /IMG_2040/ })).toBeVisible();
});

it("asks nothing more once it is taken away", async () => {
  const { screen, asked } = await open({ Viewer: 99, Skus: 99 });
  await expect.element(screen.getByRole("alert").first()).toBeVisible();
  await screen.unmount();
  const before = asked.length;
  // Longer than the first wait.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(asked).toHaveLength(before);
});
