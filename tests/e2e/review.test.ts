// A reviewer's whole day on the built product, from the drop of photos to the opened ZIP: by mouse and by keys alone, at two widths, in two languages.
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createTranslate, type Locale } from "../../components/shared/messages/messages.ts";
import { bringWords } from "../../components/shared/messages/words.ts";
import { keyboard, mouse } from "./hands.ts";
import {
  archive,
  bringPhotos,
  changePrompts,
  changeSettings,
  compare,
  decide,
  download,
  edit,
  first,
  pageTimeoutMs,
  promptText,
  reason,
  runAndWatch,
  second,
} from "./review-steps.ts";
import { openStage, type Stage } from "./stage.ts";

const setUpTimeoutMs = 120_000;
/** Two photos take about 5 s on two idle cores, the rest of a story 10 s. */
const storyTimeoutMs = 240_000;

interface Story {
  readonly how: "mouse" | "keyboard";
  readonly width: number;
  readonly locale: Locale;
  /** By the host's property, or by the studio's own list of languages. */
  readonly by: "host" | "studio";
  /** Each story has a SKU of the demo for itself. */
  readonly code: string;
  readonly preset: string;
}

const stories: readonly Story[] = [
  { how: "mouse", width: 1440, locale: "zh", by: "host", code: "BAG-004", preset: "Ozon · 1200 × 1600" },
  { how: "keyboard", width: 1440, locale: "ru", by: "studio", code: "BRD-006", preset: "Wildberries · 1200 × 1600" },
  { how: "mouse", width: 820, locale: "ru", by: "host", code: "HDP-005", preset: "Универсальный портрет · 1200 × 1600" },
  { how: "keyboard", width: 820, locale: "zh", by: "studio", code: "THM-003", preset: "Ozon · 1200 × 1600" },
];

let stage: Stage;
let page: Page | undefined;
beforeAll(async () => {
  stage = await openStage("review");
}, setUpTimeoutMs);
afterEach(async () => {
  await page?.context().close();
  page = undefined;
});
afterAll(() => stage?.close());

it.each(stories)(
  "brings photos from a drop to an opened ZIP by $how at $width pixels in $locale, the language chosen by the $by",
  async (story) => {
    const complaints: string[] = [];
    page = await open(story, complaints);
    const { code, preset } = story;
    const hands = story.how === "mouse" ? mouse(page) : keyboard(page);
    const say = createTranslate(story.locale, (await bringWords(story.locale)).messages);
    const studio = page.getByRole("region", { name: story.by === "host" ? say("studio") : "Image Studio" });
    await studio.getByRole("listbox").getByRole("option").first().waitFor();
    if (story.by === "studio") await hands.choose(studio.getByLabel("Language"), ownNames[story.locale]);
    const at = { page, studio: page.getByRole("region", { name: say("studio") }), hands, say, code, preset, folder: stage.folder };

    await changeSettings(at);
    await changePrompts(at);
    await bringPhotos(at);
    await runAndWatch(at);
    await compare(at);
    await edit(at);
    await decide(at);
    await archive(at);
    await download(at);
    await expectKept(story);
    expect(complaints).toEqual([]);
  },
  storyTimeoutMs,
);

const ownNames: Readonly<Record<Locale, string>> = { en: "English", zh: "中文", ru: "Русский" };
const browserLocales: Readonly<Record<Locale, string>> = { en: "en-US", zh: "zh-CN", ru: "ru-RU" };

async function open({ width, locale, by, code }: Story, complaints: string[]): Promise<Page> {
  const context = await stage.browser.newContext({
    viewport: { width, height: 900 },
    locale: browserLocales[by === "host" ? locale : "en"],
    // What moves is judged as it stands.
    reducedMotion: "reduce",
  });
  const opened = await context.newPage();
  opened.setDefaultTimeout(pageTimeoutMs);
  opened.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  opened.on("pageerror", (error) => complaints.push(error.message));
  await opened.goto(`${stage.product.url}/photos/${by === "host" ? code : "MUG-001"}`);
  return opened;
}

const keptQuery = `query Kept($code: String!) {
  sku(code: $code) { pairs(first: 50) { edges { node { status note source { name } results { engine prompt } } } } }
}`;

interface KeptAnswer {
  data: {
    sku: { pairs: { edges: { node: { status: string } }[] } };
  };
}

/** By the API, as another client sees it. */
async function expectKept({ code }: Story): Promise<void> {
  const response = await fetch(`${stage.product.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await stage.product.apiKey()}` },
    body: JSON.stringify({ query: keptQuery, variables: { code } }),
  });
  const { data } = (await response.json()) as KeptAnswer;
  const pairs = data.sku.pairs.edges.map(({ node }) => node);
  expect(pairs.map(({ status }) => status)).toEqual(["ARCHIVED", "WAITING", "WAITING", "APPROVED", "REJECTED"]);
  const run = { engine: "studio", prompt: promptText.replace("{{sku.code}}", code) };
  expect(pairs.slice(-2)).toMatchObject([
    { source: { name: first }, note: null, results: [{ engine: "edit" }, run] },
    { source: { name: second }, note: reason, results: [run] },
  ]);
}
