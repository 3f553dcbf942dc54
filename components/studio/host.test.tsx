// What the host decides: which SKU, which features, which parts; and that it hears of errors.
import { afterEach, describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import "../styles/index.css";
import { type FakeApi, startFakeApi } from "../shared/fake-api.ts";
import type { SkuListProps } from "../sku-list/SkuList.tsx";
import type { Feature } from "./features.ts";
import { ImageStudio, type ImageStudioProps } from "./ImageStudio.tsx";

let running: FakeApi | undefined;
afterEach(() => running?.stop());

function Hosted(props: Partial<ImageStudioProps>) {
  return (
    <div style={{ height: 700, width: 1100 }}>
      <ImageStudio endpoint="/graphql" getToken={async () => "key"} theme="light" {...props} />
    </div>
  );
}

async function open(props: Partial<ImageStudioProps> = {}, role = "OWNER") {
  running = startFakeApi(role, ["READY", "APPROVED"]);
  const screen = await render(<Hosted {...props} />);
  const cell = screen.getByRole("gridcell", { name: /IMG_2040/ });
  await expect.element(cell).toBeVisible();
  return { screen, cell, api: running };
}

describe("features", () => {
  const shownBy: readonly (readonly [Feature, "button" | "combobox" | "listbox" | "searchbox", string | RegExp])[] = [
    ["list", "listbox", "SKUs"],
    ["search", "searchbox", "Search code or title"],
    ["defaults", "combobox", "Engine"],
    ["language", "combobox", "Language"],
    ["settings", "button", "Settings"],
    ["run", "button", "Run…"],
    ["upload", "button", /Drop photos/],
    ["edit", "button", "Edit"],
    ["review", "button", "Approve all that pass"],
  ];

  it.each(shownBy)("hides %s, and shows it where nothing is said", async (feature, role, name) => {
    const { screen, cell } = await open();
    await userEvent.hover(cell);
    const part = screen.getByRole(role, { name }).first();
    await expect.element(part).toBeInTheDocument();
    await screen.rerender(<Hosted features={{ [feature]: false }} />);
    await userEvent.hover(cell);
    await expect.poll(() => part.query()).toBeNull();
  });

  it("takes the keys with what it hides", async () => {
    const { screen, cell, api } = await open({ features: { review: false, run: false, edit: false, search: false } });
    await userEvent.click(cell);
    await userEvent.keyboard("axmge/");
    await userEvent.keyboard("r{Enter}");
    expect(api.mutations).toEqual([]);
    // Enter opened the pair, with code that comes when it is first asked for.
    await expect.element(screen.getByRole("dialog", { name: /IMG_2040/ })).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => screen.getByRole("dialog").query()).toBeNull();
    await userEvent.keyboard("?");
    await expect.element(screen.getByRole("dialog", { name: "Keys" })).toBeVisible();
    const listed = [...screen.getByRole("dialog").element().querySelectorAll("kbd")].map((key) => key.textContent);
    expect(listed).not.toEqual(expect.arrayContaining(["A"]));
    expect(listed).toContain("J");
  });

  it("hides downloads of the selection and of the result that is looked at", async () => {
    const { screen, cell } = await open({ features: { download: false } });
    await userEvent.click(cell);
    await userEvent.keyboard("{Control>}a{/Control}");
    await expect.element(screen.getByRole("toolbar", { name: "2 selected" })).toBeVisible();
    await userEvent.dblClick(cell);
    await expect.element(screen.getByRole("dialog").getByRole("button", { name: "Approve" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Download" }).query()).toBeNull();
    expect(screen.getByRole("link", { name: "Download" }).query()).toBeNull();
  });
});

describe("a job that was under way before the page was opened", () => {
  it("is told of when it ends, though no message says so", async () => {
    running = startFakeApi("OWNER", ["READY"]);
    running.jobStatus = "RUNNING";
    const finished: number[] = [];
    const screen = await render(<Hosted onJobFinished={({ number }) => finished.push(number)} />);
    await expect.element(screen.getByRole("button", { name: /Job 1|Run 1|1 of|0 of/ }).first()).toBeVisible();
    running.jobStatus = "SUCCEEDED";
    // It is read again after a silence.
    await expect.poll(() => finished, { timeout: 40_000 }).toEqual([1]);
  });
});

describe("slots", () => {
  it("puts the host's part in the place of the studio's, with the same props", async () => {
    const OwnList = ({ skus, onChoose, current }: SkuListProps) => (
      <ul aria-label="Own list">
        {skus.nodes.map(({ code }) => (
          <li key={code}>
            <button type="button" aria-pressed={code === current} onClick={() => onChoose(code)}>
              Take {code}
            </button>
          </li>
        ))}
      </ul>
    );
    const chosen: string[] = [];
    const { screen } = await open({ slots: { SkuList: OwnList }, onSkuChange: (code) => chosen.push(code) });
    await userEvent.click(screen.getByRole("button", { name: "Take MUG-00001" }));
    expect(chosen).toEqual(["MUG-00001"]);
    expect(screen.getByRole("listbox", { name: "SKUs" }).query()).toBeNull();
  });

  it("removes a part, and what would only open it", async () => {
    const { screen, cell } = await open({ slots: { SettingsModal: null, PromptModal: null, EditImageModal: null, TopBar: null } });
    await userEvent.hover(cell);
    for (const name of ["Settings", "Run…", "Edit"]) expect(screen.getByRole("button", { name }).query(), name).toBeNull();
    expect(screen.getByRole("searchbox").query()).toBeNull();
    await userEvent.click(cell);
    await userEvent.keyboard("e");
    expect(screen.getByRole("dialog").query()).toBeNull();
  });
});

describe("the SKU", () => {
  it("is the host's where the host names one, though the list does not hold it", async () => {
    const { screen } = await open({ sku: "MUG-00001", features: { list: false } });
    await expect.element(screen.getByRole("button", { name: "Run…" })).toBeEnabled();
    await screen.rerender(<Hosted sku="ELSE-1" features={{ list: false }} />);
    await expect.element(screen.getByRole("heading", { name: "ELSE-1" })).toBeVisible();
  });

  it("stays the host's until the host changes it, and is the studio's otherwise", async () => {
    const asked: string[] = [];
    const { screen } = await open({ sku: "ELSE-1", onSkuChange: (code) => asked.push(code) });
    await userEvent.click(screen.getByRole("option", { name: /MUG-00001/ }));
    expect(asked).toEqual(["MUG-00001"]);
    await expect.element(screen.getByRole("heading", { name: "ELSE-1" })).toBeVisible();
    await screen.rerender(<Hosted />);
    await expect.element(screen.getByRole("heading", { name: "MUG-00001" })).toBeVisible();
  });
});

it("tells the host of errors, once each, in their own words", async () => {
  const errors: string[] = [];
  running = startFakeApi("OWNER", ["READY"]);
  const screen = await render(
    <Hosted
      getToken={async () => {
        throw new Error("The shop's session is over.");
      }}
      onError={(error) => errors.push(error.message)}
    />,
  );
  await expect.element(screen.getByText("The SKUs could not be loaded")).toBeVisible();
  expect(errors).toEqual(["The shop's session is over."]);
});
