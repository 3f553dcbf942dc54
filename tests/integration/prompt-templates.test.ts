// Prompt templates: making, ordering, changing and deleting them, and what a BATCH makes of them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Ask, createTestApi, type TestApi } from "../testkit/api.ts";
import { scriptedEngine } from "../testkit/engines.ts";
import { makePhoto, upload } from "../testkit/photos.ts";
import {
  activate,
  createTemplate,
  deleteTemplate,
  makeGroup,
  makeTemplate,
  readGroups,
  templateOrder,
  updateTemplate,
} from "../testkit/prompts.ts";
import { until } from "../testkit/until.ts";

const submit = `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { id } }`;
const white = { background: "COLOR", colors: ["#ffffff"], shadow: 0.3, margin: 0.08, autoTone: true, sharpen: 0.3 };

describe("prompt templates", () => {
  const engine = scriptedEngine();
  let api: TestApi;
  let ask: Ask;
  let workspace: string;
  let workspaces = 0;
  beforeAll(async () => {
    api = await createTestApi({ engines: engine.engines });
  });
  afterAll(() => api.close());
  beforeEach(() => {
    workspace = `templates-${++workspaces}`;
    ask = api.as({ workspace });
  });

  const made = (name?: string): Promise<string> => makeGroup(ask, name);
  const madeTemplate = (group: string, name: string, more?: Record<string, unknown>) => makeTemplate(ask, group, name, more);

  it("take white and the end of the list when nothing else is said", async () => {
    const group = await made();
    await madeTemplate(group, "first");
    expect(await madeTemplate(group, "second")).toMatchObject({ appliesTo: "ALL", position: 1, enabled: true, recipe: white });
  });

  it("stand in an order without gaps, whether they are inserted, moved or deleted", async () => {
    const group = await made();
    const a = await madeTemplate(group, "a");
    const b = await madeTemplate(group, "b");
    const c = await madeTemplate(group, "c", { position: 0 });
    await madeTemplate(group, "d", { position: 2 });
    await madeTemplate(group, "e", { position: 99 });
    expect(await templateOrder(ask)).toEqual([
      ["c", 0],
      ["a", 1],
      ["d", 2],
      ["b", 3],
      ["e", 4],
    ]);
    expect((await ask(updateTemplate, { id: b.id, input: { name: "b", text: "x", position: 0 } })).data.updatePromptTemplate.position).toBe(
      0,
    );
    await ask(updateTemplate, { id: c.id, input: { name: "c", text: "x", position: 99 } });
    expect((await ask(deleteTemplate, { id: a.id })).data).toEqual({ deletePromptTemplate: a.id });
    expect(await templateOrder(ask)).toEqual([
      ["b", 0],
      ["d", 1],
      ["e", 2],
      ["c", 3],
    ]);
  });

  it("keep an order without gaps when many are added and moved at once", async () => {
    const group = await made();
    const first = await madeTemplate(group, "first");
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        n % 2 === 0
          ? ask(createTemplate, { group, input: { name: `t${n}`, text: "x", position: 0 } })
          : ask(updateTemplate, { id: first.id, input: { name: "first", text: "x", position: n } }),
      ),
    );
    expect((await templateOrder(ask)).map(([, position]) => position)).toEqual([0, 1, 2, 3, 4]);
  });

  it("keep their recipe and place in an update that names neither, and take those that it names", async () => {
    const group = await made();
    const recipe = { background: "GRADIENT", colors: ["#fff", "#d0d0d0"], shadow: 0, margin: 0.4, autoTone: false, sharpen: 1 };
    const { id } = await madeTemplate(group, "t", { recipe, enabled: false, appliesTo: "MAIN" });
    await madeTemplate(group, "u");
    const kept = (await ask(updateTemplate, { id, input: { name: "t2", text: "new", enabled: false } })).data.updatePromptTemplate;
    expect(kept).toEqual({ id, name: "t2", text: "new", appliesTo: "MAIN", position: 0, enabled: false, recipe });
    const clear = { name: "t2", text: "new", appliesTo: "DETAIL", recipe: { background: "TRANSPARENT" } };
    expect((await ask(updateTemplate, { id, input: { name: "t2", text: "new" } })).data.updatePromptTemplate).toMatchObject({
      appliesTo: "MAIN",
      enabled: false,
    });
    const apart = `mutation ($id: ID!, $text: String!, $enabled: Boolean) {
      updatePromptTemplate(id: $id, input: { name: "t2", text: $text, enabled: $enabled }) { text enabled appliesTo }
    }`;
    expect((await ask(apart, { id, text: "newer" })).data.updatePromptTemplate).toEqual({
      text: "newer",
      enabled: false,
      appliesTo: "MAIN",
    });
    expect((await ask(apart, { id, text: "new", enabled: true })).data.updatePromptTemplate).toMatchObject({ enabled: true });
    await ask(apart, { id, text: "new", enabled: false });
    const byDefault = apart.replace("$enabled: Boolean", "$enabled: Boolean = true");
    expect((await ask(byDefault, { id, text: "new" })).data.updatePromptTemplate).toMatchObject({ enabled: true });
    await ask(apart, { id, text: "new", enabled: false });
    expect((await ask(updateTemplate, { id, input: clear })).data.updatePromptTemplate).toMatchObject({
      appliesTo: "DETAIL",
      recipe: { ...white, background: "TRANSPARENT", colors: [] },
    });
  });

  it.each([
    ["an empty name", { name: " " }, /^name /],
    ["an empty text", { text: " " }, /^text /],
    ["a text too long", { text: "x".repeat(10_001) }, /^text .*10000/],
    ["a text with NUL", { text: "a\0b" }, /^text /],
    ["an unknown variable", { text: "{{sku.code}} {{ sku.kode }}" }, /^text .*\{\{sku\.kode\}\}.*\{\{image\.position\}\}/],
    ["a variable that never closes", { text: "a {{sku.code of" }, /^text /],
    ["a position below 0", { position: -1 }, /^position /],
    ["two colours for one", { recipe: { background: "COLOR", colors: ["#fff", "#000"] } }, /^recipe\.colors /],
    ["one colour for a gradient", { recipe: { background: "GRADIENT" } }, /^recipe\.colors /],
    ["a colour where none goes", { recipe: { background: "KEEP", colors: ["#000000"] } }, /^recipe\.colors /],
    ["a colour by name", { recipe: { colors: ["white"] } }, /^recipe\.colors .*white/],
    ["a shadow of 2", { recipe: { shadow: 2 } }, /^recipe\.shadow .*between 0 and 1/],
    ["a margin of 0.5", { recipe: { margin: 0.5 } }, /^recipe\.margin .*0\.4/],
    ["a negative sharpen", { recipe: { sharpen: -0.1 } }, /^recipe\.sharpen /],
  ])("refuse %s, naming the field, and change nothing", async (_case, wrong, words) => {
    const group = await made();
    const { id } = await madeTemplate(group, "t");
    const input = { name: "changed", text: "fine", ...wrong };
    for (const refused of [await ask(createTemplate, { group, input }), await ask(updateTemplate, { id, input })]) {
      expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringMatching(words) });
    }
    expect(await templateOrder(ask)).toEqual([["t", 0]]);
  });

  it("are limited in a group", async () => {
    const group = await made();
    const { id } = await api.app.db.promptGroup.findFirstOrThrow({ where: { workspace } });
    await api.app.db.promptTemplate.createMany({
      data: Array.from({ length: 50 }, (_, position) => ({ workspace, groupId: id, name: "t", text: "t", recipe: white, position })),
    });
    const { errors } = await ask(createTemplate, { group, input: { name: "one more", text: "x" } });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "LIMIT_EXCEEDED" }, message: expect.stringContaining("50") });
  });

  it("decide what each photo of a BATCH is run with: scope, order and enabled, variables filled in", async () => {
    await api.startWorker();
    const group = await made();
    await madeTemplate(group, "off", { enabled: false });
    await madeTemplate(group, "every", { text: "every {{image.name}}" });
    await madeTemplate(group, "detail", {
      appliesTo: "DETAIL",
      text: "detail {{sku.code}} {{image.position}} at {{ output.width }}",
      position: 0,
    });
    await madeTemplate(group, "main", {
      appliesTo: "MAIN",
      text: "main {{sku.title}}",
      recipe: { background: "TRANSPARENT" },
      position: 0,
    });
    await ask(`mutation { createSku(input: { code: "CUP", title: "A cup" }) { id } }`);
    await ask(activate, { id: group });
    const files = await Promise.all([1, 2, 3].map(async (n) => ({ name: `photo-${n}.jpg`, bytes: await makePhoto() })));
    await upload(api, "CUP", files, { workspace });
    const run = async (more: Record<string, unknown> = {}): Promise<(readonly [string | null, string])[]> => {
      engine.inputs.length = 0;
      const input = { mode: "BATCH", skus: ["CUP"], output: { width: 64, height: 64 }, includeDone: true, ...more };
      const { id } = (await ask(submit, { input })).data.submitJob;
      await until(
        "the job ends",
        async () => (await ask(`query ($id: ID!) { job(id: $id) { finishedAt } }`, { id })).data.job.finishedAt !== null,
      );
      return engine.inputs.map(({ prompt, recipe }) => [prompt, recipe.background] as const).toSorted();
    };
    expect(await run()).toEqual([
      ["detail CUP 1 at 64", "COLOR"],
      ["detail CUP 2 at 64", "COLOR"],
      ["main A cup", "TRANSPARENT"],
    ]);
    const [main, detail, off, every] = (await ask(readGroups)).data.promptGroups[0].templates;
    expect([main, detail, off, every].map(({ name }) => name)).toEqual(["main", "detail", "off", "every"]);
    await ask(updateTemplate, { id: main.id, input: { name: "main", text: "x", appliesTo: "MAIN", enabled: false } });
    await ask(updateTemplate, { id: every.id, input: { name: "every", text: "every {{image.name}}", position: 0 } });
    expect((await run()).map(([prompt]) => prompt)).toEqual(["every photo-1.jpg", "every photo-2.jpg", "every photo-3.jpg"]);
    expect((await run({ template: detail.id })).map(([prompt]) => prompt)).toEqual([0, 1, 2].map((n) => `detail CUP ${n} at 64`));
  });
});
